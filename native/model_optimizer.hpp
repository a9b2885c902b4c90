// The native functions behind lib/model-optimizer: converting and saving networks.
#pragma once

#include <napi.h>

namespace iecore {

// operationTensors(path, frontend, names, tensors, sync): see FindOperationTensors().
Napi::Value FindTensors(const Napi::CallbackInfo& info);

// optimize(network, plan, sync): { network, missingInput }. `network` is a new network with the
// changes of the plan. If it still needs an input that the plan does not list, `missingInput` is
// the name of that input, and `network` is null; otherwise `missingInput` is null.
Napi::Value Optimize(const Napi::CallbackInfo& info);

// saveModel(network, xml, compress, sync): writes IR, with the weights beside it; as FP16 if
// `compress`.
Napi::Value SaveModel(const Napi::CallbackInfo& info);

}  // namespace iecore
