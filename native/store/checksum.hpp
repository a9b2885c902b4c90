// A fast checksum of 64 bits that detects accidental damage.
//
// It detects every change within eight aligned bytes, and other damage with a probability of
// 1 - 2^-64. It does not protect against deliberate changes.
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
  // May be called repeatedly. The checksum does not depend on how the bytes are divided if the
  // length of every piece but the last is a multiple of 32.
  void Add(const char* bytes, size_t size) {
    size_t at = 0;
    // The lanes do not depend on each other, so the processor computes them in parallel.
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

  // A bijection of the state for a given word, and of the word for a given state.
  static void Mix(uint64_t& state, uint64_t word) {
    state ^= word;
    state = ((state << 29) | (state >> 35)) * 0x9e3779b97f4a7c15U;
  }

  std::array<uint64_t, kLanes> lanes_{};
  uint64_t length_ = 0;
};

}  // namespace iecore
