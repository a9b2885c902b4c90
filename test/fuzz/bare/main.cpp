// Does with a file what the package does, by the runtime alone:
//
//   bare path MODEL [WEIGHTS]     reads, compiles for CPU and infers once; imports what ends in
//   .blob bare bytes MODEL [WEIGHTS]    the same, from memory
//
// Says how it ended, with 0 for a result and 1 for an exception.
#include <cstring>
#include <fstream>
#include <iostream>
#include <openvino/core/preprocess/pre_post_process.hpp>
#include <openvino/openvino.hpp>
#include <sstream>
#include <string>

namespace {

const ov::AnyMap kConfig = {{"NUM_STREAMS", "1"}, {"INFERENCE_NUM_THREADS", "1"}};

bool EndsWith(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() &&
         text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::shared_ptr<ov::Model> Read(ov::Core& core, bool from_memory, const std::string& path,
                                const std::string& weights) {
  if (!from_memory) return core.read_model(path, weights);
  const std::string bytes = weights.empty() ? "" : BytesOf(weights);
  ov::Tensor tensor;
  if (!bytes.empty()) {
    tensor = ov::Tensor(ov::element::u8, {bytes.size()});
    std::memcpy(tensor.data(), bytes.data(), bytes.size());
  }
  return core.read_model(BytesOf(path), tensor);
}

// With the precisions of the classic API: single ones for half ones, and for all outputs of real
// numbers.
std::shared_ptr<ov::Model> WithClassicPrecisions(const std::shared_ptr<ov::Model>& model) {
  ov::preprocess::PrePostProcessor processor(model);
  for (size_t i = 0; i < model->inputs().size(); ++i) {
    const ov::element::Type type = model->input(i).get_element_type();
    processor.input(i).tensor().set_element_type(type == ov::element::f16 ? ov::element::f32
                                                                          : type);
  }
  for (size_t i = 0; i < model->outputs().size(); ++i)
    if (model->output(i).get_element_type().is_real())
      processor.output(i).tensor().set_element_type(ov::element::f32);
  return processor.build();
}

ov::CompiledModel Load(ov::Core& core, bool from_memory, const std::string& path,
                       const std::string& weights) {
  if (EndsWith(path, ".blob")) {
    std::istringstream stream(BytesOf(path), std::ios::binary);
    return core.import_model(stream, "CPU", kConfig);
  }
  const auto model = Read(core, from_memory, path, weights);
  std::cerr << "read" << std::endl;
  return core.compile_model(WithClassicPrecisions(model), "CPU", kConfig);
}

void Infer(ov::CompiledModel& compiled) {
  auto request = compiled.create_infer_request();
  for (const auto& input : compiled.inputs()) {
    ov::Shape shape;
    for (const auto& dim : input.get_partial_shape())
      shape.push_back(dim.is_static() ? dim.get_length() : 1);
    ov::Tensor tensor(input.get_element_type(), shape);
    if (tensor.get_element_type() != ov::element::string)
      std::memset(tensor.data(), 0, tensor.get_byte_size());
    request.set_tensor(input, tensor);
  }
  request.infer();
}

}  // namespace

int main(int count, char** arguments) {
  try {
    ov::Core core;
    auto compiled = Load(core, std::string(arguments[1]) == "bytes", arguments[2],
                         count > 3 ? arguments[3] : "");
    std::cerr << "loaded" << std::endl;
    Infer(compiled);
    std::cout << "result" << std::endl;
    return 0;
  } catch (const std::exception& error) {
    std::cout << "exception: " << error.what() << std::endl;
    return 1;
  }
}
