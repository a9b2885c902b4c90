#include "graph/preprocess.hpp"

#include <cstring>
#include <openvino/core/preprocess/pre_post_process.hpp>
#include <openvino/opsets/opset8.hpp>

#include "boundary/convert.hpp"
#include "graph/memory.hpp"

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

// The weights of area resampling along one axis, as a matrix [out, in]: the part of each output
// pixel that each source pixel covers. `in`, the length of the source, is a value of the graph,
// because it is known only with the image.
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

// Area interpolation, which the runtime's own resize does not support: a matrix product for the
// rows, then one for the columns.
ov::Output<ov::Node> ResizeArea(const ov::Output<ov::Node>& image, const std::string& layout,
                                int64_t height, int64_t width) {
  std::vector<int64_t> to_planes;  // the order of axes that puts H and W last
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

// The mean image as a constant whose axes are in the order of `layout`. `planes` is its shape,
// [C,H,W].
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

// The mean image of an input, or null if it has none.
std::shared_ptr<ov::Node> MeanImageOf(const InputPlan& plan, const ov::PartialShape& model_shape) {
  if (plan.mean_image.empty()) return nullptr;
  ov::Shape planes;
  for (const char axis : {'C', 'H', 'W'})
    planes.push_back(static_cast<size_t>(LengthOf(model_shape, plan.model_layout, axis)));
  return MeanImage(plan.mean_image, plan.layout, planes);
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
  const bool computes = !plan.resize.empty() || !plan.mean_image.empty() ||
                        !plan.channels.mean.empty() || !plan.channels.scale.empty();
  if (computes) steps.convert_element_type(ov::element::f32);
  if (plan.resize == "BILINEAR") steps.resize(ov::preprocess::ResizeAlgorithm::RESIZE_LINEAR);
  if (plan.resize == "AREA") {
    const int64_t height = LengthOf(model_shape, plan.model_layout, 'H');
    const int64_t width = LengthOf(model_shape, plan.model_layout, 'W');
    steps.custom([layout = plan.layout, height, width](const ov::Output<ov::Node>& image) {
      return ResizeArea(image, layout, height, width);
    });
  }
  AddChannelSteps(steps, plan.channels, MeanImageOf(plan, model_shape));
}

// Conversions to a floating-point type run in the graph. Those to an integer type run in the
// request (see saturate.hpp), because the graph would truncate and wrap around.
void Apply(ov::preprocess::OutputInfo& output, const OutputPlan& plan) {
  if (plan.precision.is_real()) output.tensor().set_element_type(plan.precision);
  if (plan.layout.empty()) return;
  output.model().set_layout(ov::Layout(plan.model_layout));
  output.tensor().set_layout(ov::Layout(plan.layout));
}

// A copy of the FP32 numbers in a Uint8Array; empty if it is undefined.
std::vector<float> FloatsOfBytes(const Napi::Value& value) {
  if (value.IsUndefined()) return {};
  const Napi::Uint8Array bytes = ToUint8Array(value);
  std::vector<float> floats(bytes.ByteLength() / sizeof(float));
  std::memcpy(floats.data(), bytes.Data(), floats.size() * sizeof(float));
  return floats;
}

InputPlan ToInputPlan(const Napi::Value& value) {
  const Napi::Object input = ToObject(value);
  return {ToElementType(input.Get("precision")),
          ToString(input.Get("layout")),
          ToString(input.Get("modelLayout")),
          ToString(input.Get("color")),
          ToString(input.Get("resize")),
          FloatsOfBytes(input.Get("meanImage")),
          ToChannelSteps(input)};
}

OutputPlan ToOutputPlan(const Napi::Value& value) {
  const Napi::Object output = ToObject(value);
  return {ToElementType(output.Get("precision")), ToString(output.Get("layout")),
          ToString(output.Get("modelLayout"))};
}

}  // namespace

Plan ToPlan(const Napi::Value& value) {
  const Napi::Object object = ToObject(value);
  Plan plan;
  plan.inputs = ToVector<InputPlan>(object.Get("inputs"), ToInputPlan);
  plan.outputs = ToVector<OutputPlan>(object.Get("outputs"), ToOutputPlan);
  plan.affinity = ToStringMap(object.Get("affinity"));
  return plan;
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
