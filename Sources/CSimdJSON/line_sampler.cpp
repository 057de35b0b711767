// Picks the lines of a block that a sample may take: those whose own bytes make a small key.
#include <cstring>

#include "CSimdJSON.h"
#include "blank_line.h"
#include "content_hash.h"

namespace {

// The key of a line, of the same kind as a content hash; the seed stands where a role would.
uint64_t key_of(const uint8_t *bytes, uint64_t length, uint64_t seed) {
  gamut::ContentHash hash;
  hash.high ^= seed;
  hash.add(0, 0, bytes, length);
  hash.finish();
  return hash.high;
}

struct Picker {
  const uint8_t *bytes;
  uint64_t seed;
  uint64_t bound;
  uint8_t *output;
  size_t written;
  uint64_t *keys;
  size_t key_count;

  void look_at(uint64_t offset, uint64_t length) {
    const uint8_t *line = bytes + offset;
    if (length > 0 && line[length - 1] == '\r') length--;
    const uint64_t key = key_of(line, length, seed);
    if (key >= bound || gamut::is_blank_line(line, length)) return;
    // Only an array's broken element holds a line break, in a string; it would become two lines.
    if (std::memchr(line, '\n', length)) return;
    keys[key_count++] = key;
    std::memcpy(output + written, line, length);
    written += length;
    output[written++] = '\n';
  }
};

}  // namespace

size_t gamut_pick_lines(
  const uint8_t *bytes, size_t length, const gamut_extent *extents, size_t extent_count,
  uint64_t seed, uint64_t bound, uint8_t *output, uint64_t *keys, size_t *key_count) {
  Picker picker = {bytes, seed, bound, output, 0, keys, 0};
  if (extents) {
    for (size_t i = 0; i < extent_count; i++) {
      picker.look_at(extents[i].offset, extents[i].length);
    }
  } else {
    for (size_t start = 0; start < length;) {
      const void *newline = std::memchr(bytes + start, '\n', length - start);
      const size_t end = newline ? static_cast<const uint8_t *>(newline) - bytes : length;
      picker.look_at(start, end - start);
      start = end + 1;
    }
  }
  *key_count = picker.key_count;
  return picker.written;
}

uint64_t gamut_line_key(const uint8_t *bytes, size_t length) { return key_of(bytes, length, 0); }
