// The name of a network in a cache of compiled ones.
#pragma once

#include <openvino/core/model.hpp>
#include <optional>
#include <string>

namespace iecore {

// Depends on the settings and on the whole graph with its weights, but for the names of inner
// layers. The runtimes' own hashes can be inverted, and not all of them cover the weights. None for
// a graph that the runtime cannot write.
std::optional<std::string> NameInCache(const std::string& settings, const ov::Model& model);

}  // namespace iecore
