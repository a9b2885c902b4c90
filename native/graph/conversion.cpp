#include "graph/conversion.hpp"

#include <openvino/core/preprocess/pre_post_process.hpp>
#include <openvino/pass/constant_folding.hpp>
#include <openvino/pass/low_latency.hpp>
#include <openvino/pass/make_stateful.hpp>
#include <openvino/pass/manager.hpp>

#include "boundary/convert.hpp"
#include "graph/memory.hpp"

namespace iecore {

namespace {

using ModelPtr = std::shared_ptr<ov::Model>;

ConvertedInput ToConvertedInput(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  return {ToString(object.Get("layout")), ToString(object.Get("modelLayout")),
          ToBool(object.Get("keepLayout")), ToChannelSteps(object)};
}

Transformation ToTransformation(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  return {ToString(object.Get("name")), ToStringMap(object.Get("arguments"))};
}

void Reshape(const ModelPtr& model, const std::vector<std::optional<ov::PartialShape>>& shapes) {
  std::map<size_t, ov::PartialShape> by_index;
  for (size_t i = 0; i < shapes.size(); ++i)
    if (shapes[i]) by_index.emplace(i, *shapes[i]);
  if (!by_index.empty()) model->reshape(by_index);
}

ModelPtr AddPreprocessing(const ModelPtr& model, const std::vector<ConvertedInput>& inputs) {
  CheckMemory(*model);
  ov::preprocess::PrePostProcessor processor(model);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const ConvertedInput& plan = inputs[i];
    auto& input = processor.input(i);
    if (!plan.model_layout.empty()) input.model().set_layout(ov::Layout(plan.model_layout));
    if (!plan.layout.empty()) input.tensor().set_layout(ov::Layout(plan.layout));
    AddChannelSteps(input.preprocess(), plan.channels);
  }
  ModelPtr changed = processor.build();
  for (size_t i = 0; i < inputs.size(); ++i)
    if (!inputs[i].keep_layout) changed->get_parameters()[i]->set_layout(ov::Layout());
  return changed;
}

void Transform(const ModelPtr& model, const ConversionPlan& plan) {
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

}  // namespace

ConversionPlan ToConversionPlan(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  ConversionPlan plan;
  plan.cut = ToCutPlan(object);
  plan.shapes = ToVector<std::optional<ov::PartialShape>>(
      object.Get("shapes"),
      [](const auto& shape) { return ToOptional<ov::PartialShape>(shape, ToPartialShape); });
  plan.preprocessing = ToVector<ConvertedInput>(object.Get("preprocessing"), ToConvertedInput);
  plan.transformations = ToVector<Transformation>(object.Get("transformations"), ToTransformation);
  plan.fold = ToBool(object.Get("fold"));
  plan.records = ToStringMap(object.Get("records"));
  return plan;
}

CutResult ApplyConversion(const ModelPtr& model, const ConversionPlan& plan) {
  CutResult result = Cut(model, plan.cut);
  if (result.model == nullptr) return result;
  result.model->validate_nodes_and_infer_types();
  Reshape(result.model, plan.shapes);
  result.model = AddPreprocessing(result.model, plan.preprocessing);
  Transform(result.model, plan);
  for (const auto& [key, value] : plan.records)
    result.model->set_rt_info(value, "conversion_parameters", key);
  return result;
}

}  // namespace iecore
