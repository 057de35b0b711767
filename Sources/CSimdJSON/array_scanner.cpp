// Cuts a JSON array into lines, in one pass, with no more state than a few words.
#include <cstring>

#include "CSimdJSON.h"

namespace {

bool is_blank(uint8_t byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

bool is_punctuation(uint8_t byte) {
  return byte == '{' || byte == '}' || byte == '[' || byte == ']' || byte == ',' || byte == ':' ||
         byte == '"';
}

// True when any byte of the word is a quote or a backslash.
bool holds_quote_or_backslash(uint64_t word) {
  const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
  const uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
  return (((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & tops;
}

// Ends a run of white space before `next`: kept as it is, or left out when it held a line break.
void end_run(gamut_array_scanner *scanner, uint8_t *output, uint64_t &out, uint8_t next) {
  scanner->in_run = 0;
  if (!scanner->run_has_newline) return;
  out = scanner->run_start;
  if (!is_punctuation(output[out - 1]) && !is_punctuation(next)) output[out++] = ' ';
}

}  // namespace

size_t gamut_array_scan(
  gamut_array_scanner *scanner, const uint8_t *input, size_t input_length, uint8_t *output,
  uint64_t *output_length, gamut_extent *extents, size_t extent_capacity, size_t *extent_count) {
  size_t i = 0;
  uint64_t out = *output_length;
  const uint64_t base = scanner->position;
  while (i < input_length) {
    const uint8_t byte = input[i];
    if (scanner->phase != GAMUT_ARRAY_ELEMENT) {
      if (is_blank(byte)) {
        i++;
        continue;
      }
      if (scanner->phase == GAMUT_ARRAY_BEFORE && byte == '[') {
        scanner->phase = GAMUT_ARRAY_FIRST;
        i++;
        continue;
      }
      if (scanner->phase == GAMUT_ARRAY_FIRST && byte == ']') {
        scanner->phase = GAMUT_ARRAY_AFTER;
        i++;
        continue;
      }
      const bool may_start =
        scanner->phase == GAMUT_ARRAY_FIRST || scanner->phase == GAMUT_ARRAY_NEXT;
      if (!may_start || byte == ',' || byte == ']' || byte == '}' || byte == ':') {
        scanner->phase = GAMUT_ARRAY_FAILED;
        break;
      }
      scanner->phase = GAMUT_ARRAY_ELEMENT;
      scanner->element_start = base + i;
      scanner->element_end = base + i;
      scanner->output_start = out;
      scanner->depth = 0;
      scanner->in_run = 0;
    }
    if (scanner->in_string) {
      if (scanner->is_escaped) {
        scanner->is_escaped = 0;
        output[out++] = input[i++];
        continue;
      }
      while (input_length - i >= 8) {
        uint64_t word;
        std::memcpy(&word, input + i, 8);
        if (holds_quote_or_backslash(word)) break;
        std::memcpy(output + out, &word, 8);
        out += 8;
        i += 8;
      }
      while (i < input_length) {
        const uint8_t inner = input[i++];
        output[out++] = inner;
        if (inner == '"') {
          scanner->in_string = 0;
          scanner->element_end = base + i;
          break;
        }
        if (inner == '\\') {
          scanner->is_escaped = 1;
          break;
        }
      }
      continue;
    }
    if (is_blank(byte)) {
      if (!scanner->in_run) {
        scanner->in_run = 1;
        scanner->run_has_newline = 0;
        scanner->run_start = out;
      }
      if (byte == '\n' || byte == '\r') scanner->run_has_newline = 1;
      output[out++] = byte;
      i++;
      continue;
    }
    if (scanner->depth == 0 && (byte == ',' || byte == ']')) {
      // The element ends; white space after it belongs to the array.
      if (*extent_count == extent_capacity) break;
      if (scanner->in_run) out = scanner->run_start;
      scanner->in_run = 0;
      extents[(*extent_count)++] = gamut_extent{
        scanner->output_start, out - scanner->output_start, scanner->element_start,
        scanner->element_end - scanner->element_start};
      output[out++] = '\n';
      scanner->phase = byte == ',' ? GAMUT_ARRAY_NEXT : GAMUT_ARRAY_AFTER;
      i++;
      continue;
    }
    if (scanner->in_run) end_run(scanner, output, out, byte);
    if (byte == '"') {
      scanner->in_string = 1;
    } else if (byte == '{' || byte == '[') {
      scanner->depth++;
    } else if ((byte == '}' || byte == ']') && scanner->depth > 0) {
      scanner->depth--;
    }
    output[out++] = byte;
    i++;
    scanner->element_end = base + i;
  }
  scanner->position = base + i;
  *output_length = out;
  return i;
}

size_t gamut_compact_element(const uint8_t *element, size_t length, uint8_t *output) {
  gamut_array_scanner scanner = {};
  gamut_extent extent;
  size_t count = 0;
  uint64_t written = 0;
  scanner.phase = GAMUT_ARRAY_NEXT;
  gamut_array_scan(&scanner, element, length, output, &written, &extent, 0, &count);
  return scanner.in_run ? scanner.run_start : written;
}
