// The preprocessing steps on the channels of an input: reversal, mean and scale.
#pragma once

#include <napi.h>

#include <memory>
#include <openvino/core/preprocess/pre_post_process.hpp>
#include <vector>

namespace iecore {

struct ChannelSteps {
  bool reverse = false;      // RGB to BGR and back
  std::vector<float> mean;   // to subtract: empty, one number, or one for each channel
  std::vector<float> scale;  // divisor: empty, one number, or one for each channel
};

// Reads { reverseChannels, mean, scale }.
ChannelSteps ToChannelSteps(const Napi::Object& object);

// Adds the steps in this order: reversal, mean, `mean_image` (null for none), scale. Mean and scale
// are in the order of the network's channels.
void AddChannelSteps(ov::preprocess::PreProcessSteps& steps, const ChannelSteps& channels,
                     const std::shared_ptr<ov::Node>& mean_image = nullptr);

}  // namespace iecore
