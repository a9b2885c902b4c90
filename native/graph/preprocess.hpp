// What the user set on a network's inputs and outputs, applied to a graph before it is compiled.
#pragma once

#include <napi.h>

#include <openvino/core/model.hpp>
#include <string>
#include <vector>

#include "graph/affinity.hpp"

namespace iecore {

// One input. Empty strings and lists mean "as it is".
struct InputPlan {
  ov::element::Type precision;
  std::string layout;        // of the user's bytes, "NHWC"
  std::string model_layout;  // of the graph, "NCHW"
  std::string color;         // of the user's pixels; the graph takes BGR
  std::string resize;        // "BILINEAR" or "AREA"
  bool reverse_channels = false;
  std::vector<float> mean;
  std::vector<float> mean_image;  // [C,H,W] of the graph
  std::vector<float> scale;
};

struct OutputPlan {
  ov::element::Type precision;
  std::string layout;
  std::string model_layout;
};

struct Plan {
  std::vector<InputPlan> inputs;
  std::vector<OutputPlan> outputs;
  Affinity affinity;
};

Plan ToPlan(const Napi::Value& value);

// Throws where there is no memory for a tensor of the graph. To be asked before the runtime's
// PrePostProcessor works on it: that takes each of them while it folds constants, and does not
// survive that it gets none.
void CheckMemory(const ov::Model& model);

// Order of the steps: color conversion, resize, channel reversal, mean, scale.
std::shared_ptr<ov::Model> Preprocess(const std::shared_ptr<ov::Model>& model, const Plan& plan);

}  // namespace iecore
