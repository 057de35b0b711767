// From a record's keys to its texts.
#pragma once
#include <string>
#include <vector>

#include "content_hash.h"
#include "tree.h"

namespace gamut {

/// Recognises the shape of one record and lists its texts as parts.
class ShapeReader {
 public:
  ShapeReader(Tree &tree, std::vector<gamut_part> &parts) : tree(tree), parts(parts) {}

  /// Fields that replace the shapes; none when the shapes decide.
  std::vector<std::string> fields;

  /// Fills shape, parts, turns, hash, id and, where it fits no shape, the problem.
  void read(gamut_record &record);

 private:
  Tree &tree;
  std::vector<gamut_part> &parts;
  gamut_record *record = nullptr;
  ContentHash hash;
  uint32_t message = 0;
  /// Whether anything of the current message has entered the hash.
  bool is_said = false;

  bool read_fields();
  bool read_shape(const int64_t *slots);
  bool read_request(const int64_t *slots);
  bool read_alpaca(const int64_t *slots);
  bool read_instances(int64_t index);
  bool read_preference(const int64_t *slots);

  void emit(uint8_t role, const Node &node);
  void emit_written(uint8_t role, uint32_t index);
  void end_message(uint8_t role);
  void add_opaque(uint32_t place, uint32_t index);
  void add_beside(const int64_t *slots);
  bool fail(uint8_t problem, std::string_view name, int64_t value = -1);
  void note(uint8_t problem, const std::string &detail);
  bool fail_unknown_shape();

  bool read_text(int64_t index, uint8_t role, std::string_view key, bool keep_empty);
  bool read_history(int64_t index);
  bool read_message(uint32_t index, std::string_view list, bool as_rejected);
  bool read_content(uint32_t index, uint8_t role, std::string_view key);
  bool read_conversation(int64_t index, std::string_view key);
  bool read_prompt(int64_t index, std::string_view key);
  bool read_answer(int64_t index, std::string_view key);
  bool read_rejected(int64_t index, int64_t chosen, std::string_view key);
  bool is_written_alike(uint32_t one, uint32_t other) const;
  bool holds_whole_conversation(int64_t index) const;
  int64_t role_node(uint32_t message) const;
  int role_of(std::string_view name) const;
};

}  // namespace gamut
