// Every kernel is written once, in vectors of fixed width, and compiled for three processors: the
// compiler splits a vector where registers are narrower, which changes no lane's arithmetic (no
// multiply-add is fused: see unfused.h). Columns are independent; where a sum runs over columns its
// lanes are added as a tree of fixed shape.
#include "gamut_word_rows.h"
#include "unfused.h"

#include <string.h>

typedef int8_t bytes __attribute__((vector_size(32)));
typedef int8_t loose_bytes __attribute__((vector_size(32), aligned(1)));
typedef int16_t shorts __attribute__((vector_size(64)));
typedef int32_t ints __attribute__((vector_size(64)));
typedef int32_t loose_ints __attribute__((vector_size(64), aligned(4)));
typedef float floats __attribute__((vector_size(64)));
typedef float loose_floats __attribute__((vector_size(64), aligned(4)));
typedef float half __attribute__((vector_size(32)));
typedef float loose_half __attribute__((vector_size(32), aligned(4)));
typedef double doubles __attribute__((vector_size(64)));
typedef double loose_doubles __attribute__((vector_size(64), aligned(8)));

#define UNROLL _Pragma("clang loop unroll(full)")
#define BODY static inline __attribute__((always_inline))

// Lane i of 16 with i + 8, i + 4, i + 2, i + 1.
BODY float lane_total(const floats *lanes) {
  floats x = *lanes;
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) x[i] += x[i + half];
  return x[0];
}

// ---- Sums of word rows ----

// WIDTH times 32 columns from `column` on, over one run of words.
#define SUM_COLUMNS(WIDTH)                                                                       \
  do {                                                                                           \
    shorts sum[WIDTH];                                                                           \
    memset(sum, 0, sizeof sum);                                                                  \
    for (size_t i = 0; i < run; i++) {                                                           \
      const int8_t *row = table + offsets[i] + column;                                           \
      UNROLL for (int w = 0; w < WIDTH; w++) sum[w] +=                                           \
          __builtin_convertvector(*(const loose_bytes *)(row + 32 * w), shorts);                 \
    }                                                                                            \
    UNROLL for (int w = 0; w < WIDTH; w++) {                                                     \
      for (int k = 0; k < 32; k++) sums[column + (size_t)(32 * w + k)] += weight * sum[w][k];    \
    }                                                                                            \
    column += 32 * WIDTH;                                                                        \
  } while (0)

BODY void sum_words(const int8_t *table, size_t stride, const uint16_t *rows_by_bucket,
                    const uint32_t *hashes, size_t count, int32_t weight, int32_t *sums) {
  for (size_t first = 0; first < count; first += GAMUT_WORD_RUN) {
    size_t run = count - first < GAMUT_WORD_RUN ? count - first : GAMUT_WORD_RUN;
    size_t offsets[GAMUT_WORD_RUN];
    // Rows are found, and asked for, before the first is added: the processor then waits for
    // many at once.
    for (size_t i = 0; i < run; i++) {
      offsets[i] = rows_by_bucket[hashes[first + i] & 0xFFFF] * stride;
      __builtin_prefetch(table + offsets[i]);
      __builtin_prefetch(table + offsets[i] + stride - 1);
    }
    size_t column = 0;
    while (column + 96 <= stride && column + 128 != stride) SUM_COLUMNS(3);
    while (column + 64 <= stride) SUM_COLUMNS(2);
    if (column < stride) SUM_COLUMNS(1);
  }
}

// ---- From a sum to a unit vector ----

BODY int finish_words(const int32_t *sums, size_t stride, const float *mean, const float *slope,
                      float z, float least, float *out) {
  memset(out, 0, stride * sizeof(float));
  // Whole numbers add up exactly in any order.
  int64_t squares = 0;
  for (size_t k = 0; k < stride; k++) squares += (int64_t)sums[k] * sums[k];
  if (squares == 0) return 0;
  float scale = (float)(1 / __builtin_sqrt((double)squares));
  floats total = {0};
  for (size_t k = 0; k < stride; k += 16) {
    floats sum = __builtin_convertvector(*(const loose_ints *)(sums + k), floats);
    floats rest = sum * scale - *(const loose_floats *)(mean + k) -
                  *(const loose_floats *)(slope + k) * z;
    *(loose_floats *)(out + k) = rest;
    total += rest * rest;
  }
  float length = __builtin_sqrtf(lane_total(&total));
  if (!(length > least)) {
    memset(out, 0, stride * sizeof(float));
    return 0;
  }
  float inverse = 1 / length;
  for (size_t k = 0; k < stride; k++) out[k] *= inverse;
  return 1;
}

// ---- Tall matrices ----

#define SPARSE_COLUMNS(WIDTH)                                                                    \
  do {                                                                                           \
    floats sum[WIDTH];                                                                           \
    memset(sum, 0, sizeof sum);                                                                  \
    for (size_t k = starts[r]; k < starts[r + 1]; k++) {                                         \
      const float *row = dense + columns[k] * stride + column;                                   \
      UNROLL for (int w = 0; w < WIDTH; w++) sum[w] +=                                           \
          *(const loose_floats *)(row + 16 * w) * values[k];                                     \
    }                                                                                            \
    UNROLL for (int w = 0; w < WIDTH; w++) *(loose_floats *)(out + r * stride + column +         \
                                                            16 * w) = sum[w];                    \
    column += 16 * WIDTH;                                                                        \
  } while (0)

BODY void sparse_times_dense(const uint32_t *starts, size_t row_count, const uint32_t *columns,
                             const float *values, const float *dense, size_t stride,
                             float *out) {
  for (size_t r = 0; r < row_count; r++) {
    size_t column = 0;
    while (column + 96 <= stride) SPARSE_COLUMNS(6);
    while (column + 64 <= stride) SPARSE_COLUMNS(4);
    if (column < stride) SPARSE_COLUMNS(2);
  }
}

BODY void column_products(const float *rows, size_t row_count, size_t stride, double *products) {
  for (size_t i = 0; i < stride; i += 4) {
    for (size_t j = i / 8 * 8; j < stride; j += 8) {
      doubles sum[4];
      memset(sum, 0, sizeof sum);
      for (size_t r = 0; r < row_count; r++) {
        const float *row = rows + r * stride;
        doubles right = __builtin_convertvector(*(const loose_half *)(row + j), doubles);
        UNROLL for (int s = 0; s < 4; s++) sum[s] += right * (double)row[i + (size_t)s];
      }
      UNROLL for (int s = 0; s < 4; s++) *(loose_doubles *)(products + (i + (size_t)s) * stride +
                                                           j) = sum[s];
    }
  }
}

// ROWS rows from `row` on. Columns are done from the last to the first, because column j needs the
// columns up to j only and `out` may be `rows`.
#define TRIANGLE_ROWS(ROWS)                                                                      \
  do {                                                                                           \
    for (size_t j = stride; j > 0;) {                                                            \
      j -= 8;                                                                                    \
      doubles sum[ROWS];                                                                         \
      memset(sum, 0, sizeof sum);                                                                \
      for (size_t i = 0; i < j + 8; i++) {                                                       \
        doubles right = *(const loose_doubles *)(factor + i * stride + j);                       \
        UNROLL for (int s = 0; s < ROWS; s++) sum[s] +=                                          \
            right * (double)rows[(row + (size_t)s) * stride + i];                                \
      }                                                                                          \
      UNROLL for (int s = 0; s < ROWS; s++) *(loose_half *)(out + (row + (size_t)s) * stride +   \
                                                           j) =                                  \
          __builtin_convertvector(sum[s], half);                                                 \
    }                                                                                            \
    row += ROWS;                                                                                 \
  } while (0)

BODY void times_triangle(const float *rows, size_t row_count, size_t stride,
                         const double *factor, float *out) {
  size_t row = 0;
  while (row + 4 <= row_count) TRIANGLE_ROWS(4);
  while (row < row_count) TRIANGLE_ROWS(1);
}

// ---- One copy a processor ----

#define VARIANT(SUFFIX, ATTRIBUTES)                                                              \
  ATTRIBUTES static void sum_words_##SUFFIX(SUM_WORDS_PARAMETERS) {                              \
    sum_words(SUM_WORDS_ARGUMENTS);                                                              \
  }                                                                                              \
  ATTRIBUTES static int finish_words_##SUFFIX(FINISH_WORDS_PARAMETERS) {                         \
    return finish_words(FINISH_WORDS_ARGUMENTS);                                                 \
  }                                                                                              \
  ATTRIBUTES static void sparse_times_dense_##SUFFIX(SPARSE_PARAMETERS) {                        \
    sparse_times_dense(SPARSE_ARGUMENTS);                                                        \
  }                                                                                              \
  ATTRIBUTES static void column_products_##SUFFIX(PRODUCTS_PARAMETERS) {                         \
    column_products(PRODUCTS_ARGUMENTS);                                                         \
  }                                                                                              \
  ATTRIBUTES static void times_triangle_##SUFFIX(TRIANGLE_PARAMETERS) {                          \
    times_triangle(TRIANGLE_ARGUMENTS);                                                          \
  }

#define SUM_WORDS_PARAMETERS                                                                     \
  const int8_t *table, size_t stride, const uint16_t *rows_by_bucket, const uint32_t *hashes,    \
      size_t count, int32_t weight, int32_t *sums
#define SUM_WORDS_ARGUMENTS table, stride, rows_by_bucket, hashes, count, weight, sums
#define FINISH_WORDS_PARAMETERS                                                                  \
  const int32_t *sums, size_t stride, const float *mean, const float *slope, float z,            \
      float least, float *out
#define FINISH_WORDS_ARGUMENTS sums, stride, mean, slope, z, least, out
#define SPARSE_PARAMETERS                                                                        \
  const uint32_t *starts, size_t row_count, const uint32_t *columns, const float *values,        \
      const float *dense, size_t stride, float *out
#define SPARSE_ARGUMENTS starts, row_count, columns, values, dense, stride, out
#define PRODUCTS_PARAMETERS                                                                      \
  const float *rows, size_t row_count, size_t stride, double *products
#define PRODUCTS_ARGUMENTS rows, row_count, stride, products
#define TRIANGLE_PARAMETERS                                                                      \
  const float *rows, size_t row_count, size_t stride, const double *factor, float *out
#define TRIANGLE_ARGUMENTS rows, row_count, stride, factor, out

VARIANT(general, )
#if defined(__x86_64__)
VARIANT(avx2, __attribute__((target("avx2"))))
VARIANT(avx512, __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))))
#endif

int gamut_word_variant_count(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return 3;
  if (__builtin_cpu_supports("avx2")) return 2;
#endif
  return 1;
}

#if defined(__x86_64__)
#define CALL(NAME, ARGUMENTS)                                                                    \
  do {                                                                                           \
    if (variant < 0) variant = gamut_word_variant_count() - 1;                                   \
    if (variant == 2) return NAME##_avx512(ARGUMENTS);                                           \
    if (variant == 1) return NAME##_avx2(ARGUMENTS);                                             \
    return NAME##_general(ARGUMENTS);                                                            \
  } while (0)
#else
#define CALL(NAME, ARGUMENTS)                                                                    \
  do {                                                                                           \
    (void)variant;                                                                               \
    return NAME##_general(ARGUMENTS);                                                            \
  } while (0)
#endif

void gamut_sum_words(SUM_WORDS_PARAMETERS, int variant) { CALL(sum_words, SUM_WORDS_ARGUMENTS); }

int gamut_finish_words(FINISH_WORDS_PARAMETERS, int variant) {
  CALL(finish_words, FINISH_WORDS_ARGUMENTS);
}

void gamut_sparse_times_dense(SPARSE_PARAMETERS, int variant) {
  CALL(sparse_times_dense, SPARSE_ARGUMENTS);
}

void gamut_column_products(PRODUCTS_PARAMETERS, int variant) {
  CALL(column_products, PRODUCTS_ARGUMENTS);
}

void gamut_times_triangle(TRIANGLE_PARAMETERS, int variant) {
  CALL(times_triangle, TRIANGLE_ARGUMENTS);
}
