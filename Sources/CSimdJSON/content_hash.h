// The content hash: 128 bits over the roles and texts of a sample, and what stands beside them.
//
// Each text enters as (role, message, length), then its bytes in steps of 64, the last one padded
// with zeros, which the length tells apart from zeros in the text. The message is the number of the
// message that the text belongs to, so that two messages differ from one with two texts. An empty
// text does not enter, but a message without any other enters as (role, message, 0).
//
// Content that is no text, such as an image, enters as a tree, depth first, so that neither white
// space nor escapes count: first (15, place, 0), then each key and value as (16 + kind, how many
// keys and values it holds, itself included, length) and its bytes: a string or key unescaped, a
// number or literal as written, nothing of an array or object. The kind is a `gamut_kind`. The
// place of a part of a message is that message's number. After all texts come, at these places and
// in this order: 0xffffff00 a verdict on the answer (`label`, then `kto_tag`), and from 0xffffff01
// on the record's `images`, `image`, `videos`, `video`, `audios`, `audio`, `tools`, `functions`.
//
// The state is four 64-bit words, two pairs. A step takes eight little-endian words w0…w7; the
// first pair takes w0…w3 and the second w4…w7, each multiplying crosswise to 128 bits:
//   a = (w0 ^ k0 ^ high) * (w1 ^ k1),  b = (w2 ^ k2 ^ low) * (w3 ^ k3)
//   high = (lower(a) ^ upper(b)) + w1 + rotate(w2, 32),  low = (lower(b) ^ upper(a)) + w3 + w0
// The additions keep a word in play when its partner makes a product zero. The end folds the
// second pair into the first. Constants are fractional digits of pi. Only 64-bit integer
// arithmetic on bytes in a stated order: the same on every machine. Not made to withstand an
// adversary.
#pragma once
#include <cstdint>
#include <cstring>

namespace gamut {

class ContentHash {
 public:
  uint64_t high = 0x243f6a8885a308d3;
  uint64_t low = 0x13198a2e03707344;

  /// How many bytes after a text may be read, whatever they hold.
  static constexpr uint64_t overread = 64;

  void add(uint8_t role, uint32_t message, const uint8_t *bytes, uint64_t length) {
    mix(high, low, role | uint64_t{message} << 8, length, 0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917);
    for (; length >= 64; bytes += 64, length -= 64) {
      mix(high, low, word(bytes), word(bytes + 8), word(bytes + 16), word(bytes + 24));
      mix(high2, low2, word(bytes + 32), word(bytes + 40), word(bytes + 48), word(bytes + 56));
    }
    if (length == 0) return;
    mix(high, low, tail(bytes, length, 0), tail(bytes, length, 8), tail(bytes, length, 16),
        tail(bytes, length, 24));
    if (length <= 32) return;
    mix(high2, low2, tail(bytes, length, 32), tail(bytes, length, 40), tail(bytes, length, 48),
        tail(bytes, length, 56));
  }

  void finish() {
    mix(high, low, high2, low2, 0x9216d5d98979fb1b, 0xd1310ba698dfb5ac);
    mix(high, low, low2, 0x2ffd72dbd01adfb7, high2, 0xb8e1afed6a267e96);
    mix(high, low, 0x9216d5d98979fb1b, high, 0xd1310ba698dfb5ac, low);
  }

 private:
  uint64_t high2 = 0xa4093822299f31d0;
  uint64_t low2 = 0x082efa98ec4e6c89;

  static void mix(
    uint64_t &high, uint64_t &low, uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3) {
    const auto a = static_cast<unsigned __int128>(w0 ^ 0xba7c9045f12c7f99 ^ high) *
                   (w1 ^ 0x24a19947b3916cf7);
    const auto b = static_cast<unsigned __int128>(w2 ^ 0x452821e638d01377 ^ low) *
                   (w3 ^ 0xbe5466cf34e90c6c);
    high = (static_cast<uint64_t>(a) ^ static_cast<uint64_t>(b >> 64)) + w1 +
           ((w2 << 32) | (w2 >> 32));
    low = (static_cast<uint64_t>(b) ^ static_cast<uint64_t>(a >> 64)) + w3 + w0;
  }

  static uint64_t word(const uint8_t *bytes) {
    uint64_t value;
    std::memcpy(&value, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
  }

  // The word at `offset` of a text that ends within it, before it or after it.
  static uint64_t tail(const uint8_t *bytes, uint64_t length, uint64_t offset) {
    if (length <= offset) return 0;
    const uint64_t left = length - offset;
    const uint64_t value = word(bytes + offset);
    return left >= 8 ? value : value & ((uint64_t{1} << (8 * left)) - 1);
  }
};

}  // namespace gamut
