// Describes which values the elements of an operand may have.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace iecore {

// A number that is known only with the inputs of an inference: the length of an axis of an input,
// or the value of one of its elements. It is multiplied by a factor and added to a bound.
struct InputNumber {
  size_t input;       // position of the input
  size_t index;       // of the axis or the element
  bool is_length;     // true: the length of an axis; false: the value of an element
  double min_factor;  // for the lower bound
  double max_factor;  // for the upper bound
};

// The values that an element may have: from `min` to `max`.
struct ValueLimit {
  double min;
  double max;
  bool zero = true;  // whether 0 is allowed
  std::optional<InputNumber> number = std::nullopt;
};

// The limits of the elements of an operand, repeated if it has more elements than limits. An
// element without a limit may have any value.
struct ValueLimits {
  std::vector<std::optional<ValueLimit>> elements;
  bool total = false;  // whether the sum of the positive elements is limited by the first `max`
};

}  // namespace iecore
