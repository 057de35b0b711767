// One record as a flat tree: every value checked, every string unescaped into the arena.
//
// simdjson's first stage (which validates UTF-8, control characters and quotes, and finds where
// tokens start) runs over a whole block; this walk replaces its second stage. It keeps what a
// record's shape needs (the place of every token in the line, duplicate keys, numbers as they are
// written) and stops with a reason and an offset, where simdjson's own has an error code only.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "CSimdJSON.h"

namespace gamut {

// simdjson promises its public interface only. When this fails, look whether the class
// `Tree::Implementation` still has `stage1`, `parse_string` (from 3.1.3 on it takes a third
// argument, which must be false), `structural_indexes` with two entries of the length behind the
// last one, and `capacity`; whether `create_dom_parser_implementation` is still there; how far
// behind a string's text `parse_string` writes; and then run the tests of Samples.
static_assert(
  simdjson::SIMDJSON_VERSION_MAJOR == 3 && simdjson::SIMDJSON_VERSION_MINOR == 0,
  "Gamut calls inner functions of simdjson and supports version 3.0 (Debian 12's) only; "
  "Sources/CSimdJSON/tree.h says what to look at for another one");

/// Bytes that grow; never filled with zeros first. Throws `std::bad_alloc` when memory is short.
struct Arena {
  uint8_t *bytes = nullptr;
  uint64_t used = 0;
  uint64_t capacity = 0;

  Arena() = default;
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;
  ~Arena() { std::free(bytes); }

  void reserve(uint64_t more) {
    if (capacity - used >= more) return;
    const uint64_t wanted = used + more + capacity / 2;
    void *grown = std::realloc(bytes, wanted);
    if (!grown) throw std::bad_alloc();
    bytes = static_cast<uint8_t *>(grown);
    capacity = wanted;
  }

  /// Frees what an unusually long line left behind.
  void shrink(uint64_t most) {
    used = 0;
    if (capacity <= most) return;
    std::free(bytes);
    bytes = nullptr;
    capacity = 0;
  }

  uint64_t append(const uint8_t *source, uint64_t length) {
    reserve(length);
    if (length > 0) std::memcpy(bytes + used, source, length);
    used += length;
    return used - length;
  }
};

/// A value or a key. An object's children are key, value, key, value, …
struct Node {
  uint8_t kind;
  /// A boolean's value; for a key, whether its text lies in the arena (it had an escape).
  uint8_t flag;
  /// Length of a string's text, of a number or literal as written.
  uint32_t length;
  /// Where the token starts, from the line's start.
  uint32_t source;
  /// Index of the node after this one and all it holds.
  uint32_t next;
  /// Where the text starts: in the arena, or for a plain key in the line.
  uint64_t text;
};

struct Fault {
  uint8_t problem = GAMUT_PROBLEM_NONE;
  uint8_t byte = 0;
  uint64_t offset = GAMUT_UNKNOWN_OFFSET;
};

class Tree {
 public:
  explicit Tree(Arena &arena) : arena(arena) {}

  Arena &arena;
  /// The nodes of the line, depth first, from the record itself on.
  Node *nodes = nullptr;
  /// The line that the nodes speak of.
  const uint8_t *line = nullptr;

  using Implementation = simdjson::internal::dom_parser_implementation;

  Tree(const Tree &) = delete;
  Tree &operator=(const Tree &) = delete;
  ~Tree() { std::free(nodes); }

  /// Makes room for as many nodes as there are tokens; what stands there is lost.
  void reserve(uint64_t tokens) {
    if (tokens <= node_capacity) return;
    std::free(nodes);
    node_capacity = tokens + tokens / 4;
    nodes = static_cast<Node *>(std::malloc(node_capacity * sizeof(Node)));
    if (nodes) return;
    node_capacity = 0;
    throw std::bad_alloc();
  }

  /// Frees what an unusually long line left behind.
  void shrink(uint64_t most) {
    if (node_capacity <= most) return;
    std::free(nodes);
    nodes = nullptr;
    node_capacity = 0;
  }

  /// Builds the tree of the tokens from `cursor` on that lie in [begin, end) of `buffer`, and moves
  /// the cursor behind them when there is no fault. Room for the nodes must have been made.
  Fault build(
    const Implementation &parser, const uint8_t *buffer, uint64_t begin, uint64_t end,
    const uint32_t *&cursor);

  std::string_view key(const Node &node) const {
    const uint8_t *base = node.flag ? arena.bytes : line;
    return {reinterpret_cast<const char *>(base + node.text), node.length};
  }
  std::string_view text(const Node &node) const {
    return {reinterpret_cast<const char *>(arena.bytes + node.text), node.length};
  }
  std::string_view token(const Node &node) const {
    return {reinterpret_cast<const char *>(line + node.source), node.length};
  }
  /// The length of the value as it is written, quotes or brackets included.
  uint64_t written_length(uint32_t index) const;

  /// The last value under a key of an object; -1 when there is none.
  int64_t child(uint32_t object, std::string_view name) const;

  /// The value at a dotted path; -1 when there is none. The whole path as one key comes first, then
  /// the part before its first dot; in an array a decimal number picks the element.
  int64_t find(uint32_t index, std::string_view path) const;

 private:
  uint64_t node_capacity = 0;
  uint32_t open[GAMUT_MAXIMUM_DEPTH];
};

/// Looks byte by byte for what stage one refused.
Fault diagnose_bytes(const uint8_t *line, uint64_t length);

}  // namespace gamut
