// The graph side of Model Optimizer: cutting, freezing, preprocessing and other changes for good.
#pragma once

#include <napi.h>

namespace iecore {

// operationTensors(path, frontend, names, tensors, sync): for each operation of the model's own
// format, the names of the tensors it takes and gives; null where the format or the model knows no
// such operation. `tensors` are those to look at.
Napi::Value OperationTensors(const Napi::CallbackInfo& info);

// optimize(network, plan, sync): a network of its own with the changes of the plan.
Napi::Value Optimize(const Napi::CallbackInfo& info);

// saveModel(network, xml, compress, sync): IR, its weights beside it; in FP16 when `compress`.
Napi::Value SaveModel(const Napi::CallbackInfo& info);

}  // namespace iecore
