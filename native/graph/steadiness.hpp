// Determines whether input values affect the duration of an inference.
#pragma once

#include <openvino/core/model.hpp>

namespace iecore {

// Returns true if all inferences of a graph take about the same time: all shapes are static, and no
// operation branches, loops or searches depending on values. Returns false if this is not certain.
bool IsSteady(const ov::Model& model);

}  // namespace iecore
