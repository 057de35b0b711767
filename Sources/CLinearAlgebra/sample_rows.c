// Rows that are in a sample by a hash of their values, the same on every processor: whole numbers only.
#include "CLinearAlgebra.h"
#include "clones.h"

#include <string.h>

#define LANES 16

typedef uint32_t lanes __attribute__((vector_size(LANES * sizeof(uint32_t))));

// Lane i takes values i, i + 16, i + 32, …; beyond the last one zeros.
CLONES ptrdiff_t gamut_sample_rows(float *rows, size_t row_count, size_t dimension, uint64_t seed,
                                   uint64_t below, size_t *kept) {
  lanes start;
  for (uint32_t lane = 0; lane < LANES; lane++)
    start[lane] = (uint32_t)seed + (lane + 1) * 0x85EBCA6Bu;
  *kept = 0;
  for (size_t row = 0; row < row_count; row++) {
    const float *values = rows + row * dimension;
    lanes hash = start, beyond = {0};
    for (size_t j = 0; j < dimension; j += LANES) {
      lanes bits = {0};
      memcpy(&bits, values + j, (dimension - j < LANES ? dimension - j : LANES) * sizeof *values);
      beyond |= (lanes)((bits & 0x7F800000u) == 0x7F800000u);
      hash = (hash ^ bits) * 0x9E3779B1u;
      hash ^= hash >> 15;
    }
    uint64_t state = seed;
    uint32_t not_finite = 0;
    for (size_t lane = 0; lane < LANES; lane++) {
      state = (state ^ hash[lane]) * 0x9E3779B97F4A7C15u;
      state ^= state >> 32;
      not_finite |= beyond[lane];
    }
    if (not_finite) return (ptrdiff_t)row;
    if (state * 0xD6E8FEB86659FD93u >= below) continue;
    if (*kept < row) memcpy(rows + *kept * dimension, values, dimension * sizeof *values);
    ++*kept;
  }
  return -1;
}
