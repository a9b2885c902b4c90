#include "graph/preprocess.hpp"

#include <cstring>
#include <openvino/core/preprocess/pre_post_process.hpp>
#include <openvino/opsets/opset8.hpp>
#include <openvino/runtime/tensor.hpp>

#include "boundary/convert.hpp"

namespace iecore {

namespace {

using ov::preprocess::ColorFormat;
namespace op = ov::opset8;

ColorFormat ToColorFormat(const std::string& name) {
  if (name == "RGB") return ColorFormat::RGB;
  if (name == "BGR") return ColorFormat::BGR;
  if (name == "RGBX") return ColorFormat::RGBX;
  if (name == "BGRX") return ColorFormat::BGRX;
  if (name == "NV12") return ColorFormat::NV12_SINGLE_PLANE;
  return ColorFormat::I420_SINGLE_PLANE;
}

std::shared_ptr<op::Constant> Scalar(float value) {
  return op::Constant::create(ov::element::f32, {}, {value});
}

std::shared_ptr<op::Constant> Indices(const std::vector<int64_t>& values) {
  return op::Constant::create(ov::element::i64, {values.size()}, values);
}

// The weights of area resampling along one axis, as a matrix [out, in]: how much of each source
// pixel an output pixel covers, as a part of the output pixel. `in` is known only when the picture
// is.
ov::Output<ov::Node> AreaWeights(const ov::Output<ov::Node>& in, int64_t out) {
  const auto size = std::make_shared<op::Convert>(in, ov::element::f32);
  const auto step = std::make_shared<op::Divide>(size, Scalar(static_cast<float>(out)));
  std::vector<float> rows(static_cast<size_t>(out));
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(i);
  const auto begin = std::make_shared<op::Multiply>(
      op::Constant::create(ov::element::f32, {rows.size(), 1}, rows), step);
  const auto end = std::make_shared<op::Add>(begin, step);
  const auto left = std::make_shared<op::Range>(Scalar(0), size, Scalar(1), ov::element::f32);
  const auto right = std::make_shared<op::Add>(left, Scalar(1));
  const auto overlap = std::make_shared<op::Subtract>(std::make_shared<op::Minimum>(end, right),
                                                      std::make_shared<op::Maximum>(begin, left));
  return std::make_shared<op::Divide>(std::make_shared<op::Relu>(overlap), step);
}

// Area interpolation, which the runtime's own resize has not: rows, then columns, by matrix
// products.
ov::Output<ov::Node> ResizeArea(const ov::Output<ov::Node>& image, const std::string& layout,
                                int64_t height, int64_t width) {
  std::vector<int64_t> to_planes;  // any layout -> … H W, and back
  std::vector<int64_t> back(layout.size());
  for (size_t i = 0; i < layout.size(); ++i)
    if (layout[i] != 'H' && layout[i] != 'W') to_planes.push_back(static_cast<int64_t>(i));
  to_planes.push_back(static_cast<int64_t>(layout.find('H')));
  to_planes.push_back(static_cast<int64_t>(layout.find('W')));
  for (size_t i = 0; i < to_planes.size(); ++i)
    back[static_cast<size_t>(to_planes[i])] = static_cast<int64_t>(i);

  const auto planes = std::make_shared<op::Transpose>(image, Indices(to_planes));
  const auto shape = std::make_shared<op::ShapeOf>(planes);
  const auto axis = op::Constant::create(ov::element::i64, {}, {0});
  const auto length = [&](int64_t index) {
    return std::make_shared<op::Gather>(shape, op::Constant::create(ov::element::i64, {}, {index}),
                                        axis);
  };
  const auto rank = static_cast<int64_t>(layout.size());
  const auto rows = std::make_shared<op::MatMul>(AreaWeights(length(rank - 2), height), planes);
  const auto both =
      std::make_shared<op::MatMul>(rows, AreaWeights(length(rank - 1), width), false, true);
  return std::make_shared<op::Transpose>(both, Indices(back));
}

int64_t LengthOf(const ov::PartialShape& shape, const std::string& layout, char axis) {
  return shape[static_cast<std::ptrdiff_t>(layout.find(axis))].get_length();
}

// The mean image, with its axes where the layout has them.
std::shared_ptr<ov::Node> MeanImage(const std::vector<float>& values, const std::string& layout,
                                    const ov::Shape& planes) {
  ov::Shape shape(layout.size() - planes.size(), 1);  // the other axes, then C H W
  shape.insert(shape.end(), planes.begin(), planes.end());
  std::vector<int64_t> order;
  int64_t others = 0;
  for (const char axis : layout) {
    const size_t plane = std::string("CHW").find(axis);
    order.push_back(plane == std::string::npos
                        ? others++
                        : static_cast<int64_t>(layout.size() - planes.size() + plane));
  }
  return std::make_shared<op::Transpose>(op::Constant::create(ov::element::f32, shape, values),
                                         Indices(order));
}

void Apply(ov::preprocess::InputInfo& input, const InputPlan& plan,
           const ov::PartialShape& model_shape) {
  auto& tensor = input.tensor();
  auto& steps = input.preprocess();
  tensor.set_element_type(plan.precision);
  if (!plan.layout.empty()) tensor.set_layout(ov::Layout(plan.layout));
  if (!plan.model_layout.empty()) input.model().set_layout(ov::Layout(plan.model_layout));
  if (!plan.color.empty()) tensor.set_color_format(ToColorFormat(plan.color));
  if (!plan.resize.empty()) tensor.set_spatial_dynamic_shape();
  if (!plan.color.empty() && plan.color != "BGR") steps.convert_color(ColorFormat::BGR);
  if (plan.resize.empty() && plan.mean.empty() && plan.mean_image.empty() && plan.scale.empty()) {
    if (plan.reverse_channels) steps.reverse_channels();
    return;
  }
  steps.convert_element_type(ov::element::f32);
  if (plan.resize == "BILINEAR") steps.resize(ov::preprocess::ResizeAlgorithm::RESIZE_LINEAR);
  if (plan.resize == "AREA") {
    const int64_t height = LengthOf(model_shape, plan.model_layout, 'H');
    const int64_t width = LengthOf(model_shape, plan.model_layout, 'W');
    steps.custom([layout = plan.layout, height, width](const ov::Output<ov::Node>& image) {
      return ResizeArea(image, layout, height, width);
    });
  }
  if (plan.reverse_channels) steps.reverse_channels();
  if (plan.mean.size() == 1) steps.mean(plan.mean[0]);
  if (plan.mean.size() > 1) steps.mean(plan.mean);
  if (!plan.mean_image.empty()) {
    ov::Shape planes;
    for (const char axis : {'C', 'H', 'W'})
      planes.push_back(static_cast<size_t>(LengthOf(model_shape, plan.model_layout, axis)));
    const auto image = MeanImage(plan.mean_image, plan.layout, planes);
    steps.custom([image](const ov::Output<ov::Node>& pixels) {
      return std::make_shared<op::Subtract>(pixels, image);
    });
  }
  if (plan.scale.size() == 1) steps.scale(plan.scale[0]);
  if (plan.scale.size() > 1) steps.scale(plan.scale);
}

// Conversions to a floating type run in the graph, where the device keeps its precision; those to
// whole numbers wait for the request, since the graph would truncate and wrap (see saturate.hpp).
void Apply(ov::preprocess::OutputInfo& output, const OutputPlan& plan) {
  if (plan.precision.is_real()) output.tensor().set_element_type(plan.precision);
  if (plan.layout.empty()) return;
  output.model().set_layout(ov::Layout(plan.model_layout));
  output.tensor().set_layout(ov::Layout(plan.layout));
}

// A copy of the numbers in a Uint8Array; none where it is left out.
std::vector<float> FloatsOfBytes(const Napi::Value& value) {
  if (value.IsUndefined()) return {};
  const Napi::Uint8Array bytes = ToUint8Array(value);
  std::vector<float> floats(bytes.ByteLength() / sizeof(float));
  std::memcpy(floats.data(), bytes.Data(), floats.size() * sizeof(float));
  return floats;
}

}  // namespace

Plan ToPlan(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  Plan plan;
  const Napi::Array inputs = ToArray(object.Get("inputs"));
  for (uint32_t i = 0; i < inputs.Length(); ++i) {
    const Napi::Object input = ToObject(inputs.Get(i));
    plan.inputs.push_back({ToElementType(input.Get("precision")), ToString(input.Get("layout")),
                           ToString(input.Get("modelLayout")), ToString(input.Get("color")),
                           ToString(input.Get("resize")), ToBool(input.Get("reverseChannels")),
                           ToFloats(input.Get("mean")), FloatsOfBytes(input.Get("meanImage")),
                           ToFloats(input.Get("scale"))});
  }
  const Napi::Array outputs = ToArray(object.Get("outputs"));
  for (uint32_t i = 0; i < outputs.Length(); ++i) {
    const Napi::Object output = ToObject(outputs.Get(i));
    plan.outputs.push_back({ToElementType(output.Get("precision")), ToString(output.Get("layout")),
                            ToString(output.Get("modelLayout"))});
  }
  plan.affinity = ToStringMap(object.Get("affinity"));
  return plan;
}

void CheckMemory(const ov::Model& model) {
  for (const auto& node : model.get_ops()) {
    for (const auto& output : node->outputs()) {
      const ov::element::Type type = output.get_element_type();
      if (output.get_partial_shape().is_static() && type.is_static() && type != ov::element::string)
        ov::Tensor(type, output.get_shape());
    }
  }
}

std::shared_ptr<ov::Model> Preprocess(const std::shared_ptr<ov::Model>& model, const Plan& plan) {
  CheckMemory(*model);
  ov::preprocess::PrePostProcessor processor(model);
  for (size_t i = 0; i < plan.inputs.size(); ++i)
    Apply(processor.input(i), plan.inputs[i], model->input(i).get_partial_shape());
  for (size_t i = 0; i < plan.outputs.size(); ++i) Apply(processor.output(i), plan.outputs[i]);
  return processor.build();
}

}  // namespace iecore
