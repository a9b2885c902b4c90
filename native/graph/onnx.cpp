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

// The highest plausible version of the operators. ONNX has reached about 30.
constexpr uint64_t kHighestVersion = 100'000;

// The deepest nesting of messages that protobuf itself reads.
constexpr int kDeepest = 100;

// The bytes of a model: in memory, or in a file of which one piece at a time is in memory.
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
  std::optional<uint64_t> value;  // of a number
  bool is_message = false;        // whether it is a message, a string or bytes
  uint64_t begin = 0;             // of the content
  uint64_t end = 0;               // of the content and of the field
};

// The messages of onnx.proto3 that can contain tensors.
enum class Message { kModel, kTraining, kFunction, kGraph, kNode, kAttribute, kSparse, kTensor };

// The message in a field of another message, if it is one of these.
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

// Numbers of other fields: two of a model and its operator sets, two of a tensor, and two of an
// entry of its external data.
constexpr uint32_t kOperatorSets = 8;
constexpr uint32_t kOperatorSetVersion = 2;
constexpr uint32_t kExternalData = 13;
constexpr uint32_t kDataLocation = 14;
constexpr uint32_t kEntryKey = 1;
constexpr uint32_t kEntryValue = 2;

// Called for each file that a tensor names; with '' if a tensor only says that its data is in a
// file.
using OnLocation = std::function<void(const std::string& location)>;

// Walks the messages of a model. It stops at bytes that are not valid protobuf; the parser of the
// runtime then rejects the model. It visits at least the fields that this parser visits: the fields
// of a group, which ONNX does not use, count as fields of the message around it.
class Walker {
 public:
  Walker(Source source, OnLocation on_location)
      : source_(std::move(source)), on_location_(std::move(on_location)) {}

  void Walk() { Walk(Message::kModel, 0, source_.Size(), 0); }

 private:
  void Walk(Message message, uint64_t begin, uint64_t end, int depth) {
    if (depth > kDeepest)
      throw Coded(kNetworkNotRead, "it is damaged: its messages are nested too deeply");
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
      throw Coded(kNetworkNotRead, "it is damaged: it asks for version " +
                                       std::to_string(static_cast<int64_t>(*field->value)) +
                                       " of the operators");
    }
  }

  void CheckTensor(const Field& field) {
    if (field.number == kDataLocation && field.value.value_or(0) != 0) on_location_("");
    if (field.number == kExternalData && field.is_message) on_location_(LocationIn(field));
  }

  // The file that an entry of a tensor's external data names. If a field occurs several times, the
  // last one counts, as in protobuf.
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

  // The field that begins at `at`, if it is valid.
  std::optional<Field> Next(uint64_t at, uint64_t end) {
    const auto tag = Varint(at);
    if (!tag) return std::nullopt;
    Field field;
    // Truncated to 32 bits, as some versions of protobuf do.
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

  // Reads a number in groups of seven bits and moves `at` behind it.
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

// The path that runtimes before 2025 open for a location: without everything up to the first colon,
// and without leading dots and slashes.
std::string AsOldRuntimesRead(const std::string& location) {
  const size_t colon = location.find(':');
  const std::string rest = colon == std::string::npos ? location : location.substr(colon + 1);
  const size_t begin = rest.find_first_not_of("/.\\");
  return begin == std::string::npos ? "" : rest.substr(begin);
}

void CheckLocation(const fs::path& folder, const std::string& location) {
  const auto refuse = [&](const std::string& why) {
    throw Coded(kNetworkNotRead, "it stores tensors in '" + location + "', which is " + why +
                                     "; expected a regular file in the folder of the model");
  };
  // ONNX Runtime's marker for tensors at a memory address, from which this runtime would read.
  if (location.find("_ORT_MEM_ADDR_") != std::string::npos) refuse("not a file");
  for (const std::string& name : {location, AsOldRuntimesRead(location)}) {
    const fs::path path = fs::u8path(name);
    if (name.find('\0') != std::string::npos || path.has_root_path()) refuse("not a relative path");
    std::error_code error;
    const fs::path file = fs::weakly_canonical(folder / path, error);
    if (error || !IsInside(folder, file)) refuse("outside of the folder");
    const auto status = fs::status(file, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) refuse("not a regular file");
  }
}

}  // namespace

void CheckOnnx(const char* bytes, size_t size) {
  Walker({bytes, size}, [](const std::string& location) {
    const std::string where = location.empty() ? "another file" : "the file '" + location + "'";
    throw Coded(kNetworkNotRead,
                "it stores tensors in " + where +
                    ", and a model in memory cannot use other files; pass the path of "
                    "the model, or save it as one file");
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
