// JSON lines in, columns of plain structs out: the only door to simdjson.
//
// One call works on a whole block of lines, so that no call is made per field. Everything a call
// returns lies in memory owned by the parser and is valid until its next call.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How many readable bytes must follow a block (their values do not matter but for the first one,
/// which must be white space).
#define GAMUT_BLOCK_PADDING 128

/// How deep arrays and objects may nest, the record itself included.
#define GAMUT_MAXIMUM_DEPTH 1024

/// Roles of text parts; the numbers enter the content hash and never change.
enum gamut_role {
  GAMUT_ROLE_SYSTEM = 1,
  GAMUT_ROLE_PROMPT = 2,
  GAMUT_ROLE_RESPONSE = 3,
  GAMUT_ROLE_REJECTED = 4,
  GAMUT_ROLE_TOOL = 5,
  GAMUT_ROLE_TEXT = 6,
};

/// Shapes of records, by what recognised them.
enum gamut_shape {
  GAMUT_SHAPE_NONE = 0,
  GAMUT_SHAPE_ALPACA = 1,
  GAMUT_SHAPE_RANKED = 2,
  GAMUT_SHAPE_SHAREGPT = 3,
  GAMUT_SHAPE_MESSAGES = 4,
  GAMUT_SHAPE_PROMPT = 5,
  GAMUT_SHAPE_QUESTION = 6,
  GAMUT_SHAPE_PREFERENCE = 7,
  GAMUT_SHAPE_RATED = 8,
  GAMUT_SHAPE_TEXT = 9,
  GAMUT_SHAPE_FIELDS = 10,
};

/// Kinds of JSON values.
enum gamut_kind {
  GAMUT_KIND_NULL = 0,
  GAMUT_KIND_BOOLEAN = 1,
  GAMUT_KIND_NUMBER = 2,
  GAMUT_KIND_STRING = 3,
  GAMUT_KIND_ARRAY = 4,
  GAMUT_KIND_OBJECT = 5,
};

/// Why a record cannot be read.
enum gamut_problem {
  GAMUT_PROBLEM_NONE = 0,
  // Not JSON:
  GAMUT_PROBLEM_INVALID_UTF8 = 1,
  GAMUT_PROBLEM_CONTROL_CHARACTER = 2,
  GAMUT_PROBLEM_UNCLOSED_STRING = 3,
  GAMUT_PROBLEM_BAD_ESCAPE = 4,
  GAMUT_PROBLEM_LONE_SURROGATE = 5,
  GAMUT_PROBLEM_NOT_A_NUMBER = 6,
  GAMUT_PROBLEM_BAD_NUMBER = 7,
  GAMUT_PROBLEM_ENDS_EARLY = 8,
  GAMUT_PROBLEM_UNEXPECTED_BYTE = 9,
  GAMUT_PROBLEM_TRAILING_CONTENT = 10,
  GAMUT_PROBLEM_TOO_DEEP = 11,
  // JSON, but not a sample:
  GAMUT_PROBLEM_NOT_AN_OBJECT = 20,
  GAMUT_PROBLEM_UNKNOWN_SHAPE = 21,
  GAMUT_PROBLEM_WRONG_TYPE = 22,
  GAMUT_PROBLEM_MISSING_FIELD = 23,
  GAMUT_PROBLEM_EMPTY_CONVERSATION = 24,
  GAMUT_PROBLEM_UNKNOWN_ROLE = 25,
};

/// What is known of a requested number.
enum gamut_number_state {
  GAMUT_NUMBER_ABSENT = 0,
  GAMUT_NUMBER_PRESENT = 1,
  GAMUT_NUMBER_NOT_NUMERIC = 2,
};

/// "No offset is known."
#define GAMUT_UNKNOWN_OFFSET UINT64_MAX

/// Where one record lies: in the block, and in the stream it was cut from.
typedef struct {
  uint64_t offset;
  uint64_t length;
  uint64_t source_offset;
  uint64_t source_length;
} gamut_extent;

/// One record.
typedef struct {
  gamut_extent extent;
  /// Which line or element of the block it is, from 0; blank lines count.
  uint64_t line;
  uint64_t hash_high;
  uint64_t hash_low;
  uint64_t problem_offset;
  uint64_t detail_offset;
  uint64_t id_offset;
  uint32_t detail_length;
  uint32_t id_length;
  uint32_t first_part;
  uint32_t part_count;
  uint32_t turns;
  uint8_t shape;
  uint8_t problem;
  uint8_t found_kind;
  uint8_t found_byte;
} gamut_record;

/// One text: a span of the arena, with its role and the message it belongs to.
typedef struct {
  uint64_t offset;
  uint32_t length;
  uint32_t message;
  uint8_t role;
} gamut_part;

/// One requested number.
typedef struct {
  double value;
  uint8_t state;
} gamut_number;

/// One requested label: a span of the arena.
typedef struct {
  uint64_t offset;
  uint32_t length;
  uint8_t present;
} gamut_label;

/// What is known of a requested vector.
enum gamut_vector_state {
  GAMUT_VECTOR_ABSENT = 0,
  GAMUT_VECTOR_PRESENT = 1,
  /// No array, or one that holds something else than numbers.
  GAMUT_VECTOR_NOT_NUMERIC = 2,
  /// A number beyond single precision, or null among the numbers.
  GAMUT_VECTOR_NOT_FINITE = 3,
};

/// One requested vector: `count` floats of the batch's from `offset` on.
typedef struct {
  uint64_t offset;
  uint64_t count;
  uint8_t state;
} gamut_vector;

/// A dotted path into a record, UTF-8.
typedef struct {
  const uint8_t *bytes;
  size_t length;
} gamut_path;

/// What one call found. `numbers` and `labels` are record by record, in the order asked for.
typedef struct {
  const gamut_record *records;
  const gamut_part *parts;
  const gamut_number *numbers;
  const gamut_label *labels;
  /// One a record where a vector is asked for, else none.
  const gamut_vector *vectors;
  const float *vector_values;
  const uint8_t *arena;
  size_t record_count;
  size_t part_count;
  size_t blank_count;
  size_t problem_count;
} gamut_batch;

typedef struct gamut_parser gamut_parser;

/// Makes a parser; null when memory is short. The paths are copied.
gamut_parser *gamut_parser_create(
  const gamut_path *texts, size_t text_count, const gamut_path *numbers, size_t number_count,
  const gamut_path *labels, size_t label_count);

/// Asks for an array of numbers in every record; returns 0, or -1 when memory is short.
int gamut_parser_ask_vector(gamut_parser *parser, gamut_path path);

void gamut_parser_destroy(gamut_parser *parser);

/// Lets go of memory that an unusually long line has left. What the last call found is gone then.
void gamut_parser_trim(gamut_parser *parser);

/// Parses a block of lines.
///
/// `extents` null: `bytes` are lines that end in LF; a CR before it is white space of the line.
/// Otherwise they say where the records lie, and between any two of them stands white space.
/// `bytes` is followed by `GAMUT_BLOCK_PADDING` readable bytes. Returns 0, or -1 when memory is
/// short.
int gamut_parser_parse(
  gamut_parser *parser, const uint8_t *bytes, size_t length, const gamut_extent *extents,
  size_t extent_count, gamut_batch *batch);

/// Picks the lines (or elements, as for `gamut_parser_parse`) whose key is below `bound`.
///
/// A key is 64 bits of a hash of the seed and the line's bytes without CR and LF, so which lines
/// are picked does not depend on where they stand. Blank lines are left out, and elements with a
/// raw line break in a string, which are no JSON. The lines are copied to `output`, an LF after
/// each, which must have room for `length` + 1 bytes; their keys to `keys`, which must have room
/// for one a line. `bytes` is followed by `GAMUT_BLOCK_PADDING` readable bytes. Returns how many
/// bytes were written.
size_t gamut_pick_lines(
  const uint8_t *bytes, size_t length, const gamut_extent *extents, size_t extent_count,
  uint64_t seed, uint64_t bound, uint8_t *output, uint64_t *keys, size_t *key_count);

/// 64 bits of a hash of a line's bytes, whatever they are; the same everywhere.
uint64_t gamut_line_key(const uint8_t *bytes, size_t length);

/// Counts the LF bytes.
size_t gamut_count_newlines(const uint8_t *bytes, size_t length);

/// The index after the last LF byte; 0 when there is none.
size_t gamut_after_last_newline(const uint8_t *bytes, size_t length);

/// Where a scan through a JSON array stands.
typedef struct {
  /// Offset in the stream of the next byte to scan.
  uint64_t position;
  uint64_t element_start;
  uint64_t element_end;
  /// Output indices: where the element starts, and where its current run of white space does.
  uint64_t output_start;
  uint64_t run_start;
  uint64_t depth;
  uint8_t phase;
  uint8_t in_string;
  uint8_t is_escaped;
  uint8_t in_run;
  uint8_t run_has_newline;
} gamut_array_scanner;

/// Phases of a scan.
enum gamut_array_phase {
  GAMUT_ARRAY_BEFORE = 0,
  GAMUT_ARRAY_FIRST = 1,
  GAMUT_ARRAY_NEXT = 2,
  GAMUT_ARRAY_ELEMENT = 3,
  GAMUT_ARRAY_AFTER = 4,
  GAMUT_ARRAY_FAILED = 5,
};

/// Cuts a JSON array into its elements, each on one line.
///
/// Copies the elements to `output` from `*output_length` on, an LF after each, and leaves out every
/// run of white space between tokens that holds a line break (one space stays where two scalars
/// would touch). Stops after `input_length` bytes, when `extent_capacity` extents are filled, or in
/// the failed phase, `position` then being the offset of the byte that cannot stand there.
/// `output` must have room for `input_length` more bytes. Returns how many bytes were
/// scanned.
size_t gamut_array_scan(
  gamut_array_scanner *scanner, const uint8_t *input, size_t input_length, uint8_t *output,
  uint64_t *output_length, gamut_extent *extents, size_t extent_capacity, size_t *extent_count);

/// Puts one array element on one line as `gamut_array_scan` does; returns the length written.
/// `output` must have room for `length` bytes.
size_t gamut_compact_element(const uint8_t *element, size_t length, uint8_t *output);

/// Writes a value of a record that was parsed without the white space between its tokens; returns
/// the length written. `output` must have room for `length` bytes.
size_t gamut_compact_value(const uint8_t *value, size_t length, uint8_t *output);

/// Kinds of values of a document.
enum gamut_value_kind {
  GAMUT_VALUE_NULL = 0,
  GAMUT_VALUE_FALSE = 1,
  GAMUT_VALUE_TRUE = 2,
  /// In `integer`.
  GAMUT_VALUE_INTEGER = 3,
  /// In `number`.
  GAMUT_VALUE_NUMBER = 4,
  /// `count` bytes of the texts from `offset` on.
  GAMUT_VALUE_STRING = 5,
  /// `count` values follow, each with all it holds.
  GAMUT_VALUE_ARRAY = 6,
  /// `count` pairs follow: a string, and a value with all it holds.
  GAMUT_VALUE_OBJECT = 7,
};

/// One value of a document.
typedef struct {
  uint8_t kind;
  uint64_t offset;
  uint64_t count;
  int64_t integer;
  double number;
} gamut_value;

typedef struct gamut_document gamut_document;

/// Reads any JSON document, of one value; null when it is none, or when memory is short.
gamut_document *gamut_document_parse(const uint8_t *bytes, size_t length);

void gamut_document_destroy(gamut_document *document);

/// How many values there are, those within others included.
size_t gamut_document_count(const gamut_document *document);

/// The value at an index, depth first, from the outermost on.
gamut_value gamut_document_value(const gamut_document *document, size_t index);

/// Where the texts lie.
const uint8_t *gamut_document_texts(const gamut_document *document);

#ifdef __cplusplus
}
#endif
