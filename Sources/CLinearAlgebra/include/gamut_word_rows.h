// The arithmetic of the built-in text embedding: sums of small integer rows, a few passes over
// tall matrices of floats. Every function has one order of arithmetic for every processor and no
// fused multiply-add; nothing here allocates or keeps a pointer.
//
// `variant` counts from 0, the most general, below gamut_word_variant_count(); -1 takes the
// fastest. All variants give the same bits.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Rows are padded with zeros to a multiple of this many columns.
#define GAMUT_WORD_LANES 32

/// Words that are added in 16 bits before they are carried to 32: 256 * 127 stays below 32,768.
#define GAMUT_WORD_RUN 256

/// How many variants of the kernels this processor can run.
int gamut_word_variant_count(void);

/// sums[k] += weight * (sum over i of table[rows_by_bucket[hashes[i] & 0xFFFF] * stride + k]).
///
/// `stride` is a multiple of GAMUT_WORD_LANES; `rows_by_bucket` has 65,536 entries.
void gamut_sum_words(const int8_t *table, size_t stride, const uint16_t *rows_by_bucket,
                     const uint32_t *hashes, size_t count, int32_t weight, int32_t *sums,
                     int variant);

/// out = unit(unit(sums) - mean - z * slope), where unit(x) = x / |x|.
///
/// All have `stride` entries, zeros behind the last column. Returns 1; or 0, with zeros in `out`,
/// when the sums are all zero or what is left after the subtraction is no longer than `least`.
int gamut_finish_words(const int32_t *sums, size_t stride, const float *mean, const float *slope,
                       float z, float least, float *out, int variant);

/// out[r] = sum over k in starts[r] ..< starts[r + 1] of values[k] * dense[columns[k]], in order of
/// k, for r below `row_count`; `dense` and `out` have `stride` columns.
void gamut_sparse_times_dense(const uint32_t *starts, size_t row_count, const uint32_t *columns,
                              const float *values, const float *dense, size_t stride, float *out,
                              int variant);

/// products[i][j] = sum over rows of row[i] * row[j] in double, in order of the rows, for every
/// i and j below `stride` with j / 8 >= i / 8; the rest is left as it is.
void gamut_column_products(const float *rows, size_t row_count, size_t stride, double *products,
                           int variant);

/// out = rows * factor in double, rounded once, for an upper triangular `factor` of stride * stride;
/// `out` may be `rows`.
void gamut_times_triangle(const float *rows, size_t row_count, size_t stride,
                          const double *factor, float *out, int variant);
