// What an ONNX model must not ask of the runtime, found by walking its protobuf messages.
#pragma once

#include <cstddef>
#include <string>

namespace iecore {

// Throws NETWORK_NOT_READ for a model in memory that keeps values in other files, which the runtime
// would look for in the working directory of the process, and for an impossible version of
// operators, below which the runtime would try every other one.
void CheckOnnx(const char* bytes, size_t size);

// The same for a file. Values may be in regular files inside its folder.
void CheckOnnxFile(const std::string& path);

}  // namespace iecore
