// Runs work off the event loop and delivers its result as a promise, or runs it at once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "boundary/errors.hpp"

namespace iecore {

// The result type of a task whose promise resolves with undefined.
using Nothing = std::monostate;
inline Napi::Value ToUndefined(Napi::Env env, Nothing&) { return env.Undefined(); }

template <class Result>
class Task final : public Napi::AsyncWorker {
 public:
  // Runs on a thread of Node's pool.
  using Work = std::function<Result()>;
  // Converts the result to a JavaScript value, on the event loop.
  using Done = std::function<Napi::Value(Napi::Env, Result&)>;

  // If `sync`, runs in the calling thread and returns the value, else returns a promise. `work`
  // owns everything it uses and touches no JavaScript. The receiver stays alive until the promise
  // settles, and so does `used`, an object whose memory `work` reads.
  static Napi::Value Run(const Napi::CallbackInfo& info, bool sync, const char* code, Work work,
                         Done done, Napi::Value used = {}) {
    if (sync) {
      Result result = Translated(info.Env(), code, work);
      return done(info.Env(), result);
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
    // Freed on this thread, because freeing a network takes long.
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
