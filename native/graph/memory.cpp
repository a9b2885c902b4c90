#include "graph/memory.hpp"

#include <openvino/runtime/tensor.hpp>

namespace iecore {

void CheckMemory(const ov::Model& model) {
  for (const auto& node : model.get_ops()) {
    for (const auto& output : node->outputs()) {
      const ov::element::Type type = output.get_element_type();
      if (output.get_partial_shape().is_static() && type.is_static() && type != ov::element::string)
        ov::Tensor(type, output.get_shape());
    }
  }
}

}  // namespace iecore
