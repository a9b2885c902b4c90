#include "value_rules.hpp"

#include <array>
#include <functional>
#include <limits>
#include <openvino/op/constant.hpp>
#include <openvino/op/util/gather_nd_base.hpp>
#include <openvino/op/util/multi_subgraph_base.hpp>
#include <openvino/op/util/pad_base.hpp>
#include <unordered_map>

namespace iecore {

namespace {

using Source = ov::Output<const ov::Node>;

// The runtime computes with 32 bits what comes as 64, without looking at what is lost.
constexpr double kLeast = std::numeric_limits<int32_t>::min();
constexpr double kMost = std::numeric_limits<int32_t>::max();
constexpr double kLargest = std::numeric_limits<float>::max();

// A list that is split or joined has an element or two for each axis.
constexpr size_t kLongestList = 64;

// Operations between an input and an operand. Models have a few; a foreign model may have as many
// as would use up the stack.
constexpr int kFarthest = 100;

std::string TypeOf(const ov::Node& node) { return node.get_type_info().name; }

// ---- Values
// --------------------------------------------------------------------------------------

// Follows values back to the inputs of the outermost graph.
class Tracer {
 public:
  explicit Tracer(const ov::Model& model) {
    for (size_t i = 0; i < model.inputs().size(); ++i)
      inputs_.emplace(model.input(i).get_node(), i);
  }

  // What a graph in the graph takes from outside, the same in each round.
  void Enter(const ov::op::util::MultiSubGraphOp& outer, int index) {
    const auto& parameters = outer.get_function(index)->get_parameters();
    for (const auto& description : outer.get_input_descriptions(index)) {
      using Invariant = ov::op::util::MultiSubGraphOp::InvariantInputDescription;
      if (dynamic_cast<const Invariant*>(description.get()) == nullptr) continue;
      outside_.emplace(parameters.at(description->m_body_parameter_index).get(),
                       outer.input_value(description->m_input_index));
    }
  }

  // Each input that feeds `source` and nothing but passes through what keeps its elements, with
  // their limits.
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

  // How long an axis of an operand is; which input tells, where the graph does not; or nothing.
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
    return ValueLimit{min, max, true, InputLength{*input, axis, min_factor, max_factor}};
  }

 private:
  static Source SourceOf(const ov::Node& node, size_t index) { return node.input_value(index); }

  // Whether what was a whole number of 32 bits still is that number.
  static bool KeepsNumbers(const ov::Node& convert) {
    const ov::element::Type from = convert.get_input_element_type(0);
    const ov::element::Type to = convert.get_output_element_type(0);
    return to.bitwidth() >= 32 || to.bitwidth() >= from.bitwidth();
  }

  // The input whose dimensions these are.
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

  // The length of a list that is short enough to look at its elements one by one.
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

  std::unordered_map<const ov::Node*, size_t> inputs_;
  std::unordered_map<const ov::Node*, Source> outside_;
};

using Limits = std::optional<ValueLimits>;

Limits Each(const std::optional<ValueLimit>& limit) {
  if (!limit) return std::nullopt;
  return ValueLimits{{limit}};
}

// The limit is also that of the sum.
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

// The single number of a constant operand.
std::optional<int64_t> NumberOf(const ov::Node& node, size_t index) {
  const auto* constant = dynamic_cast<const ov::op::v0::Constant*>(node.get_input_node_ptr(index));
  if (constant == nullptr) return std::nullopt;
  const auto numbers = constant->cast_vector<int64_t>();
  if (numbers.size() != 1) return std::nullopt;
  return numbers[0];
}

Limits NotZero(const ov::Node& node, size_t operand, const Tracer& /*tracer*/) {
  // Steps of real numbers may be zero.
  if (!node.get_input_element_type(operand).is_integral()) return std::nullopt;
  return Each(ValueLimit{kLeast, kMost, false});
}

// The least integer has no opposite, by which backward strides are computed.
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

// Indices count from either end.
std::optional<ValueLimit> IndexInto(const Source& data, size_t axis, const Tracer& tracer) {
  return tracer.Between(data, axis, -1, 0, 1, -1);
}

Limits IndicesOfGatherNd(const ov::Node& node, size_t operand, const Tracer& tracer) {
  const auto* gather = dynamic_cast<const ov::op::util::GatherNDBase*>(&node);
  const ov::PartialShape& indices = node.get_input_partial_shape(operand);
  if (gather == nullptr || indices.rank().is_dynamic() || indices.size() == 0) return std::nullopt;
  const ov::Dimension last = *indices.rbegin();
  if (last.is_dynamic() || last.get_length() == 0) return std::nullopt;
  ValueLimits limits;
  for (int64_t i = 0; i < last.get_length(); ++i) {
    limits.elements.push_back(
        IndexInto(node.input_value(0), gather->get_batch_dims() + static_cast<size_t>(i), tracer));
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

// No more can be cut off than there is, and the sum with the length must not wrap around to a
// positive number of 32 bits. The other modes check for themselves.
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

Limits AxesOf(const ov::Node& node, size_t less) {
  const auto rank = RankOf(node.input_value(0));
  if (!rank || *rank < less) return std::nullopt;
  const auto axes = static_cast<double>(*rank - less);
  return Each(ValueLimit{-axes, axes - 1});
}

Limits Axes(const ov::Node& node, size_t /*operand*/, const Tracer& /*tracer*/) {
  return AxesOf(node, 0);
}

// The last axis holds the two parts of complex numbers.
Limits ComplexAxes(const ov::Node& node, size_t /*operand*/, const Tracer& /*tracer*/) {
  return AxesOf(node, 1);
}

// Regions are an index into the batch, or -1 for none, and four coordinates. The difference of two
// coordinates has to be finite too.
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

// All parts of an axis; one of them may be -1, the rest.
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

// Pairs of a row and a column.
Limits RowsAndColumns(const ov::Node& node, size_t /*operand*/, const Tracer& /*tracer*/) {
  const auto* shape = dynamic_cast<const ov::op::v0::Constant*>(node.get_input_node_ptr(1));
  if (shape == nullptr) return std::nullopt;
  ValueLimits limits;
  for (const int64_t length : shape->cast_vector<int64_t>())
    limits.elements.emplace_back(ValueLimit{0, static_cast<double>(length - 1)});
  if (limits.elements.empty()) return std::nullopt;
  return limits;
}

// Operands by whose values the processor's plugin divides, or reads and writes memory, unchecked.
// What it checks itself is not here; SECURITY.md tells what remains.
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
  object.Set("length", env.Null());
  if (limit->length) {
    Napi::Object length = Napi::Object::New(env);
    length.Set("input", static_cast<double>(limit->length->input));
    length.Set("axis", static_cast<double>(limit->length->axis));
    length.Set("minFactor", limit->length->min_factor);
    length.Set("maxFactor", limit->length->max_factor);
    object.Set("length", length);
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
