// Assigns the layers of a graph to the devices of HETERO.
#pragma once

#include <map>
#include <openvino/core/model.hpp>
#include <openvino/runtime/core.hpp>
#include <string>

namespace iecore {

// Layer -> device, as the user set them.
using Affinity = std::map<std::string, std::string>;

// Writes the device of every layer into the graph: the one that the user set, else the one that
// HETERO would choose. Changes nothing if `affinity` is empty.
void Assign(ov::Core& core, const std::shared_ptr<ov::Model>& model, const std::string& device,
            const Affinity& affinity);

}  // namespace iecore
