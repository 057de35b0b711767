#include "shapes.h"

#include <algorithm>
#include <cstring>

namespace gamut {

namespace {

enum Slot {
  kInstruction, kInput, kContext, kOutput, kSystem, kHistory, kResponse, kAnswer, kCompletion,
  kConversations, kMessages, kPrompt, kQuestion, kChosen, kRejected, kText, kInstances,
  kIdentifier, kLabel, kTag, kImages, kImage, kVideos, kVideo, kAudios, kAudio, kTools, kFunctions,
  kSlotCount
};

constexpr std::string_view kNames[kSlotCount] = {
  "instruction", "input", "context", "output", "system", "history", "response", "answer",
  "completion", "conversations", "messages", "prompt", "question", "chosen", "rejected", "text",
  "instances", "id", "label", "kto_tag", "images", "image", "videos", "video", "audios", "audio",
  "tools", "functions"};

// Which of the known keys this is; kSlotCount for any other.
int slot_of(std::string_view key) {
  const auto one_of = [key](std::initializer_list<Slot> slots) -> int {
    for (const Slot slot : slots) {
      if (kNames[slot][0] != key[0]) continue;
      if (std::memcmp(kNames[slot].data(), key.data(), key.size()) == 0) return slot;
    }
    return kSlotCount;
  };
  switch (key.size()) {
    case 2: return one_of({kIdentifier});
    case 4: return one_of({kText});
    case 5: return one_of({kInput, kLabel, kImage, kVideo, kAudio, kTools});
    case 6: return one_of({kOutput, kPrompt, kAnswer, kSystem, kChosen, kImages, kVideos, kAudios});
    case 7: return one_of({kContext, kHistory, kTag});
    case 8: return one_of({kResponse, kMessages, kQuestion, kRejected});
    case 9: return one_of({kInstances, kFunctions});
    case 10: return one_of({kCompletion});
    case 11: return one_of({kInstruction});
    case 13: return one_of({kConversations});
    default: return kSlotCount;
  }
}

constexpr Slot kAnswers[] = {kOutput, kResponse, kAnswer, kCompletion, kChosen};

// The role under which content that is no text enters the hash, so that two samples that differ
// only in an image are two samples; its keys and values enter under roles of their own.
constexpr uint8_t kOpaqueRole = 15;
constexpr uint8_t kNodeRole = 16;

// Where content beside the texts stands: these places are no numbers of messages.
constexpr uint32_t kVerdictPlace = 0xffffff00;
constexpr uint32_t kBesidePlace = 0xffffff01;

// How many bytes of a name in a record enter a problem.
constexpr size_t kQuotedBytes = 64;

// A name of a record as a problem quotes it: whole, or its first characters and an ellipsis.
std::string quoted(std::string_view name) {
  if (name.size() <= kQuotedBytes) return std::string(name);
  size_t end = kQuotedBytes;
  while (end > 0 && (name[end] & 0xc0) == 0x80) end--;
  return std::string(name.substr(0, end)) + "\u2026";
}

}  // namespace

void ShapeReader::read(gamut_record &target) {
  record = &target;
  hash = ContentHash();
  message = 0;
  is_said = false;
  target.first_part = static_cast<uint32_t>(parts.size());
  target.turns = 0;
  target.shape = GAMUT_SHAPE_NONE;
  const Node &root = tree.nodes[0];
  if (root.kind != GAMUT_KIND_OBJECT) {
    target.problem = GAMUT_PROBLEM_NOT_AN_OBJECT;
    target.found_kind = root.kind;
    target.problem_offset = root.source;
    target.part_count = 0;
    return;
  }
  int64_t slots[kSlotCount];
  std::fill(slots, slots + kSlotCount, -1);
  bool has_beside = false;
  for (uint32_t i = 1; i < root.next; i = tree.nodes[i + 1].next) {
    const int slot = slot_of(tree.key(tree.nodes[i]));
    // The last of two equal keys wins, as in Python's json; null is the same as absent.
    if (slot == kSlotCount) continue;
    slots[slot] = tree.nodes[i + 1].kind == GAMUT_KIND_NULL ? -1 : int64_t{i} + 1;
    has_beside |= slot >= kLabel;
  }
  if (slots[kIdentifier] >= 0) {
    const uint32_t index = static_cast<uint32_t>(slots[kIdentifier]);
    target.id_offset = tree.nodes[index].source;
    target.id_length = static_cast<uint32_t>(tree.written_length(index));
  }
  if (fields.empty() ? read_shape(slots) : read_fields()) {
    if (has_beside) add_beside(slots);
    hash.finish();
    target.hash_high = hash.high;
    target.hash_low = hash.low;
    target.part_count = static_cast<uint32_t>(parts.size()) - target.first_part;
  } else {
    parts.resize(target.first_part);
    target.part_count = 0;
    target.turns = 0;
  }
}

bool ShapeReader::read_fields() {
  record->shape = GAMUT_SHAPE_FIELDS;
  bool found_any = false;
  for (size_t i = 0; i < fields.size(); i++) {
    int64_t index = tree.find(0, fields[i]);
    if (index < 0 || tree.nodes[index].kind == GAMUT_KIND_NULL) continue;
    found_any = true;
    const bool is_answer = fields.size() > 1 && i + 1 == fields.size();
    const uint8_t role = fields.size() == 1 ? GAMUT_ROLE_TEXT
                         : is_answer        ? GAMUT_ROLE_RESPONSE
                                            : GAMUT_ROLE_PROMPT;
    const uint8_t kind = tree.nodes[index].kind;
    // All fields before the answer are one message.
    message = is_answer ? 1 : 0;
    if (kind == GAMUT_KIND_NUMBER || kind == GAMUT_KIND_BOOLEAN) {
      emit_written(role, static_cast<uint32_t>(index));
    } else if (!read_text(index, role, fields[i], true)) {
      return false;
    }
    if (role == GAMUT_ROLE_TEXT) continue;
    if (is_answer || record->turns == 0) record->turns++;
  }
  return found_any || fail_unknown_shape();
}

bool ShapeReader::read_shape(const int64_t *slots) {
  const auto has = [&](Slot slot) { return slots[slot] >= 0; };
  const auto any_answer = [&] {
    return std::find_if(std::begin(kAnswers), std::end(kAnswers), has) != std::end(kAnswers);
  };
  const auto is_boolean = [&](Slot slot) {
    return has(slot) && tree.nodes[slots[slot]].kind == GAMUT_KIND_BOOLEAN;
  };
  const bool is_rated = is_boolean(kLabel) || is_boolean(kTag);
  const auto read_any_answer = [&] {
    for (const Slot slot : kAnswers) {
      if (has(slot)) return read_answer(slots[slot], kNames[slot]);
    }
    return true;
  };
  const auto read_system = [&] {
    if (!has(kSystem)) return true;
    if (!read_text(slots[kSystem], GAMUT_ROLE_SYSTEM, kNames[kSystem], false)) return false;
    if (tree.nodes[slots[kSystem]].length > 0) end_message(GAMUT_ROLE_SYSTEM);
    return true;
  };

  if (has(kChosen) && has(kRejected)) {
    record->shape = GAMUT_SHAPE_PREFERENCE;
    if (!read_system()) return false;
    return read_preference(slots);
  }
  if (has(kMessages)) {
    record->shape = is_rated ? GAMUT_SHAPE_RATED : GAMUT_SHAPE_MESSAGES;
    return read_system() && read_conversation(slots[kMessages], kNames[kMessages]);
  }
  if (has(kConversations)) {
    record->shape = is_rated ? GAMUT_SHAPE_RATED : GAMUT_SHAPE_SHAREGPT;
    return read_system() && read_conversation(slots[kConversations], kNames[kConversations]);
  }
  const auto read_instruction = [&] {
    record->shape = GAMUT_SHAPE_ALPACA;
    if (!read_system() || !read_alpaca(slots) || !read_any_answer()) return false;
    if (is_rated && record->shape == GAMUT_SHAPE_ALPACA) record->shape = GAMUT_SHAPE_RATED;
    return true;
  };
  if (has(kInstruction)) {
    if (!has(kInstances) || any_answer()) return read_instruction();
    record->shape = GAMUT_SHAPE_ALPACA;
    return read_system() && read_request(slots) && read_instances(slots[kInstances]);
  }
  if (has(kPrompt)) {
    record->shape = is_rated ? GAMUT_SHAPE_RATED : GAMUT_SHAPE_PROMPT;
    return read_system() && read_prompt(slots[kPrompt], kNames[kPrompt]) && read_any_answer();
  }
  if (has(kQuestion)) {
    record->shape = GAMUT_SHAPE_QUESTION;
    return read_system() && read_prompt(slots[kQuestion], kNames[kQuestion]) && read_any_answer();
  }
  if (has(kInput) && any_answer()) return read_instruction();
  if (has(kText)) {
    record->shape = GAMUT_SHAPE_TEXT;
    return read_text(slots[kText], GAMUT_ROLE_TEXT, kNames[kText], true);
  }
  if (has(kOutput)) return fail(GAMUT_PROBLEM_MISSING_FIELD, kNames[kInstruction]);
  if (has(kCompletion) || has(kResponse)) {
    return fail(GAMUT_PROBLEM_MISSING_FIELD, kNames[kPrompt]);
  }
  if (has(kAnswer)) return fail(GAMUT_PROBLEM_MISSING_FIELD, kNames[kQuestion]);
  return fail_unknown_shape();
}

// The instruction and its input: a prompt that is not yet closed, after the history.
bool ShapeReader::read_request(const int64_t *slots) {
  if (slots[kHistory] >= 0 && !read_history(slots[kHistory])) return false;
  const auto text_length = [&](Slot slot) -> int64_t {
    const bool is_text = slots[slot] >= 0 && tree.nodes[slots[slot]].kind == GAMUT_KIND_STRING;
    return is_text ? int64_t{tree.nodes[slots[slot]].length} : -1;
  };
  // An empty input leaves its place to a context with a text.
  const bool yields = text_length(kInput) == 0 && text_length(kContext) > 0;
  const Slot input = slots[kInput] < 0 || yields ? kContext : kInput;
  if (slots[kInstruction] >= 0 &&
      !read_text(slots[kInstruction], GAMUT_ROLE_PROMPT, kNames[kInstruction], true)) {
    return false;
  }
  return slots[input] < 0 || read_text(slots[input], GAMUT_ROLE_PROMPT, kNames[input], false);
}

bool ShapeReader::read_alpaca(const int64_t *slots) {
  if (!read_request(slots)) return false;
  end_message(GAMUT_ROLE_PROMPT);
  record->turns++;
  return true;
}

// Inputs and outputs in turns; the first input goes on with the prompt that the request began.
bool ShapeReader::read_instances(int64_t index) {
  const std::string_view key = kNames[kInstances];
  const Node list = tree.nodes[index];
  if (list.kind != GAMUT_KIND_ARRAY) return fail(GAMUT_PROBLEM_WRONG_TYPE, key, index);
  const auto child_of = [&](uint32_t instance, Slot slot) -> int64_t {
    const int64_t found = tree.child(instance, kNames[slot]);
    return found >= 0 && tree.nodes[found].kind != GAMUT_KIND_NULL ? found : -1;
  };
  const auto path = [&](Slot slot) { return std::string(key) + "." + std::string(kNames[slot]); };
  uint32_t i = static_cast<uint32_t>(index) + 1;
  do {
    const bool is_instance = i < list.next;
    if (is_instance && tree.nodes[i].kind != GAMUT_KIND_OBJECT) {
      return fail(GAMUT_PROBLEM_WRONG_TYPE, key, i);
    }
    const int64_t input = is_instance ? child_of(i, kInput) : -1;
    const int64_t output = is_instance ? child_of(i, kOutput) : -1;
    if (input >= 0 && !read_text(input, GAMUT_ROLE_PROMPT, path(kInput), false)) return false;
    end_message(GAMUT_ROLE_PROMPT);
    record->turns++;
    if (output >= 0) {
      if (!read_text(output, GAMUT_ROLE_RESPONSE, path(kOutput), true)) return false;
      end_message(GAMUT_ROLE_RESPONSE);
      record->turns++;
    }
    if (is_instance) i = tree.nodes[i].next;
  } while (i < list.next);
  return true;
}

bool ShapeReader::read_preference(const int64_t *slots) {
  if (!holds_whole_conversation(slots[kChosen])) {
    bool is_fine = true;
    if (slots[kConversations] >= 0) {
      is_fine = read_conversation(slots[kConversations], kNames[kConversations]);
    } else if (slots[kMessages] >= 0) {
      is_fine = read_conversation(slots[kMessages], kNames[kMessages]);
    } else if (slots[kPrompt] >= 0) {
      is_fine = read_prompt(slots[kPrompt], kNames[kPrompt]);
    } else if (slots[kInstruction] >= 0 || slots[kInput] >= 0) {
      is_fine = read_alpaca(slots);
    } else if (slots[kQuestion] >= 0) {
      is_fine = read_prompt(slots[kQuestion], kNames[kQuestion]);
    }
    if (!is_fine) return false;
  }
  return read_answer(slots[kChosen], kNames[kChosen]) &&
         read_rejected(slots[kRejected], slots[kChosen], kNames[kRejected]);
}

void ShapeReader::emit(uint8_t role, const Node &node) {
  parts.push_back({node.text, node.length, message, role});
  if (node.length == 0) return;
  hash.add(role, message, tree.arena.bytes + node.text, node.length);
  is_said = true;
}

// A value as it is written, without white space between its tokens.
void ShapeReader::emit_written(uint8_t role, uint32_t index) {
  const uint64_t length = tree.written_length(index);
  tree.arena.reserve(length + ContentHash::overread);
  uint8_t *target = tree.arena.bytes + tree.arena.used;
  const uint64_t written =
    gamut_compact_value(tree.line + tree.nodes[index].source, length, target);
  hash.add(role, message, target, written);
  is_said = true;
  parts.push_back({tree.arena.used, static_cast<uint32_t>(written), message, role});
  tree.arena.used += written;
}

// Closes the current message; one in which nothing was said still tells apart what follows it.
void ShapeReader::end_message(uint8_t role) {
  if (!is_said) hash.add(role, message, nullptr, 0);
  is_said = false;
  message++;
}

// Content that is no text: into the hash, as a tree.
void ShapeReader::add_opaque(uint32_t place, uint32_t index) {
  hash.add(kOpaqueRole, place, nullptr, 0);
  is_said = true;
  const uint32_t end = tree.nodes[index].next;
  for (uint32_t i = index; i < end; i++) {
    const Node &node = tree.nodes[i];
    const bool is_list = node.kind == GAMUT_KIND_ARRAY || node.kind == GAMUT_KIND_OBJECT;
    const std::string_view bytes = is_list                            ? std::string_view()
                                   : node.kind == GAMUT_KIND_STRING ? tree.key(node)
                                                                      : tree.token(node);
    hash.add(
      static_cast<uint8_t>(kNodeRole + node.kind), node.next - i,
      reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size());
  }
}

// What stands beside the texts and changes what is trained.
void ShapeReader::add_beside(const int64_t *slots) {
  if (record->shape == GAMUT_SHAPE_RATED) {
    for (const Slot slot : {kLabel, kTag}) {
      if (slots[slot] < 0 || tree.nodes[slots[slot]].kind != GAMUT_KIND_BOOLEAN) continue;
      add_opaque(kVerdictPlace, static_cast<uint32_t>(slots[slot]));
    }
  }
  for (int slot = kImages; slot < kSlotCount; slot++) {
    if (slots[slot] < 0) continue;
    const uint32_t index = static_cast<uint32_t>(slots[slot]);
    const Node &node = tree.nodes[index];
    // Of a string, its length; a list or object of nothing is one node.
    const bool is_list = node.kind == GAMUT_KIND_ARRAY || node.kind == GAMUT_KIND_OBJECT;
    if (is_list ? node.next == index + 1 : node.length == 0) continue;
    add_opaque(kBesidePlace + static_cast<uint32_t>(slot - kImages), index);
  }
}

bool ShapeReader::fail(uint8_t problem, std::string_view name, int64_t value) {
  note(problem, quoted(name));
  if (value >= 0) {
    record->found_kind = tree.nodes[value].kind;
    record->problem_offset = tree.nodes[value].source;
  }
  return false;
}

void ShapeReader::note(uint8_t problem, const std::string &detail) {
  record->problem = problem;
  record->detail_length = static_cast<uint32_t>(detail.size());
  record->detail_offset =
    tree.arena.append(reinterpret_cast<const uint8_t *>(detail.data()), detail.size());
}

// Names the first keys; a byte that UTF-8 never holds parts them.
bool ShapeReader::fail_unknown_shape() {
  std::string keys;
  int count = 0;
  for (uint32_t i = 1; i < tree.nodes[0].next && count < 8; i = tree.nodes[i + 1].next, count++) {
    if (count > 0) keys.push_back(static_cast<char>(0xff));
    keys.append(quoted(tree.key(tree.nodes[i])));
  }
  note(GAMUT_PROBLEM_UNKNOWN_SHAPE, keys);
  // How many keys tells no key from an empty one.
  record->found_byte = static_cast<uint8_t>(count);
  return false;
}

bool ShapeReader::read_text(
  int64_t index, uint8_t role, std::string_view key, bool keep_empty) {
  const Node &node = tree.nodes[index];
  if (node.kind != GAMUT_KIND_STRING) return fail(GAMUT_PROBLEM_WRONG_TYPE, key, index);
  if (keep_empty || node.length > 0) emit(role, node);
  return true;
}

bool ShapeReader::read_history(int64_t index) {
  const std::string_view key = kNames[kHistory];
  const Node list = tree.nodes[index];
  if (list.kind != GAMUT_KIND_ARRAY) return fail(GAMUT_PROBLEM_WRONG_TYPE, key, index);
  for (uint32_t i = static_cast<uint32_t>(index) + 1; i < list.next; i = tree.nodes[i].next) {
    if (tree.nodes[i].kind != GAMUT_KIND_ARRAY) return fail(GAMUT_PROBLEM_WRONG_TYPE, key, i);
    uint8_t role = GAMUT_ROLE_PROMPT;
    for (uint32_t k = i + 1; k < tree.nodes[i].next; k = tree.nodes[k].next) {
      if (!read_text(k, role, key, true)) return false;
      end_message(role);
      record->turns++;
      role = role == GAMUT_ROLE_PROMPT ? GAMUT_ROLE_RESPONSE : GAMUT_ROLE_PROMPT;
    }
  }
  return true;
}

}  // namespace gamut
