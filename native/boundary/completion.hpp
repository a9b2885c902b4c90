// From OpenVINO's completion callback, on a thread of the runtime, to a promise on the event loop.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <openvino/runtime/infer_request.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "boundary/class.hpp"

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
  // Each step may throw: the stack may be used up, or the worker may be terminated meanwhile. So
  // those that cannot be undone come last, and nothing after them throws.
  static std::shared_ptr<Completions> Create(Napi::Env env, std::shared_ptr<Disposal> disposal) {
    std::shared_ptr<Completions> self(new Completions);
    self->disposal_ = std::move(disposal);
    HaltAtExit(env);
    here_.reserve(here_.size() + 1);
    auto held = std::make_unique<std::shared_ptr<Completions>>(self);
    self->wake_ = Wake::New(
        env, "openvino_iecore", 0, 1, self.get(),
        [](Napi::Env, std::shared_ptr<Completions>* held, Completions*) { delete held; },
        held.get());
    static_cast<void>(held.release());  // the function's finalizer owns it now
    self->wake_.Unref(env);
    // Registered after the function above, so it runs before Node destroys that function at the
    // environment's end.
    if (env.AddCleanupHook([self] { self->Close(); }).IsEmpty()) {
      self->wake_.Release();
      throw Coded(kGeneralError, "The environment ends");
    }
    here_.push_back(self.get());
    return self;
  }

  // Whether nothing is under way.
  bool Idle() const { return flying_.empty(); }

  // Whether no inference may start any more, because the program ends.
  bool Halted() const { return halted_; }

  // On the event loop, before the inference starts. Where it throws, nothing has changed.
  void Add(Napi::Env env, Flight* flight) {
    flying_.push_back(flight);
    flight->place = flying_.size() - 1;
    if (flying_.size() == 1) wake_.Ref(env);
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
      Forget(landed_, flight);
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
    for (Flight* flight : draining_) {
      try {
        Land(env, flight);
      } catch (const std::exception&) {
        // The environment ends, so its promise has nobody to tell; the others are still to land.
      }
    }
    draining_.clear();
  }

  // process.exit() and an error that nobody catches end the process without the cleanup of its
  // environments, and destroy what the runtime's threads still use. One listener is enough for all
  // copies of the addon in a thread, also when the load that added it failed later.
  static void HaltAtExit(Napi::Env env) {
    if (listening_) return;
    const auto process = env.Global().Get("process").As<Napi::Object>();
    const Napi::Function halt = Napi::Function::New(env, [](const Napi::CallbackInfo&) {
      for (Completions* each : here_) each->Halt();
    });
    process.Get("prependOnceListener")
        .As<Napi::Function>()
        .Call(process, {Napi::String::New(env, "exit"), halt});
    listening_ = true;
  }

  template <class T>
  static void Forget(std::vector<T*>& list, T* item) {
    list.erase(std::remove(list.begin(), list.end(), item), list.end());
  }

  // Cancels what is under way, and waits until all threads have left the runtime.
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
    disposal_->Finish();
  }

  // The environment ends: no thread of the runtime may call back into it.
  void Close() {
    Halt();
    for (Flight* flight : flying_) Release(flight);
    flying_.clear();
    landed_.clear();
    Forget(here_, this);
    // A thread may have another environment after this one.
    if (here_.empty()) listening_ = false;
    wake_.Release();
  }

  static inline thread_local std::vector<Completions*> here_;
  static inline thread_local bool listening_ = false;  // whether the exit of this thread is heard
  Wake wake_;
  std::shared_ptr<Disposal> disposal_;
  std::vector<Flight*> flying_;    // touched on the event loop only, as is the next
  std::vector<Flight*> draining_;  // kept for its memory
  std::mutex mutex_;
  std::vector<Flight*> landed_;
  bool halted_ = false;  // written on the event loop only, under the mutex
};

}  // namespace iecore
