// Checks that there is memory for the tensors of a graph.
#pragma once

#include <openvino/core/model.hpp>

namespace iecore {

// Throws if a tensor of the graph does not fit into memory. Call this before
// ov::preprocess::PrePostProcessor, which allocates these tensors when it folds constants and
// crashes if an allocation fails.
void CheckMemory(const ov::Model& model);

}  // namespace iecore
