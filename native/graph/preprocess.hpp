// Adds the user's settings of inputs and outputs to a graph before it is compiled.
#pragma once

#include <napi.h>

#include <openvino/core/model.hpp>
#include <string>
#include <vector>

#include "graph/affinity.hpp"
#include "graph/channel_steps.hpp"

namespace iecore {

// The settings of one input. An empty string or list means no change.
struct InputPlan {
  ov::element::Type precision;
  std::string layout;             // of the user's data, such as "NHWC"
  std::string model_layout;       // of the graph, such as "NCHW"
  std::string color;              // format of the user's pixels; the graph takes BGR
  std::string resize;             // "BILINEAR" or "AREA"
  std::vector<float> mean_image;  // [C,H,W] of the graph
  ChannelSteps channels;
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

// Order of the steps: color conversion, resize, channel reversal, mean, scale.
std::shared_ptr<ov::Model> Preprocess(const std::shared_ptr<ov::Model>& model, const Plan& plan);

}  // namespace iecore
