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

// Returns a copy, because the plugin may move the state's memory.
Napi::Value VariableState::Get(const Napi::CallbackInfo& info) {
  return Blob::Create(info.Env(), CopyOf(state_.get_state()));
}

void VariableState::Set(const Napi::CallbackInfo& info) {
  state_.set_state(Blob::From(info[0]).Tensor());
}

void VariableState::Reset(const Napi::CallbackInfo& /*info*/) { state_.reset(); }

}  // namespace iecore
