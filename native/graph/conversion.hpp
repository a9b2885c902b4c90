// Model Optimizer's changes of a graph: cutting, shapes, preprocessing, transformations, metadata.
#pragma once

#include <map>

#include "graph/channel_steps.hpp"
#include "graph/cut.hpp"

namespace iecore {

// The preprocessing of one input, which becomes part of the graph.
struct ConvertedInput {
  std::string layout;        // of the data that the new input takes; '' if unknown
  std::string model_layout;  // of the network; '' if unknown
  bool keep_layout = true;   // false for a guessed layout, which is not written to the file
  ChannelSteps channels;
};

struct Transformation {
  std::string name;
  std::map<std::string, std::string> arguments;
};

// The steps are applied in this order.
struct ConversionPlan {
  CutPlan cut;
  std::vector<std::optional<ov::PartialShape>> shapes;  // for each input
  std::vector<ConvertedInput> preprocessing;            // for each input
  std::vector<Transformation> transformations;
  bool fold = false;                           // compute constant parts of the graph
  std::map<std::string, std::string> records;  // metadata under conversion_parameters
};

ConversionPlan ToConversionPlan(const Napi::Value& value);

// Changes `model` and returns a network of its operations, or the missing input; see Cut().
CutResult ApplyConversion(const std::shared_ptr<ov::Model>& model, const ConversionPlan& plan);

}  // namespace iecore
