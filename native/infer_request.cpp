#include "infer_request.hpp"

#include <cstring>
#include <openvino/runtime/properties.hpp>

#include "blob.hpp"
#include "boundary/convert.hpp"
#include "graph/saturate.hpp"
#include "variable_state.hpp"

namespace iecore {

namespace {

const char* StatusName(ov::ProfilingInfo::Status status) {
  switch (status) {
    case ov::ProfilingInfo::Status::EXECUTED:
      return "EXECUTED";
    case ov::ProfilingInfo::Status::OPTIMIZED_OUT:
      return "OPTIMIZED_OUT";
    default:
      return "NOT_RUN";
  }
}

// A property of a network, or `fallback` if its device has no such property.
template <class T>
T PropertyOr(const ov::CompiledModel& network, const ov::Property<T>& property, T fallback) {
  try {
    return network.get_property(property);
  } catch (const ov::Exception&) {
    return fallback;
  }
}

}  // namespace

void InferRequest::Export(Napi::Env env, Napi::Object exports) {
  Class::Export(
      env, exports,
      {Method<&InferRequest::Input>("input"), Method<&InferRequest::OutputAt>("output"),
       Method<&InferRequest::SetInput>("setInput"), Method<&InferRequest::SetOutput>("setOutput"),
       Method<&InferRequest::Infer, kInferenceFailed>("infer"),
       Method<&InferRequest::Start>("start"), Method<&InferRequest::Wait, kInferenceFailed>("wait"),
       Method<&InferRequest::Cancel>("cancel"), Method<&InferRequest::Latency>("latency"),
       Method<&InferRequest::Profile>("profile"), Method<&InferRequest::States>("states"),
       Method<&InferRequest::Close>("close")});
}

Napi::Object InferRequest::Create(Napi::Env env, const ov::InferRequest& request,
                                  const std::vector<ov::element::Type>& precisions, bool steady) {
  const Napi::Object object = NativeClass::Create(env, request);
  InferRequest& self = From(object);
  self.completions_ = Environment::Of(env).completions;
  self.Prepare(precisions, steady);
  return object;
}

// Prepares a new request: its inputs, the tensors of its outputs, and its callback.
void InferRequest::Prepare(const std::vector<ov::element::Type>& precisions, bool steady) {
  const ov::CompiledModel network = state_.get_compiled_model();
  // With one thread, the CPU plugin loses the exception of an inference on the caller's thread.
  elsewhere_ = PropertyOr(network, ov::inference_num_threads, 0) == 1;
  // The device BATCH waits for other requests, even if there are none.
  const bool waits = PropertyOr(network, ov::auto_batch_timeout, 0U) > 0;
  fast_path_ = FastPath(steady && !elsewhere_ && !waits);
  // The memory of a new request is not initialized. With zeros, results are reproducible.
  for (size_t i = 0; i < network.inputs().size(); ++i) {
    if (network.input(i).get_partial_shape().is_dynamic()) continue;
    ov::Tensor tensor = state_.get_input_tensor(i);
    std::memset(tensor.data(), 0, tensor.get_byte_size());
  }
  for (size_t i = 0; i < network.outputs().size(); ++i) {
    const auto& port = network.output(i);
    Output output;
    output.precision = precisions.at(i);
    output.dynamic = port.get_partial_shape().is_dynamic();
    const bool converted = output.precision != port.get_element_type();
    if (converted && !CanSaturate(port.get_element_type(), output.precision)) {
      throw Coded(kNotImplemented, "An output of " + port.get_element_type().to_string() +
                                       " cannot be read as " + output.precision.to_string());
    }
    output.own = converted || output.dynamic;
    if (!output.dynamic) {
      output.tensor =
          converted ? ov::Tensor(output.precision, port.get_shape()) : state_.get_output_tensor(i);
    }
    outputs_.push_back(output);
  }
  state_.set_callback([this](const std::exception_ptr& error) {
    // Run() handles the end of a synchronous inference itself.
    if (!running_) return;
    MeasureLatency();
    try {
      if (error) std::rethrow_exception(error);
      TakeOutputs();
    } catch (...) {
      async_.failure = Failure::Of(std::current_exception(), kInferenceFailed);
    }
    running_ = false;
    completions_->Finish(&async_);
  });
}

void InferRequest::MeasureLatency() {
  const std::chrono::duration<double, std::milli> time = Clock::now() - started_;
  latency_.store(time.count(), std::memory_order_relaxed);
}

// Converts or copies the outputs of the last inference into the user's tensors.
void InferRequest::TakeOutputs() {
  for (size_t i = 0; i < outputs_.size(); ++i) {
    Output& output = outputs_[i];
    if (!output.own) continue;
    const ov::Tensor result = state_.get_output_tensor(i);
    if (result.get_element_type() == output.precision) {
      output.tensor = CopyOf(result);
      continue;
    }
    if (output.dynamic) output.tensor = ov::Tensor(output.precision, result.get_shape());
    Saturate(result, output.tensor);
  }
}

Napi::Value InferRequest::Input(const Napi::CallbackInfo& info) {
  return Blob::Create(info.Env(), state_.get_input_tensor(ToSize(info[0])));
}

// output(index): a blob; null if the shape is dynamic and no inference has finished yet.
Napi::Value InferRequest::OutputAt(const Napi::CallbackInfo& info) {
  const ov::Tensor& tensor = outputs_.at(ToSize(info[0])).tensor;
  return tensor ? Napi::Value(Blob::Create(info.Env(), tensor)) : info.Env().Null();
}

void InferRequest::SetInput(const Napi::CallbackInfo& info) {
  state_.set_input_tensor(ToSize(info[0]), Blob::From(info[1]).Tensor());
}

void InferRequest::SetOutput(const Napi::CallbackInfo& info) {
  const size_t index = ToSize(info[0]);
  const ov::Tensor& tensor = Blob::From(info[1]).Tensor();
  Output& output = outputs_.at(index);
  if (!output.own) state_.set_output_tensor(index, tensor);
  output.tensor = tensor;
}

// Waits until the callback of the last inference has returned. The runtime removes the callback
// from the request while it runs; an inference that starts before it is restored would have none.
void InferRequest::WaitForCallback() {
  if (!callback_is_out_) return;
  callback_is_out_ = false;
  try {
    state_.wait();
  } catch (const std::exception&) {
    // The caller of that inference has already received this error.
  }
}

// Runs an inference and waits for it.
void InferRequest::Run() {
  started_ = Clock::now();
  if (elsewhere_) {
    callback_is_out_ = true;
    state_.start_async();
    state_.wait();
  } else {
    state_.infer();
  }
  MeasureLatency();
  TakeOutputs();
}

void InferRequest::Infer(const Napi::CallbackInfo& /*info*/) {
  WaitForCallback();
  Run();
}

// Runs an inference that start() does not hand to another thread.
Napi::Value InferRequest::StartHere(Napi::Env env) {
  try {
    Run();
  } catch (...) {
    const auto deferred = Napi::Promise::Deferred::New(env);
    deferred.Reject(Failure::Of(std::current_exception(), kInferenceFailed).ToError(env).Value());
    return deferred.Promise();
  }
  fast_path_.RanHere(latency_);
  return Napi::Boolean::New(env, FastPath::MustYield());
}

// start(mayRunHere): a promise that settles with the inference. If the inference ran in this thread
// and has succeeded, a boolean instead: whether the caller has to yield to the event loop before it
// continues.
Napi::Value InferRequest::Start(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (running_) throw Coded(kRequestBusy, "The request is busy with another inference");
  if (completions_->Halted()) throw Coded(kCancelled, "The process is exiting");
  const bool here = ToBool(info[0]) && completions_->Idle() && fast_path_.Allows(latency_);
  WaitForCallback();
  if (async_.deferred) completions_->SettleNow(env, &async_);
  if (here) return StartHere(env);
  const auto deferred = Napi::Promise::Deferred::New(env);
  auto owner = Napi::Persistent(info.This().As<Napi::Object>());
  completions_->Add(env, &async_);
  // Nothing below throws, so Finish() is called for each inference that was added.
  async_.deferred = deferred;
  async_.owner = std::move(owner);
  async_.request = state_;
  fast_path_.RanElsewhere();
  callback_is_out_ = true;
  running_ = true;
  started_ = Clock::now();
  try {
    state_.start_async();
  } catch (...) {
    running_ = false;
    async_.failure = Failure::Of(std::current_exception(), kInferenceFailed);
    completions_->Finish(&async_);
  }
  return deferred.Promise();
}

// wait(milliseconds): whether the inference is done within this time; a negative number waits
// without a limit. Throws if the inference failed.
Napi::Value InferRequest::Wait(const Napi::CallbackInfo& info) {
  const int64_t timeout = info[0].As<Napi::Number>().Int64Value();
  if (timeout >= 0)
    return Napi::Boolean::New(info.Env(), state_.wait_for(std::chrono::milliseconds(timeout)));
  state_.wait();
  return Napi::Boolean::New(info.Env(), true);
}

void InferRequest::Cancel(const Napi::CallbackInfo& /*info*/) { state_.cancel(); }

Napi::Value InferRequest::Latency(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), latency_);
}

Napi::Value InferRequest::Profile(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!PropertyOr(state_.get_compiled_model(), ov::enable_profiling, true)) {
    // Without this check, the CPU plugin would return zeros.
    throw Coded(kUnsupportedProperty, "PERF_COUNT is off");
  }
  const std::vector<ov::ProfilingInfo> profile = state_.get_profiling_info();
  Napi::Array layers = Napi::Array::New(env, profile.size());
  for (uint32_t i = 0; i < profile.size(); ++i) {
    const ov::ProfilingInfo& layer = profile[i];
    Napi::Object object = Napi::Object::New(env);
    object.Set("name", layer.node_name);
    object.Set("status", StatusName(layer.status));
    object.Set("execType", layer.exec_type);
    object.Set("layerType", layer.node_type);
    object.Set("realTime", static_cast<double>(layer.real_time.count()));
    object.Set("cpuTime", static_cast<double>(layer.cpu_time.count()));
    layers.Set(i, object);
  }
  return layers;
}

Napi::Value InferRequest::States(const Napi::CallbackInfo& info) {
  const std::vector<ov::VariableState> states = state_.query_state();
  Napi::Array array = Napi::Array::New(info.Env(), states.size());
  for (uint32_t i = 0; i < states.size(); ++i)
    array.Set(i, VariableState::Create(info.Env(), states[i]));
  return array;
}

// Frees the runtime's request. TypeScript calls this when no inference is running, and calls no
// other method afterwards.
void InferRequest::Close(const Napi::CallbackInfo& /*info*/) {
  outputs_.clear();
  Dispose();
}

}  // namespace iecore
