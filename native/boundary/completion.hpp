// Settles the promise of an inference on the event loop when OpenVINO calls back from one of its
// threads.
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

// An asynchronous inference. It is a member of its request, and protects the request's JavaScript
// object from the garbage collector until the promise settles.
struct AsyncInference {
  std::optional<Napi::Promise::Deferred> deferred;
  Napi::ObjectReference owner;
  ov::InferRequest request;
  Failure failure;
  size_t place = 0;  // in Completions::running_
};

// The asynchronous inferences of one environment. They share one thread-safe function: requests
// that finish together cause one wake-up, and the event loop stays alive only while an inference
// runs.
class Completions {
 public:
  // Each step may throw, on a stack overflow or when the worker is terminated. Steps that cannot be
  // undone therefore come last, and nothing after them throws.
  static std::shared_ptr<Completions> Create(Napi::Env env, std::shared_ptr<Disposal> disposal) {
    std::shared_ptr<Completions> self(new Completions);
    self->disposal_ = std::move(disposal);
    HaltAtExit(env);
    of_thread_.reserve(of_thread_.size() + 1);
    auto held = std::make_unique<std::shared_ptr<Completions>>(self);
    self->wake_ = Wake::New(
        env, "openvino_iecore", 0, 1, self.get(),
        [](Napi::Env, std::shared_ptr<Completions>* held, Completions*) { delete held; },
        held.get());
    static_cast<void>(held.release());  // the function's finalizer owns it now
    self->wake_.Unref(env);
    // Registered after the function above, and therefore run before Node destroys that function at
    // the end of the environment.
    if (env.AddCleanupHook([self] { self->Close(); }).IsEmpty()) {
      self->wake_.Release();
      throw Coded(kGeneralError, "The environment is being torn down");
    }
    of_thread_.push_back(self.get());
    return self;
  }

  // Whether no asynchronous inference is running.
  bool Idle() const { return running_.empty(); }

  // Whether no inference may start any more, because the program is exiting.
  bool Halted() const { return halted_; }

  // Registers an inference before it starts; called on the event loop. Changes nothing if it
  // throws.
  void Add(Napi::Env env, AsyncInference* inference) {
    running_.push_back(inference);
    inference->place = running_.size() - 1;
    if (running_.size() == 1) wake_.Ref(env);
  }

  // Reports that the runtime has finished an inference; called once, on any thread.
  void Finish(AsyncInference* inference) {
    const std::lock_guard<std::mutex> lock(mutex_);
    finished_.push_back(inference);
    if (finished_.size() == 1 && !halted_) wake_.NonBlockingCall();
  }

  // Settles the promise of a finished inference before the event loop does it, because the next
  // inference needs its request; called on the event loop.
  void SettleNow(Napi::Env env, AsyncInference* inference) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      Forget(finished_, inference);
    }
    Settle(env, inference);
  }

 private:
  static void OnWake(Napi::Env env, Napi::Function, Completions* self, void*) {
    if (env != nullptr) self->Drain(env);
  }
  using Wake = Napi::TypedThreadSafeFunction<Completions, void, &Completions::OnWake>;

  Completions() = default;

  static void Release(AsyncInference* inference) {
    inference->deferred.reset();
    inference->request = {};
    inference->owner.Reset();
  }

  // Settles the promise of a finished inference.
  void Settle(Napi::Env env, AsyncInference* inference) {
    running_.back()->place = inference->place;
    std::swap(running_[inference->place], running_.back());
    running_.pop_back();
    if (running_.empty()) wake_.Unref(env);
    const Napi::Promise::Deferred deferred = *inference->deferred;
    const Failure failure = std::exchange(inference->failure, {});
    Release(inference);
    if (failure) {
      deferred.Reject(failure.ToError(env).Value());
    } else {
      deferred.Resolve(env.Undefined());
    }
  }

  void Drain(Napi::Env env) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      settling_.swap(finished_);
    }
    for (AsyncInference* inference : settling_) {
      try {
        Settle(env, inference);
      } catch (const std::exception&) {
        // The environment is being torn down and this promise cannot be settled. Continue with the
        // others.
      }
    }
    settling_.clear();
  }

  // process.exit() and an uncaught error end the process without cleaning up its environments, and
  // static objects are destroyed while the runtime's threads still use them. One listener per
  // thread serves all environments in it; it stays if loading the addon fails afterwards.
  static void HaltAtExit(Napi::Env env) {
    if (listening_) return;
    const auto process = env.Global().Get("process").As<Napi::Object>();
    const Napi::Function halt = Napi::Function::New(env, [](const Napi::CallbackInfo&) {
      for (Completions* each : of_thread_) each->Halt();
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

  // Cancels the running inferences and waits until the runtime's threads have finished them.
  void Halt() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      halted_ = true;
    }
    for (AsyncInference* inference : running_) inference->request.cancel();
    for (AsyncInference* inference : running_) {
      try {
        inference->request.wait();
      } catch (const std::exception&) {
        // It was cancelled or has failed; its promise will never be settled.
      }
    }
    disposal_->Finish();
  }

  // Runs at the end of the environment. Afterwards no thread of the runtime calls back into it.
  void Close() {
    Halt();
    for (AsyncInference* inference : running_) Release(inference);
    running_.clear();
    finished_.clear();
    Forget(of_thread_, this);
    // Another environment may follow in the same thread.
    if (of_thread_.empty()) listening_ = false;
    wake_.Release();
  }

  static inline thread_local std::vector<Completions*> of_thread_;
  static inline thread_local bool listening_ = false;  // whether HaltAtExit() added its listener
  Wake wake_;
  std::shared_ptr<Disposal> disposal_;
  // Inferences whose promises are not settled; used on the event loop only.
  std::vector<AsyncInference*> running_;
  // Used in Drain() only; a member so that its memory is reused.
  std::vector<AsyncInference*> settling_;
  std::mutex mutex_;  // guards the members below
  // Inferences that the runtime has finished, and whose promises are not settled.
  std::vector<AsyncInference*> finished_;
  bool halted_ = false;  // written on the event loop only, so it may read without the mutex
};

}  // namespace iecore
