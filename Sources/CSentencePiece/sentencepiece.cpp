// Five functions of Debian's libsentencepiece (ABI version 0), found by their C++ names: linked, the library
// would have to be there for the tool to start, and it has no C functions of its own.
#include "CSentencePiece.h"

#include <dlfcn.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <string_view>
#include <vector>

namespace {

struct Status;

struct Library {
  void (*construct)(void *processor);
  void (*destruct)(void *processor);
  Status (*load)(void *processor, std::string_view model);
  Status (*encode)(const void *processor, std::string_view text, std::vector<int> *ids);
  void (*destruct_status)(Status *status);
  const char *(*message)(const Status *status);
  bool is_open;
  char error[512];
};

Library library;
std::once_flag opening;

// Stands for the library's: one pointer, null where all went well, and a destructor, so that it is handed over
// in memory just as that one.
struct Status {
  void *representation;
  bool ok() const { return representation == nullptr; }
  ~Status() { library.destruct_status(this); }
};

template <typename Function> bool find(void *handle, const char *name, Function *function) {
  void *found = dlsym(handle, name);
  if (!found) {
    std::snprintf(library.error, sizeof library.error, "it has no %s", name);
    return false;
  }
  std::memcpy(function, &found, sizeof found);
  return true;
}

void open() {
  void *handle = dlopen("libsentencepiece.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *error = dlerror();
    std::snprintf(library.error, sizeof library.error, "%s", error ? error : "unknown");
    return;
  }
#define PROCESSOR "22SentencePieceProcessor"
#define VIEW "ESt17basic_string_viewIcSt11char_traitsIcEE"
  library.is_open =
      find(handle, "_ZN13sentencepiece" PROCESSOR "C1Ev", &library.construct) &&
      find(handle, "_ZN13sentencepiece" PROCESSOR "D1Ev", &library.destruct) &&
      find(handle, "_ZN13sentencepiece" PROCESSOR "23LoadFromSerializedProto" VIEW,
           &library.load) &&
      find(handle, "_ZNK13sentencepiece" PROCESSOR "6Encode" VIEW "PSt6vectorIiSaIiEE",
           &library.encode) &&
      find(handle, "_ZN13sentencepiece4util6StatusD1Ev", &library.destruct_status) &&
      find(handle, "_ZNK13sentencepiece4util6Status13error_messageEv", &library.message);
#undef PROCESSOR
#undef VIEW
}

std::string_view view(const uint8_t *bytes, int64_t count) {
  return {reinterpret_cast<const char *>(bytes), static_cast<size_t>(count)};
}

} // namespace

// Room for the library's processor, which takes 88 bytes.
struct gamut_sentencepiece {
  alignas(64) unsigned char processor[1024];
};

gamut_sentencepiece_status gamut_sentencepiece_load(const uint8_t *bytes, int64_t count,
                                                    gamut_sentencepiece **model, char *reason,
                                                    int64_t reason_size) {
  std::call_once(opening, open);
  *model = nullptr;
  if (!library.is_open) {
    std::snprintf(reason, reason_size, "%s", library.error);
    return GAMUT_SENTENCEPIECE_NO_LIBRARY;
  }
  gamut_sentencepiece *made = new (std::nothrow) gamut_sentencepiece();
  if (!made) {
    std::snprintf(reason, reason_size, "no memory");
    return GAMUT_SENTENCEPIECE_NO_MODEL;
  }
  library.construct(made->processor);
  try {
    Status status = library.load(made->processor, view(bytes, count));
    if (status.ok()) {
      *model = made;
      return GAMUT_SENTENCEPIECE_DONE;
    }
    std::snprintf(reason, reason_size, "%s", library.message(&status));
  } catch (...) {
    std::snprintf(reason, reason_size, "the library threw an exception");
  }
  gamut_sentencepiece_destroy(made);
  return GAMUT_SENTENCEPIECE_NO_MODEL;
}

int64_t gamut_sentencepiece_count(const gamut_sentencepiece *model, const uint8_t *text,
                                  int64_t count) {
  try {
    thread_local std::vector<int> ids;
    Status status = library.encode(model->processor, view(text, count), &ids);
    return status.ok() ? static_cast<int64_t>(ids.size()) : -1;
  } catch (...) {
    return -1;
  }
}

void gamut_sentencepiece_destroy(gamut_sentencepiece *model) {
  if (!model) return;
  library.destruct(model->processor);
  delete model;
}
