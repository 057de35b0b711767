// Which of many points lie near one, by their leading coordinates: a filter before exact arithmetic, so
// its own rounding decides nothing.
#include "CLinearAlgebra.h"
#include "clones.h"

#define LANES GAMUT_NEAR_LANES

typedef float loose_lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));

CLONES
size_t gamut_near_points(const float *blocks, size_t block_count, size_t coordinate_count,
                         const float *point, float bound, uint32_t *found, float *squares) {
  size_t found_count = 0;
  for (size_t block = 0; block < block_count; block++) {
    const float *coordinates = blocks + block * coordinate_count * LANES;
    loose_lanes sum = {0};
    size_t j = 0;
    int is_near = 1;
    while (j < coordinate_count) {
      // Most blocks are done after the first few coordinates, which vary most.
      size_t end = j + GAMUT_NEAR_STEP < coordinate_count ? j + GAMUT_NEAR_STEP : coordinate_count;
      for (; j < end; j++) {
        loose_lanes difference = *(const loose_lanes *)(coordinates + j * LANES) - point[j];
        sum += difference * difference;
      }
      is_near = 0;
      for (int lane = 0; lane < LANES; lane++) is_near |= sum[lane] <= bound;
      if (!is_near) break;
    }
    if (!is_near) continue;
    for (int lane = 0; lane < LANES; lane++) {
      found[found_count] = (uint32_t)(block * LANES + (size_t)lane);
      squares[found_count] = sum[lane];
      found_count += sum[lane] <= bound;
    }
  }
  return found_count;
}
