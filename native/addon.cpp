// What the addon exports, for each environment that loads it.
#ifdef __linux__
#include <sys/resource.h>
#endif

#include <algorithm>
#include <cerrno>
#include <memory>
#include <openvino/core/version.hpp>
#include <system_error>

#include "blob.hpp"
#include "boundary/completion.hpp"
#include "boundary/convert.hpp"
#include "boundary/task.hpp"
#include "core.hpp"
#include "executable_network.hpp"
#include "optimize.hpp"
#include "infer_request.hpp"
#include "network.hpp"
#include "store/checksum.hpp"
#include "variable_state.hpp"

namespace iecore {

namespace {

// Plain functions have no receiver; they pass through the same guard as methods.
template <Napi::Value (*function)(const Napi::CallbackInfo&)>
Napi::Value Guarded(const Napi::CallbackInfo& info) {
  return {info.Env(),
          Guard(info.Env(), kGeneralError, [&]() -> napi_value { return function(info); })};
}

Napi::Value Version(const Napi::CallbackInfo& info) {
  const ov::Version version = ov::get_openvino_version();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("buildNumber", version.buildNumber);
  object.Set("description", version.description);
  return object;
}

// limitMemory(bytes): what the whole process may have from now on, where the system can be told so.
Napi::Value LimitMemory(const Napi::CallbackInfo& info) {
#ifdef __linux__
  rlimit limit{};
  getrlimit(RLIMIT_DATA, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, static_cast<rlim_t>(ToSize(info[0])));
  if (setrlimit(RLIMIT_DATA, &limit) != 0)
    throw Coded(kGeneralError, "setrlimit: " + std::generic_category().message(errno));
#endif
  return info.Env().Undefined();
}

// checksum(bytes, sync): sixteen hexadecimal digits. Nobody else may touch the bytes until it is
// done.
Napi::Value ChecksumOf(const Napi::CallbackInfo& info) {
  const Napi::Uint8Array bytes = ToUint8Array(info[0]);
  return Task<std::string>::Run(
      info, ToBool(info[1]), kGeneralError,
      [data = reinterpret_cast<const char*>(bytes.Data()), size = bytes.ByteLength()] {
        Checksum checksum;
        checksum.Add(data, size);
        return checksum.Hex();
      },
      [](Napi::Env env, std::string& text) -> Napi::Value { return Napi::String::New(env, text); },
      bytes);
}

// release(bytes): their buffer is detached, which frees its memory now and not when it is
// collected.
Napi::Value Release(const Napi::CallbackInfo& info) {
  ToUint8Array(info[0]).ArrayBuffer().Detach();
  return info.Env().Undefined();
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto environment = std::make_unique<Environment>();
  env.SetInstanceData(environment.get());
  Environment& here = *environment.release();  // deleted by Node with the environment
  Blob::Export(env, exports);
  VariableState::Export(env, exports);
  InferRequest::Export(env, exports);
  ExecutableNetwork::Export(env, exports);
  Network::Export(env, exports);
  Core::Export(env, exports);
  exports.Set("attach", Napi::Function::New<Guarded<Attach>>(env));
  exports.Set("checksum", Napi::Function::New<Guarded<ChecksumOf>>(env));
  exports.Set("release", Napi::Function::New<Guarded<Release>>(env));
  exports.Set("version", Napi::Function::New<Guarded<Version>>(env));
  exports.Set("limitMemory", Napi::Function::New<Guarded<LimitMemory>>(env));
  exports.Set("convert", Napi::Function::New<Guarded<Convert>>(env));
  exports.Set("operationTensors", Napi::Function::New<Guarded<OperationTensors>>(env));
  exports.Set("optimize", Napi::Function::New<Guarded<Optimize>>(env));
  exports.Set("saveModel", Napi::Function::New<Guarded<SaveModel>>(env));
  // Last: an addon that does not load leaves nothing behind.
  here.completions = Completions::Create(env, here.disposal);
  return exports;
}

}  // namespace

}  // namespace iecore

// Only a Napi::Error may come out.
static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  return iecore::Translated(env, iecore::kGeneralError, [&] { return iecore::Init(env, exports); });
}

NODE_API_MODULE(openvino_iecore, Init)
