// Computes the name of a network in the cache of compiled networks.
#pragma once

#include <openvino/core/model.hpp>
#include <optional>
#include <string>

namespace iecore {

// A cryptographic hash of the settings and the whole graph with its weights, except the names of
// inner layers. None if the runtime cannot serialize the graph. The runtime's own hash is not used,
// because other networks with the same hash can be constructed, and some versions do not cover the
// weights.
std::optional<std::string> NameInCache(const std::string& settings, const ov::Model& model);

}  // namespace iecore
