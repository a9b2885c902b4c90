#include "store/file.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <system_error>
#include <thread>
#include <vector>

#include "boundary/errors.hpp"

namespace iecore {

namespace {

namespace fs = std::filesystem;

constexpr size_t kPart = size_t{4} << 20;  // bytes
// More threads are not faster, because the memory is the bottleneck.
constexpr size_t kMostParts = 4;

[[noreturn]] void NotRead(const std::string& path) {
  throw Coded(kFileNotReadable, "Cannot read " + path + " to the end");
}

void ReadPart(const std::string& path, char* memory, size_t begin, size_t size) {
  std::ifstream stream(fs::u8path(path), std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(begin));
  if (!stream.read(memory, static_cast<std::streamsize>(size))) NotRead(path);
}

}  // namespace

std::string ReadText(const std::string& path) {
  std::ifstream stream(fs::u8path(path), std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || !text) NotRead(path);
  return std::move(text).str();
}

bool IsLarge(const std::string& path) {
  std::error_code missing;
  const auto size = fs::file_size(fs::u8path(path), missing);
  return !missing && size >= 2 * kPart;
}

void WriteFile(const std::string& path, const std::vector<std::string_view>& pieces) {
  errno = 0;
  std::ofstream stream(fs::u8path(path), std::ios::binary);
  for (const std::string_view piece : pieces)
    stream.write(piece.data(), static_cast<std::streamsize>(piece.size()));
  stream.close();
  if (stream) return;
  const std::string why =
      errno == 0 ? "the system gave no reason" : std::generic_category().message(errno);
  throw Coded(kFileNotWritable, why);
}

ov::Tensor ReadLarge(const std::string& path) {
  const auto size = static_cast<size_t>(fs::file_size(fs::u8path(path)));
  ov::Tensor bytes(ov::element::u8, {size});
  auto* memory = static_cast<char*>(bytes.data());
  const size_t processors = std::max(1U, std::thread::hardware_concurrency());
  const size_t parts = std::clamp<size_t>(size / kPart, 1, std::min(processors, kMostParts));
  std::vector<std::future<void>> readers;
  for (size_t i = 0; i < parts; ++i) {
    const size_t begin = size / parts * i;
    const size_t end = i + 1 == parts ? size : size / parts * (i + 1);
    // If no thread can be started, std::async reads in get().
    readers.push_back(std::async(ReadPart, path, memory + begin, begin, end - begin));
  }
  for (auto& reader : readers) reader.get();
  return bytes;
}

}  // namespace iecore
