#include "graph/value_rules.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <openvino/core/version.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/util/gather_nd_base.hpp>
#include <openvino/op/util/multi_subgraph_base.hpp>
#include <openvino/op/util/pad_base.hpp>

#include "graph/value_tracer.hpp"

namespace iecore {

namespace {

// The runtime truncates 64-bit integers to 32 bits without a check.
constexpr double kLeast = std::numeric_limits<int32_t>::min();
constexpr double kMost = std::numeric_limits<int32_t>::max();
constexpr double kLargest = std::numeric_limits<float>::max();

using Limits = std::optional<ValueLimits>;

Limits Each(const std::optional<ValueLimit>& limit) {
  if (!limit) return std::nullopt;
  return ValueLimits{{limit}};
}

// The limit applies to each element and to the sum of the positive ones.
Limits Together(const std::optional<ValueLimit>& limit) {
  Limits limits = Each(limit);
  if (limits) limits->total = true;
  return limits;
}

std::optional<size_t> RankOf(const Source& source) {
  const ov::Rank rank = source.get_partial_shape().rank();
  if (rank.is_dynamic()) return std::nullopt;
  return static_cast<size_t>(rank.get_length());
}

// The value of an operand that is a constant with a single number.
std::optional<int64_t> NumberOf(const ov::Node& node, size_t index) {
  const auto* constant = ConstantOf(node.input_value(index));
  if (constant == nullptr) return std::nullopt;
  const auto numbers = constant->cast_vector<int64_t>();
  if (numbers.size() != 1) return std::nullopt;
  return numbers[0];
}

Limits NotZero(const ov::Node& node, size_t operand, const Tracer& /*tracer*/) {
  // A floating-point step of 0 is safe.
  if (!node.get_input_element_type(operand).is_integral()) return std::nullopt;
  return Each(ValueLimit{kLeast, kMost, false});
}

// The runtime negates negative strides, which fails for the least integer.
Limits Strides(const ov::Node& /*node*/, size_t /*operand*/, const Tracer& /*tracer*/) {
  return Each(ValueLimit{kLeast + 1, kMost, false});
}

Limits Counts(const ov::Node& /*node*/, size_t /*operand*/, const Tracer& /*tracer*/) {
  return Each(ValueLimit{0, kMost});
}

Limits Positive(const ov::Node& /*node*/, size_t /*operand*/, const Tracer& /*tracer*/) {
  return Each(ValueLimit{1, kMost});
}

Limits Numbers(const ov::Node& /*node*/, size_t /*operand*/, const Tracer& /*tracer*/) {
  return Each(ValueLimit{-kLargest, kLargest});
}

// Before 2025.3, GatherND of the CPU plugin read memory before the tensor for negative indices.
constexpr bool kGatherNdCountsFromEnd = OPENVINO_VERSION_MAJOR > 2025 ||
                                        (OPENVINO_VERSION_MAJOR == 2025 &&
                                         OPENVINO_VERSION_MINOR >= 3);

// The limit of an index into an axis. If `negative`, negative indices count from the end.
std::optional<ValueLimit> IndexInto(const Source& data, size_t axis, const Tracer& tracer,
                                    bool negative = true) {
  return tracer.Between(data, axis, negative ? -1 : 0, 0, 1, -1);
}

Limits IndicesOfGatherNd(const ov::Node& node, size_t operand, const Tracer& tracer) {
  const auto* gather = dynamic_cast<const ov::op::util::GatherNDBase*>(&node);
  const ov::PartialShape& indices = node.get_input_partial_shape(operand);
  if (gather == nullptr || indices.rank().is_dynamic() || indices.size() == 0) return std::nullopt;
  const ov::Dimension last = *indices.rbegin();
  if (last.is_dynamic() || last.get_length() == 0) return std::nullopt;
  ValueLimits limits;
  for (int64_t i = 0; i < last.get_length(); ++i) {
    limits.elements.push_back(IndexInto(node.input_value(0),
                                        gather->get_batch_dims() + static_cast<size_t>(i), tracer,
                                        kGatherNdCountsFromEnd));
  }
  return limits;
}

Limits IndicesOfScatterElements(const ov::Node& node, size_t /*operand*/, const Tracer& tracer) {
  const auto rank = RankOf(node.input_value(0));
  const auto axis = NumberOf(node, 3);
  if (!rank || !axis) return std::nullopt;
  const int64_t place = *axis < 0 ? *axis + static_cast<int64_t>(*rank) : *axis;
  return Each(IndexInto(node.input_value(0), static_cast<size_t>(place), tracer));
}

// Negative pads must not remove more than the length of the axis, and the sum of pad and length
// must not exceed 32 bits. The runtime checks the pads of the other modes.
Limits Pads(const ov::Node& node, size_t /*operand*/, const Tracer& tracer) {
  const auto* pad = dynamic_cast<const ov::op::util::PadBase*>(&node);
  const auto rank = RankOf(node.input_value(0));
  if (pad == nullptr || !rank || *rank == 0) return std::nullopt;
  const ov::op::PadMode mode = pad->get_pad_mode();
  if (mode != ov::op::PadMode::CONSTANT && mode != ov::op::PadMode::EDGE) return std::nullopt;
  ValueLimits limits;
  for (size_t axis = 0; axis < *rank; ++axis)
    limits.elements.push_back(tracer.Between(node.input_value(0), axis, -1, 0, -1, kMost));
  return limits;
}

// Axes of the first operand, except its last `less` axes.
Limits AxesOf(const ov::Node& node, size_t less) {
  const auto rank = RankOf(node.input_value(0));
  if (!rank || *rank < less) return std::nullopt;
  const auto axes = static_cast<double>(*rank - less);
  return Each(ValueLimit{-axes, axes - 1});
}

Limits Axes(const ov::Node& node, size_t /*operand*/, const Tracer& /*tracer*/) {
  return AxesOf(node, 0);
}

// The last axis holds the real and imaginary parts, and cannot be named.
Limits ComplexAxes(const ov::Node& node, size_t /*operand*/, const Tracer& /*tracer*/) {
  return AxesOf(node, 1);
}

// A region has five elements: an index into the batch, or -1 for none, and four coordinates. The
// limits of the coordinates keep their differences finite.
Limits Regions(const ov::Node& node, size_t /*operand*/, const Tracer& tracer) {
  const ValueLimit place{kLeast, kMost};
  const auto batch = tracer.Between(node.input_value(0), 0, 0, -1, 1, -1);
  return ValueLimits{{batch, place, place, place, place}};
}

Limits SequenceLengths(const ov::Node& node, size_t /*operand*/, const Tracer& tracer) {
  return Each(tracer.Between(node.input_value(0), 1, 0, 0, 1, 0));
}

Limits OffsetsIntoIndices(const ov::Node& node, size_t /*operand*/, const Tracer& tracer) {
  return Each(tracer.Between(node.input_value(1), 0, 0, 0, 1, 0));
}

// The lengths of the parts of an axis. One of them may be -1, which stands for the rest.
Limits Parts(const ov::Node& node, size_t /*operand*/, const Tracer& tracer) {
  const auto rank = RankOf(node.input_value(0));
  const auto axis = NumberOf(node, 1);
  if (!rank || !axis) return std::nullopt;
  const int64_t place = *axis < 0 ? *axis + static_cast<int64_t>(*rank) : *axis;
  return Together(tracer.Between(node.input_value(0), static_cast<size_t>(place), 0, -1, 1, 0));
}

Limits NumbersOfBoxes(const ov::Node& node, size_t /*operand*/, const Tracer& tracer) {
  return Together(tracer.Between(node.input_value(0), 1, 0, 0, 1, 0));
}

// Pairs of row and column in a tensor whose shape is an operand.
Limits RowsAndColumns(const ov::Node& node, size_t /*operand*/, const Tracer& tracer) {
  ValueLimits limits;
  for (size_t axis = 0; axis < 2; ++axis)
    limits.elements.push_back(tracer.Below(node.input_value(1), axis));
  return limits;
}

// A shape. If the pairs of row and column are constant, it must be large enough for them.
Limits RowsAndColumnsHeld(const ov::Node& node, size_t /*operand*/, const Tracer& /*tracer*/) {
  ValueLimits limits{{ValueLimit{0, kMost}, ValueLimit{0, kMost}}};
  if (const auto* places = ConstantOf(node.input_value(2))) {
    const auto numbers = places->cast_vector<double>();
    for (size_t i = 0; i < numbers.size(); ++i) {
      double& least = limits.elements[i % 2]->min;
      least = std::max(least, numbers[i] + 1);
    }
  }
  return limits;
}

// An operand whose values the CPU plugin uses, unchecked, as a divisor or to access memory.
// Operands that the plugin checks are not listed. SECURITY.md names the remaining risks.
struct Operand {
  const char* operation;
  size_t index;
  const char* name;
  Limits (*limits)(const ov::Node& node, size_t operand, const Tracer& tracer);
};

constexpr std::array kOperands{
    Operand{"CTCGreedyDecoderSeqLen", 1, "sequence_length", SequenceLengths},
    Operand{"DFT", 1, "axes", ComplexAxes},
    Operand{"DeformableConvolution", 1, "offsets", Numbers},
    Operand{"DeformablePSROIPooling", 1, "coords", Regions},
    Operand{"DeformablePSROIPooling", 2, "offsets", Numbers},
    Operand{"EmbeddingBagOffsets", 2, "offsets", OffsetsIntoIndices},
    Operand{"EmbeddingBagOffsetsSum", 2, "offsets", OffsetsIntoIndices},
    Operand{"GatherND", 1, "indices", IndicesOfGatherNd},
    Operand{"GatherTree", 2, "max_seq_len", Positive},
    Operand{"IDFT", 1, "axes", ComplexAxes},
    Operand{"MulticlassNms", 2, "roisnum", NumbersOfBoxes},
    Operand{"PSROIPooling", 1, "coords", Regions},
    Operand{"Pad", 1, "pads_begin", Pads},
    Operand{"Pad", 2, "pads_end", Pads},
    Operand{"ROIPooling", 1, "coords", Regions},
    Operand{"Range", 2, "step", NotZero},
    Operand{"Roll", 2, "axes", Axes},
    Operand{"ScatterElementsUpdate", 1, "indices", IndicesOfScatterElements},
    Operand{"SparseFillEmptyRows", 1, "dense_shape", RowsAndColumnsHeld},
    Operand{"SparseFillEmptyRows", 2, "indices", RowsAndColumns},
    Operand{"StridedSlice", 3, "strides", Strides},
    Operand{"Tile", 1, "repeats", Counts},
    Operand{"VariadicSplit", 2, "split_lengths", Parts},
};

void AddRules(const ov::Model& model, Tracer& tracer, std::vector<ValueRule>& rules) {
  for (const auto& node : model.get_ordered_ops()) {
    const std::string type = TypeOf(*node);
    for (const Operand& operand : kOperands) {
      if (type != operand.operation || operand.index >= node->get_input_size()) continue;
      const Limits limits = operand.limits(*node, operand.index, tracer);
      if (!limits) continue;
      const std::string name = type + " '" + node->get_friendly_name() + "'";
      tracer.Trace(node->input_value(operand.index), *limits,
                   [&](size_t input, const ValueLimits& own) {
                     rules.push_back({input, name, operand.name, own});
                   });
    }
    if (const auto* outer = dynamic_cast<const ov::op::util::MultiSubGraphOp*>(node.get())) {
      for (size_t i = 0; i < outer->get_internal_subgraphs_size(); ++i) {
        tracer.Enter(*outer, static_cast<int>(i));
        AddRules(*outer->get_function(static_cast<int>(i)), tracer, rules);
      }
    }
  }
}

Napi::Value FromLimit(Napi::Env env, const std::optional<ValueLimit>& limit) {
  if (!limit) return env.Null();
  Napi::Object object = Napi::Object::New(env);
  object.Set("min", limit->min);
  object.Set("max", limit->max);
  object.Set("zero", limit->zero);
  object.Set("number", env.Null());
  if (limit->number) {
    Napi::Object number = Napi::Object::New(env);
    number.Set("input", static_cast<double>(limit->number->input));
    number.Set("index", static_cast<double>(limit->number->index));
    number.Set("isLength", limit->number->is_length);
    number.Set("minFactor", limit->number->min_factor);
    number.Set("maxFactor", limit->number->max_factor);
    object.Set("number", number);
  }
  return object;
}

}  // namespace

std::vector<ValueRule> RulesOf(const ov::Model& model) {
  std::vector<ValueRule> rules;
  Tracer tracer(model);
  AddRules(model, tracer, rules);
  return rules;
}

Napi::Array FromRules(Napi::Env env, const std::vector<ValueRule>& rules) {
  Napi::Array array = Napi::Array::New(env, rules.size());
  for (uint32_t i = 0; i < rules.size(); ++i) {
    const ValueRule& rule = rules[i];
    Napi::Array limits = Napi::Array::New(env, rule.limits.elements.size());
    for (uint32_t k = 0; k < limits.Length(); ++k)
      limits.Set(k, FromLimit(env, rule.limits.elements[k]));
    Napi::Object object = Napi::Object::New(env);
    object.Set("input", static_cast<double>(rule.input));
    object.Set("operation", rule.operation);
    object.Set("operand", rule.operand);
    object.Set("limits", limits);
    object.Set("total", rule.limits.total);
    array.Set(i, object);
  }
  return array;
}

}  // namespace iecore
