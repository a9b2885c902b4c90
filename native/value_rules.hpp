// Values on which the runtime would crash, or read and write what is not the tensor's: operations
// that do not check an operand, and the inputs of the graph that feed it as they are.
#pragma once

#include <napi.h>

#include <openvino/core/model.hpp>
#include <optional>
#include <string>
#include <vector>

namespace iecore {

// The length of an axis of an input, known only once the input is there. A bound grows by it, times
// the factor.
struct InputLength {
  size_t input;
  size_t axis;
  double min_factor;
  double max_factor;
};

// What an element may be: a number from `min` to `max`.
struct ValueLimit {
  double min;
  double max;
  bool zero = true;  // whether it may be zero
  std::optional<InputLength> length = std::nullopt;
};

// The limits of an operation's operand, for the elements in turn: the last is followed by the
// first. An element without a limit may be anything.
struct ValueLimits {
  std::vector<std::optional<ValueLimit>> elements;
  bool total = false;  // whether the elements above zero are at most `max` of the first in total
};

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
