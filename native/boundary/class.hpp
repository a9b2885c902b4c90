// The base of wrapped classes, with the one trampoline through which JavaScript calls methods and
// functions.
#pragma once

#include <memory>
#include <random>
#include <unordered_map>
#include <utility>
#include <vector>

#include "boundary/disposal.hpp"
#include "boundary/errors.hpp"

namespace iecore {

class Completions;

// The data of one JavaScript environment: the main thread, a worker, or a context of Jest.
struct Environment {
  std::unordered_map<const napi_type_tag*, Napi::FunctionReference> constructors;
  std::shared_ptr<Completions> completions;
  std::shared_ptr<Disposal> disposal = std::make_shared<Disposal>();

  static Environment& Of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }
};

// Tags are random, so that two copies of the addon in one process do not accept each other's
// objects.
inline napi_type_tag RandomTag() {
  std::random_device device;
  const auto word = [&] { return (uint64_t{device()} << 32) | device(); };
  return {word(), word()};
}

// Exports a function, which may throw any exception; `code` is the error code of exceptions that
// have none of their own.
template <auto function, const char* code = kGeneralError>
void ExportFunction(Napi::Env env, Napi::Object exports, const char* name) {
  napi_property_descriptor descriptor = {};
  descriptor.utf8name = name;
  descriptor.attributes = napi_default_jsproperty;
  descriptor.method = [](napi_env env, napi_callback_info raw) -> napi_value {
    return Guard(env, code, [&] { return function(Napi::CallbackInfo(env, raw)); });
  };
  if (napi_define_properties(env, exports, 1, &descriptor) != napi_ok) throw Napi::Error::New(env);
}

// Base of every wrapped class. `T` has a static `kName` and a constructor from
// `const Napi::CallbackInfo&`.
template <class T>
class Class : public Napi::ObjectWrap<T> {
 public:
  explicit Class(const Napi::CallbackInfo& info) : Napi::ObjectWrap<T>(info) {
    info.This().As<Napi::Object>().TypeTag(&kTag);
  }

  // The native object behind an argument. Throws INVALID_ARGUMENT for any other object, even if its
  // prototype is that of the class.
  static T& From(const Napi::Value& value) {
    if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kTag))
      throw CodedError(value.Env(), kInvalidArgument, std::string("Expected a native ") + T::kName);
    return *T::Unwrap(value.As<Napi::Object>());
  }

  static Napi::Object Construct(Napi::Env env, const std::vector<napi_value>& arguments) {
    return Environment::Of(env).constructors.at(&kTag).New(arguments);
  }

  static void Export(Napi::Env env, Napi::Object exports,
                     const std::vector<Napi::ClassPropertyDescriptor<T>>& members) {
    const Napi::Function constructor = Napi::ObjectWrap<T>::DefineClass(env, T::kName, members);
    Environment::Of(env).constructors.emplace(&kTag, Napi::Persistent(constructor));
    exports.Set(T::kName, constructor);
  }

 protected:
  // A method that may throw any exception; `code` is the error code of exceptions that have none of
  // their own. V8 checks that the receiver was made by this class, so unwrapping needs no type tag.
  template <auto method, const char* code = kGeneralError>
  static Napi::ClassPropertyDescriptor<T> Method(const char* name) {
    napi_property_descriptor descriptor = {};
    descriptor.utf8name = name;
    descriptor.attributes = napi_default_method;
    descriptor.method = [](napi_env env, napi_callback_info raw) -> napi_value {
      return Guard(env, code, [&] {
        const Napi::CallbackInfo info(env, raw);
        return (T::Unwrap(info.This().As<Napi::Object>())->*method)(info);
      });
    };
    return Napi::ClassPropertyDescriptor<T>(descriptor);
  }

 private:
  static inline const napi_type_tag kTag = RandomTag();
};

// Passes a C++ value to the constructor of a wrapped class. The value is withdrawn at the end of
// the scope, because the constructor may never run: a stack overflow or a terminated worker ends
// the call first.
template <class T>
class Handover {
 public:
  explicit Handover(T& value) { pending_ = &value; }
  ~Handover() { pending_ = nullptr; }
  Handover(const Handover&) = delete;
  Handover& operator=(const Handover&) = delete;

  // Null if JavaScript called the constructor.
  static T* Take() { return std::exchange(pending_, nullptr); }

 private:
  static inline thread_local T* pending_ = nullptr;
};

// A class whose objects only the native side creates, each around a `State`.
template <class T, class State>
class NativeClass : public Class<T> {
 public:
  explicit NativeClass(const Napi::CallbackInfo& info)
      : Class<T>(info), state_(Take(info.Env())), disposal_(Environment::Of(info.Env()).disposal) {}

  ~NativeClass() override { Dispose(); }
  NativeClass(const NativeClass&) = delete;
  NativeClass& operator=(const NativeClass&) = delete;

  static Napi::Object Create(Napi::Env env, State state) {
    const Handover<State> pending(state);
    return Class<T>::Construct(env, {});
  }

 protected:
  // Gives up the state; the disposal thread frees it, off the event loop.
  void Dispose() noexcept { disposal_->Take(std::exchange(state_, State())); }

  State state_;

 private:
  static State Take(Napi::Env env) {
    State* state = Handover<State>::Take();
    if (state == nullptr) {
      throw CodedError(env, kInvalidArgument,
                       std::string(T::kName) + " cannot be constructed from JavaScript");
    }
    return std::move(*state);
  }

  // A reference of its own, because Node may delete the environment's data before its objects.
  std::shared_ptr<Disposal> disposal_;
};

}  // namespace iecore
