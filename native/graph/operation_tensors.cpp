#include "graph/operation_tensors.hpp"

#include <algorithm>
#include <openvino/frontend/manager.hpp>

namespace iecore {

namespace {

using Names = std::vector<std::string>;

bool Has(const ov::frontend::Place::Ptr& operation, const std::string& name) {
  if (operation == nullptr) return false;
  const Names names = operation->get_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Starts from the tensors, because frontends find no operation by name, and because their result
// for a port that an operation does not have is undefined.
std::optional<OperationTensors> TensorsOf(const ov::frontend::InputModel::Ptr& model,
                                          const std::string& name, const Names& tensors) {
  OperationTensors found;
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
      // The tensor is not in the file: reading the model created it.
    }
  }
  if (found.outputs.empty()) return std::nullopt;
  // The order of several inputs is unknown.
  if (found.inputs.size() > 1) found.inputs.clear();
  return found;
}

Napi::Value FromPorts(Napi::Env env, const std::vector<Names>& ports) {
  Napi::Array array = Napi::Array::New(env, ports.size());
  for (uint32_t i = 0; i < ports.size(); ++i) {
    Napi::Array names = Napi::Array::New(env, ports[i].size());
    for (uint32_t j = 0; j < ports[i].size(); ++j) names.Set(j, ports[i][j]);
    array.Set(i, names);
  }
  return array;
}

}  // namespace

std::vector<std::optional<OperationTensors>> FindOperationTensors(const std::string& path,
                                                                  const std::string& frontend,
                                                                  const Names& names,
                                                                  const Names& tensors) {
  ov::frontend::FrontEndManager manager;
  const auto model = manager.load_by_framework(frontend)->load(path);
  std::vector<std::optional<OperationTensors>> found;
  for (const std::string& name : names) found.push_back(TensorsOf(model, name, tensors));
  return found;
}

Napi::Value FromOperationTensors(Napi::Env env,
                                 const std::vector<std::optional<OperationTensors>>& found) {
  Napi::Array array = Napi::Array::New(env, found.size());
  for (uint32_t i = 0; i < found.size(); ++i) {
    if (!found[i]) {
      array.Set(i, env.Null());
      continue;
    }
    Napi::Object item = Napi::Object::New(env);
    item.Set("inputs", FromPorts(env, found[i]->inputs));
    item.Set("outputs", FromPorts(env, found[i]->outputs));
    array.Set(i, item);
  }
  return array;
}

}  // namespace iecore
