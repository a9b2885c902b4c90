#include "model_optimizer.hpp"

#include <openvino/core/graph_util.hpp>

#include "boundary/convert.hpp"
#include "boundary/task.hpp"
#include "graph/conversion.hpp"
#include "graph/operation_tensors.hpp"
#include "network.hpp"

namespace iecore {

Napi::Value FindTensors(const Napi::CallbackInfo& info) {
  return Task<std::vector<std::optional<OperationTensors>>>::Run(
      info, ToBool(info[4]), kNetworkNotRead,
      [path = ToString(info[0]), frontend = ToString(info[1]), names = ToStrings(info[2]),
       tensors = ToStrings(info[3])] {
        return FindOperationTensors(path, frontend, names, tensors);
      },
      FromOperationTensors);
}

Napi::Value Optimize(const Napi::CallbackInfo& info) {
  return Task<CutResult>::Run(
      info, ToBool(info[2]), kNetworkNotChanged,
      [model = Network::From(info[0]).Clone(), plan = ToConversionPlan(info[1])] {
        return ApplyConversion(model, plan);
      },
      [](Napi::Env env, CutResult& result) -> Napi::Value {
        Napi::Object object = Napi::Object::New(env);
        const bool is_missing = result.model == nullptr;
        object.Set("network", is_missing ? env.Null() : Network::Create(env, result.model));
        object.Set("missingInput",
                   is_missing ? Napi::String::New(env, result.missing_input) : env.Null());
        return object;
      });
}

Napi::Value SaveModel(const Napi::CallbackInfo& info) {
  return Task<Nothing>::Run(
      info, ToBool(info[3]), kFileNotWritable,
      [model = Network::From(info[0]).Clone(), xml = ToString(info[1]),
       compress = ToBool(info[2])] {
        ov::save_model(model, xml, compress);
        return Nothing{};
      },
      ToUndefined);
}

}  // namespace iecore
