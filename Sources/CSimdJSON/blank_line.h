// What counts as a blank line, for everything that goes through lines.
#pragma once
#include <cstdint>

namespace gamut {

inline bool is_blank_line(const uint8_t *bytes, uint64_t length) {
  for (uint64_t i = 0; i < length; i++) {
    if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') return false;
  }
  return true;
}

}  // namespace gamut
