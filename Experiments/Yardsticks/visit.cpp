// The yardstick: what simdjson's own front door takes to visit the text fields.
#include <simdjson.h>

#include "CYardsticks.h"

uint64_t yardstick_visit(const uint8_t *bytes, size_t length) {
  using namespace simdjson;
  ondemand::parser parser;
  ondemand::document_stream stream;
  if (parser.iterate_many(reinterpret_cast<const char *>(bytes), length, 1 << 20).get(stream)) {
    return 0;
  }
  uint64_t seen = 0;
  for (auto document : stream) {
    ondemand::object object;
    if (document.get_object().get(object)) return seen;
    for (auto field : object) {
      std::string_view text;
      if (field.value().get_string().get(text)) continue;
      seen += text.size();
    }
  }
  return seen;
}
