// Finds the tensors of operations by the names that these have in the model's own file format.
#pragma once

#include <napi.h>

#include <optional>
#include <string>
#include <vector>

namespace iecore {

// For each port, the names of its tensor.
struct OperationTensors {
  std::vector<std::vector<std::string>> inputs;
  std::vector<std::vector<std::string>> outputs;
};

// For each operation in `names`, its tensors among `tensors`; none if the file has no such
// operation or the format has no names of operations.
std::vector<std::optional<OperationTensors>> FindOperationTensors(
    const std::string& path, const std::string& frontend, const std::vector<std::string>& names,
    const std::vector<std::string>& tensors);

Napi::Value FromOperationTensors(Napi::Env env,
                                 const std::vector<std::optional<OperationTensors>>& found);

}  // namespace iecore
