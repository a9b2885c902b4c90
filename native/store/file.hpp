// Files read into memory.
#pragma once

#include <openvino/runtime/tensor.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace iecore {

// The whole of a text.
std::string ReadText(const std::string& path);

// The bytes of a large file, read by several threads at once: one alone spends most of its time on
// the pages of memory that are new to the process.
ov::Tensor ReadLarge(const std::string& path);

// Whether there is a file that is worth it.
bool IsLarge(const std::string& path);

// Writes a file, pieces one after the other. Throws FILE_NOT_WRITABLE with the system's words.
void WriteFile(const std::string& path, const std::vector<std::string_view>& pieces);

}  // namespace iecore
