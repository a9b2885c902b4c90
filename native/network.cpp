#include "network.hpp"

#include <algorithm>
#include <openvino/core/graph_util.hpp>
#include <openvino/core/layout.hpp>
#include <openvino/op/parameter.hpp>
#include <openvino/op/result.hpp>
#include <unordered_map>

#include "boundary/convert.hpp"
#include "boundary/task.hpp"

namespace iecore {

namespace {

std::string WithPort(const ov::Output<const ov::Node>& output) {
  return output.get_node()->get_friendly_name() + "." + std::to_string(output.get_index());
}

// The name that an operation's output has as an output of the network: the operation's friendly
// name. If the operation has several outputs, the name of the tensor, or without one, the port.
std::string NameOf(const ov::Output<const ov::Node>& output) {
  const std::string& name = output.get_node()->get_friendly_name();
  if (output.get_node()->get_output_size() == 1) return name;
  std::string with_port = WithPort(output);
  const auto& names = output.get_names();
  if (names.empty() || names.count(with_port) > 0) return with_port;
  return names.count(name) > 0 ? name : *std::min_element(names.begin(), names.end());
}

// The output of an operation that an output of the network stands for. Graphs that the runtime has
// compiled have no Result operations.
ov::Output<const ov::Node> SourceOf(const ov::Output<const ov::Node>& port) {
  const ov::Node* node = port.get_node();
  if (!ov::is_type<const ov::op::v0::Result>(node)) return port;
  const auto source = node->get_input_source_output(0);
  return {source.get_node(), source.get_index()};
}

Napi::Object FromPort(Napi::Env env, const std::string& name,
                      const ov::Output<const ov::Node>& port, const ov::Layout& layout) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", name);
  Napi::Array aliases = Napi::Array::New(env);
  for (const std::string& alias : port.get_names()) aliases.Set(aliases.Length(), alias);
  object.Set("aliases", aliases);
  object.Set("element", port.get_element_type().get_type_name());
  object.Set("dims", FromPartialShape(env, port.get_partial_shape()));
  object.Set("layout", layout.empty() ? "" : layout.to_string());
  return object;
}

}  // namespace

Napi::Array FromInputs(Napi::Env env, const std::vector<ov::Output<const ov::Node>>& ports) {
  Napi::Array array = Napi::Array::New(env, ports.size());
  for (uint32_t i = 0; i < ports.size(); ++i) {
    const auto* parameter = dynamic_cast<const ov::op::v0::Parameter*>(ports[i].get_node());
    const ov::Layout layout = parameter == nullptr ? ov::Layout() : parameter->get_layout();
    array.Set(i, FromPort(env, ports[i].get_node()->get_friendly_name(), ports[i], layout));
  }
  return array;
}

Napi::Array FromOutputs(Napi::Env env, const std::vector<ov::Output<const ov::Node>>& ports) {
  Napi::Array array = Napi::Array::New(env, ports.size());
  for (uint32_t i = 0; i < ports.size(); ++i) {
    const auto* result = dynamic_cast<const ov::op::v0::Result*>(ports[i].get_node());
    const ov::Layout layout = result == nullptr ? ov::Layout() : result->get_layout();
    const auto source = SourceOf(ports[i]);
    Napi::Object port = FromPort(env, NameOf(source), ports[i], layout);
    // addOutputs() accepts this name, too.
    const std::string with_port = WithPort(source);
    if (source.get_node()->get_output_size() > 1 && ports[i].get_names().count(with_port) == 0) {
      auto aliases = port.Get("aliases").As<Napi::Array>();
      aliases.Set(aliases.Length(), with_port);
    }
    array.Set(i, port);
  }
  return array;
}

void Network::Export(Napi::Env env, Napi::Object exports) {
  Class::Export(
      env, exports,
      {Method<&Network::Name>("name"), Method<&Network::Inputs>("inputs"),
       Method<&Network::Outputs>("outputs"), Method<&Network::Operations>("operations"),
       Method<&Network::RtInfo>("rtInfo"), Method<&Network::Reshape, kNetworkNotChanged>("reshape"),
       Method<&Network::AddOutputs, kUnknownName>("addOutputs"),
       Method<&Network::Serialize>("serialize"), Method<&Network::Close>("close")});
}

Napi::Value Network::Name(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), Model().get_friendly_name());
}

Napi::Value Network::Inputs(const Napi::CallbackInfo& info) {
  return FromInputs(info.Env(), std::as_const(Model()).inputs());
}

Napi::Value Network::Outputs(const Napi::CallbackInfo& info) {
  return FromOutputs(info.Env(), std::as_const(Model()).outputs());
}

// operations(): all operations in the order of execution, each with its name, type, number of
// outputs, the tensor names and the name of each output, its inputs (as positions of operations in
// this order and ports), and its rt_info texts.
Napi::Value Network::Operations(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Array array = Napi::Array::New(env);
  const ov::NodeVector operations = Model().get_ordered_ops();
  std::unordered_map<const ov::Node*, size_t> positions;
  for (const auto& node : operations) positions.emplace(node.get(), positions.size());
  for (const auto& node : operations) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("name", node->get_friendly_name());
    object.Set("type", node->get_type_name());
    object.Set("outputs", static_cast<double>(node->get_output_size()));
    Napi::Array tensors = Napi::Array::New(env, node->get_output_size());
    for (uint32_t i = 0; i < tensors.Length(); ++i) {
      Napi::Array names = Napi::Array::New(env);
      for (const std::string& tensor : node->output(i).get_names())
        names.Set(names.Length(), tensor);
      tensors.Set(i, names);
    }
    object.Set("tensors", tensors);
    Napi::Array names = Napi::Array::New(env, node->get_output_size());
    for (uint32_t i = 0; i < names.Length(); ++i)
      names.Set(i, NameOf({node.get(), static_cast<size_t>(i)}));
    object.Set("names", names);
    Napi::Array sources = Napi::Array::New(env, node->get_input_size());
    for (uint32_t i = 0; i < sources.Length(); ++i) {
      const auto source = node->get_input_source_output(i);
      Napi::Object item = Napi::Object::New(env);
      item.Set("operation", static_cast<double>(positions.at(source.get_node())));
      item.Set("port", static_cast<double>(source.get_index()));
      sources.Set(i, item);
    }
    object.Set("sources", sources);
    Napi::Object remarks = Napi::Object::New(env);
    for (const auto& [key, value] : node->get_rt_info()) {
      if (value.is<std::string>())
        SetOwn(remarks, key, Napi::String::New(env, value.as<std::string>()));
    }
    object.Set("rtInfo", remarks);
    array.Set(array.Length(), object);
  }
  return array;
}

// rtInfo(path): the metadata of the model at this path, or undefined.
Napi::Value Network::RtInfo(const Napi::CallbackInfo& info) {
  const Napi::Array names = ToArray(info[0]);
  std::vector<std::string> path;
  for (uint32_t i = 0; i < names.Length(); ++i) path.push_back(ToString(names.Get(i)));
  if (path.empty() || !Model().has_rt_info(path)) return info.Env().Undefined();
  return FromAny(info.Env(), Model().get_rt_info<ov::Any>(path));
}

// reshape(shapes): a shape or null for each input. The network does not change if this fails.
void Network::Reshape(const Napi::CallbackInfo& info) {
  const Napi::Array shapes = ToArray(info[0]);
  const auto changed = Model().clone();
  std::map<size_t, ov::PartialShape> by_index;
  for (uint32_t i = 0; i < shapes.Length(); ++i) {
    const Napi::Value shape = shapes.Get(i);
    if (!shape.IsNull()) by_index.emplace(i, ToPartialShape(shape));
  }
  changed->reshape(by_index);
  state_ = changed;
}

// addOutputs([{ operation, port }]): operations by position in the order of execution. The network
// does not change if this fails.
void Network::AddOutputs(const Napi::CallbackInfo& info) {
  const Napi::Array wanted = ToArray(info[0]);
  const auto changed = Model().clone();
  const ov::NodeVector operations = changed->get_ordered_ops();
  for (uint32_t i = 0; i < wanted.Length(); ++i) {
    const Napi::Object item = ToObject(wanted.Get(i));
    const auto& operation = operations.at(ToSize(item.Get("operation")));
    changed->add_output(operation->output(ToSize(item.Get("port"))));
  }
  changed->validate_nodes_and_infer_types();
  state_ = changed;
}

// serialize(xml, bin, sync): writes the network as IR into these two files.
Napi::Value Network::Serialize(const Napi::CallbackInfo& info) const {
  return Task<Nothing>::Run(
      info, ToBool(info[2]), kFileNotWritable,
      [model = Clone(), xml = ToString(info[0]), bin = ToString(info[1])] {
        ov::serialize(model, xml, bin);
        return Nothing{};
      },
      ToUndefined);
}

void Network::Close(const Napi::CallbackInfo& /*info*/) { Dispose(); }

}  // namespace iecore
