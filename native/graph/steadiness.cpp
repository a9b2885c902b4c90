#include "graph/steadiness.hpp"

#include <algorithm>
#include <openvino/op/util/multi_subgraph_base.hpp>
#include <openvino/opsets/opset.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace iecore {

namespace {

std::string TypeOf(const ov::Node& node) { return node.get_type_info().name; }

// Operations with static shapes whose time depends on values. Operations whose output shape depends
// on values are not listed, because their shapes are dynamic.
bool IsVarying(const std::string& type) {
  // clang-format off
  static const auto& types = *new std::unordered_set<std::string>{
      "CTCGreedyDecoder", "CTCGreedyDecoderSeqLen", "CTCLoss", "DeformablePSROIPooling", "DetectionOutput",
      "ExperimentalDetectronDetectionOutput", "ExperimentalDetectronGenerateProposalsSingleImage",
      "ExperimentalDetectronROIFeatureExtractor", "GenerateProposals", "MatrixNms", "MulticlassNms",
      "NMSRotated", "NonMaxSuppression", "PSROIPooling", "Proposal", "ROIAlign", "ROIAlignRotated",
      "ROIPooling"};
  // clang-format on
  return types.count(type) > 0;
}

// The index of the operand that sets the number of steps of a recurrent operation.
std::optional<size_t> LengthsOf(const std::string& type) {
  static const auto& places = *new std::unordered_map<std::string, size_t>{
      {"LSTMSequence", 3}, {"GRUSequence", 2}, {"RNNSequence", 2}, {"AUGRUSequence", 2}};
  const auto found = places.find(type);
  if (found == places.end()) return std::nullopt;
  return found->second;
}

// Whether an operand has the same value in every inference: it depends on constants and shapes
// only, and all shapes are static.
bool IsFixed(const ov::Node& node, size_t operand) {
  std::vector<const ov::Node*> open{node.get_input_node_ptr(operand)};
  std::unordered_set<const ov::Node*> seen;
  while (!open.empty()) {
    const ov::Node* source = open.back();
    open.pop_back();
    const std::string type = TypeOf(*source);
    if (type == "Constant" || type == "ShapeOf" || !seen.insert(source).second) continue;
    if (source->get_input_size() == 0) return false;
    for (size_t i = 0; i < source->get_input_size(); ++i)
      open.push_back(source->get_input_node_ptr(i));
  }
  return true;
}

// Whether the operation is one of the runtime's own, not of an extension.
bool IsOfRuntime(const ov::Node& node) {
  const auto& sets = ov::get_available_opsets();
  return std::any_of(sets.begin(), sets.end(), [&](const auto& set) {
    return set.second().contains_type(node.get_type_info());
  });
}

bool IsSteadyNode(const ov::Node& node) {
  const std::string type = TypeOf(node);
  if (!IsOfRuntime(node) || IsVarying(type)) return false;
  for (const auto& output : node.outputs())
    if (output.get_partial_shape().is_dynamic()) return false;
  if (const auto lengths = LengthsOf(type)) return IsFixed(node, *lengths);
  if (const auto* outer = dynamic_cast<const ov::op::util::MultiSubGraphOp*>(&node)) {
    // A TensorIterator runs its body once for each element of an axis, whose length is static.
    return type == "TensorIterator" && IsSteady(*outer->get_function(0));
  }
  return true;
}

}  // namespace

bool IsSteady(const ov::Model& model) {
  const auto operations = model.get_ops();
  return std::all_of(operations.begin(), operations.end(),
                     [](const auto& operation) { return IsSteadyNode(*operation); });
}

}  // namespace iecore
