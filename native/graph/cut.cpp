#include "graph/cut.hpp"

#include <openvino/op/util/read_value_base.hpp>
#include <openvino/opsets/opset8.hpp>
#include <unordered_set>

#include "boundary/convert.hpp"

namespace iecore {

namespace {

namespace op = ov::opset8;
using Nodes = std::unordered_set<ov::Node*>;

Position ToPosition(const Napi::Object& object) {
  return {ToSize(object.Get("operation")), ToSize(object.Get("port"))};
}

InputChange ToInputChange(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  return {ToPosition(object),
          ToString(object.Get("name")),
          ToStrings(object.Get("aliases")),
          ToOptional<ov::PartialShape>(object.Get("shape"), ToPartialShape),
          ToOptional<ov::element::Type>(object.Get("type"), ToElementType),
          ToOptional<std::vector<std::string>>(object.Get("value"), ToStrings)};
}

OutputChange ToOutputChange(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  return {ToPosition(object), ToString(object.Get("name"))};
}

ov::Output<ov::Node> PlaceOf(const ov::NodeVector& operations, const Position& at) {
  return operations.at(at.operation)->output(at.port);
}

ov::ResultVector MakeResults(const ov::NodeVector& operations,
                             const std::vector<OutputChange>& changes) {
  ov::ResultVector results;
  for (const OutputChange& change : changes) {
    const ov::Output<ov::Node> place = PlaceOf(operations, change.at);
    if (!change.name.empty()) place.get_node()->set_friendly_name(change.name);
    results.push_back(std::make_shared<op::Result>(place));
  }
  return results;
}

// The parameter or constant that replaces an output of an operation.
std::shared_ptr<ov::Node> MakeSource(const InputChange& change, const ov::Output<ov::Node>& place) {
  const ov::element::Type type = change.type.value_or(place.get_element_type());
  const ov::PartialShape shape = change.shape.value_or(place.get_partial_shape());
  std::shared_ptr<ov::Node> source;
  if (change.value) {
    source = std::make_shared<op::Constant>(type, shape.to_shape(), *change.value);
  } else {
    source = std::make_shared<op::Parameter>(type, shape);
  }
  source->set_friendly_name(change.name);
  source->output(0).set_names({change.aliases.begin(), change.aliases.end()});
  return source;
}

// Inserts the new inputs; returns those that are not constants.
ov::ParameterVector ReplaceInputs(const ov::NodeVector& operations,
                                  const std::vector<InputChange>& changes) {
  ov::ParameterVector parameters;
  for (const InputChange& change : changes) {
    ov::Output<ov::Node> place = PlaceOf(operations, change.at);
    const auto source = MakeSource(change, place);
    place.replace(source->output(0));
    if (const auto parameter = ov::as_type_ptr<op::Parameter>(source))
      parameters.push_back(parameter);
  }
  return parameters;
}

// The results, and all operations that they depend on.
Nodes Needed(const ov::ResultVector& results) {
  Nodes needed;
  std::vector<ov::Node*> waiting;
  for (const auto& result : results) waiting.push_back(result.get());
  while (!waiting.empty()) {
    ov::Node* node = waiting.back();
    waiting.pop_back();
    if (!needed.insert(node).second) continue;
    for (size_t i = 0; i < node->get_input_size(); ++i)
      waiting.push_back(node->get_input_node_ptr(i));
  }
  return needed;
}

// The sinks of the model, except those that assign a variable which no needed operation reads.
ov::SinkVector SinksOf(const ov::Model& model, const Nodes& needed) {
  std::unordered_set<std::string> variables;
  for (ov::Node* node : needed) {
    if (const auto* read = dynamic_cast<ov::op::util::ReadValueBase*>(node))
      variables.insert(read->get_variable_id());
  }
  ov::SinkVector sinks;
  for (const auto& sink : model.get_sinks()) {
    const auto* variable = dynamic_cast<ov::op::util::VariableExtension*>(sink.get());
    if (variable == nullptr || variables.count(variable->get_variable_id()) > 0)
      sinks.push_back(sink);
  }
  return sinks;
}

}  // namespace

CutPlan ToCutPlan(const Napi::Object& object) {
  CutPlan plan;
  plan.inputs = ToOptional<std::vector<InputChange>>(object.Get("inputs"), [](const auto& list) {
    return ToVector<InputChange>(list, ToInputChange);
  });
  plan.outputs = ToOptional<std::vector<OutputChange>>(object.Get("outputs"), [](const auto& list) {
    return ToVector<OutputChange>(list, ToOutputChange);
  });
  return plan;
}

CutResult Cut(const std::shared_ptr<ov::Model>& model, const CutPlan& plan) {
  const ov::NodeVector operations = model->get_ordered_ops();
  const ov::ResultVector results =
      plan.outputs ? MakeResults(operations, *plan.outputs) : model->get_results();
  ov::ParameterVector parameters;
  if (plan.inputs) parameters = ReplaceInputs(operations, *plan.inputs);
  const Nodes needed = Needed(results);
  for (const auto& parameter : model->get_parameters()) {
    const bool is_needed = needed.count(parameter.get()) > 0;
    if (plan.inputs && is_needed) return {nullptr, parameter->get_friendly_name()};
    if (!plan.inputs && (is_needed || !plan.outputs)) parameters.push_back(parameter);
  }
  auto cut = std::make_shared<ov::Model>(results, SinksOf(*model, needed), parameters,
                                         model->get_friendly_name());
  cut->get_rt_info() = model->get_rt_info();
  return {cut, ""};
}

}  // namespace iecore
