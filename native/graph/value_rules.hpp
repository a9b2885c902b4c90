// Values on which the runtime would crash, or read and write what is not the tensor's: operations
// that do not check an operand, and the inputs of the graph that feed it as they are.
#pragma once

#include <napi.h>

#include <openvino/core/model.hpp>
#include <string>
#include <vector>

#include "graph/value_limits.hpp"

namespace iecore {

// An input of the graph that feeds an operand which the runtime does not check.
struct ValueRule {
  size_t input;
  std::string operation;
  std::string operand;
  ValueLimits limits;
};

// The rules of a graph as it is compiled; the inputs are in its order.
std::vector<ValueRule> RulesOf(const ov::Model& model);

Napi::Array FromRules(Napi::Env env, const std::vector<ValueRule>& rules);

}  // namespace iecore
