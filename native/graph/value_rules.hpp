// Finds the inputs whose values the runtime uses without checking them.
//
// With wrong values, the runtime would crash or access memory outside of its tensors. lib/ checks
// the values before each inference.
#pragma once

#include <napi.h>

#include <openvino/core/model.hpp>
#include <string>
#include <vector>

#include "graph/value_limits.hpp"

namespace iecore {

// The limits of an input that is passed on, unchanged, to an operand that the runtime does not
// check.
struct ValueRule {
  size_t input;           // position among the inputs of the graph
  std::string operation;  // type and name
  std::string operand;    // name in the specification of the operation
  ValueLimits limits;
};

// The rules of a graph in the form in which it is compiled.
std::vector<ValueRule> RulesOf(const ov::Model& model);

Napi::Array FromRules(Napi::Env env, const std::vector<ValueRule>& rules);

}  // namespace iecore
