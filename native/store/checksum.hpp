// Tells damaged bytes from whole ones: whatever changes within eight bytes is surely noticed, other
// damage but for one case in 2^64. No defence against who alters bytes on purpose.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iomanip>
#include <sstream>
#include <string>

namespace iecore {

class Checksum {
 public:
  // The bytes may come in pieces. Other pieces of the same bytes give the same checksum where the
  // length of each but the last is a multiple of 32.
  void Add(const char* bytes, size_t size) {
    size_t at = 0;
    // Several at a time, because none of them waits for another.
    for (; size - at >= sizeof(lanes_); at += sizeof(lanes_)) {
      for (size_t lane = 0; lane < kLanes; ++lane)
        Mix(lanes_[lane], Word(bytes + at + lane * sizeof(uint64_t), sizeof(uint64_t)));
    }
    for (; at < size; at += sizeof(uint64_t))
      Mix(lanes_[0], Word(bytes + at, std::min(size - at, sizeof(uint64_t))));
    length_ += size;
  }

  std::string Hex() const {
    uint64_t all = length_;
    for (const uint64_t lane : lanes_) Mix(all, lane);
    std::ostringstream text;
    text << std::hex << std::setfill('0') << std::setw(16) << all;
    return text.str();
  }

 private:
  static constexpr size_t kLanes = 4;

  static uint64_t Word(const char* bytes, size_t size) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, size);
    return word;
  }

  // One to one in the state and in the word alike.
  static void Mix(uint64_t& state, uint64_t word) {
    state ^= word;
    state = ((state << 29) | (state >> 35)) * 0x9e3779b97f4a7c15U;
  }

  std::array<uint64_t, kLanes> lanes_{};
  uint64_t length_ = 0;
};

}  // namespace iecore
