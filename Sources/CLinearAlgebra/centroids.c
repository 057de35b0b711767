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

// One row a lane against COUNT centroids of `of` from `place` on; NEARER takes one that is nearer.
#define TILE(COUNT, of, place, NEARER)                                                           \
  do {                                                                                           \
    lanes sum[COUNT];                                                                            \
    memset(sum, 0, sizeof sum);                                                                  \
    const float *centroid = (of) + (place) * dimension;                                          \
    for (size_t j = 0; j < dimension; j++) {                                                     \
      lanes x = *(const loose_lanes *)(columns + j * LANES);                                     \
      _Pragma("clang loop unroll(full)") for (size_t c = 0; c < COUNT; c++) {                    \
        lanes difference = x - centroid[c * dimension + j];                                      \
        sum[c] += difference * difference;                                                       \
      }                                                                                          \
    }                                                                                            \
    _Pragma("clang loop unroll(full)") for (size_t c = 0; c < COUNT; c++) NEARER((place) + c);   \
  } while (0)

// Where numbers rise, a tie changes nothing.
#define NEARER_IN_ORDER(NUMBER) TAKE(sum[c] < best, (int32_t)(NUMBER))
#define NEARER_BY_NUMBER(PLACE)                                                                  \
  TAKE((sum[c] < best) | ((sum[c] == best) & (nearest[PLACE] < from)), nearest[PLACE])
#define TAKE(IF, NUMBER)                                                                         \
  do {                                                                                           \
    number_lanes nearer = IF;                                                                    \
    best = (lanes)((nearer & (number_lanes)sum[c]) | (~nearer & (number_lanes)best));            \
    from = (nearer & (NUMBER)) | (~nearer & from);                                               \
  } while (0)

// Rows as columns, a row a lane; the first of `present` fills lanes that are left.
#define GATHER(NUMBER)                                                                           \
  do {                                                                                           \
    for (size_t lane = 0; lane < LANES; lane++) {                                                \
      size_t r = lane < present ? lane : 0;                                                      \
      const float *values = rows + (size_t)(NUMBER) * stride;                                    \
      for (size_t j = 0; j < dimension; j++) columns[j * LANES + lane] = values[j];              \
    }                                                                                            \
  } while (0)

// With a row a lane nothing is ever compared across lanes, which costs as much as sixty centroids.
#define NEAREST(NAME, ATTRIBUTES, COUNT)                                                         \
  ATTRIBUTES static ptrdiff_t NAME(NEAREST_SHAPE) {                                              \
    for (size_t row = 0; row < row_count; row += LANES) {                                        \
      size_t present = row_count - row < LANES ? row_count - row : LANES;                        \
      GATHER(row + r);                                                                           \
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
      for (; number + COUNT <= count; number += COUNT)                                           \
        TILE(COUNT, centroids, number, NEARER_IN_ORDER);                                         \
      for (; number < count; number++) TILE(1, centroids, number, NEARER_IN_ORDER);              \
      memcpy(squares + row, &best, present * sizeof *squares);                                   \
      memcpy(numbers + row, &from, present * sizeof *numbers);                                   \
    }                                                                                            \
    return -1;                                                                                   \
  }

// ---- By pivots ----

// Where a row stands in the order: by pivot, then roughly by distance (four steps for each doubling of
// its square), so that rows that need the same centroids share lanes. The order decides no result.
#define STEPS 64

static size_t place_of(int32_t pivot, float square) {
  uint32_t bits;
  memcpy(&bits, &square, sizeof bits);
  return (size_t)pivot * STEPS + ((bits >> 21) & (STEPS - 1));
}

// Counting: order[i] = the row in place i; starts[p] = the first place of pivot p's rows.
static void sort_by_pivot(size_t row_count, size_t pivot_count, const int32_t *numbers,
                          const float *squares, int32_t *order, int32_t *starts) {
  memset(starts, 0, (pivot_count * STEPS + 1) * sizeof *starts);
  for (size_t row = 0; row < row_count; row++) starts[place_of(numbers[row], squares[row]) + 1]++;
  for (size_t place = 1; place <= pivot_count * STEPS; place++) starts[place] += starts[place - 1];
  for (size_t row = 0; row < row_count; row++)
    order[starts[place_of(numbers[row], squares[row])]++] = (int32_t)row;
  // Each place now holds where the next one starts.
  for (size_t pivot = 1; pivot <= pivot_count; pivot++)
    starts[pivot] = starts[pivot * STEPS - 1];
  starts[0] = 0;
}

#define PIVOTS_SHAPE                                                                             \
  const float *rows, size_t stride, size_t dimension, const float *centroids, size_t count,      \
      const gamut_pivots *pivots, float *columns, float *arranged, const int32_t *order,         \
      const int32_t *starts, int32_t *numbers, float *squares

// A centroid no nearer to the pivot than the row's distance from the pivot and from its best together is
// no nearer to the row either. `slack` and `least` make up for all that was rounded. `arranged` are the
// centroids in the order of the pivot, as far as they were needed.
#define NEAREST_BY_PIVOTS(NAME, ATTRIBUTES, COUNT)                                               \
  ATTRIBUTES static size_t NAME(PIVOTS_SHAPE) {                                                  \
    size_t compared = 0;                                                                         \
    for (size_t pivot = 0; pivot < pivots->count; pivot++) {                                     \
      const int32_t *nearest = pivots->nearest + pivot * count;                                  \
      const float *distances = pivots->distances + pivot * count;                                \
      size_t arranged_count = 0;                                                                 \
      for (size_t first = (size_t)starts[pivot]; first < (size_t)starts[pivot + 1];              \
           first += LANES) {                                                                     \
        size_t rest = (size_t)starts[pivot + 1] - first;                                         \
        size_t present = rest < LANES ? rest : LANES;                                            \
        const int32_t *members = order + first;                                                  \
        GATHER(members[r]);                                                                      \
        lanes apart;                                                                             \
        for (size_t r = 0; r < LANES; r++) apart[r] = squares[members[r < present ? r : 0]];     \
        apart = __builtin_elementwise_sqrt(apart);                                               \
        lanes best = (lanes){0} + FLT_MAX;                                                       \
        number_lanes from = {0};                                                                 \
        size_t place = 0;                                                                        \
        while (place < count) {                                                                  \
          lanes reach = apart + __builtin_elementwise_sqrt(best);                                \
          if (distances[place] > __builtin_reduce_max(reach) * pivots->slack + pivots->least)    \
            break;                                                                               \
          size_t end = place + COUNT <= count ? place + COUNT : place + 1;                       \
          for (; arranged_count < end; arranged_count++)                                         \
            memcpy(arranged + arranged_count * dimension,                                        \
                   centroids + (size_t)nearest[arranged_count] * dimension,                      \
                   dimension * sizeof *arranged);                                                \
          if (end - place == COUNT) TILE(COUNT, arranged, place, NEARER_BY_NUMBER);              \
          else TILE(1, arranged, place, NEARER_BY_NUMBER);                                       \
          place = end;                                                                           \
        }                                                                                        \
        for (size_t r = 0; r < present; r++) {                                                   \
          numbers[members[r]] = from[r];                                                         \
          squares[members[r]] = best[r];                                                         \
        }                                                                                        \
        compared += place * LANES;                                                               \
      }                                                                                          \
    }                                                                                            \
    return compared;                                                                             \
  }

#define LOWER_SHAPE                                                                              \
  const float *columns, size_t count, size_t height, size_t dimension, const float *centroid,    \
      float *squares

// The rows lie in columns here: lanes are rows. `count` is twice so many lanes.
#define LOWER(NAME, ATTRIBUTES)                                                                  \
  ATTRIBUTES static double NAME(LOWER_SHAPE) {                                                   \
    double_lanes total = {0};                                                                    \
    for (size_t row = 0; row < count; row += 2 * LANES) {                                        \
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
NEAREST_BY_PIVOTS(by_pivots_general, , 2)
LOWER(lower_general, )
#if defined(__x86_64__)
NEAREST(nearest_avx2, __attribute__((target("avx2"))), 4)
NEAREST(nearest_avx512, __attribute__((target("avx512f"))), 8)
NEAREST_BY_PIVOTS(by_pivots_avx2, __attribute__((target("avx2"))), 4)
NEAREST_BY_PIVOTS(by_pivots_avx512, __attribute__((target("avx512f"))), 8)
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

size_t gamut_pivot_memory(size_t row_count, size_t pivot_count) {
  return row_count + pivot_count * STEPS + 1;
}

ptrdiff_t gamut_nearest_by_pivots(NEAREST_SHAPE, const gamut_pivots *pivots, float *arranged,
                                  int32_t *memory, size_t *compared, int variant) {
  if (variant < 0) variant = gamut_centroid_variant_count() - 1;
  ptrdiff_t refused = gamut_nearest_centroids(rows, row_count, stride, dimension, pivots->rows,
                                              pivots->count, limit, columns, numbers, squares,
                                              variant);
  if (refused >= 0) return refused;
  int32_t *order = memory, *starts = memory + row_count;
  sort_by_pivot(row_count, pivots->count, numbers, squares, order, starts);
#if defined(__x86_64__)
  if (variant == 2)
    *compared = by_pivots_avx512(rows, stride, dimension, centroids, count, pivots, columns, arranged,
                                 order, starts, numbers, squares);
  else if (variant == 1)
    *compared = by_pivots_avx2(rows, stride, dimension, centroids, count, pivots, columns, arranged,
                               order, starts, numbers, squares);
  else
#endif
    *compared = by_pivots_general(rows, stride, dimension, centroids, count, pivots, columns,
                                  arranged, order, starts, numbers, squares);
  return -1;
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
