// Reads whole files into memory, large ones with several threads, and writes files.
#pragma once

#include <openvino/runtime/tensor.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace iecore {

// Throws FILE_NOT_READABLE.
std::string ReadText(const std::string& path);

// Reads the bytes of a large file with several threads at once, because a single thread spends most
// of its time on page faults. Throws FILE_NOT_READABLE.
ov::Tensor ReadLarge(const std::string& path);

// Whether the file exists and is large enough for ReadLarge() to be faster.
bool IsLarge(const std::string& path);

// Writes the pieces to a file, one after the other. Throws FILE_NOT_WRITABLE with the reason.
void WriteFile(const std::string& path, const std::vector<std::string_view>& pieces);

}  // namespace iecore
