// The wrapped ov::InferRequest: its tensors, and one inference at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <openvino/runtime/compiled_model.hpp>
#include <openvino/runtime/infer_request.hpp>
#include <vector>

#include "boundary/completion.hpp"
#include "fast_path.hpp"

namespace iecore {

class InferRequest : public NativeClass<InferRequest, ov::InferRequest> {
 public:
  static constexpr const char* kName = "InferRequest";
  static void Export(Napi::Env env, Napi::Object exports);

  // `precisions` are the element types that the user chose for the outputs, in the order of the
  // network's outputs. `steady` means that input values do not affect how long an inference takes.
  static Napi::Object Create(Napi::Env env, const ov::InferRequest& request,
                             const std::vector<ov::element::Type>& precisions, bool steady);
  using NativeClass::NativeClass;

 private:
  // An output and the user's tensor for it. `own` means that this is not the runtime's tensor: the
  // element type is converted, or the shape is dynamic, so that later inferences would move the
  // memory.
  struct Output {
    ov::element::Type precision;
    bool dynamic = false;
    bool own = false;
    ov::Tensor tensor;
  };

  void Prepare(const std::vector<ov::element::Type>& precisions, bool steady);
  void MeasureLatency();
  void TakeOutputs();
  void WaitForCallback();
  void Run();
  Napi::Value StartHere(Napi::Env env);
  Napi::Value Input(const Napi::CallbackInfo& info);
  Napi::Value OutputAt(const Napi::CallbackInfo& info);
  void SetInput(const Napi::CallbackInfo& info);
  void SetOutput(const Napi::CallbackInfo& info);
  void Infer(const Napi::CallbackInfo& info);
  Napi::Value Start(const Napi::CallbackInfo& info);
  Napi::Value Wait(const Napi::CallbackInfo& info);
  void Cancel(const Napi::CallbackInfo& info);
  Napi::Value Latency(const Napi::CallbackInfo& info);
  Napi::Value Profile(const Napi::CallbackInfo& info);
  Napi::Value States(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  using Clock = std::chrono::steady_clock;
  std::vector<Output> outputs_;
  bool callback_is_out_ = false;  // whether the runtime may not have restored the callback yet
  bool elsewhere_ = false;        // whether infer() runs in a thread of the runtime
  FastPath fast_path_{false};     // set by Prepare()
  std::shared_ptr<Completions> completions_;
  Clock::time_point started_;       // of the last inference
  std::atomic<double> latency_{0};  // ms
  AsyncInference async_;
  std::atomic<bool> running_{false};  // whether an asynchronous inference runs
};

}  // namespace iecore
