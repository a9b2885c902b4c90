#include "variable_state.hpp"

#include "blob.hpp"

namespace iecore {

void VariableState::Export(Napi::Env env, Napi::Object exports) {
  Class::Export(env, exports,
                {Method<&VariableState::Name>("name"), Method<&VariableState::Get>("get"),
                 Method<&VariableState::Set>("set"), Method<&VariableState::Reset>("reset")});
}

Napi::Value VariableState::Name(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), state_.get_name());
}

// A copy: the plugin moves the state's memory as it likes.
Napi::Value VariableState::Get(const Napi::CallbackInfo& info) {
  return Blob::Create(info.Env(), CopyOf(state_.get_state()));
}

Napi::Value VariableState::Set(const Napi::CallbackInfo& info) {
  state_.set_state(Blob::From(info[0]).Tensor());
  return info.Env().Undefined();
}

Napi::Value VariableState::Reset(const Napi::CallbackInfo& info) {
  state_.reset();
  return info.Env().Undefined();
}

}  // namespace iecore
