// Finds the inputs of a graph that the values of an operand come from.
#pragma once

#include <functional>
#include <openvino/core/model.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/util/multi_subgraph_base.hpp>
#include <optional>
#include <string>
#include <unordered_map>

#include "graph/value_limits.hpp"

namespace iecore {

using Source = ov::Output<const ov::Node>;

// Maximum number of elements of a list that is followed through Split and Concat. Such lists hold
// one or two elements for each axis.
inline constexpr size_t kLongestList = 64;

// Maximum number of operations between an input and an operand. Usual models have a few; more could
// overflow the stack.
inline constexpr int kFarthest = 100;

inline std::string TypeOf(const ov::Node& node) { return node.get_type_info().name; }

// The source as a constant, or nullptr if it is not a constant.
inline const ov::op::v0::Constant* ConstantOf(const Source& source) {
  return dynamic_cast<const ov::op::v0::Constant*>(source.get_node());
}

// Follows values back to the inputs of the outermost graph, from graphs inside of operations too.
class Tracer {
 public:
  explicit Tracer(const ov::Model& model) {
    for (size_t i = 0; i < model.inputs().size(); ++i)
      inputs_.emplace(model.input(i).get_node(), i);
  }

  // Prepares for tracing in a graph inside of an operation: connects the graph's parameters to the
  // values that they have in every iteration.
  void Enter(const ov::op::util::MultiSubGraphOp& outer, int index) {
    const auto& parameters = outer.get_function(index)->get_parameters();
    for (const auto& description : outer.get_input_descriptions(index)) {
      using Invariant = ov::op::util::MultiSubGraphOp::InvariantInputDescription;
      if (dynamic_cast<const Invariant*>(description.get()) == nullptr) continue;
      outside_.emplace(parameters.at(description->m_body_parameter_index).get(),
                       outer.input_value(description->m_input_index));
    }
  }

  // Calls `found` for each input whose elements reach `source` unchanged, with the limits of the
  // input's elements.
  void Trace(const Source& source, const ValueLimits& limits,
             const std::function<void(size_t input, const ValueLimits&)>& found,
             int distance = 0) const {
    if (distance > kFarthest) return;
    const ov::Node& node = *source.get_node();
    const std::string type = TypeOf(node);
    if (const auto outside = outside_.find(&node); outside != outside_.end()) {
      Trace(outside->second, limits, found, distance + 1);
    } else if (const auto input = inputs_.find(&node); input != inputs_.end()) {
      found(input->second, limits);
    } else if (type == "Convert") {
      if (KeepsNumbers(node)) Trace(SourceOf(node, 0), limits, found, distance + 1);
    } else if (type == "Reshape" || type == "Squeeze" || type == "Unsqueeze") {
      Trace(SourceOf(node, 0), limits, found, distance + 1);
    } else if (type == "Split") {
      TraceSplit(source, limits, found, distance);
    } else if (type == "Concat") {
      TraceConcat(node, limits, found, distance);
    }
  }

  // The limit `min + min_factor * length` to `max + max_factor * length`, where `length` is that of
  // an axis of the source. If it is dynamic, the limit names the input that determines the length;
  // none if there is no such input.
  std::optional<ValueLimit> Between(const Source& source, size_t axis, double min_factor,
                                    double min, double max_factor, double max) const {
    const ov::PartialShape& shape = source.get_partial_shape();
    if (shape.rank().is_dynamic() || axis >= shape.size()) return std::nullopt;
    const ov::Dimension& dimension = *(shape.begin() + static_cast<std::ptrdiff_t>(axis));
    if (dimension.is_static()) {
      const auto length = static_cast<double>(dimension.get_length());
      return ValueLimit{min + min_factor * length, max + max_factor * length};
    }
    const auto input = Unchanged(source);
    if (!input) return std::nullopt;
    return ValueLimit{min, max, true, InputNumber{*input, axis, true, min_factor, max_factor}};
  }

  // The limit from 0 to less than the value of an element of the source; none if that is unknown.
  std::optional<ValueLimit> Below(const Source& source, size_t index) const {
    if (const auto* constant = ConstantOf(source)) {
      const auto numbers = constant->cast_vector<double>();
      if (index >= numbers.size()) return std::nullopt;
      return ValueLimit{0, numbers[index] - 1};
    }
    const auto input = Unchanged(source);
    if (!input) return std::nullopt;
    return ValueLimit{0, -1, true, InputNumber{*input, index, false, 0, 1}};
  }

 private:
  static Source SourceOf(const ov::Node& node, size_t index) { return node.input_value(index); }

  // Whether a conversion keeps the values of 32-bit integers.
  static bool KeepsNumbers(const ov::Node& convert) {
    const ov::element::Type from = convert.get_input_element_type(0);
    const ov::element::Type to = convert.get_output_element_type(0);
    return to.bitwidth() >= 32 || to.bitwidth() >= from.bitwidth();
  }

  // The input that reaches the source with its dimensions and values unchanged.
  std::optional<size_t> Unchanged(const Source& source) const {
    const ov::Node* node = source.get_node();
    for (int distance = 0; distance <= kFarthest; ++distance) {
      const auto outside = outside_.find(node);
      if (outside == outside_.end()) {
        if (const auto input = inputs_.find(node); input != inputs_.end()) return input->second;
        if (TypeOf(*node) != "Convert") return std::nullopt;
      }
      node = outside == outside_.end() ? node->get_input_node_ptr(0) : outside->second.get_node();
    }
    return std::nullopt;
  }

  // The length of a one-dimensional source, if it is static and at most kLongestList.
  static std::optional<size_t> ListLength(const Source& source) {
    const ov::PartialShape& shape = source.get_partial_shape();
    if (shape.is_dynamic() || shape.size() != 1) return std::nullopt;
    const auto length = static_cast<size_t>(shape[0].get_length());
    if (length > kLongestList) return std::nullopt;
    return length;
  }

  void TraceSplit(const Source& part, const ValueLimits& limits,
                  const std::function<void(size_t, const ValueLimits&)>& found,
                  int distance) const {
    const Source whole = SourceOf(*part.get_node(), 0);
    const auto length = ListLength(whole);
    const auto size = ListLength(part);
    if (!length || !size) return;
    ValueLimits wider;
    wider.elements.resize(*length);
    for (size_t i = 0; i < *size; ++i)
      wider.elements[part.get_index() * *size + i] = limits.elements[i % limits.elements.size()];
    Trace(whole, wider, found, distance + 1);
  }

  void TraceConcat(const ov::Node& node, const ValueLimits& limits,
                   const std::function<void(size_t, const ValueLimits&)>& found,
                   int distance) const {
    size_t begin = 0;
    for (size_t i = 0; i < node.get_input_size(); ++i) {
      const Source part = SourceOf(node, i);
      const auto size = ListLength(part);
      if (!size) return;
      ValueLimits own;
      for (size_t k = begin; k < begin + *size; ++k)
        own.elements.push_back(limits.elements[k % limits.elements.size()]);
      begin += *size;
      if (*size > 0) Trace(part, own, found, distance + 1);
    }
  }

  std::unordered_map<const ov::Node*, size_t> inputs_;   // position of each input of the graph
  std::unordered_map<const ov::Node*, Source> outside_;  // by parameter of an inner graph
};

}  // namespace iecore
