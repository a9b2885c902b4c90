// The wrapped ov::Model: a network that is not compiled and can be changed.
#pragma once

#include <memory>
#include <openvino/core/model.hpp>

#include "boundary/class.hpp"

namespace iecore {

class Network : public NativeClass<Network, std::shared_ptr<ov::Model>> {
 public:
  static constexpr const char* kName = "Network";
  static void Export(Napi::Env env, Napi::Object exports);
  using NativeClass::NativeClass;

  // A copy for work off the event loop; it shares the weights.
  std::shared_ptr<ov::Model> Clone() const { return Model().clone(); }

 private:
  // Throws CLOSED if the network is closed. A getter of the caller may close it while TypeScript
  // reads the arguments of a call.
  ov::Model& Model() const {
    if (state_ == nullptr) throw Coded(kClosed, "This network is closed; read it again");
    return *state_;
  }

  Napi::Value Name(const Napi::CallbackInfo& info);
  Napi::Value Inputs(const Napi::CallbackInfo& info);
  Napi::Value Outputs(const Napi::CallbackInfo& info);
  Napi::Value Operations(const Napi::CallbackInfo& info);
  Napi::Value RtInfo(const Napi::CallbackInfo& info);
  void Reshape(const Napi::CallbackInfo& info);
  void AddOutputs(const Napi::CallbackInfo& info);
  Napi::Value Serialize(const Napi::CallbackInfo& info) const;
  void Close(const Napi::CallbackInfo& info);
};

// Describes the inputs or outputs of a graph as plain records: name, aliases, element, dims,
// layout.
Napi::Array FromInputs(Napi::Env env, const std::vector<ov::Output<const ov::Node>>& ports);
Napi::Array FromOutputs(Napi::Env env, const std::vector<ov::Output<const ov::Node>>& ports);

}  // namespace iecore
