// A network compiled for a device.
#pragma once

#include <openvino/runtime/compiled_model.hpp>

#include "class.hpp"
#include "model_cache.hpp"

namespace iecore {

// A network, and the folder that its device may still write to.
struct Loaded {
  ov::CompiledModel network;
  std::shared_ptr<ModelCache> cache;
};

class ExecutableNetwork : public NativeClass<ExecutableNetwork, Loaded> {
 public:
  static constexpr const char* kName = "ExecutableNetwork";
  static void Export(Napi::Env env, Napi::Object exports);
  using NativeClass::NativeClass;

 private:
  Napi::Value Inputs(const Napi::CallbackInfo& info);
  Napi::Value Outputs(const Napi::CallbackInfo& info);
  Napi::Value CreateRequest(const Napi::CallbackInfo& info);
  Napi::Value GetProperty(const Napi::CallbackInfo& info);
  Napi::Value RuntimeModel(const Napi::CallbackInfo& info);
  Napi::Value ExportModel(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);
};

}  // namespace iecore
