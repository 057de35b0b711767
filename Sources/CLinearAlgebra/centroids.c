// Distances from centroids with one order of arithmetic for every processor: a lane a centroid (or a
// row), columns in their order, no fused multiply-add (see unfused.h). Tiles differ with the number
// of registers; which tile a row or a centroid falls into changes no bit.
#include "CLinearAlgebra.h"
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
  const float *rows, size_t row_count, size_t stride, size_t dimension, const float *columns,    \
      size_t padded, int32_t *numbers, float *squares

// ROWS rows against GROUPS lanes of centroids from `group` on.
#define TILE(ROWS, GROUPS)                                                                       \
  do {                                                                                           \
    lanes sum[ROWS][GROUPS];                                                                     \
    memset(sum, 0, sizeof sum);                                                                  \
    const float *column = columns + group;                                                       \
    for (size_t j = 0; j < dimension; j++, column += padded) {                                   \
      lanes centroid[GROUPS];                                                                    \
      _Pragma("clang loop unroll(full)") for (int g = 0; g < GROUPS; g++) centroid[g] =          \
          *(const loose_lanes *)(column + g * LANES);                                            \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) {                        \
        float x = rows[(row + (size_t)r) * stride + j];                                          \
        _Pragma("clang loop unroll(full)") for (int g = 0; g < GROUPS; g++) {                    \
          lanes difference = x - centroid[g];                                                    \
          sum[r][g] += difference * difference;                                                  \
        }                                                                                        \
      }                                                                                          \
    }                                                                                            \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) {                          \
      _Pragma("clang loop unroll(full)") for (int g = 0; g < GROUPS; g++) {                      \
        /* Later groups have larger numbers, so a tie changes nothing. */                        \
        number_lanes nearer = sum[r][g] < best[r];                                               \
        best[r] = (lanes)((nearer & (number_lanes)sum[r][g]) | (~nearer & (number_lanes)best[r])); \
        from[r] = (nearer & (int32_t)(group + (size_t)g * LANES)) | (~nearer & from[r]);         \
      }                                                                                          \
    }                                                                                            \
  } while (0)

#define ROW_BLOCK(ROWS, GROUPS)                                                                  \
  do {                                                                                           \
    lanes best[ROWS];                                                                            \
    number_lanes from[ROWS];                                                                     \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) {                          \
      best[r] = (lanes){0} + FLT_MAX;                                                            \
      from[r] = (number_lanes){0};                                                               \
    }                                                                                            \
    size_t group = 0;                                                                            \
    for (; group + GROUPS * LANES <= padded; group += GROUPS * LANES) TILE(ROWS, GROUPS);        \
    for (; group < padded; group += LANES) TILE(ROWS, 1);                                        \
    for (int r = 0; r < ROWS; r++) {                                                             \
      float least = best[r][0];                                                                  \
      int32_t number = from[r][0];                                                               \
      for (int lane = 1; lane < LANES; lane++) {                                                 \
        int32_t other = from[r][lane] + lane;                                                    \
        if (best[r][lane] < least || (best[r][lane] == least && other < number)) {               \
          least = best[r][lane];                                                                 \
          number = other;                                                                        \
        }                                                                                        \
      }                                                                                          \
      squares[row + (size_t)r] = least;                                                          \
      numbers[row + (size_t)r] = number;                                                         \
    }                                                                                            \
  } while (0)

#define NEAREST(NAME, ATTRIBUTES, ROWS, GROUPS)                                                  \
  ATTRIBUTES static void NAME(NEAREST_SHAPE) {                                                   \
    size_t row = 0;                                                                              \
    for (; row + ROWS <= row_count; row += ROWS) ROW_BLOCK(ROWS, GROUPS);                        \
    for (; row < row_count; row++) ROW_BLOCK(1, GROUPS);                                         \
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

NEAREST(nearest_general, , 1, 2)
LOWER(lower_general, )
#if defined(__x86_64__)
NEAREST(nearest_avx2, __attribute__((target("avx2"))), 2, 2)
NEAREST(nearest_avx512, __attribute__((target("avx512f"))), 4, 4)
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

void gamut_nearest_centroids(NEAREST_SHAPE, int variant) {
  if (variant < 0) variant = gamut_centroid_variant_count() - 1;
#if defined(__x86_64__)
  if (variant == 2) {
    nearest_avx512(rows, row_count, stride, dimension, columns, padded, numbers, squares);
    return;
  }
  if (variant == 1) {
    nearest_avx2(rows, row_count, stride, dimension, columns, padded, numbers, squares);
    return;
  }
#endif
  nearest_general(rows, row_count, stride, dimension, columns, padded, numbers, squares);
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
