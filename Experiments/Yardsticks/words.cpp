// The yardsticks: one loop that hashes every word of a text once, and nothing else.
#include <array>

#include "CYardsticks.h"

namespace {

constexpr bool is_word_byte(int byte) {
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z');
}

// A factor for every byte: 0 ends a word.
constexpr std::array<uint64_t, 256> make_factors() {
  std::array<uint64_t, 256> factors = {};
  for (int byte = 0; byte < 256; byte++) {
    factors[byte] = is_word_byte(byte) ? 0x9E3779B97F4A7C15 : 0;
  }
  return factors;
}

constexpr std::array<uint64_t, 256> kFactors = make_factors();

}  // namespace

uint64_t yardstick_hash_words(const uint8_t *bytes, size_t length) {
  uint64_t total = 0;
  for (size_t i = 0; i < length;) {
    if (kFactors[bytes[i]] == 0) {
      i++;
      continue;
    }
    uint64_t hash = 0xCBF29CE484222325;
    do {
      hash = (hash ^ bytes[i]) * 0x100000001B3;
      i++;
    } while (i < length && kFactors[bytes[i]] != 0);
    total += hash;
  }
  return total;
}

uint64_t yardstick_hash_words_branch_free(const uint8_t *bytes, size_t length) {
  uint64_t total = 0;
  uint64_t hash = 0;
  for (size_t i = 0; i < length; i++) {
    const uint64_t factor = kFactors[bytes[i]];
    total += factor != 0 ? 0 : hash;
    hash = (hash + bytes[i]) * factor;
  }
  return total + hash;
}
