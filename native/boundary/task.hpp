// The one way off the event loop: `work` runs on a pool thread, `done` turns its result into a
// JavaScript value.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "boundary/errors.hpp"

namespace iecore {

template <class Result>
class Task final : public Napi::AsyncWorker {
 public:
  using Work = std::function<Result()>;
  using Done = std::function<Napi::Value(Napi::Env, Result&)>;

  // Runs here and now when `sync`, returning the value; else on a pool thread, returning a promise.
  // `work` owns all it uses and touches no JavaScript; the receiver stays alive until the promise
  // settles, and so does `used`, whose memory the work reads.
  static Napi::Value Run(const Napi::CallbackInfo& info, bool sync, const char* code, Work work,
                         Done done, Napi::Value used = {}) {
    if (sync) {
      std::optional<Result> result;
      try {
        result = work();
      } catch (...) {
        throw Failure::Of(std::current_exception(), code).ToError(info.Env());
      }
      return done(info.Env(), *result);
    }
    std::unique_ptr<Task> task(new Task(info, code, std::move(work), std::move(done)));
    if (!used.IsEmpty()) task->used_ = Napi::Persistent(used.As<Napi::Object>());
    const Napi::Promise promise = task->deferred_.Promise();
    task->Queue();
    static_cast<void>(task.release());  // deletes itself when done
    return promise;
  }

 private:
  Task(const Napi::CallbackInfo& info, const char* code, Work work, Done done)
      : AsyncWorker(info.Env(), "openvino_iecore"),
        deferred_(info.Env()),
        owner_(Napi::Persistent(info.This().As<Napi::Object>())),
        code_(code),
        work_(std::move(work)),
        done_(std::move(done)) {}

  void Execute() override {
    try {
      result_ = work_();
    } catch (...) {
      failure_ = Failure::Of(std::current_exception(), code_);
    }
    // What it owns may take long to free.
    work_ = nullptr;
  }

  void OnOK() override {
    try {
      if (!failure_) return deferred_.Resolve(done_(Env(), *result_));
    } catch (const Napi::Error& e) {
      return deferred_.Reject(e.Value());
    } catch (...) {
      failure_ = Failure::Of(std::current_exception(), code_);
    }
    deferred_.Reject(failure_.ToError(Env()).Value());
  }

  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference owner_;
  Napi::ObjectReference used_;
  const char* code_;
  Work work_;
  Done done_;
  std::optional<Result> result_;
  Failure failure_;
};

}  // namespace iecore
