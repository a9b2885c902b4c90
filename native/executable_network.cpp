#include "executable_network.hpp"

#include <sstream>

#include "boundary/convert.hpp"
#include "boundary/task.hpp"
#include "infer_request.hpp"
#include "network.hpp"
#include "store/checksum.hpp"
#include "store/file.hpp"

namespace iecore {

void ExecutableNetwork::Export(Napi::Env env, Napi::Object exports) {
  Class::Export(
      env, exports,
      {Method<&ExecutableNetwork::Inputs>("inputs"), Method<&ExecutableNetwork::Outputs>("outputs"),
       Method<&ExecutableNetwork::Facts>("facts"),
       Method<&ExecutableNetwork::CreateRequest>("createRequest"),
       Method<&ExecutableNetwork::GetProperty, kUnsupportedProperty>("getProperty"),
       Method<&ExecutableNetwork::RuntimeModel>("runtimeModel"),
       Method<&ExecutableNetwork::ExportModel>("export"),
       Method<&ExecutableNetwork::Share>("share"), Method<&ExecutableNetwork::Close>("close")});
}

Napi::Value ExecutableNetwork::Inputs(const Napi::CallbackInfo& info) {
  return FromInputs(info.Env(), state_.network.inputs());
}

Napi::Value ExecutableNetwork::Outputs(const Napi::CallbackInfo& info) {
  return FromOutputs(info.Env(), state_.network.outputs());
}

// facts(): properties of the graph, determined when it was compiled; see LoadedNetwork.
Napi::Value ExecutableNetwork::Facts(const Napi::CallbackInfo& info) {
  Napi::Object facts = Napi::Object::New(info.Env());
  facts.Set("steady", state_.steady);
  facts.Set("rules", FromRules(info.Env(), state_.rules));
  return facts;
}

// createRequest(precisions, steady): the precisions of the outputs, and `steady` from facts().
Napi::Value ExecutableNetwork::CreateRequest(const Napi::CallbackInfo& info) {
  const Napi::Array names = ToArray(info[0]);
  std::vector<ov::element::Type> precisions;
  for (uint32_t i = 0; i < names.Length(); ++i) precisions.push_back(ToElementType(names.Get(i)));
  return InferRequest::Create(info.Env(), state_.network.create_infer_request(), precisions,
                              ToBool(info[1]));
}

Napi::Value ExecutableNetwork::GetProperty(const Napi::CallbackInfo& info) {
  return FromAny(info.Env(), state_.network.get_property(ToString(info[0])));
}

Napi::Value ExecutableNetwork::RuntimeModel(const Napi::CallbackInfo& info) {
  return Network::Create(info.Env(), state_.network.get_runtime_model()->clone());
}

// export(file, mark, ports, sync). File format: mark, checksum of everything between it and the
// last mark (16 hexadecimal digits), length of `ports` in bytes (4 bytes, little-endian), `ports`,
// the runtime's blob, mark again (so that truncation is detected).
Napi::Value ExecutableNetwork::ExportModel(const Napi::CallbackInfo& info) {
  return Task<Nothing>::Run(
      info, ToBool(info[3]), kGeneralError,
      [network = state_.network, file = ToString(info[0]), mark = ToString(info[1]),
       ports = ToString(info[2])]() mutable {
        std::ostringstream stream(std::ios::binary);
        network.export_model(stream);
        const std::string bytes = std::move(stream).str();
        std::string content(sizeof(uint32_t), '\0');
        for (size_t i = 0; i < content.size(); ++i)
          content[i] = static_cast<char>((ports.size() >> (8 * i)) & 0xff);
        content.reserve(content.size() + ports.size() + bytes.size());
        content.append(ports).append(bytes);
        Checksum checksum;
        checksum.Add(content.data(), content.size());
        WriteFile(file, {mark, checksum.Hex(), content, mark});
        return Nothing{};
      },
      ToUndefined);
}

// share(ports): a ticket for attach(), valid until this object is closed or collected.
Napi::Value ExecutableNetwork::Share(const Napi::CallbackInfo& info) {
  if (!listing_) listing_ = std::make_unique<Listing>(ListedNetwork{state_, ToString(info[0])});
  return Napi::String::New(info.Env(), listing_->Ticket());
}

void ExecutableNetwork::Close(const Napi::CallbackInfo& /*info*/) {
  listing_.reset();
  Dispose();
}

Napi::Value Attach(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto shared = Listing::Find(ToString(info[0]));
  if (!shared) return env.Null();
  Napi::Object object = Napi::Object::New(env);
  object.Set("network", ExecutableNetwork::Create(env, shared->loaded));
  object.Set("ports", shared->ports);
  return object;
}

}  // namespace iecore
