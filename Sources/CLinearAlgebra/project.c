// Projection onto components with one order of arithmetic for every processor: sixteen lanes, no
// fused multiply-add (see unfused.h). Tiles differ with the number of registers; which tile
// a row or a component falls into changes no bit of its sum.
#include "CLinearAlgebra.h"
#include "unfused.h"

#include <string.h>

#define LANES GAMUT_PROJECTION_LANES

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef float loose_lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));
typedef float half_lanes __attribute__((vector_size(8 * sizeof(float))));
typedef float quarter_lanes __attribute__((vector_size(4 * sizeof(float))));

#define SHAPE                                                                                    \
  const float *rows, size_t row_count, size_t dimension, const float *components,               \
      size_t component_count, const float *centre, const float *offsets, float *out

// One tile: ROWS rows by COMPONENTS components from (row, component) on.
#define TILE(ROWS, COMPONENTS)                                                                   \
  do {                                                                                           \
    lanes sum[ROWS][COMPONENTS];                                                                 \
    memset(sum, 0, sizeof sum);                                                                  \
    size_t j = 0;                                                                                \
    for (; j + LANES <= dimension; j += LANES) {                                                 \
      lanes middle = *(const loose_lanes *)(centre + j);                                         \
      lanes x[ROWS];                                                                             \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) x[r] =                   \
          *(const loose_lanes *)(rows + (row + (size_t)r) * dimension + j) - middle;             \
      _Pragma("clang loop unroll(full)") for (int c = 0; c < COMPONENTS; c++) {                  \
        lanes weight =                                                                           \
            *(const loose_lanes *)(components + (component + (size_t)c) * padded + j);           \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) sum[r][c] +=           \
            x[r] * weight;                                                                       \
      }                                                                                          \
    }                                                                                            \
    if (j < dimension) {                                                                         \
      lanes middle = *(const loose_lanes *)(centre + j);                                         \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) {                        \
        lanes x = {0};                                                                           \
        memcpy(&x, rows + (row + (size_t)r) * dimension + j, (dimension - j) * sizeof(float));   \
        x -= middle;                                                                             \
        _Pragma("clang loop unroll(full)") for (int c = 0; c < COMPONENTS; c++) sum[r][c] +=     \
            x * *(const loose_lanes *)(components + (component + (size_t)c) * padded + j);       \
      }                                                                                          \
    }                                                                                            \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < ROWS; r++) {                          \
      _Pragma("clang loop unroll(full)") for (int c = 0; c < COMPONENTS; c++) {                  \
        lanes s = sum[r][c];                                                                     \
        half_lanes eight = __builtin_shufflevector(s, s, 0, 1, 2, 3, 4, 5, 6, 7) +               \
                           __builtin_shufflevector(s, s, 8, 9, 10, 11, 12, 13, 14, 15);          \
        quarter_lanes four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) +                 \
                             __builtin_shufflevector(eight, eight, 4, 5, 6, 7);                  \
        float dot = (four[0] + four[2]) + (four[1] + four[3]);                                   \
        out[(row + (size_t)r) * component_count + component + (size_t)c] =                       \
            dot - offsets[component + (size_t)c];                                                \
      }                                                                                          \
    }                                                                                            \
  } while (0)

#define KERNEL(NAME, ATTRIBUTES, ROWS, COMPONENTS)                                               \
  ATTRIBUTES static void NAME(SHAPE) {                                                           \
    size_t padded = (dimension + LANES - 1) / LANES * LANES;                                     \
    size_t row = 0;                                                                              \
    for (; row + ROWS <= row_count; row += ROWS) {                                               \
      size_t component = 0;                                                                      \
      for (; component + COMPONENTS <= component_count; component += COMPONENTS)                 \
        TILE(ROWS, COMPONENTS);                                                                  \
      for (; component + 2 <= component_count; component += 2) TILE(ROWS, 2);                    \
      for (; component < component_count; component++) TILE(ROWS, 1);                            \
    }                                                                                            \
    for (; row < row_count; row++) {                                                             \
      size_t component = 0;                                                                      \
      for (; component + 2 <= component_count; component += 2) TILE(1, 2);                       \
      for (; component < component_count; component++) TILE(1, 1);                               \
    }                                                                                            \
  }

// The sums of a tile fit the registers: 16 of 4 floats, 16 of 8, 32 of 16.
KERNEL(project_general, , 1, 2)
#if defined(__x86_64__)
KERNEL(project_avx2, __attribute__((target("avx2"))), 2, 2)
KERNEL(project_avx512, __attribute__((target("avx512f"))), 4, 4)
#endif

int gamut_projection_variant_count(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return 3;
  if (__builtin_cpu_supports("avx2")) return 2;
#endif
  return 1;
}

void gamut_project(SHAPE, int variant) {
  if (variant < 0) variant = gamut_projection_variant_count() - 1;
#if defined(__x86_64__)
  if (variant == 2) {
    project_avx512(rows, row_count, dimension, components, component_count, centre, offsets, out);
    return;
  }
  if (variant == 1) {
    project_avx2(rows, row_count, dimension, components, component_count, centre, offsets, out);
    return;
  }
#endif
  project_general(rows, row_count, dimension, components, component_count, centre, offsets, out);
}
