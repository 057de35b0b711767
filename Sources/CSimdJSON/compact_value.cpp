// A JSON value as it is written, but for the white space between its tokens.
#include "CSimdJSON.h"

size_t gamut_compact_value(const uint8_t *value, size_t length, uint8_t *output) {
  size_t written = 0;
  bool in_string = false;
  for (size_t i = 0; i < length; i++) {
    const uint8_t byte = value[i];
    if (!in_string && (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t')) continue;
    output[written++] = byte;
    if (byte == '"') in_string = !in_string;
    if (byte == '\\') output[written++] = value[++i];
  }
  return written;
}
