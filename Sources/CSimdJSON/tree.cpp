#include "tree.h"

#include <cstring>

namespace gamut {

namespace {

bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

bool ends_scalar(uint8_t byte) {
  return byte == ',' || byte == '}' || byte == ']' || byte == ' ' || byte == '\n' ||
         byte == '\r' || byte == '\t' || byte == ':' || byte == '[' || byte == '{';
}

// The length of a number by JSON's grammar; 0 when it is none.
uint32_t number_length(const uint8_t *start) {
  const uint8_t *p = start;
  if (*p == '-') p++;
  if (*p == '0') {
    p++;
  } else if (is_digit(*p)) {
    while (is_digit(*p)) p++;
  } else {
    return 0;
  }
  if (*p == '.') {
    p++;
    if (!is_digit(*p)) return 0;
    while (is_digit(*p)) p++;
  }
  if (*p == 'e' || *p == 'E') {
    p++;
    if (*p == '+' || *p == '-') p++;
    if (!is_digit(*p)) return 0;
    while (is_digit(*p)) p++;
  }
  return ends_scalar(*p) ? static_cast<uint32_t>(p - start) : 0;
}

bool starts_with(const uint8_t *bytes, const uint8_t *end, const char *word) {
  const size_t length = std::strlen(word);
  return static_cast<size_t>(end - bytes) >= length && std::memcmp(bytes, word, length) == 0;
}

Fault fault(uint8_t problem, uint64_t offset, uint8_t byte = 0) {
  Fault result;
  result.problem = problem;
  result.offset = offset;
  result.byte = byte;
  return result;
}

// Python's NaN, Infinity and -Infinity deserve a reason of their own.
Fault unexpected(const uint8_t *at, const uint8_t *end, uint64_t offset) {
  const uint8_t *word = at + (*at == '-' ? 1 : 0);
  if (starts_with(word, end, "NaN") || starts_with(word, end, "Infinity")) {
    return fault(GAMUT_PROBLEM_NOT_A_NUMBER, offset, *at);
  }
  if (*at == '-' || is_digit(*at)) return fault(GAMUT_PROBLEM_BAD_NUMBER, offset, *at);
  return fault(GAMUT_PROBLEM_UNEXPECTED_BYTE, offset, *at);
}

int hex_value(uint8_t byte) {
  if (is_digit(byte)) return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

// The value of four hexadecimal digits; -1 when they are none.
int code_unit(const uint8_t *digits) {
  int value = 0;
  for (int i = 0; i < 4; i++) {
    const int digit = hex_value(digits[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

// Finds the escape that simdjson refused; `start` is after the opening quote, and a closing one is
// known to follow.
Fault diagnose_escapes(const uint8_t *buffer, uint64_t begin, uint64_t start) {
  for (uint64_t i = start; buffer[i] != '"'; i++) {
    if (buffer[i] != '\\') continue;
    const uint64_t offset = i - begin;
    i++;
    if (std::memchr("\"\\/bfnrt", buffer[i], 8)) continue;
    if (buffer[i] != 'u') return fault(GAMUT_PROBLEM_BAD_ESCAPE, offset, buffer[i]);
    const int unit = code_unit(buffer + i + 1);
    if (unit < 0) return fault(GAMUT_PROBLEM_BAD_ESCAPE, offset, 'u');
    i += 4;
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const bool paired = unit < 0xdc00 && buffer[i + 1] == '\\' && buffer[i + 2] == 'u';
    const int low = paired ? code_unit(buffer + i + 3) : -1;
    if (low < 0xdc00 || low > 0xdfff) return fault(GAMUT_PROBLEM_LONE_SURROGATE, offset, 'u');
    i += 6;
  }
  return fault(GAMUT_PROBLEM_BAD_ESCAPE, start - begin);
}

}  // namespace

Fault Tree::build(
  const Implementation &parser, const uint8_t *buffer, uint64_t begin, uint64_t end,
  const uint32_t *&first_token) {
  const uint32_t *cursor = first_token;
  line = buffer + begin;
  // In locals, for the compiler cannot know that a node written is not one of these.
  Node *const tree = nodes;
  uint32_t count = 0;
  uint32_t depth = 0;
  uint64_t used = arena.used;
  // Strings never grow by unescaping; simdjson writes up to a register's width too far.
  arena.reserve(end - begin + 128);
  uint8_t *const texts = arena.bytes;
  const uint8_t *limit = buffer + end;
  uint64_t position = *cursor++;
  uint8_t byte;

#define GAMUT_NEXT_TOKEN()                                                     \
  position = *cursor++;                                                        \
  if (position >= end) return fault(GAMUT_PROBLEM_ENDS_EARLY, end - begin);    \
  byte = buffer[position]

value:
  if (position >= end) return fault(GAMUT_PROBLEM_ENDS_EARLY, end - begin);
  byte = buffer[position];
  {
    const uint32_t source = static_cast<uint32_t>(position - begin);
    const uint32_t index = count;
    switch (byte) {
      case '"': {
        uint8_t *target = texts + used;
        const uint8_t *stop = parser.parse_string(buffer + position + 1, target);
        if (!stop) return diagnose_escapes(buffer, begin, position + 1);
        const uint32_t length = static_cast<uint32_t>(stop - target);
        tree[count++] = Node{GAMUT_KIND_STRING, 1, length, source, index + 1, used};
        used += length;
        break;
      }
      case '{':
      case '[':
        if (depth == GAMUT_MAXIMUM_DEPTH) return fault(GAMUT_PROBLEM_TOO_DEEP, source);
        open[depth++] = index;
        tree[count++] = Node{
          static_cast<uint8_t>(byte == '{' ? GAMUT_KIND_OBJECT : GAMUT_KIND_ARRAY), 0, 0, source, 0,
          0};
        if (byte == '{') {
          GAMUT_NEXT_TOKEN();
          if (byte == '}') goto close;
          goto key;
        }
        GAMUT_NEXT_TOKEN();
        if (byte == ']') goto close;
        goto value;
      case 't':
        if (!starts_with(buffer + position, limit, "true") || !ends_scalar(buffer[position + 4])) {
          return unexpected(buffer + position, limit, source);
        }
        tree[count++] = Node{GAMUT_KIND_BOOLEAN, 1, 4, source, index + 1, 0};
        break;
      case 'f':
        if (!starts_with(buffer + position, limit, "false") || !ends_scalar(buffer[position + 5])) {
          return unexpected(buffer + position, limit, source);
        }
        tree[count++] = Node{GAMUT_KIND_BOOLEAN, 0, 5, source, index + 1, 0};
        break;
      case 'n':
        if (!starts_with(buffer + position, limit, "null") || !ends_scalar(buffer[position + 4])) {
          return unexpected(buffer + position, limit, source);
        }
        tree[count++] = Node{GAMUT_KIND_NULL, 0, 4, source, index + 1, 0};
        break;
      default: {
        const bool may_be_number = byte == '-' || is_digit(byte);
        const uint32_t length = may_be_number ? number_length(buffer + position) : 0;
        if (length == 0) return unexpected(buffer + position, limit, source);
        tree[count++] = Node{GAMUT_KIND_NUMBER, 0, length, source, index + 1, 0};
      }
    }
  }

after:
  if (depth == 0) {
    position = *cursor;
    if (position < end) {
      return fault(GAMUT_PROBLEM_TRAILING_CONTENT, position - begin, buffer[position]);
    }
    arena.used = used;
    first_token = cursor;
    return Fault();
  }
  GAMUT_NEXT_TOKEN();
  if (byte == ',') {
    GAMUT_NEXT_TOKEN();
    if (tree[open[depth - 1]].kind == GAMUT_KIND_OBJECT) goto key;
    goto value;
  }
  if (byte != (tree[open[depth - 1]].kind == GAMUT_KIND_OBJECT ? '}' : ']')) {
    return fault(GAMUT_PROBLEM_UNEXPECTED_BYTE, position - begin, byte);
  }

close:
  // `length` of a container is how long it is as written.
  tree[open[depth - 1]].length =
    static_cast<uint32_t>(position - begin + 1 - tree[open[depth - 1]].source);
  tree[open[depth - 1]].next = count;
  depth--;
  goto after;

key:
  if (byte != '"') return fault(GAMUT_PROBLEM_UNEXPECTED_BYTE, position - begin, byte);
  {
    const uint8_t *start = buffer + position + 1;
    const uint8_t *stop = start;
    while (*stop != '"' && *stop != '\\') stop++;
    Node node{
      GAMUT_KIND_STRING, 0, static_cast<uint32_t>(stop - start),
      static_cast<uint32_t>(position - begin), count + 1,
      static_cast<uint64_t>(start - line)};
    if (*stop == '\\') {
      uint8_t *target = texts + used;
      const uint8_t *done = parser.parse_string(start, target);
      if (!done) return diagnose_escapes(buffer, begin, position + 1);
      node.flag = 1;
      node.length = static_cast<uint32_t>(done - target);
      node.text = used;
      used += node.length;
    }
    tree[count++] = node;
  }
  GAMUT_NEXT_TOKEN();
  if (byte != ':') return fault(GAMUT_PROBLEM_UNEXPECTED_BYTE, position - begin, byte);
  position = *cursor++;
  goto value;
#undef GAMUT_NEXT_TOKEN
}

uint64_t Tree::written_length(uint32_t index) const {
  const Node &node = nodes[index];
  if (node.kind != GAMUT_KIND_STRING) return node.length;
  uint64_t i = node.source + 1;
  for (; line[i] != '"'; i++) {
    if (line[i] == '\\') i++;
  }
  return i + 1 - node.source;
}

int64_t Tree::child(uint32_t object, std::string_view name) const {
  int64_t found = -1;
  for (uint32_t i = object + 1; i < nodes[object].next; i = nodes[i + 1].next) {
    if (nodes[i].length == name.size() && key(nodes[i]) == name) found = i + 1;
  }
  return found;
}

int64_t Tree::find(uint32_t index, std::string_view path) const {
  while (true) {
    const Node &node = nodes[index];
    const size_t dot = path.find('.');
    const std::string_view first = path.substr(0, dot);
    int64_t found = -1;
    if (node.kind == GAMUT_KIND_OBJECT) {
      if (dot != std::string_view::npos) {
        const int64_t whole = child(index, path);
        if (whole >= 0) return whole;
      }
      found = child(index, first);
    } else if (node.kind == GAMUT_KIND_ARRAY && !first.empty() && first.size() <= 9) {
      uint32_t wanted = 0;
      for (const char digit : first) {
        if (!is_digit(static_cast<uint8_t>(digit))) return -1;
        wanted = wanted * 10 + static_cast<uint32_t>(digit - '0');
      }
      uint32_t i = index + 1;
      for (; i < node.next && wanted > 0; wanted--) i = nodes[i].next;
      if (i < node.next) found = i;
    }
    if (found < 0 || dot == std::string_view::npos) return found;
    index = static_cast<uint32_t>(found);
    path.remove_prefix(dot + 1);
  }
}

Fault diagnose_bytes(const uint8_t *line, uint64_t length) {
  bool in_string = false;
  uint64_t opened = 0;
  for (uint64_t i = 0; i < length; i++) {
    const uint8_t byte = line[i];
    if (byte < 0x80) {
      if (in_string && byte < 0x20) return fault(GAMUT_PROBLEM_CONTROL_CHARACTER, i, byte);
      if (byte == '\\' && !in_string) return fault(GAMUT_PROBLEM_UNEXPECTED_BYTE, i, byte);
      if (byte == '\\' && i + 1 < length && line[i + 1] >= 0x20 && line[i + 1] < 0x80) {
        i++;
      } else if (byte == '"') {
        in_string = !in_string;
        opened = i;
      }
      continue;
    }
    int more = 0;
    uint32_t lowest = 0, point = 0;
    if (byte >= 0xc2 && byte <= 0xdf) {
      more = 1, lowest = 0x80, point = byte & 0x1f;
    } else if (byte >= 0xe0 && byte <= 0xef) {
      more = 2, lowest = 0x800, point = byte & 0x0f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      more = 3, lowest = 0x10000, point = byte & 0x07;
    } else {
      return fault(GAMUT_PROBLEM_INVALID_UTF8, i, byte);
    }
    for (int k = 1; k <= more; k++) {
      if (i + k >= length || (line[i + k] & 0xc0) != 0x80) {
        return fault(GAMUT_PROBLEM_INVALID_UTF8, i, byte);
      }
      point = point << 6 | (line[i + k] & 0x3f);
    }
    if (point < lowest || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      return fault(GAMUT_PROBLEM_INVALID_UTF8, i, byte);
    }
    i += more;
  }
  return in_string ? fault(GAMUT_PROBLEM_UNCLOSED_STRING, opened) : Fault();
}

}  // namespace gamut
