// Cuts a graph: gives it other inputs and outputs, and freezes inputs to constants.
#pragma once

#include <napi.h>

#include <memory>
#include <openvino/core/model.hpp>
#include <optional>
#include <string>
#include <vector>

namespace iecore {

// An output of an operation: the operation's position in the order of execution, and the port.
struct Position {
  size_t operation = 0;
  size_t port = 0;
};

// A new output of the network. If `name` is not empty, its operation is renamed: a frontend names
// the last operation of a network after its tensor.
struct OutputChange {
  Position at;
  std::string name;
};

// A new input of the network, which replaces an output of an operation.
struct InputChange {
  Position at;
  std::string name;
  std::vector<std::string> aliases;               // the names of its tensor
  std::optional<ov::PartialShape> shape;          // by default that of the replaced output
  std::optional<ov::element::Type> type;          // by default that of the replaced output
  std::optional<std::vector<std::string>> value;  // makes it a constant with these elements
};

struct CutPlan {
  std::optional<std::vector<InputChange>> inputs;    // by default the network's own
  std::optional<std::vector<OutputChange>> outputs;  // by default the network's own
};

// Reads { inputs, outputs }; see NativeConversionPlan in lib/addon/native-types.ts.
CutPlan ToCutPlan(const Napi::Object& object);

// The network that is left, or the name of an input that it still needs although the plan does not
// list it.
struct CutResult {
  std::shared_ptr<ov::Model> model;
  std::string missing_input;  // if `model` is null
};

// Changes `model` and returns a network of its operations.
CutResult Cut(const std::shared_ptr<ov::Model>& model, const CutPlan& plan);

}  // namespace iecore
