// Converts a tensor to another element type as the classic API did: rounding half to even and
// saturating at the bounds of the target type.
//
// A NaN becomes 0 in an integer type. BOOL is 1 for every value other than 0.
#pragma once

#include <openvino/runtime/tensor.hpp>

namespace iecore {

// Whether Saturate() supports both types. It does not support packed types of less than a byte.
bool CanSaturate(const ov::element::Type& from, const ov::element::Type& to);

// Both tensors must have the same number of elements.
void Saturate(const ov::Tensor& from, ov::Tensor& to);

}  // namespace iecore
