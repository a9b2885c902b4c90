#include "blob.hpp"

#include <cstring>

#include "convert.hpp"
#include "saturate.hpp"

namespace iecore {

void Blob::Export(Napi::Env env, Napi::Object exports) {
  Class::Export(env, exports,
                {Method<&Blob::Element>("element"), Method<&Blob::Dims>("dims"),
                 Method<&Blob::Buffer>("buffer")});
}

Blob::Blob(const Napi::CallbackInfo& info) : Class(info) {
  if (const ov::Tensor* tensor = std::exchange(pending_, nullptr)) {
    tensor_ = *tensor;
    return;
  }
  tensor_ = Translated(info.Env(), kInvalidArgument,
                       [&] { return ov::Tensor(ToElementType(info[0]), ToShape(info[1])); });
  std::memset(tensor_.data(), 0, tensor_.get_byte_size());
}

Napi::Object Blob::Create(Napi::Env env, const ov::Tensor& tensor) {
  pending_ = &tensor;
  return Construct(env, {});
}

Napi::Value Blob::Element(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), tensor_.get_element_type().get_type_name());
}

Napi::Value Blob::Dims(const Napi::CallbackInfo& info) {
  return FromShape(info.Env(), tensor_.get_shape());
}

// The buffer shares the tensor's memory and keeps it alive, whatever becomes of this object, its
// request and its network. Where the platform forbids buffers over foreign memory it is a copy.
Napi::Value Blob::Buffer(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const size_t size = tensor_.get_byte_size();
  if (size == 0) return Napi::ArrayBuffer::New(env, 0);
  auto owner = std::make_unique<ov::Tensor>(tensor_);
  napi_value buffer = nullptr;
  const napi_status status = napi_create_external_arraybuffer(
      env, tensor_.data(), size,
      [](napi_env, void*, void* hint) { delete static_cast<ov::Tensor*>(hint); }, owner.get(),
      &buffer);
  if (status == napi_no_external_buffers_allowed) {
    Napi::ArrayBuffer copy = Napi::ArrayBuffer::New(env, size);
    std::memcpy(copy.Data(), tensor_.data(), size);
    return copy;
  }
  if (status != napi_ok) throw Napi::Error::New(env);
  static_cast<void>(owner.release());  // the finalizer owns it now
  return {env, buffer};
}

ov::Tensor CopyOf(const ov::Tensor& tensor) {
  ov::Tensor copy(tensor.get_element_type(), tensor.get_shape());
  // The runtime's copy_to runs off the end of a tensor without elements.
  if (tensor.get_size() > 0) tensor.copy_to(copy);
  return copy;
}

Napi::Value Convert(const Napi::CallbackInfo& info) {
  const std::string bytes = ToBytes(info[0]);
  const ov::element::Type from = ToElementType(info[1]);
  const ov::element::Type to = ToElementType(info[2]);
  if (!CanSaturate(from, to)) {
    throw Coded("NOT_IMPLEMENTED",
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
