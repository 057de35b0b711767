// Messages and answers: the parts of a shape that are conversations.
#include "shapes.h"

namespace gamut {

int64_t ShapeReader::role_node(uint32_t index) const {
  const int64_t role = tree.child(index, "role");
  return role >= 0 ? role : tree.child(index, "from");
}

int ShapeReader::role_of(std::string_view name) const {
  char lower[16];
  if (name.size() >= sizeof lower) return -1;
  for (size_t i = 0; i < name.size(); i++) {
    lower[i] = name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] + 32) : name[i];
  }
  const std::string_view role(lower, name.size());
  for (const std::string_view user : {"user", "human", "prompter"}) {
    if (role == user) return GAMUT_ROLE_PROMPT;
  }
  for (const std::string_view assistant :
       {"assistant", "gpt", "chatgpt", "bard", "bing", "claude", "model", "bot"}) {
    if (role == assistant) return GAMUT_ROLE_RESPONSE;
  }
  for (const std::string_view system : {"system", "developer"}) {
    if (role == system) return GAMUT_ROLE_SYSTEM;
  }
  for (const std::string_view tool :
       {"tool", "function", "function_call", "observation", "ipython", "tool_call",
        "tool_response"}) {
    if (role == tool) return GAMUT_ROLE_TOOL;
  }
  return -1;
}

bool ShapeReader::read_content(uint32_t index, uint8_t role, std::string_view key) {
  const Node content = tree.nodes[index];
  if (content.kind != GAMUT_KIND_ARRAY) return read_text(index, role, key, true);
  for (uint32_t i = index + 1; i < content.next; i = tree.nodes[i].next) {
    if (tree.nodes[i].kind == GAMUT_KIND_STRING) {
      emit(role, tree.nodes[i]);
      continue;
    }
    if (tree.nodes[i].kind != GAMUT_KIND_OBJECT) return fail(GAMUT_PROBLEM_WRONG_TYPE, key, i);
    const int64_t text = tree.child(i, "text");
    if (text >= 0 && tree.nodes[text].kind == GAMUT_KIND_STRING) {
      emit(role, tree.nodes[text]);
    } else {
      add_opaque(message, i);
    }
  }
  return true;
}

// One message; `as_rejected` gives it the role of a dispreferred answer.
bool ShapeReader::read_message(uint32_t index, std::string_view list, bool as_rejected) {
  if (tree.nodes[index].kind != GAMUT_KIND_OBJECT) {
    return fail(GAMUT_PROBLEM_WRONG_TYPE, list, index);
  }
  const int64_t speaker = role_node(index);
  if (speaker < 0) return fail(GAMUT_PROBLEM_MISSING_FIELD, std::string(list) + ".role");
  if (tree.nodes[speaker].kind != GAMUT_KIND_STRING) {
    return fail(GAMUT_PROBLEM_WRONG_TYPE, std::string(list) + ".role", speaker);
  }
  const int role = role_of(tree.text(tree.nodes[speaker]));
  if (role < 0) return fail(GAMUT_PROBLEM_UNKNOWN_ROLE, tree.text(tree.nodes[speaker]), speaker);
  const uint8_t used = static_cast<uint8_t>(as_rejected ? GAMUT_ROLE_REJECTED : role);
  int64_t content = tree.child(index, "content");
  if (content < 0) content = tree.child(index, "value");
  if (content >= 0 && tree.nodes[content].kind != GAMUT_KIND_NULL &&
      !read_content(static_cast<uint32_t>(content), used, std::string(list) + ".content")) {
    return false;
  }
  for (const std::string_view name : {"tool_calls", "function_call"}) {
    const int64_t calls = tree.child(index, name);
    if (calls >= 0 && tree.nodes[calls].kind != GAMUT_KIND_NULL) {
      emit_written(
        as_rejected ? GAMUT_ROLE_REJECTED : GAMUT_ROLE_TOOL, static_cast<uint32_t>(calls));
    }
  }
  end_message(used);
  if (used == GAMUT_ROLE_PROMPT || used == GAMUT_ROLE_RESPONSE) record->turns++;
  return true;
}

bool ShapeReader::read_conversation(int64_t index, std::string_view key) {
  const Node list = tree.nodes[index];
  if (list.kind != GAMUT_KIND_ARRAY) return fail(GAMUT_PROBLEM_WRONG_TYPE, key, index);
  const uint32_t first = static_cast<uint32_t>(index) + 1;
  if (first == list.next) return fail(GAMUT_PROBLEM_EMPTY_CONVERSATION, key);
  for (uint32_t i = first; i < list.next; i = tree.nodes[i].next) {
    if (!read_message(i, key, false)) return false;
  }
  return true;
}

bool ShapeReader::read_prompt(int64_t index, std::string_view key) {
  if (tree.nodes[index].kind == GAMUT_KIND_ARRAY) return read_conversation(index, key);
  if (!read_text(index, GAMUT_ROLE_PROMPT, key, true)) return false;
  end_message(GAMUT_ROLE_PROMPT);
  record->turns++;
  return true;
}

// A string, a message, a list of messages, or a list of strings ranked from best to worst.
bool ShapeReader::read_answer(int64_t index, std::string_view key) {
  const Node answer = tree.nodes[index];
  if (answer.kind == GAMUT_KIND_OBJECT) {
    return read_message(static_cast<uint32_t>(index), key, false);
  }
  if (answer.kind != GAMUT_KIND_ARRAY) {
    if (!read_text(index, GAMUT_ROLE_RESPONSE, key, true)) return false;
    end_message(GAMUT_ROLE_RESPONSE);
    record->turns++;
    return true;
  }
  const uint32_t first = static_cast<uint32_t>(index) + 1;
  if (first < answer.next && tree.nodes[first].kind == GAMUT_KIND_OBJECT) {
    return read_conversation(index, key);
  }
  if (record->shape == GAMUT_SHAPE_ALPACA) record->shape = GAMUT_SHAPE_RANKED;
  for (uint32_t i = first; i < answer.next; i = tree.nodes[i].next) {
    const uint8_t role = i == first ? GAMUT_ROLE_RESPONSE : GAMUT_ROLE_REJECTED;
    if (!read_text(i, role, key, true)) return false;
    end_message(role);
    if (i == first) record->turns++;
  }
  return true;
}

// Of a list of messages the last answer is the dispreferred one. What stands before it is mostly the
// conversation that both answers share; where `chosen` holds it too and has another message at the
// same place, that one is dispreferred as well.
bool ShapeReader::read_rejected(int64_t index, int64_t chosen, std::string_view key) {
  const Node answer = tree.nodes[index];
  if (answer.kind == GAMUT_KIND_OBJECT) {
    return read_message(static_cast<uint32_t>(index), key, true);
  }
  if (answer.kind != GAMUT_KIND_ARRAY) {
    if (!read_text(index, GAMUT_ROLE_REJECTED, key, true)) return false;
    end_message(GAMUT_ROLE_REJECTED);
    return true;
  }
  int64_t last = -1;
  for (uint32_t i = static_cast<uint32_t>(index) + 1; i < answer.next; i = tree.nodes[i].next) {
    if (tree.nodes[i].kind == GAMUT_KIND_STRING) continue;
    if (tree.nodes[i].kind != GAMUT_KIND_OBJECT) return fail(GAMUT_PROBLEM_WRONG_TYPE, key, i);
    const int64_t speaker = role_node(i);
    if (speaker >= 0 && tree.nodes[speaker].kind == GAMUT_KIND_STRING &&
        role_of(tree.text(tree.nodes[speaker])) == GAMUT_ROLE_RESPONSE) {
      last = i;
    }
  }
  const bool is_compared = holds_whole_conversation(chosen);
  const uint32_t end = tree.nodes[chosen].next;
  uint32_t other = static_cast<uint32_t>(chosen) + 1;
  for (uint32_t i = static_cast<uint32_t>(index) + 1; i < answer.next; i = tree.nodes[i].next) {
    const bool is_shared = !is_compared || (other < end && is_written_alike(i, other));
    if (is_compared && other < end) other = tree.nodes[other].next;
    if (tree.nodes[i].kind == GAMUT_KIND_STRING) {
      emit(GAMUT_ROLE_REJECTED, tree.nodes[i]);
      end_message(GAMUT_ROLE_REJECTED);
    } else if (i == last || !is_shared) {
      if (!read_message(i, key, true)) return false;
    }
  }
  return true;
}

bool ShapeReader::is_written_alike(uint32_t one, uint32_t other) const {
  const uint64_t length = tree.written_length(one);
  return length == tree.written_length(other) &&
         std::memcmp(tree.line + tree.nodes[one].source, tree.line + tree.nodes[other].source,
                     length) == 0;
}

// Whether a list of messages holds the prompt too.
bool ShapeReader::holds_whole_conversation(int64_t index) const {
  const Node &list = tree.nodes[index];
  if (list.kind != GAMUT_KIND_ARRAY) return false;
  for (uint32_t i = static_cast<uint32_t>(index) + 1; i < list.next; i = tree.nodes[i].next) {
    if (tree.nodes[i].kind != GAMUT_KIND_OBJECT) continue;
    const int64_t speaker = role_node(i);
    if (speaker >= 0 && tree.nodes[speaker].kind == GAMUT_KIND_STRING &&
        role_of(tree.text(tree.nodes[speaker])) == GAMUT_ROLE_PROMPT) {
      return true;
    }
  }
  return false;
}

}  // namespace gamut
