// Distances from centroids with one order of arithmetic for every processor: a lane a row, columns in
// their order, no fused multiply-add (see unfused.h). How many centroids are taken at once differs
// with the number of registers and changes no bit.
#include "CLinearAlgebra.h"
#include "clones.h"
#include "unfused.h"

#include <float.h>
#include <string.h>

#define LANES GAMUT_CENTROID_LANES

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef float loose_lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));
typedef int32_t number_lanes __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef double double_lanes __attribute__((vector_size(8 * sizeof(double))));
typedef float eight_lanes __attribute__((vector_size(8 * sizeof(float)), aligned(4)));

#define NEAREST_SHAPE                                                                            \
  const float *rows, size_t row_count, size_t stride, size_t dimension, const float *centroids,  \
      size_t count, float limit, float *columns, int32_t *numbers, float *squares

// One row a lane against COUNT centroids from `number` on.
#define TILE(COUNT)                                                                              \
  do {                                                                                           \
    lanes sum[COUNT];                                                                            \
    memset(sum, 0, sizeof sum);                                                                  \
    const float *centroid = centroids + number * dimension;                                      \
    for (size_t j = 0; j < dimension; j++) {                                                     \
      lanes x = *(const loose_lanes *)(columns + j * LANES);                                     \
      _Pragma("clang loop unroll(full)") for (size_t c = 0; c < COUNT; c++) {                    \
        lanes difference = x - centroid[c * dimension + j];                                      \
        sum[c] += difference * difference;                                                       \
      }                                                                                          \
    }                                                                                            \
    _Pragma("clang loop unroll(full)") for (size_t c = 0; c < COUNT; c++) {                      \
      /* Later centroids have larger numbers, so a tie changes nothing. */                       \
      number_lanes nearer = sum[c] < best;                                                       \
      best = (lanes)((nearer & (number_lanes)sum[c]) | (~nearer & (number_lanes)best));          \
      from = (nearer & (int32_t)(number + c)) | (~nearer & from);                                \
    }                                                                                            \
  } while (0)

// With a row a lane nothing is ever compared across lanes, which costs as much as sixty centroids.
#define NEAREST(NAME, ATTRIBUTES, COUNT)                                                         \
  ATTRIBUTES static ptrdiff_t NAME(NEAREST_SHAPE) {                                              \
    memset(columns, 0, dimension * LANES * sizeof *columns);                                     \
    for (size_t row = 0; row < row_count; row += LANES) {                                        \
      size_t present = row_count - row < LANES ? row_count - row : LANES;                        \
      for (size_t r = 0; r < present; r++) {                                                     \
        const float *values = rows + (row + r) * stride;                                         \
        for (size_t j = 0; j < dimension; j++) columns[j * LANES + r] = values[j];               \
      }                                                                                          \
      /* A NaN is not within the limit either. */                                                \
      number_lanes within = (number_lanes){0} - 1;                                               \
      for (size_t j = 0; j < dimension; j++) {                                                   \
        lanes x = *(const loose_lanes *)(columns + j * LANES);                                   \
        within &= (x <= limit) & (x >= -limit);                                                  \
      }                                                                                          \
      for (size_t r = 0; r < present; r++) {                                                     \
        if (!within[r]) return (ptrdiff_t)(row + r);                                             \
      }                                                                                          \
      lanes best = (lanes){0} + FLT_MAX;                                                         \
      number_lanes from = {0};                                                                   \
      size_t number = 0;                                                                         \
      for (; number + COUNT <= count; number += COUNT) TILE(COUNT);                              \
      for (; number < count; number++) TILE(1);                                                  \
      memcpy(squares + row, &best, present * sizeof *squares);                                   \
      memcpy(numbers + row, &from, present * sizeof *numbers);                                   \
    }                                                                                            \
    return -1;                                                                                   \
  }

#define LOWER_SHAPE                                                                              \
  const float *columns, size_t count, size_t height, size_t dimension, const float *centroid,    \
      float *squares

// The rows lie in columns here: lanes are rows. `count` is twice so many lanes.
#define LOWER(NAME, ATTRIBUTES)                                                                  \
  ATTRIBUTES static double NAME(LOWER_SHAPE) {                                                   \
    double_lanes total = {0};                                                                    \
    for (size_t row = 0; row < count; row += 2 * LANES) {                            \
      lanes sum = {0}, more = {0};                                                               \
      const float *column = columns + row;                                                       \
      for (size_t j = 0; j < dimension; j++, column += height) {                                 \
        lanes difference = *(const loose_lanes *)column - centroid[j];                           \
        lanes another = *(const loose_lanes *)(column + LANES) - centroid[j];                    \
        sum += difference * difference;                                                          \
        more += another * another;                                                               \
      }                                                                                          \
      lanes known = *(const loose_lanes *)(squares + row);                                       \
      number_lanes nearer = sum < known;                                                         \
      *(loose_lanes *)(squares + row) =                                                          \
          (lanes)((nearer & (number_lanes)sum) | (~nearer & (number_lanes)known));               \
      known = *(const loose_lanes *)(squares + row + LANES);                                     \
      nearer = more < known;                                                                     \
      *(loose_lanes *)(squares + row + LANES) =                                                  \
          (lanes)((nearer & (number_lanes)more) | (~nearer & (number_lanes)known));              \
      _Pragma("clang loop unroll(full)") for (int part = 0; part < 2 * LANES; part += 8) total += \
          __builtin_convertvector(*(const eight_lanes *)(squares + row + part), double_lanes);   \
    }                                                                                            \
    return ((total[0] + total[4]) + (total[2] + total[6])) +                                     \
           ((total[1] + total[5]) + (total[3] + total[7]));                                      \
  }

NEAREST(nearest_general, , 2)
LOWER(lower_general, )
#if defined(__x86_64__)
NEAREST(nearest_avx2, __attribute__((target("avx2"))), 4)
NEAREST(nearest_avx512, __attribute__((target("avx512f"))), 8)
LOWER(lower_avx2, __attribute__((target("avx2"))))
LOWER(lower_avx512, __attribute__((target("avx512f"))))
#endif

int gamut_centroid_variant_count(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return 3;
  if (__builtin_cpu_supports("avx2")) return 2;
#endif
  return 1;
}

ptrdiff_t gamut_nearest_centroids(NEAREST_SHAPE, int variant) {
  if (variant < 0) variant = gamut_centroid_variant_count() - 1;
#if defined(__x86_64__)
  if (variant == 2)
    return nearest_avx512(rows, row_count, stride, dimension, centroids, count, limit, columns,
                          numbers, squares);
  if (variant == 1)
    return nearest_avx2(rows, row_count, stride, dimension, centroids, count, limit, columns,
                        numbers, squares);
#endif
  return nearest_general(rows, row_count, stride, dimension, centroids, count, limit, columns,
                         numbers, squares);
}

double gamut_lower_squares(LOWER_SHAPE, int variant) {
  if (variant < 0) variant = gamut_centroid_variant_count() - 1;
#if defined(__x86_64__)
  if (variant == 2)
    return lower_avx512(columns, count, height, dimension, centroid, squares);
  if (variant == 1) return lower_avx2(columns, count, height, dimension, centroid, squares);
#endif
  return lower_general(columns, count, height, dimension, centroid, squares);
}

CLONES void gamut_add_rows(const float *rows, size_t row_count, size_t stride, size_t dimension,
                           const int32_t *numbers, double *sums) {
  for (size_t row = 0; row < row_count; row++) {
    const float *values = rows + row * stride;
    double *sum = sums + (size_t)numbers[row] * dimension;
    for (size_t j = 0; j < dimension; j++) sum[j] += (double)values[j];
  }
}
