// What the benchmarks measure reading against; no product of the package has it.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// simdjson's own On-Demand parser visits the top-level fields of a stream of records and resolves
/// their strings, and does nothing else. Returns the bytes of text seen. Behind `bytes` stand at
/// least 64 more that may be read.
uint64_t yardstick_visit(const uint8_t *bytes, size_t length);

/// Hashes every word (a run of ASCII letters and digits and bytes from 0x80 on) with FNV-1a, a byte
/// at a time. Returns the sum of the hashes.
uint64_t yardstick_hash_words(const uint8_t *bytes, size_t length);

/// The same words by a cheaper hash, without a branch that could be mispredicted: about as fast as
/// a loop of one byte at a time can be.
uint64_t yardstick_hash_words_branch_free(const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif
