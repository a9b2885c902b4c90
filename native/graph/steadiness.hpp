// Whether the values of the inputs decide how long an inference takes.
#pragma once

#include <openvino/core/model.hpp>

namespace iecore {

// True where every inference of a graph takes about as long as any other: the shapes are all fixed,
// and no operation branches, loops or searches by values. What is not known well enough counts as
// not steady.
bool IsSteady(const ov::Model& model);

}  // namespace iecore
