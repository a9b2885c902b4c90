#include "optimize.hpp"

#include <algorithm>
#include <openvino/core/graph_util.hpp>
#include <openvino/core/preprocess/pre_post_process.hpp>
#include <openvino/frontend/manager.hpp>
#include <openvino/op/util/read_value_base.hpp>
#include <openvino/opsets/opset8.hpp>
#include <openvino/pass/constant_folding.hpp>
#include <openvino/pass/low_latency.hpp>
#include <openvino/pass/make_stateful.hpp>
#include <openvino/pass/manager.hpp>
#include <unordered_set>

#include "boundary/convert.hpp"
#include "boundary/task.hpp"
#include "graph/preprocess.hpp"
#include "network.hpp"

namespace iecore {

namespace {

namespace op = ov::opset8;
using ModelPtr = std::shared_ptr<ov::Model>;
using Place = ov::Output<ov::Node>;

// A place in the graph: the operation's position in the order of execution, and its output port.
struct Position {
  size_t operation = 0;
  size_t port = 0;
};

// An output at a place; with a name, its operation is called so, as a frontend calls what ends a
// network after its tensor.
struct OutputChange {
  Position at;
  std::string name;
};

// What feeds the network at a place. Without a shape or type, that of the place.
struct InputChange {
  Position at;
  std::string name;
  std::vector<std::string> aliases;
  std::optional<ov::PartialShape> shape;
  std::optional<ov::element::Type> type;
  std::optional<std::vector<std::string>> value;  // makes it a constant
};

struct Preparation {
  std::string layout;        // what comes in; '' is unknown
  std::string model_layout;  // what the network takes
  bool keep_layout = true;   // false for a guess, which is not written down
  bool reverse_channels = false;
  std::vector<float> mean;
  std::vector<float> scale;
};

struct Transformation {
  std::string name;
  std::map<std::string, std::string> arguments;
};

struct OptimizePlan {
  std::optional<std::vector<InputChange>> inputs;    // instead of the network's own
  std::optional<std::vector<OutputChange>> outputs;  // instead of the network's own
  std::vector<std::optional<ov::PartialShape>> shapes;
  std::vector<Preparation> preparations;
  std::vector<Transformation> transformations;
  bool fold = false;
  std::map<std::string, std::string> records;  // in the file, under conversion_parameters
};

template <class T, class Convert>
std::optional<T> ToOptional(const Napi::Value& value, Convert convert) {
  if (value.IsNull()) return std::nullopt;
  return convert(value);
}

Position ToPosition(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  return {ToSize(object.Get("operation")), ToSize(object.Get("port"))};
}

InputChange ToInputChange(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  return {ToPosition(value),
          ToString(object.Get("name")),
          ToStrings(object.Get("aliases")),
          ToOptional<ov::PartialShape>(object.Get("shape"), ToPartialShape),
          ToOptional<ov::element::Type>(object.Get("type"), ToElementType),
          ToOptional<std::vector<std::string>>(object.Get("value"), ToStrings)};
}

OutputChange ToOutputChange(const Napi::Value& value) {
  return {ToPosition(value), ToString(ToObject(value).Get("name"))};
}

Preparation ToPreparation(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  return {ToString(object.Get("layout")),   ToString(object.Get("modelLayout")),
          ToBool(object.Get("keepLayout")), ToBool(object.Get("reverseChannels")),
          ToFloats(object.Get("mean")),     ToFloats(object.Get("scale"))};
}

Transformation ToTransformation(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  return {ToString(object.Get("name")), ToStringMap(object.Get("arguments"))};
}

OptimizePlan ToOptimizePlan(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  OptimizePlan plan;
  plan.inputs = ToOptional<std::vector<InputChange>>(object.Get("inputs"), [](const auto& list) {
    return ToVector<InputChange>(list, ToInputChange);
  });
  plan.outputs = ToOptional<std::vector<OutputChange>>(object.Get("outputs"), [](const auto& list) {
    return ToVector<OutputChange>(list, ToOutputChange);
  });
  plan.shapes = ToVector<std::optional<ov::PartialShape>>(
      object.Get("shapes"),
      [](const auto& shape) { return ToOptional<ov::PartialShape>(shape, ToPartialShape); });
  plan.preparations = ToVector<Preparation>(object.Get("preparations"), ToPreparation);
  plan.transformations = ToVector<Transformation>(object.Get("transformations"), ToTransformation);
  plan.fold = ToBool(object.Get("fold"));
  plan.records = ToStringMap(object.Get("records"));
  return plan;
}

// What the results need, themselves included.
std::unordered_set<ov::Node*> Needed(const ov::ResultVector& results) {
  std::unordered_set<ov::Node*> needed;
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

// Where a place feeds the network from now on: a parameter of its own, or a constant.
std::shared_ptr<ov::Node> MakeSource(const InputChange& input, const Place& place) {
  const ov::element::Type type = input.type.value_or(place.get_element_type());
  const ov::PartialShape shape = input.shape.value_or(place.get_partial_shape());
  std::shared_ptr<ov::Node> source;
  if (input.value) {
    source = std::make_shared<op::Constant>(type, shape.to_shape(), *input.value);
  } else {
    source = std::make_shared<op::Parameter>(type, shape);
  }
  source->set_friendly_name(input.name);
  source->output(0).set_names({input.aliases.begin(), input.aliases.end()});
  return source;
}

ModelPtr Cut(const ModelPtr& model, const OptimizePlan& plan) {
  const ov::NodeVector operations = model->get_ordered_ops();
  const auto place_of = [&](const Position& at) {
    return operations.at(at.operation)->output(at.port);
  };
  ov::ResultVector results = model->get_results();
  if (plan.outputs) {
    results.clear();
    for (const OutputChange& output : *plan.outputs) {
      const Place place = place_of(output.at);
      if (!output.name.empty()) place.get_node()->set_friendly_name(output.name);
      results.push_back(std::make_shared<op::Result>(place));
    }
  }
  ov::ParameterVector parameters;
  if (plan.inputs) {
    for (const InputChange& input : *plan.inputs) {
      Place place = place_of(input.at);
      const auto source = MakeSource(input, place);
      place.replace(source->output(0));
      if (const auto parameter = ov::as_type_ptr<op::Parameter>(source))
        parameters.push_back(parameter);
    }
  }
  const auto needed = Needed(results);
  for (const auto& parameter : model->get_parameters()) {
    if (needed.count(parameter.get()) == 0 && (plan.inputs || plan.outputs)) continue;
    if (plan.inputs) {
      throw Coded(kMissingInput, parameter->get_friendly_name());
    }
    parameters.push_back(parameter);
  }
  // A variable lives on where it is still read.
  std::unordered_set<std::string> variables;
  for (ov::Node* node : needed) {
    if (const auto* read = dynamic_cast<ov::op::util::ReadValueBase*>(node))
      variables.insert(read->get_variable_id());
  }
  ov::SinkVector sinks;
  for (const auto& sink : model->get_sinks()) {
    const auto* variable = dynamic_cast<ov::op::util::VariableExtension*>(sink.get());
    if (variable == nullptr || variables.count(variable->get_variable_id()) > 0)
      sinks.push_back(sink);
  }
  auto cut = std::make_shared<ov::Model>(results, sinks, parameters, model->get_friendly_name());
  cut->get_rt_info() = model->get_rt_info();
  return cut;
}

void Reshape(const ModelPtr& model, const std::vector<std::optional<ov::PartialShape>>& shapes) {
  std::map<size_t, ov::PartialShape> by_index;
  for (size_t i = 0; i < shapes.size(); ++i)
    if (shapes[i]) by_index.emplace(i, *shapes[i]);
  if (!by_index.empty()) model->reshape(by_index);
}

// Reversed first, then the mean is taken away, then divided by the scale: both are in the order of
// the network's own channels.
ModelPtr Prepare(const ModelPtr& model, const std::vector<Preparation>& preparations) {
  CheckMemory(*model);
  ov::preprocess::PrePostProcessor processor(model);
  for (size_t i = 0; i < preparations.size(); ++i) {
    const Preparation& plan = preparations[i];
    auto& input = processor.input(i);
    if (!plan.model_layout.empty()) input.model().set_layout(ov::Layout(plan.model_layout));
    if (!plan.layout.empty()) input.tensor().set_layout(ov::Layout(plan.layout));
    auto& steps = input.preprocess();
    if (plan.reverse_channels) steps.reverse_channels();
    if (plan.mean.size() == 1) steps.mean(plan.mean[0]);
    if (plan.mean.size() > 1) steps.mean(plan.mean);
    if (plan.scale.size() == 1) steps.scale(plan.scale[0]);
    if (plan.scale.size() > 1) steps.scale(plan.scale);
  }
  ModelPtr prepared = processor.build();
  for (size_t i = 0; i < preparations.size(); ++i)
    if (!preparations[i].keep_layout) prepared->get_parameters()[i]->set_layout(ov::Layout());
  return prepared;
}

void Transform(const ModelPtr& model, const OptimizePlan& plan) {
  ov::pass::Manager manager;
  for (const auto& [name, arguments] : plan.transformations) {
    if (name == "LowLatency2") {
      const auto found = arguments.find("use_const_initializer");
      manager.register_pass<ov::pass::LowLatency2>(found == arguments.end() ||
                                                   found->second == "true");
    } else {
      manager.register_pass<ov::pass::MakeStateful>(arguments);
    }
  }
  if (plan.fold) manager.register_pass<ov::pass::ConstantFolding>();
  manager.run_passes(model);
}

ModelPtr Apply(const ModelPtr& original, const OptimizePlan& plan) {
  ModelPtr model = Cut(original, plan);
  model->validate_nodes_and_infer_types();
  Reshape(model, plan.shapes);
  model = Prepare(model, plan.preparations);
  Transform(model, plan);
  for (const auto& [key, value] : plan.records)
    model->set_rt_info(value, "conversion_parameters", key);
  return model;
}

using Names = std::vector<std::string>;

struct Tensors {
  std::vector<Names> inputs;
  std::vector<Names> outputs;
};

bool Has(const ov::frontend::Place::Ptr& operation, const std::string& name) {
  if (operation == nullptr) return false;
  const Names names = operation->get_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Asked by way of tensors: the frontends know no operations by name, and what they answer for a
// port that an operation lacks is undefined.
std::optional<Tensors> TensorsOf(const ov::frontend::InputModel::Ptr& model,
                                 const std::string& name, const Names& tensors) {
  Tensors found;
  for (const std::string& tensor : tensors) {
    try {
      const auto place = model->get_place_by_tensor_name(tensor);
      if (place == nullptr) continue;
      if (Has(place->get_producing_operation(), name)) found.outputs.push_back({tensor});
      const auto consumers = place->get_consuming_operations();
      if (std::any_of(consumers.begin(), consumers.end(),
                      [&](const auto& consumer) { return Has(consumer, name); }))
        found.inputs.push_back({tensor});
    } catch (const std::exception&) {
      // The tensor is one that the conversion made.
    }
  }
  if (found.outputs.empty()) return std::nullopt;
  // Their order is not known.
  if (found.inputs.size() > 1) found.inputs.clear();
  return found;
}

Napi::Value FromNames(Napi::Env env, const std::vector<Names>& ports) {
  Napi::Array array = Napi::Array::New(env, ports.size());
  for (uint32_t i = 0; i < ports.size(); ++i) {
    Napi::Array names = Napi::Array::New(env, ports[i].size());
    for (uint32_t j = 0; j < ports[i].size(); ++j) names.Set(j, ports[i][j]);
    array.Set(i, names);
  }
  return array;
}

}  // namespace

Napi::Value OperationTensors(const Napi::CallbackInfo& info) {
  using Found = std::vector<std::optional<Tensors>>;
  return Task<Found>::Run(
      info, ToBool(info[4]), kNetworkNotRead,
      [path = ToString(info[0]), frontend = ToString(info[1]), names = ToStrings(info[2]),
       tensors = ToStrings(info[3])] {
        ov::frontend::FrontEndManager manager;
        const auto model = manager.load_by_framework(frontend)->load(path);
        Found found;
        for (const std::string& name : names) found.push_back(TensorsOf(model, name, tensors));
        return found;
      },
      [](Napi::Env env, Found& found) -> Napi::Value {
        Napi::Array array = Napi::Array::New(env, found.size());
        for (uint32_t i = 0; i < found.size(); ++i) {
          if (!found[i]) {
            array.Set(i, env.Null());
            continue;
          }
          Napi::Object item = Napi::Object::New(env);
          item.Set("inputs", FromNames(env, found[i]->inputs));
          item.Set("outputs", FromNames(env, found[i]->outputs));
          array.Set(i, item);
        }
        return array;
      });
}

Napi::Value Optimize(const Napi::CallbackInfo& info) {
  return Task<ModelPtr>::Run(
      info, ToBool(info[2]), kNetworkNotChanged,
      [model = Network::From(info[0]).Clone(), plan = ToOptimizePlan(info[1])] {
        return Apply(model, plan);
      },
      [](Napi::Env env, ModelPtr& model) -> Napi::Value { return Network::Create(env, model); });
}

Napi::Value SaveModel(const Napi::CallbackInfo& info) {
  return Task<bool>::Run(
      info, ToBool(info[3]), kFileNotWritable,
      [model = Network::From(info[0]).Clone(), xml = ToString(info[1]),
       compress = ToBool(info[2])] {
        ov::save_model(model, xml, compress);
        return true;
      },
      [](Napi::Env env, bool&) { return env.Undefined(); });
}

}  // namespace iecore
