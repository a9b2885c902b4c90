// The wrapped ov::CompiledModel: a network that is compiled for a device.
#pragma once

#include "boundary/class.hpp"
#include "store/shared_networks.hpp"

namespace iecore {

class ExecutableNetwork : public NativeClass<ExecutableNetwork, LoadedNetwork> {
 public:
  static constexpr const char* kName = "ExecutableNetwork";
  static void Export(Napi::Env env, Napi::Object exports);
  using NativeClass::NativeClass;

 private:
  Napi::Value Inputs(const Napi::CallbackInfo& info);
  Napi::Value Outputs(const Napi::CallbackInfo& info);
  Napi::Value Facts(const Napi::CallbackInfo& info);
  Napi::Value CreateRequest(const Napi::CallbackInfo& info);
  Napi::Value GetProperty(const Napi::CallbackInfo& info);
  Napi::Value RuntimeModel(const Napi::CallbackInfo& info);
  Napi::Value ExportModel(const Napi::CallbackInfo& info);
  Napi::Value Share(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  std::unique_ptr<Listing> listing_;  // set by Share()
};

// attach(ticket): { network, ports } as given to share(), or null if the ticket is not valid.
Napi::Value Attach(const Napi::CallbackInfo& info);

}  // namespace iecore
