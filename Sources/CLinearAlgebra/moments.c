// Means and scatter of blocks of rows. Every sum keeps the order in which it is written here (no
// reassociation, no fused multiply-add), so all clones give the same bits.
#include "CLinearAlgebra.h"
#include "clones.h"
#include "unfused.h"

#include <string.h>

static const uint32_t magnitude_bits = 0x7fffffffu;
static const uint32_t infinity_bits = 0x7f800000u;

static inline uint32_t magnitude(const float *value) {
  uint32_t bits;
  memcpy(&bits, value, sizeof bits);
  return bits & magnitude_bits;
}

// Magnitudes order as their bits do, and everything not finite stands at or above infinity's.
CLONES static uint32_t add_columns(const float *rows, size_t row_count, size_t dimension,
                                   double *restrict sums) {
  uint32_t largest = 0;
  size_t row = 0;
  // Four rows at a time, so that the sums are loaded and stored a quarter as often.
  for (; row + 4 <= row_count; row += 4) {
    const float *a = rows + row * dimension, *b = a + dimension, *c = b + dimension,
                *d = c + dimension;
    for (size_t j = 0; j < dimension; j++) {
      sums[j] += ((double)a[j] + (double)b[j]) + ((double)c[j] + (double)d[j]);
      uint32_t ma = magnitude(a + j), mb = magnitude(b + j), mc = magnitude(c + j),
               md = magnitude(d + j);
      uint32_t ab = ma > mb ? ma : mb, cd = mc > md ? mc : md, all = ab > cd ? ab : cd;
      largest = largest > all ? largest : all;
    }
  }
  for (; row < row_count; row++) {
    const float *a = rows + row * dimension;
    for (size_t j = 0; j < dimension; j++) {
      sums[j] += (double)a[j];
      uint32_t m = magnitude(a + j);
      largest = largest > m ? largest : m;
    }
  }
  return largest;
}

ptrdiff_t gamut_column_sums(const float *rows, size_t row_count, size_t dimension, double *sums,
                            float *largest) {
  memset(sums, 0, dimension * sizeof *sums);
  uint32_t bits = add_columns(rows, row_count, dimension, sums);
  memcpy(largest, &bits, sizeof bits);
  if (bits < infinity_bits) return -1;
  for (size_t row = 0; row < row_count; row++) {
    for (size_t j = 0; j < dimension; j++) {
      if (magnitude(rows + row * dimension + j) >= infinity_bits) return (ptrdiff_t)row;
    }
  }
  return -1;
}

CLONES void gamut_shift_rows(float *restrict rows, size_t row_count, size_t dimension, float scale,
                             const float *restrict shift) {
  for (size_t row = 0; row < row_count; row++) {
    float *x = rows + row * dimension;
    for (size_t j = 0; j < dimension; j++) x[j] = x[j] * scale - shift[j];
  }
}

CLONES void gamut_add_scatter(double *restrict total, const float *restrict partial,
                              size_t dimension, double scale, double between,
                              const double *restrict difference, double count,
                              const double *restrict rest) {
  for (size_t j = 0; j < dimension; j++) {
    double from_difference = between * difference[j], from_rest = count * rest[j];
    double *t = total + j * dimension;
    const float *p = partial + j * dimension;
    for (size_t l = j; l < dimension; l++) {
      t[l] += (double)p[l] * scale + (from_difference * difference[l] - from_rest * rest[l]);
    }
  }
}

CLONES void gamut_add_scaled(double *restrict total, const float *restrict partial, size_t count,
                             double scale) {
  for (size_t i = 0; i < count; i++) total[i] += (double)partial[i] * scale;
}

CLONES double gamut_sum_of_squares(const float *values, size_t count) {
  double lanes[8] = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    for (size_t lane = 0; lane < 8; lane++) {
      lanes[lane] += (double)values[i + lane] * (double)values[i + lane];
    }
  }
  for (size_t lane = 0; i < count; i++, lane++) lanes[lane] += (double)values[i] * (double)values[i];
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
         ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}
