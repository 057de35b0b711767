// A block of lines to columns: stage one over the whole block, then line by line.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <new>
#include <string>

#include "CSimdJSON.h"
#include "blank_line.h"
#include "shapes.h"
#include "tree.h"

using gamut::Fault;

namespace {

// What a parser keeps between blocks; more is given back after an unusually long line.
constexpr uint64_t kKeptBytes = 16 << 20;

// How deep simdjson's first stage may think a document nests; it only finds tokens.
constexpr size_t kStageDepth = 16;

// A string's text without ASCII white space around it and without a plus sign before a number,
// which from_chars does not take. A plus before a minus stays, and makes it no number.
std::string_view bare_number(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\v\f\r";
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  text = text.substr(first, text.find_last_not_of(blanks) + 1 - first);
  const bool has_plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  return has_plus ? text.substr(1) : text;
}

// The power of ten of a decimal number's first digit that is not 0: 1 for 12.5, -3 for 0.002. For
// zero, or where it does not fit, a number of the right sign far from 0.
int64_t decimal_magnitude(std::string_view number) {
  constexpr int64_t most = int64_t{1} << 60;
  const size_t mark = number.find_first_of("eE");
  int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view digits = number.substr(mark + 1);
    const bool is_negative = digits[0] == '-';
    if (is_negative || digits[0] == '+') digits.remove_prefix(1);
    for (const char digit : digits) exponent = std::min(exponent * 10 + (digit - '0'), most / 10);
    if (is_negative) exponent = -exponent;
    number = number.substr(0, mark);
  }
  const size_t first = number.find_first_of("123456789");
  if (first == std::string_view::npos) return -most;
  const size_t point = std::min(number.find('.'), number.size());
  const int64_t places = static_cast<int64_t>(point) - static_cast<int64_t>(first);
  return exponent + (places > 0 ? places - 1 : places);
}

}  // namespace

struct gamut_parser {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
  gamut::Arena arena;
  gamut::Tree tree{arena};
  std::vector<gamut_record> records;
  std::vector<gamut_part> parts;
  std::vector<gamut_number> numbers;
  std::vector<gamut_label> labels;
  std::vector<gamut_vector> vectors;
  std::vector<float> vector_values;
  bool has_vector = false;
  std::string vector_path;
  std::vector<std::string> number_paths;
  std::vector<std::string> label_paths;
  gamut::ShapeReader shapes{tree, parts};
  size_t problem_count = 0;

  void parse(
    const uint8_t *bytes, size_t length, const gamut_extent *extents, size_t extent_count,
    gamut_batch &batch);

  /// Lets go of what an unusually long line has left; what was found before is gone then.
  void trim();

 private:
  const uint32_t *cursor = nullptr;
  bool is_whole_block_indexed = false;

  void reserve_stage(size_t length);
  void read_record(const uint8_t *bytes, const gamut_extent &extent, uint64_t line);
  void read_columns(bool is_readable);
  gamut_number number_at(const std::string &path);
  gamut_label label_at(const std::string &path);
  gamut_vector read_vector();
};

void gamut_parser::trim() {
  arena.shrink(kKeptBytes);
  if (stage && stage->capacity() > kKeptBytes) stage.reset();
  tree.shrink(kKeptBytes / sizeof(gamut::Node));
}

void gamut_parser::reserve_stage(size_t length) {
  if (stage && stage->capacity() >= length) return;
  stage.reset();
  // A little more than asked for: blocks differ by less than a line.
  const size_t capacity = length + length / 8 + 4096;
  const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
    capacity, kStageDepth, stage);
  if (error) throw std::bad_alloc();
}

void gamut_parser::parse(
  const uint8_t *bytes, size_t length, const gamut_extent *extents, size_t extent_count,
  gamut_batch &batch) {
  records.clear();
  parts.clear();
  numbers.clear();
  labels.clear();
  vectors.clear();
  vector_values.clear();
  problem_count = 0;
  trim();
  reserve_stage(length);
  // A line that stage one refuses hides the others: then each line is indexed by itself.
  is_whole_block_indexed =
    length > 0 && stage->stage1(bytes, length, simdjson::stage1_mode::regular) == simdjson::SUCCESS;
  cursor = stage->structural_indexes.get();
  if (is_whole_block_indexed) tree.reserve(stage->n_structural_indexes);
  size_t lines = 0, blanks = 0;
  if (extents) {
    for (; lines < extent_count; lines++) read_record(bytes, extents[lines], lines);
  } else {
    for (size_t start = 0; start < length; lines++) {
      const void *newline = std::memchr(bytes + start, '\n', length - start);
      const size_t end = newline ? static_cast<const uint8_t *>(newline) - bytes : length;
      if (gamut::is_blank_line(bytes + start, end - start)) {
        blanks++;
      } else {
        read_record(bytes, {start, end - start, start, end - start}, lines);
      }
      start = end + 1;
    }
  }
  batch.records = records.data();
  batch.record_count = records.size();
  batch.parts = parts.data();
  batch.part_count = parts.size();
  batch.numbers = numbers.data();
  batch.labels = labels.data();
  batch.vectors = vectors.data();
  batch.vector_values = vector_values.data();
  batch.arena = arena.bytes;
  batch.blank_count = blanks;
  batch.problem_count = problem_count;
}

void gamut_parser::read_record(const uint8_t *bytes, const gamut_extent &extent, uint64_t line) {
  gamut_record &record = records.emplace_back();
  record.extent = extent;
  record.line = line;
  record.problem_offset = GAMUT_UNKNOWN_OFFSET;
  record.first_part = static_cast<uint32_t>(parts.size());
  Fault fault;
  if (is_whole_block_indexed) {
    const uint64_t end = extent.offset + extent.length;
    while (*cursor < extent.offset) cursor++;
    fault = tree.build(*stage, bytes, extent.offset, end, cursor);
    // After a fault the tokens of the rest of the line are still there.
    while (*cursor < end) cursor++;
  } else {
    const uint8_t *start = bytes + extent.offset;
    const auto error = stage->stage1(start, extent.length, simdjson::stage1_mode::regular);
    if (error == simdjson::SUCCESS) {
      const uint32_t *tokens = stage->structural_indexes.get();
      tree.reserve(stage->n_structural_indexes);
      fault = tree.build(*stage, start, 0, extent.length, tokens);
    } else {
      fault = gamut::diagnose_bytes(start, extent.length);
      if (fault.problem == GAMUT_PROBLEM_NONE) {
        fault.problem = GAMUT_PROBLEM_UNEXPECTED_BYTE;
        fault.byte = start[0];
        fault.offset = 0;
      }
    }
  }
  record.problem = fault.problem;
  record.found_byte = fault.byte;
  record.problem_offset = fault.offset;
  if (record.problem == GAMUT_PROBLEM_NONE) shapes.read(record);
  if (record.problem != GAMUT_PROBLEM_NONE) problem_count++;
  read_columns(record.problem == GAMUT_PROBLEM_NONE);
}

void gamut_parser::read_columns(bool is_readable) {
  for (const std::string &path : number_paths) {
    numbers.push_back(is_readable ? number_at(path) : gamut_number{0, GAMUT_NUMBER_ABSENT});
  }
  for (const std::string &path : label_paths) {
    labels.push_back(is_readable ? label_at(path) : gamut_label{0, 0, 0});
  }
  // A record of an unknown shape may have one all the same, and it is not looked at.
  if (has_vector) vectors.push_back(is_readable ? read_vector() : gamut_vector{0, 0, 0});
}

gamut_vector gamut_parser::read_vector() {
  gamut_vector vector{vector_values.size(), 0, GAMUT_VECTOR_ABSENT};
  const int64_t index = tree.find(0, vector_path);
  if (index < 0 || tree.nodes[index].kind == GAMUT_KIND_NULL) return vector;
  vector.state = GAMUT_VECTOR_NOT_NUMERIC;
  if (tree.nodes[index].kind != GAMUT_KIND_ARRAY) return vector;
  const uint32_t end = tree.nodes[index].next;
  for (uint32_t i = static_cast<uint32_t>(index) + 1; i < end; i = tree.nodes[i].next) {
    const gamut::Node &node = tree.nodes[i];
    if (node.kind == GAMUT_KIND_NULL) {
      vector.state = GAMUT_VECTOR_NOT_FINITE;
      return vector;
    }
    if (node.kind != GAMUT_KIND_NUMBER) return vector;
    const std::string_view text = tree.token(node);
    // By way of a double, as NumPy reads a number: of a few the last bit would be another directly.
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec == std::errc::result_out_of_range && decimal_magnitude(text) < 0) value = 0;
    const float single = static_cast<float>(value);
    const bool is_out = result.ec == std::errc::result_out_of_range && decimal_magnitude(text) >= 0;
    if (is_out || !std::isfinite(single)) {
      vector.state = GAMUT_VECTOR_NOT_FINITE;
      return vector;
    }
    vector_values.push_back(single);
  }
  vector.count = vector_values.size() - vector.offset;
  vector.state = GAMUT_VECTOR_PRESENT;
  return vector;
}

gamut_number gamut_parser::number_at(const std::string &path) {
  const int64_t index = tree.find(0, path);
  if (index < 0) return {0, GAMUT_NUMBER_ABSENT};
  const gamut::Node &node = tree.nodes[index];
  if (node.kind == GAMUT_KIND_NULL) return {0, GAMUT_NUMBER_ABSENT};
  if (node.kind == GAMUT_KIND_BOOLEAN) return {node.flag ? 1.0 : 0.0, GAMUT_NUMBER_PRESENT};
  if (node.kind != GAMUT_KIND_NUMBER && node.kind != GAMUT_KIND_STRING) {
    return {0, GAMUT_NUMBER_NOT_NUMERIC};
  }
  const std::string_view text = node.kind == GAMUT_KIND_NUMBER ? tree.token(node)
                                                               : bare_number(tree.text(node));
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = result.ec == std::errc() && result.ptr == text.data() + text.size();
  // A number too small for a double is zero; one too large has no value. from_chars tells neither
  // which it is, and the C library's own conversion depends on the locale.
  if (result.ec == std::errc::result_out_of_range && result.ptr == text.data() + text.size() &&
      decimal_magnitude(text) < 0) {
    return {text[0] == '-' ? -0.0 : 0.0, GAMUT_NUMBER_PRESENT};
  }
  // from_chars knows "nan" and "inf" too.
  if (!is_whole || !std::isfinite(value)) return {0, GAMUT_NUMBER_NOT_NUMERIC};
  return {value, GAMUT_NUMBER_PRESENT};
}

gamut_label gamut_parser::label_at(const std::string &path) {
  const int64_t index = tree.find(0, path);
  if (index < 0) return {0, 0, 0};
  const gamut::Node &node = tree.nodes[index];
  if (node.kind == GAMUT_KIND_STRING) return {node.text, node.length, 1};
  if (node.kind != GAMUT_KIND_NUMBER && node.kind != GAMUT_KIND_BOOLEAN) return {0, 0, 0};
  return {arena.append(tree.line + node.source, node.length), node.length, 1};
}

gamut_parser *gamut_parser_create(
  const gamut_path *texts, size_t text_count, const gamut_path *numbers, size_t number_count,
  const gamut_path *labels, size_t label_count) {
  try {
    std::unique_ptr<gamut_parser> parser(new gamut_parser);
    const auto copy = [](const gamut_path &path) {
      return std::string(reinterpret_cast<const char *>(path.bytes), path.length);
    };
    for (size_t i = 0; i < text_count; i++) parser->shapes.fields.push_back(copy(texts[i]));
    for (size_t i = 0; i < number_count; i++) parser->number_paths.push_back(copy(numbers[i]));
    for (size_t i = 0; i < label_count; i++) parser->label_paths.push_back(copy(labels[i]));
    return parser.release();
  } catch (const std::bad_alloc &) {
    return nullptr;
  }
}

int gamut_parser_ask_vector(gamut_parser *parser, gamut_path path) {
  try {
    parser->vector_path.assign(reinterpret_cast<const char *>(path.bytes), path.length);
    parser->has_vector = true;
    return 0;
  } catch (const std::bad_alloc &) {
    return -1;
  }
}

void gamut_parser_destroy(gamut_parser *parser) { delete parser; }

void gamut_parser_trim(gamut_parser *parser) { parser->trim(); }

int gamut_parser_parse(
  gamut_parser *parser, const uint8_t *bytes, size_t length, const gamut_extent *extents,
  size_t extent_count, gamut_batch *batch) {
  try {
    parser->parse(bytes, length, extents, extent_count, *batch);
    return 0;
  } catch (const std::bad_alloc &) {
    return -1;
  }
}

size_t gamut_count_newlines(const uint8_t *bytes, size_t length) {
  // Sixty-four counters of one byte, added up before any can overflow: compilers turn a plain loop
  // into eight-byte counters, at a fifth of the speed.
  typedef uint8_t Lanes __attribute__((vector_size(64)));
  size_t count = 0;
  size_t i = 0;
  while (length - i >= sizeof(Lanes)) {
    Lanes sums = {};
    for (int round = 0; round < 255 && length - i >= sizeof(Lanes); round++, i += sizeof(Lanes)) {
      Lanes lanes;
      std::memcpy(&lanes, bytes + i, sizeof lanes);
      // A lane that is equal holds 255, which is minus one.
      sums -= reinterpret_cast<Lanes>(lanes == static_cast<uint8_t>('\n'));
    }
    for (size_t lane = 0; lane < sizeof(Lanes); lane++) count += sums[lane];
  }
  for (; i < length; i++) count += bytes[i] == '\n';
  return count;
}

size_t gamut_after_last_newline(const uint8_t *bytes, size_t length) {
  const void *found = length > 0 ? memrchr(bytes, '\n', length) : nullptr;
  return found ? static_cast<size_t>(static_cast<const uint8_t *>(found) - bytes) + 1 : 0;
}
