#include <simdjson.h>

#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "CSimdJSON.h"

// Any JSON document as a flat list of values. For files of our own, which are read once and are
// small: here simdjson's public interface is fast enough.
struct gamut_document {
  std::vector<gamut_value> values;
  std::string texts;
};

namespace {

uint64_t keep(gamut_document &document, std::string_view text) {
  const uint64_t offset = document.texts.size();
  document.texts.append(text);
  return offset;
}

size_t add(gamut_document &document, uint8_t kind) {
  gamut_value value;
  std::memset(&value, 0, sizeof value);
  value.kind = kind;
  document.values.push_back(value);
  return document.values.size() - 1;
}

void add_text(gamut_document &document, std::string_view text) {
  const size_t place = add(document, GAMUT_VALUE_STRING);
  document.values[place].offset = keep(document, text);
  document.values[place].count = text.size();
}

// Depth is bounded by simdjson's own limit, 1,024.
void flatten(gamut_document &document, simdjson::dom::element element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::OBJECT: {
      const size_t place = add(document, GAMUT_VALUE_OBJECT);
      uint64_t count = 0;
      for (auto field : simdjson::dom::object(element)) {
        add_text(document, field.key);
        flatten(document, field.value);
        count++;
      }
      document.values[place].count = count;
      break;
    }
    case element_type::ARRAY: {
      const size_t place = add(document, GAMUT_VALUE_ARRAY);
      uint64_t count = 0;
      for (auto item : simdjson::dom::array(element)) {
        flatten(document, item);
        count++;
      }
      document.values[place].count = count;
      break;
    }
    case element_type::STRING:
      add_text(document, std::string_view(element));
      break;
    case element_type::INT64:
      document.values[add(document, GAMUT_VALUE_INTEGER)].integer = int64_t(element);
      break;
    case element_type::UINT64:
    case element_type::DOUBLE:
      document.values[add(document, GAMUT_VALUE_NUMBER)].number = double(element);
      break;
    case element_type::BOOL:
      add(document, bool(element) ? GAMUT_VALUE_TRUE : GAMUT_VALUE_FALSE);
      break;
    default:
      add(document, GAMUT_VALUE_NULL);
  }
}

}  // namespace

extern "C" gamut_document *gamut_document_parse(const uint8_t *bytes, size_t length) {
  try {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    // The copy that simdjson makes has the padding that it wants.
    if (parser.parse(bytes, length, true).get(root)) return nullptr;
    auto *document = new gamut_document();
    try {
      flatten(*document, root);
    } catch (...) {
      delete document;
      throw;
    }
    return document;
  } catch (...) {
    return nullptr;
  }
}

extern "C" void gamut_document_destroy(gamut_document *document) { delete document; }

extern "C" size_t gamut_document_count(const gamut_document *document) {
  return document->values.size();
}

extern "C" gamut_value gamut_document_value(const gamut_document *document, size_t index) {
  return document->values[index];
}

extern "C" const uint8_t *gamut_document_texts(const gamut_document *document) {
  return reinterpret_cast<const uint8_t *>(document->texts.data());
}
