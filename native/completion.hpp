// From OpenVINO's completion callback, on a thread of the runtime, to a promise on the event loop.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <openvino/runtime/infer_request.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "class.hpp"

namespace iecore {

// The inference of a request that the event loop is to hear of. It belongs to its request, whose
// JavaScript object it pins: so nothing in use is collected meanwhile.
struct Flight {
  std::optional<Napi::Promise::Deferred> deferred;
  Napi::ObjectReference owner;
  ov::InferRequest request;
  Failure failure;
  size_t place = 0;
};

// All inferences under way in one environment. One thread-safe function serves them: requests that
// finish together share one wake-up, and the event loop is kept alive just while something is under
// way.
class Completions {
 public:
  static std::shared_ptr<Completions> Create(Napi::Env env) {
    std::shared_ptr<Completions> self(new Completions);
    auto* held = new std::shared_ptr<Completions>(self);
    self->wake_ = Wake::New(
        env, "openvino_iecore", 0, 1, self.get(),
        [](Napi::Env, std::shared_ptr<Completions>* held, Completions*) { delete held; }, held);
    self->wake_.Unref(env);
    // Registered after the function above, so it runs before Node destroys that function at the
    // environment's end.
    env.AddCleanupHook([self] { self->Close(); });
    if (here_.empty()) HaltAtExit(env);
    here_.push_back(self.get());
    return self;
  }

  // Whether nothing is under way.
  bool Idle() const { return flying_.empty(); }

  // Whether no inference may start any more, because the program ends.
  bool Halted() const { return halted_; }

  // On the event loop, before the inference starts.
  void Add(Napi::Env env, Flight* flight) {
    if (flying_.empty()) wake_.Ref(env);
    flight->place = flying_.size();
    flying_.push_back(flight);
  }

  // On any thread, once, when the runtime is done with the inference.
  void Finish(Flight* flight) {
    const std::lock_guard<std::mutex> lock(mutex_);
    landed_.push_back(flight);
    if (landed_.size() == 1 && !halted_) wake_.NonBlockingCall();
  }

  // On the event loop: tells of an end that it has not heard of yet, because somebody waited for
  // it.
  void Overtake(Napi::Env env, Flight* flight) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      landed_.erase(std::find(landed_.begin(), landed_.end(), flight));
    }
    Land(env, flight);
  }

 private:
  static void OnWake(Napi::Env env, Napi::Function, Completions* self, void*) {
    if (env != nullptr) self->Drain(env);
  }
  using Wake = Napi::TypedThreadSafeFunction<Completions, void, &Completions::OnWake>;

  Completions() = default;

  static void Release(Flight* flight) {
    flight->deferred.reset();
    flight->request = {};
    flight->owner.Reset();
  }

  // On the event loop: tells of the end.
  void Land(Napi::Env env, Flight* flight) {
    flying_.back()->place = flight->place;
    std::swap(flying_[flight->place], flying_.back());
    flying_.pop_back();
    if (flying_.empty()) wake_.Unref(env);
    const Napi::Promise::Deferred deferred = *flight->deferred;
    const Failure failure = std::exchange(flight->failure, {});
    Release(flight);
    if (failure) {
      deferred.Reject(failure.ToError(env).Value());
    } else {
      deferred.Resolve(env.Undefined());
    }
  }

  void Drain(Napi::Env env) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      draining_.swap(landed_);
    }
    for (Flight* flight : draining_) Land(env, flight);
    draining_.clear();
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
    for (Flight* flight : flying_) Release(flight);
    flying_.clear();
    landed_.clear();
    here_.erase(std::find(here_.begin(), here_.end(), this));
    wake_.Release();
  }

  static inline thread_local std::vector<Completions*> here_;
  Wake wake_;
  std::vector<Flight*> flying_;    // touched on the event loop only, as is the next
  std::vector<Flight*> draining_;  // kept for its memory
  std::mutex mutex_;
  std::vector<Flight*> landed_;
  bool halted_ = false;  // written on the event loop only, under the mutex
};

}  // namespace iecore
