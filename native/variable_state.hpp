// The wrapped ov::VariableState: one state of a stateful network, in one request.
#pragma once

#include <openvino/runtime/infer_request.hpp>

#include "boundary/class.hpp"

namespace iecore {

class VariableState : public NativeClass<VariableState, ov::VariableState> {
 public:
  static constexpr const char* kName = "VariableState";
  static void Export(Napi::Env env, Napi::Object exports);
  using NativeClass::NativeClass;

 private:
  Napi::Value Name(const Napi::CallbackInfo& info);
  Napi::Value Get(const Napi::CallbackInfo& info);
  void Set(const Napi::CallbackInfo& info);
  void Reset(const Napi::CallbackInfo& info);
};

}  // namespace iecore
