#include "graph/channel_steps.hpp"

#include <openvino/opsets/opset8.hpp>

#include "boundary/convert.hpp"

namespace iecore {

ChannelSteps ToChannelSteps(const Napi::Object& object) {
  return {ToBool(object.Get("reverseChannels")), ToFloats(object.Get("mean")),
          ToFloats(object.Get("scale"))};
}

void AddChannelSteps(ov::preprocess::PreProcessSteps& steps, const ChannelSteps& channels,
                     const std::shared_ptr<ov::Node>& mean_image) {
  if (channels.reverse) steps.reverse_channels();
  if (channels.mean.size() == 1) steps.mean(channels.mean[0]);
  if (channels.mean.size() > 1) steps.mean(channels.mean);
  if (mean_image != nullptr) {
    steps.custom([mean_image](const ov::Output<ov::Node>& pixels) {
      return std::make_shared<ov::opset8::Subtract>(pixels, mean_image);
    });
  }
  if (channels.scale.size() == 1) steps.scale(channels.scale[0]);
  if (channels.scale.size() > 1) steps.scale(channels.scale);
}

}  // namespace iecore
