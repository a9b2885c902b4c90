// The wrapped ov::Core: devices, properties, and reading, compiling and importing of networks.
#pragma once

#include <functional>
#include <memory>
#include <openvino/runtime/core.hpp>
#include <string>
#include <vector>

#include "boundary/class.hpp"

namespace iecore {

class Core : public Class<Core> {
 public:
  static constexpr const char* kName = "Core";
  static void Export(Napi::Env env, Napi::Object exports);

  // new Core(pluginsXml): loads the plugins that this file lists, or the runtime's own with ''.
  explicit Core(const Napi::CallbackInfo& info);

 private:
  Napi::Value AvailableDevices(const Napi::CallbackInfo& info);
  Napi::Value Versions(const Napi::CallbackInfo& info);
  void SetProperty(const Napi::CallbackInfo& info);
  Napi::Value Refusal(const Napi::CallbackInfo& info);
  Napi::Value GetProperty(const Napi::CallbackInfo& info);
  void RegisterPlugin(const Napi::CallbackInfo& info);
  void RegisterPlugins(const Napi::CallbackInfo& info);
  void UnregisterPlugin(const Napi::CallbackInfo& info);
  void AddExtension(const Napi::CallbackInfo& info);
  Napi::Value ReadModel(const Napi::CallbackInfo& info);
  Napi::Value ReadModelFromBuffer(const Napi::CallbackInfo& info);
  Napi::Value Compile(const Napi::CallbackInfo& info);
  Napi::Value ImportModel(const Napi::CallbackInfo& info);
  Napi::Value QueryModel(const Napi::CallbackInfo& info);

  // Calls `registration` for this core, and keeps it for Refusal().
  void Register(const std::function<void(ov::Core&)>& registration);

  std::unique_ptr<ov::Core> core_;
  // The file that lists the plugins, and the calls that registered others. From these, Refusal()
  // makes another core with the same plugins.
  std::string plugins_;
  std::vector<std::function<void(ov::Core&)>> registrations_;
};

}  // namespace iecore
