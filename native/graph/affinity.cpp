#include "graph/affinity.hpp"

#include <openvino/op/constant.hpp>
#include <set>

namespace iecore {

namespace {

constexpr const char* kAffinity = "affinity";

bool IsConstant(const ov::Node& node, const std::set<const ov::Node*>& constant) {
  if (ov::is_type<ov::op::v0::Constant>(&node)) return true;
  if (node.get_input_size() == 0) return false;
  for (const ov::Output<ov::Node>& source : node.input_values())
    if (constant.count(source.get_node()) == 0) return false;
  return true;
}

// The operations that depend on constants only.
std::set<const ov::Node*> Constants(const ov::NodeVector& nodes) {
  std::set<const ov::Node*> constant;
  for (const auto& node : nodes)
    if (IsConstant(*node, constant)) constant.insert(node.get());
  return constant;
}

}  // namespace

void Assign(ov::Core& core, const std::shared_ptr<ov::Model>& model, const std::string& device,
            const Affinity& affinity) {
  if (affinity.empty()) return;
  const ov::SupportedOpsMap by_itself = core.query_model(model, device);
  const ov::NodeVector nodes = model->get_ordered_ops();
  const std::set<const ov::Node*> constant = Constants(nodes);
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    ov::Node& node = **it;
    const auto said = affinity.find(node.get_friendly_name());
    const auto found = by_itself.find(node.get_friendly_name());
    std::string chosen = found == by_itself.end() ? affinity.begin()->second : found->second;
    if (said != affinity.end()) {
      chosen = said->second;
    } else if (constant.count(&node) != 0 && !node.get_users().empty()) {
      // Weights run where the operation that uses them runs. That operation already has its device,
      // because the loop runs backwards.
      chosen = node.get_users().front()->get_rt_info()[kAffinity].as<std::string>();
    }
    node.get_rt_info()[kAffinity] = chosen;
  }
}

}  // namespace iecore
