#include "blob.hpp"

#include <cstring>

#include "boundary/convert.hpp"
#include "graph/saturate.hpp"

namespace iecore {

void Blob::Export(Napi::Env env, Napi::Object exports) {
  Class::Export(env, exports,
                {Method<&Blob::Element>("element"), Method<&Blob::Dims>("dims"),
                 Method<&Blob::Buffer>("buffer"), Method<&Blob::Read>("read"),
                 Method<&Blob::Write>("write")});
}

Blob::Blob(const Napi::CallbackInfo& info) : Class(info) {
  if (const ov::Tensor* tensor = Handover<const ov::Tensor>::Take()) {
    tensor_ = *tensor;
  } else {
    tensor_ = Translated(info.Env(), kInvalidArgument,
                         [&] { return ov::Tensor(ToElementType(info[0]), ToShape(info[1])); });
    std::memset(tensor_.data(), 0, tensor_.get_byte_size());
  }
  Report(info.Env(), tensor_.get_byte_size());
}

void Blob::Finalize(Napi::BasicEnv env) { Report(env, 0); }

// Tells V8 how much memory outside its heap this object keeps, so that it collects garbage in time.
void Blob::Report(Napi::BasicEnv env, size_t bytes) {
  const auto change = static_cast<int64_t>(bytes) - static_cast<int64_t>(reported_);
  if (change != 0) Napi::MemoryManagement::AdjustExternalMemory(env, change);
  reported_ = bytes;
}

Napi::Object Blob::Create(Napi::Env env, const ov::Tensor& tensor) {
  const Handover<const ov::Tensor> pending(tensor);
  return Construct(env, {});
}

Napi::Value Blob::Element(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), tensor_.get_element_type().get_type_name());
}

Napi::Value Blob::Dims(const Napi::CallbackInfo& info) {
  return FromShape(info.Env(), tensor_.get_shape());
}

// The ArrayBuffer shares the tensor's memory and keeps it alive, even after this object, its
// request and its network are gone. Null if the platform forbids ArrayBuffers over external memory.
Napi::Value Blob::Buffer(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const size_t size = tensor_.get_byte_size();
  if (size == 0) return Napi::ArrayBuffer::New(env, 0);
#ifdef NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED
  return env.Null();
#else
  auto owner = std::make_unique<ov::Tensor>(tensor_);
  napi_value buffer = nullptr;
  const napi_status status = napi_create_external_arraybuffer(
      env, tensor_.data(), size,
      [](napi_env, void*, void* hint) { delete static_cast<ov::Tensor*>(hint); }, owner.get(),
      &buffer);
  if (status == napi_no_external_buffers_allowed) return env.Null();
  if (status != napi_ok) throw Napi::Error::New(env);
  static_cast<void>(owner.release());  // the finalizer owns it now
  Report(env, 0);                      // V8 counts the memory of its ArrayBuffers itself
  return {env, buffer};
#endif
}

// read(bytes): copies the tensor's memory into a Uint8Array of the same size.
void Blob::Read(const Napi::CallbackInfo& info) {
  std::memcpy(Bytes(info[0]), tensor_.data(), tensor_.get_byte_size());
}

// write(bytes): copies a Uint8Array of the same size into the tensor's memory.
void Blob::Write(const Napi::CallbackInfo& info) {
  std::memcpy(tensor_.data(), Bytes(info[0]), tensor_.get_byte_size());
}

uint8_t* Blob::Bytes(const Napi::Value& value) const {
  Napi::Uint8Array bytes = ToUint8Array(value);
  if (bytes.ByteLength() != tensor_.get_byte_size()) {
    throw Coded(kInvalidArgument, "Expected " + std::to_string(tensor_.get_byte_size()) +
                                      " bytes, received " + std::to_string(bytes.ByteLength()));
  }
  return bytes.Data();
}

ov::Tensor CopyOf(const ov::Tensor& tensor) {
  ov::Tensor copy(tensor.get_element_type(), tensor.get_shape());
  // copy_to() of the runtime reads and writes beyond a tensor without elements.
  if (tensor.get_size() > 0) tensor.copy_to(copy);
  return copy;
}

Napi::Value Convert(const Napi::CallbackInfo& info) {
  const std::string bytes = ToBytes(info[0]);
  const ov::element::Type from = ToElementType(info[1]);
  const ov::element::Type to = ToElementType(info[2]);
  if (!CanSaturate(from, to)) {
    throw Coded(kNotImplemented,
                "There is no conversion from " + from.to_string() + " to " + to.to_string());
  }
  const ov::Shape shape{bytes.size() / from.size()};
  const ov::Tensor source(from, shape, const_cast<char*>(bytes.data()));
  Napi::ArrayBuffer result = Napi::ArrayBuffer::New(info.Env(), shape[0] * to.size());
  ov::Tensor target(to, shape, result.Data());
  Saturate(source, target);
  return result;
}

}  // namespace iecore
