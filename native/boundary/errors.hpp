// Turns every C++ failure into one JavaScript Error with a stable `code`. Nothing else in native/
// builds an Error.
#pragma once

#include <napi.h>

#include <exception>
#include <new>
#include <openvino/core/except.hpp>
#include <openvino/runtime/exception.hpp>
#include <string>
#include <utility>

namespace iecore {

// Error codes are the names of lib/errors.ts.
inline constexpr const char* kGeneralError = "GENERAL_ERROR";
inline constexpr const char* kInvalidArgument = "INVALID_ARGUMENT";

inline Napi::Error CodedError(Napi::Env env, const char* code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

// A failure whose code the thrower knows.
struct Coded : std::runtime_error {
  Coded(const char* code, const std::string& message) : std::runtime_error(message), code(code) {}
  const char* code;
};

// The runtime wraps what it catches: of memory that it did not get, its text tells.
inline bool IsOutOfMemory(const std::exception& e) {
  if (dynamic_cast<const std::bad_alloc*>(&e) != nullptr) return true;
  const std::string text = e.what();
  for (const char* words : {"std::bad_alloc", "Failed to allocate", "Cannot allocate memory"})
    if (text.find(words) != std::string::npos) return true;
  return false;
}

// The C++ type gives the code where it tells more than the operation does; a missing file and an
// unknown device are both a plain ov::Exception, so the operation's own code is the fallback.
inline const char* CodeOf(const std::exception& e, const char* fallback) {
  if (const auto* coded = dynamic_cast<const Coded*>(&e)) return coded->code;
  if (dynamic_cast<const ov::Busy*>(&e) != nullptr) return "REQUEST_BUSY";
  if (dynamic_cast<const ov::Cancelled*>(&e) != nullptr) return "CANCELLED";
  if (dynamic_cast<const ov::NotImplemented*>(&e) != nullptr) return "NOT_IMPLEMENTED";
  if (IsOutOfMemory(e)) return "OUT_OF_MEMORY";
  return fallback;
}

// Failures as plain data, so that they can leave the thread they happened on.
struct Failure {
  const char* code = nullptr;
  std::string message;

  explicit operator bool() const { return code != nullptr; }
  Napi::Error ToError(Napi::Env env) const { return CodedError(env, code, message); }

  static Failure Of(const std::exception_ptr& error, const char* fallback) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      return {CodeOf(e, fallback), e.what()};
    } catch (...) {
      return {fallback, "The runtime threw something that is no exception"};
    }
  }
};

// Runs something of which only a Napi::Error may come out: the body of a constructor.
template <class F>
auto Translated(Napi::Env env, const char* code, F&& body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw Failure::Of(std::current_exception(), code).ToError(env);
  }
}

// Runs the body of a call from JavaScript: no C++ exception passes through.
template <class F>
napi_value Guard(napi_env env, const char* code, F&& body) {
  try {
    return Translated(env, code, std::forward<F>(body));
  } catch (const Napi::Error& e) {
    e.ThrowAsJavaScriptException();
    return nullptr;
  }
}

}  // namespace iecore
