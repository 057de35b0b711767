// SentencePiece's library behind a C door. It is opened when it is first needed: nothing here needs it, or its
// headers, to build or to start.
#ifndef GAMUT_SENTENCEPIECE_H
#define GAMUT_SENTENCEPIECE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A model that was read; used by any number of threads at once.
typedef struct gamut_sentencepiece gamut_sentencepiece;

// What opening or reading came to.
enum gamut_sentencepiece_status {
  GAMUT_SENTENCEPIECE_DONE,
  GAMUT_SENTENCEPIECE_NO_LIBRARY,
  GAMUT_SENTENCEPIECE_NO_MODEL,
};

// Reads a serialized model. `reason` has room for `reason_size` bytes, at least 1, and says why there is none.
enum gamut_sentencepiece_status gamut_sentencepiece_load(const uint8_t *bytes, int64_t count,
                                                         gamut_sentencepiece **model, char *reason,
                                                         int64_t reason_size);

// The tokens of a text; -1 where the library does not encode it.
int64_t gamut_sentencepiece_count(const gamut_sentencepiece *model, const uint8_t *text,
                                  int64_t count);

// Gives a model back.
void gamut_sentencepiece_destroy(gamut_sentencepiece *model);

#ifdef __cplusplus
}
#endif

#endif
