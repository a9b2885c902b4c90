// What the elements of an operand may be.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace iecore {

// A number that is known only once an input is there: the length of an axis, or the value of an
// element. A bound grows by it, times the factor.
struct InputNumber {
  size_t input;
  size_t index;    // of the axis, or of the element
  bool is_length;  // of an axis
  double min_factor;
  double max_factor;
};

// What an element may be: a number from `min` to `max`.
struct ValueLimit {
  double min;
  double max;
  bool zero = true;  // whether it may be zero
  std::optional<InputNumber> number = std::nullopt;
};

// The limits of an operation's operand, for the elements in turn: the last is followed by the
// first. An element without a limit may be anything.
struct ValueLimits {
  std::vector<std::optional<ValueLimit>> elements;
  bool total = false;  // whether the elements above zero are at most `max` of the first in total
};

}  // namespace iecore
