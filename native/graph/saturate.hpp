// Copies a tensor into another element type the way the classic API did: rounded half to even,
// saturated at the bounds of the target. A NaN becomes 0 in an integer type; BOOL is 1 for all that
// is not 0.
#pragma once

#include <openvino/runtime/tensor.hpp>

namespace iecore {

// Whether both types are ones that `Saturate` reads and writes (packed types of less than a byte
// are not).
bool CanSaturate(const ov::element::Type& from, const ov::element::Type& to);

// Both tensors hold the same number of elements.
void Saturate(const ov::Tensor& from, ov::Tensor& to);

}  // namespace iecore
