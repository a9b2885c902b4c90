// The cryptographic hash BLAKE2b (RFC 7693), which is fast without special processor instructions.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace iecore {

class Blake2b {
 public:
  Blake2b() {
    // The parameters: a digest of 64 bytes, no key, sequential hashing.
    state_[0] ^= 0x01010040U;
  }

  void Add(const void* bytes, size_t size) {
    const auto* from = static_cast<const unsigned char*>(bytes);
    while (size > 0) {
      // A full block is compressed only when more bytes follow, because the last block is special.
      if (filled_ == block_.size()) Compress(block_.data(), filled_, false);
      if (filled_ == 0 && size > block_.size()) {
        Compress(from, block_.size(), false);
        from += block_.size();
        size -= block_.size();
        continue;
      }
      const size_t part = std::min(size, block_.size() - filled_);
      std::memcpy(block_.data() + filled_, from, part);
      filled_ += part;
      from += part;
      size -= part;
    }
  }

  // Adds a text with its length before it, so that the digest depends on where texts begin.
  void AddPiece(const std::string& text) {
    const uint64_t size = text.size();
    std::array<unsigned char, sizeof(size)> length{};
    for (size_t i = 0; i < length.size(); ++i)
      length[i] = static_cast<unsigned char>(size >> (8 * i));
    Add(length.data(), length.size());
    Add(text.data(), text.size());
  }

  // The digest as 128 hexadecimal digits. Do not add bytes afterwards.
  std::string Hex() {
    std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled_), block_.end(), 0);
    Compress(block_.data(), filled_, true);
    constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (const uint64_t word : state_) {
      for (int shift = 0; shift < 64; shift += 8) {
        text.push_back(kDigits[(word >> (shift + 4)) & 15]);
        text.push_back(kDigits[(word >> shift) & 15]);
      }
    }
    return text;
  }

 private:
  using Words = std::array<uint64_t, 16>;

  static constexpr std::array<uint64_t, 8> kStart{
      0x6a09e667f3bcc908U, 0xbb67ae8584caa73bU, 0x3c6ef372fe94f82bU, 0xa54ff53a5f1d36f1U,
      0x510e527fade682d1U, 0x9b05688c2b3e6c1fU, 0x1f83d9abfb41bd6bU, 0x5be0cd19137e2179U};

  static constexpr std::array<std::array<uint8_t, 16>, 10> kOrder{{
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
      {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
      {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
      {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
      {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
      {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
      {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
      {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
      {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
      {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
  }};

  static uint64_t RotateRight(uint64_t word, int bits) {
    return (word >> bits) | (word << (64 - bits));
  }

  static uint64_t Load(const unsigned char* bytes) {
    uint64_t word = 0;
    for (int i = 7; i >= 0; --i) word = (word << 8) | bytes[i];
    return word;
  }

  static void Mix(Words& v, size_t a, size_t b, size_t c, size_t d, uint64_t x, uint64_t y) {
    v[a] += v[b] + x;
    v[d] = RotateRight(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = RotateRight(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = RotateRight(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = RotateRight(v[b] ^ v[c], 63);
  }

  static void Round(Words& v, const Words& m, const std::array<uint8_t, 16>& s) {
    Mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
    Mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
    Mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
    Mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
    Mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
    Mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
    Mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
    Mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
  }

  // Compresses a block, of which `size` bytes are data and the others are 0.
  void Compress(const unsigned char* block, size_t size, bool is_last) {
    length_ += size;
    Words m;
    for (size_t i = 0; i < m.size(); ++i) m[i] = Load(block + 8 * i);
    Words v;
    std::copy(state_.begin(), state_.end(), v.begin());
    std::copy(kStart.begin(), kStart.end(), v.begin() + 8);
    v[12] ^= length_;
    if (is_last) v[14] = ~v[14];
    // Unrolled, so that the compiler knows the order of the words.
    Round(v, m, kOrder[0]);
    Round(v, m, kOrder[1]);
    Round(v, m, kOrder[2]);
    Round(v, m, kOrder[3]);
    Round(v, m, kOrder[4]);
    Round(v, m, kOrder[5]);
    Round(v, m, kOrder[6]);
    Round(v, m, kOrder[7]);
    Round(v, m, kOrder[8]);
    Round(v, m, kOrder[9]);
    Round(v, m, kOrder[0]);
    Round(v, m, kOrder[1]);
    for (size_t i = 0; i < state_.size(); ++i) state_[i] ^= v[i] ^ v[i + 8];
    filled_ = 0;
  }

  std::array<uint64_t, 8> state_ = kStart;
  std::array<unsigned char, 128> block_{};
  size_t filled_ = 0;
  uint64_t length_ = 0;  // in bytes; more than 2^64 are not supported
};

}  // namespace iecore
