// Tells damaged bytes from whole ones: whatever changes within eight bytes is surely noticed, other
// damage but for one case in 2^64. No defence against who alters bytes on purpose.
#pragma once

#include <cstdint>
#include <cstring>
#include <iomanip>
#include <sstream>
#include <string>

namespace iecore {

class Checksum {
 public:
  // The bytes may come in pieces; the length of each but the last is a multiple of eight.
  void Add(const char* bytes, size_t size) {
    for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
      uint64_t word = 0;
      std::memcpy(&word, bytes + at, size - at < sizeof(word) ? size - at : sizeof(word));
      Mix(word);
    }
    length_ += size;
  }

  std::string Hex() const {
    Checksum last = *this;
    last.Mix(length_);
    std::ostringstream text;
    text << std::hex << std::setfill('0') << std::setw(16) << last.state_;
    return text.str();
  }

 private:
  // One to one in the state and in the word alike.
  void Mix(uint64_t word) {
    state_ ^= word;
    state_ = ((state_ << 29) | (state_ >> 35)) * 0x9e3779b97f4a7c15U;
  }

  uint64_t state_ = 0;
  uint64_t length_ = 0;
};

}  // namespace iecore
