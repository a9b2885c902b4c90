// One request: its tensors, and one inference at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <openvino/runtime/compiled_model.hpp>
#include <openvino/runtime/infer_request.hpp>
#include <vector>

#include "boundary/completion.hpp"

namespace iecore {

class InferRequest : public NativeClass<InferRequest, ov::InferRequest> {
 public:
  static constexpr const char* kName = "InferRequest";
  static void Export(Napi::Env env, Napi::Object exports);

  // `precisions` are the types that the outputs have for the user, in the order of the network's
  // outputs. `steady` says that no value decides how long an inference takes.
  static Napi::Object Create(Napi::Env env, const ov::InferRequest& request,
                             const std::vector<ov::element::Type>& precisions, bool steady);
  using NativeClass::NativeClass;

 private:
  // What the user sees of an output, where that is not the runtime's own tensor: converted to
  // another type, or, where the shape may vary, a copy that no later inference moves.
  struct Output {
    ov::element::Type precision;
    bool dynamic = false;
    bool own = false;
    ov::Tensor tensor;
  };

  void Prepare(const std::vector<ov::element::Type>& precisions, bool steady);
  void TakeTime();
  void Collect();
  void Settle();
  void Run();
  bool IsQuick() const;

  Napi::Value Input(const Napi::CallbackInfo& info);
  Napi::Value OutputAt(const Napi::CallbackInfo& info);
  Napi::Value SetInput(const Napi::CallbackInfo& info);
  Napi::Value SetOutput(const Napi::CallbackInfo& info);
  Napi::Value Infer(const Napi::CallbackInfo& info);
  Napi::Value Start(const Napi::CallbackInfo& info);
  Napi::Value Wait(const Napi::CallbackInfo& info);
  Napi::Value Cancel(const Napi::CallbackInfo& info);
  Napi::Value Latency(const Napi::CallbackInfo& info);
  Napi::Value Profile(const Napi::CallbackInfo& info);
  Napi::Value States(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  using Clock = std::chrono::steady_clock;
  std::vector<Output> outputs_;
  bool callback_is_out_ = false;  // whether the last inference was asynchronous
  bool elsewhere_ = false;        // whether inferSync leaves the work to a thread of the runtime
  bool steady_ = false;           // whether each inference takes about as long as the last
  int pause_ = 0;                 // how many are left to other threads until one may be quick again
  int next_pause_ = 1;
  std::shared_ptr<Completions> completions_;
  Clock::time_point started_;
  std::atomic<double> latency_{0};  // ms
  Flight flight_;
  std::atomic<bool> flying_{false};
};

}  // namespace iecore
