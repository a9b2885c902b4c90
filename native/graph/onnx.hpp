// Rejects ONNX models that would make the runtime read other files or try impossible versions.
//
// It walks the protobuf messages of the model without building them in memory.
#pragma once

#include <cstddef>
#include <string>

namespace iecore {

// Checks a model in memory. Throws NETWORK_NOT_READ if it stores tensors in other files, which the
// runtime would search for in the working directory of the process; or if it requires an impossible
// version of the operators, because the runtime would then try every lower version.
void CheckOnnx(const char* bytes, size_t size);

// Checks a file in the same way. It may store tensors in regular files inside of its folder.
void CheckOnnxFile(const std::string& path);

}  // namespace iecore
