#include "graph/onnx.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "boundary/errors.hpp"

namespace fs = std::filesystem;

namespace iecore {

namespace {

// ONNX is at some thirty.
constexpr uint64_t kHighestVersion = 100'000;

// Protobuf itself reads no deeper.
constexpr int kDeepest = 100;

// Memory, or a file of which a piece at a time is in memory.
class Source {
 public:
  Source(const char* bytes, size_t size) : bytes_(bytes), end_(size), size_(size) {}

  explicit Source(const fs::path& file)
      : stream_(file, std::ios::binary | std::ios::ate), piece_(4096) {
    if (!stream_) throw Coded(kFileNotReadable, "the file cannot be opened");
    size_ = static_cast<uint64_t>(stream_.tellg());
  }

  uint64_t Size() const { return size_; }

  std::optional<uint8_t> At(uint64_t place) {
    if (place >= size_) return std::nullopt;
    if (place < begin_ || place >= end_) Load(place);
    if (place >= end_) return std::nullopt;
    return static_cast<uint8_t>(bytes_[place - begin_]);
  }

  std::string Text(uint64_t begin, uint64_t end) {
    std::string text;
    for (; begin < end; ++begin) text.push_back(static_cast<char>(At(begin).value_or(0)));
    return text;
  }

 private:
  void Load(uint64_t place) {
    stream_.clear();
    stream_.seekg(static_cast<std::streamoff>(place));
    stream_.read(piece_.data(), static_cast<std::streamsize>(piece_.size()));
    bytes_ = piece_.data();
    begin_ = place;
    end_ = place + static_cast<uint64_t>(stream_.gcount());
  }

  std::ifstream stream_;
  std::vector<char> piece_;
  const char* bytes_ = nullptr;
  uint64_t begin_ = 0;
  uint64_t end_ = 0;
  uint64_t size_ = 0;
};

struct Field {
  uint32_t number = 0;
  // Of a plain number.
  std::optional<uint64_t> value;
  // Where the content of a message begins and ends.
  bool is_message = false;
  uint64_t begin = 0;
  uint64_t end = 0;
};

// Messages of onnx.proto3, each with the fields that hold others.
enum class Message { kModel, kTraining, kFunction, kGraph, kNode, kAttribute, kSparse, kTensor };

std::optional<Message> Inner(Message outer, uint32_t field) {
  struct Row {
    Message outer;
    uint32_t field;
    Message inner;
  };
  static constexpr std::array<Row, 19> kRows{{
      {Message::kModel, 7, Message::kGraph},         {Message::kModel, 20, Message::kTraining},
      {Message::kModel, 25, Message::kFunction},     {Message::kTraining, 1, Message::kGraph},
      {Message::kTraining, 2, Message::kGraph},      {Message::kFunction, 7, Message::kNode},
      {Message::kFunction, 11, Message::kAttribute}, {Message::kGraph, 1, Message::kNode},
      {Message::kGraph, 5, Message::kTensor},        {Message::kGraph, 15, Message::kSparse},
      {Message::kNode, 5, Message::kAttribute},      {Message::kAttribute, 5, Message::kTensor},
      {Message::kAttribute, 6, Message::kGraph},     {Message::kAttribute, 10, Message::kTensor},
      {Message::kAttribute, 11, Message::kGraph},    {Message::kAttribute, 22, Message::kSparse},
      {Message::kAttribute, 23, Message::kSparse},   {Message::kSparse, 1, Message::kTensor},
      {Message::kSparse, 2, Message::kTensor},
  }};
  const auto* row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) {
    return one.outer == outer && one.field == field;
  });
  if (row == kRows.end()) return std::nullopt;
  return row->inner;
}

// Other fields of interest, by the message they are in.
constexpr uint32_t kOperatorSets = 8;
constexpr uint32_t kOperatorSetVersion = 2;
constexpr uint32_t kExternalData = 13;
constexpr uint32_t kDataLocation = 14;
constexpr uint32_t kEntryKey = 1;
constexpr uint32_t kEntryValue = 2;

// Is told each file that a tensor names; '' where it says only that its values are elsewhere.
using OnLocation = std::function<void(const std::string& location)>;

// What it cannot follow is left to the runtime, whose parser then refuses all of it. It follows at
// least what that parser does: the fields of a group, which ONNX does not have, count as those of
// the message around it.
class Walker {
 public:
  Walker(Source source, OnLocation on_location)
      : source_(std::move(source)), on_location_(std::move(on_location)) {}

  void Walk() { Walk(Message::kModel, 0, source_.Size(), 0); }

 private:
  void Walk(Message message, uint64_t begin, uint64_t end, int depth) {
    if (depth > kDeepest)
      throw Coded(kNetworkNotRead, "it is damaged, for it is nested too deeply");
    for (uint64_t at = begin; at < end;) {
      const auto field = Next(at, end);
      if (!field) return;
      at = field->end;
      if (message == Message::kTensor) {
        CheckTensor(*field);
      } else if (field->is_message) {
        if (message == Message::kModel && field->number == kOperatorSets) CheckVersion(*field);
        if (const auto inner = Inner(message, field->number))
          Walk(*inner, field->begin, field->end, depth + 1);
      }
    }
  }

  void CheckVersion(const Field& set) {
    for (uint64_t at = set.begin; at < set.end;) {
      const auto field = Next(at, set.end);
      if (!field) return;
      at = field->end;
      if (field->number != kOperatorSetVersion || field->value.value_or(0) <= kHighestVersion)
        continue;
      throw Coded(kNetworkNotRead, "it is damaged, for it asks for version " +
                                       std::to_string(static_cast<int64_t>(*field->value)) +
                                       " of its operators");
    }
  }

  void CheckTensor(const Field& field) {
    if (field.number == kDataLocation && field.value.value_or(0) != 0) on_location_("");
    if (field.number == kExternalData && field.is_message) on_location_(LocationIn(field));
  }

  // The last value of each field counts.
  std::string LocationIn(const Field& entry) {
    std::string key;
    std::string value;
    for (uint64_t at = entry.begin; at < entry.end;) {
      const auto field = Next(at, entry.end);
      if (!field) break;
      at = field->end;
      if (!field->is_message) continue;
      if (field->number == kEntryKey) key = source_.Text(field->begin, field->end);
      if (field->number == kEntryValue) value = source_.Text(field->begin, field->end);
    }
    return key == "location" ? value : "";
  }

  std::optional<Field> Next(uint64_t at, uint64_t end) {
    const auto tag = Varint(at);
    if (!tag) return std::nullopt;
    Field field;
    // As some versions of protobuf cut it.
    field.number = static_cast<uint32_t>(*tag) >> 3;
    switch (*tag & 7) {
      case 0:
        field.value = Varint(at);
        if (!field.value) return std::nullopt;
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const auto length = Varint(at);
        if (!length || *length > end - std::min(at, end)) return std::nullopt;
        field.is_message = true;
        field.begin = at;
        at += *length;
        break;
      }
      case 3:
      case 4:
        break;
      case 5:
        at += 4;
        break;
      default:
        return std::nullopt;
    }
    if (at > end) return std::nullopt;
    field.end = at;
    return field;
  }

  // A number in groups of seven bits.
  std::optional<uint64_t> Varint(uint64_t& at) {
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      const auto byte = source_.At(at);
      if (!byte) return std::nullopt;
      ++at;
      value |= static_cast<uint64_t>(*byte & 0x7f) << shift;
      if (*byte < 0x80) return value;
    }
    return std::nullopt;
  }

  Source source_;
  OnLocation on_location_;
};

bool IsInside(const fs::path& folder, const fs::path& file) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first ==
         folder.end();
}

// Runtimes before 2025 leave out what precedes the first colon, and the dots and slashes before a
// name.
std::string AsOldRuntimesRead(const std::string& location) {
  const size_t colon = location.find(':');
  const std::string rest = colon == std::string::npos ? location : location.substr(colon + 1);
  const size_t begin = rest.find_first_not_of("/.\\");
  return begin == std::string::npos ? "" : rest.substr(begin);
}

void CheckLocation(const fs::path& folder, const std::string& location) {
  const auto refuse = [&](const std::string& why) {
    throw Coded(kNetworkNotRead, "it keeps values in '" + location + "', " + why +
                                     "; expected a regular file in the folder of the model");
  };
  // What ONNX Runtime writes for values at an address of memory, which this runtime would read.
  if (location.find("_ORT_MEM_ADDR_") != std::string::npos) refuse("which is no file");
  for (const std::string& name : {location, AsOldRuntimesRead(location)}) {
    const fs::path path = fs::u8path(name);
    if (name.find('\0') != std::string::npos || path.has_root_path())
      refuse("which is no relative path");
    std::error_code error;
    const fs::path file = fs::weakly_canonical(folder / path, error);
    if (error || !IsInside(folder, file)) refuse("which is outside");
    const auto status = fs::status(file, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) refuse("which is no regular file");
  }
}

}  // namespace

void CheckOnnx(const char* bytes, size_t size) {
  Walker({bytes, size}, [](const std::string& location) {
    const std::string where = location.empty() ? "another file" : "the file '" + location + "'";
    throw Coded(kNetworkNotRead,
                "it keeps values in " + where +
                    ", and a model in memory may read no files; give the path of the "
                    "model, or save it as one file");
  }).Walk();
}

void CheckOnnxFile(const std::string& path) {
  const fs::path file = fs::u8path(path);
  const fs::path folder = fs::canonical(fs::absolute(file).parent_path());
  Walker(Source(file), [&](const std::string& location) {
    if (!location.empty()) CheckLocation(folder, location);
  }).Walk();
}

}  // namespace iecore
