// The wrapped ov::Tensor, and the ArrayBuffer over its memory.
#pragma once

#include <openvino/runtime/tensor.hpp>

#include "boundary/class.hpp"

namespace iecore {

class Blob : public Class<Blob> {
 public:
  static constexpr const char* kName = "Blob";
  static void Export(Napi::Env env, Napi::Object exports);

  // new Blob(precision, dims): a tensor of zeros. The native side passes an existing tensor through
  // Create() instead.
  explicit Blob(const Napi::CallbackInfo& info);
  static Napi::Object Create(Napi::Env env, const ov::Tensor& tensor);

  const ov::Tensor& Tensor() const { return tensor_; }
  void Finalize(Napi::BasicEnv env) override;

 private:
  Napi::Value Element(const Napi::CallbackInfo& info);
  Napi::Value Dims(const Napi::CallbackInfo& info);
  Napi::Value Buffer(const Napi::CallbackInfo& info);
  void Read(const Napi::CallbackInfo& info);
  void Write(const Napi::CallbackInfo& info);
  uint8_t* Bytes(const Napi::Value& value) const;
  void Report(Napi::BasicEnv env, size_t bytes);

  ov::Tensor tensor_;
  size_t reported_ = 0;  // bytes of external memory reported to V8
};

// A copy of a tensor with memory of its own.
ov::Tensor CopyOf(const ov::Tensor& tensor);

// convert(bytes, from, to): converts the elements in a Uint8Array to another precision; returns a
// new ArrayBuffer.
Napi::Value Convert(const Napi::CallbackInfo& info);

}  // namespace iecore
