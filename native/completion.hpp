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
    return self;
  }

  // Whether nothing is under way.
  bool Idle() const { return flying_.empty(); }

  // On the event loop, before the inference starts.
  void Add(Napi::Env env, Flight* flight) {
    if (flying_.empty()) wake_.Ref(env);
    flight->place = flying_.size();
    flying_.push_back(flight);
  }

  // On the event loop, at the end of all: cancels, and waits until the threads of the runtime have
  // left.
  void Stop() {
    for (Flight* flight : flying_) flight->request.cancel();
    for (Flight* flight : flying_) {
      try {
        flight->request.wait();
      } catch (const std::exception&) {
        // Cancelled, or failed: nobody is left to hear of it.
      }
    }
  }

  // On any thread, once, when the runtime is done with the inference.
  void Finish(Flight* flight) {
    const std::lock_guard<std::mutex> lock(mutex_);
    landed_.push_back(flight);
    if (landed_.size() == 1 && !closed_) wake_.NonBlockingCall();
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

  // The environment ends: no thread of the runtime may call back into it.
  void Close() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      closed_ = true;
    }
    Stop();
    for (Flight* flight : flying_) Release(flight);
    flying_.clear();
    landed_.clear();
    wake_.Release();
  }

  Wake wake_;
  std::vector<Flight*> flying_;    // touched on the event loop only, as is the next
  std::vector<Flight*> draining_;  // kept for its memory
  std::mutex mutex_;
  std::vector<Flight*> landed_;
  bool closed_ = false;
};

}  // namespace iecore
