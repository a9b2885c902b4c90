// Which device of HETERO runs which layer.
#pragma once

#include <map>
#include <openvino/core/model.hpp>
#include <openvino/runtime/core.hpp>
#include <string>

namespace iecore {

// Layer -> device, of the user.
using Affinity = std::map<std::string, std::string>;

// Writes into the graph where each layer is to run: where the user says, else where HETERO would
// put it. Nothing changes when the user says nothing.
void Assign(ov::Core& core, const std::shared_ptr<ov::Model>& model, const std::string& device,
            const Affinity& affinity);

}  // namespace iecore
