// Translates every C++ failure to a JavaScript Error with a stable `code`.
#pragma once

#include <napi.h>

#include <exception>
#include <new>
#include <openvino/core/except.hpp>
#include <openvino/runtime/exception.hpp>
#include <string>
#include <type_traits>
#include <utility>

#include "boundary/codes.hpp"

namespace iecore {

// Nothing else in native/ creates an Error with a message.
inline Napi::Error CodedError(Napi::Env env, const char* code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

// A C++ exception that carries its error code.
struct Coded : std::runtime_error {
  Coded(const char* code, const std::string& message) : std::runtime_error(message), code(code) {}
  const char* code;
};

// The runtime wraps a std::bad_alloc in an exception of its own, so the message has to be searched.
inline bool IsOutOfMemory(const std::exception& e) {
  if (dynamic_cast<const std::bad_alloc*>(&e) != nullptr) return true;
  const std::string text = e.what();
  for (const char* words : {"std::bad_alloc", "Failed to allocate", "Cannot allocate memory"})
    if (text.find(words) != std::string::npos) return true;
  return false;
}

// The code of an exception: by its C++ type if that is specific enough, else `fallback`, the code
// of the operation that failed. The runtime reports both a missing file and an unknown device as a
// plain ov::Exception.
inline const char* CodeOf(const std::exception& e, const char* fallback) {
  if (const auto* coded = dynamic_cast<const Coded*>(&e)) return coded->code;
  if (dynamic_cast<const ov::Busy*>(&e) != nullptr) return kRequestBusy;
  if (dynamic_cast<const ov::Cancelled*>(&e) != nullptr) return kCancelled;
  if (IsOutOfMemory(e)) return kOutOfMemory;
  // Plugins throw NotImplemented for a property that they do not have.
  const bool is_property = fallback == kUnsupportedProperty;
  if (dynamic_cast<const ov::NotImplemented*>(&e) != nullptr && !is_property)
    return kNotImplemented;
  return fallback;
}

// A failure as plain data, which can be passed to another thread. False if nothing failed.
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
      return {fallback, "The runtime threw an object that is not a std::exception"};
    }
  }
};

// Runs `body` and translates every exception to a Napi::Error; constructors may throw nothing else.
template <class Body>
auto Translated(Napi::Env env, const char* code, Body&& body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw Failure::Of(std::current_exception(), code).ToError(env);
  }
}

// Runs `body` for a call from JavaScript and throws its exceptions there; no C++ exception leaves
// it. A body without a result gives undefined.
template <class Body>
napi_value Guard(napi_env env, const char* code, Body&& body) {
  try {
    return Translated(env, code, [&]() -> napi_value {
      if constexpr (std::is_void_v<decltype(body())>) {
        body();
        return nullptr;
      } else {
        return body();
      }
    });
  } catch (const Napi::Error& e) {
    e.ThrowAsJavaScriptException();
    return nullptr;
  }
}

}  // namespace iecore
