// From OpenVINO's completion callback, on a thread of the runtime, to a promise on the event loop.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <openvino/runtime/infer_request.hpp>
#include <unordered_set>
#include <vector>

#include "class.hpp"

namespace iecore {

// One inference under way. It pins its request's JavaScript object, so nothing it uses is collected
// meanwhile.
struct Flight {
  Napi::Promise::Deferred deferred;
  Napi::ObjectReference owner;
  ov::InferRequest request;
  std::shared_ptr<Completions> completions;
  Failure failure;
};

// All inferences under way in one environment. One thread-safe function serves them: requests that
// finish together share one wake-up, and the event loop is kept alive just while something is under
// way.
class Completions : public std::enable_shared_from_this<Completions> {
 public:
  static std::shared_ptr<Completions> Create(Napi::Env env) {
    std::shared_ptr<Completions> self(new Completions);
    self->wake_ = Napi::ThreadSafeFunction::New(env, Napi::Function(), "openvino_iecore", 0, 1);
    self->wake_.Unref(env);
    // Registered after the function above, so it runs before Node destroys that function at the
    // environment's end.
    env.AddCleanupHook([self] { self->Close(); });
    if (here_.empty()) HaltAtExit(env);
    here_.push_back(self.get());
    return self;
  }

  // Whether no inference may start any more, because the program ends.
  bool Halted() const { return halted_; }

  // On the event loop, before the inference starts.
  void Add(Napi::Env env, Flight* flight) {
    if (flying_.empty()) wake_.Ref(env);
    flying_.insert(flight);
  }

  // On any thread, once, when the runtime is done with the inference.
  void Finish(Flight* flight) {
    const std::lock_guard<std::mutex> lock(mutex_);
    landed_.push_back(flight);
    if (landed_.size() == 1 && !halted_) {
      wake_.NonBlockingCall(
          [self = shared_from_this()](Napi::Env env, Napi::Function) { self->Drain(env); });
    }
  }

 private:
  Completions() = default;

  void Drain(Napi::Env env) {
    std::vector<Flight*> landed;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      landed.swap(landed_);
    }
    for (Flight* flight : landed) {
      const std::unique_ptr<Flight> owned(flight);
      flying_.erase(flight);
      if (flying_.empty()) wake_.Unref(env);
      if (flight->failure) {
        flight->deferred.Reject(flight->failure.ToError(env).Value());
      } else {
        flight->deferred.Resolve(env.Undefined());
      }
    }
  }

  // process.exit() and an error that nobody catches end the process without the cleanup of its
  // environments, and destroy what the runtime's threads still use. One listener is enough for all
  // copies of the addon in a thread.
  static void HaltAtExit(Napi::Env env) {
    const auto process = env.Global().Get("process").As<Napi::Object>();
    const Napi::Function halt = Napi::Function::New(env, [](const Napi::CallbackInfo&) {
      for (Completions* each : here_) each->Halt();
    });
    process.Get("prependOnceListener")
        .As<Napi::Function>()
        .Call(process, {Napi::String::New(env, "exit"), halt});
  }

  // Cancels what is under way, and waits until all threads of the runtime have left it.
  void Halt() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      halted_ = true;
    }
    for (Flight* flight : flying_) flight->request.cancel();
    for (Flight* flight : flying_) {
      try {
        flight->request.wait();
      } catch (const std::exception&) {
        // Cancelled, or failed: nobody is left to hear of it.
      }
    }
  }

  // The environment ends: no thread of the runtime may call back into it.
  void Close() {
    Halt();
    for (Flight* flight : flying_) delete flight;
    flying_.clear();
    landed_.clear();
    here_.erase(std::find(here_.begin(), here_.end(), this));
    wake_.Release();
  }

  static inline thread_local std::vector<Completions*> here_;
  Napi::ThreadSafeFunction wake_;
  std::unordered_set<Flight*> flying_;  // touched on the event loop only
  std::mutex mutex_;
  std::vector<Flight*> landed_;
  bool halted_ = false;  // written on the event loop only, under the mutex
};

}  // namespace iecore
