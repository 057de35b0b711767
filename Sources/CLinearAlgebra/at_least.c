// Which of many numbers reach a bound: a filter, so rounding plays no part.
#include "CLinearAlgebra.h"
#include "clones.h"

#define LANES 16

typedef float loose_lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));
typedef int mask_lanes __attribute__((vector_size(LANES * sizeof(int))));

CLONES
size_t gamut_at_least_either(const float *values, size_t count, float bound, const float *bounds,
                             uint32_t *found) {
  size_t found_count = 0, i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES) {
    mask_lanes reached = {0};
    for (size_t part = 0; part < 4; part++) {
      loose_lanes some = *(const loose_lanes *)(values + i + part * LANES);
      reached |= (some >= bound) | (some >= *(const loose_lanes *)(bounds + i + part * LANES));
    }
    int any = 0;
    for (int lane = 0; lane < LANES; lane++) any |= reached[lane];
    if (!any) continue;
    for (size_t j = i; j < i + 4 * LANES; j++) {
      found[found_count] = (uint32_t)j;
      found_count += (values[j] >= bound) | (values[j] >= bounds[j]);
    }
  }
  for (; i < count; i++) {
    found[found_count] = (uint32_t)i;
    found_count += (values[i] >= bound) | (values[i] >= bounds[i]);
  }
  return found_count;
}

CLONES
size_t gamut_at_least(const float *values, size_t count, float bound, uint32_t *found) {
  size_t found_count = 0, i = 0;
  // Few values reach the bound once it has risen: most steps look at 64 and pass on.
  for (; i + 4 * LANES <= count; i += 4 * LANES) {
    mask_lanes reached = {0};
    for (size_t part = 0; part < 4; part++)
      reached |= *(const loose_lanes *)(values + i + part * LANES) >= bound;
    int any = 0;
    for (int lane = 0; lane < LANES; lane++) any |= reached[lane];
    if (!any) continue;
    for (size_t j = i; j < i + 4 * LANES; j++) {
      found[found_count] = (uint32_t)j;
      found_count += values[j] >= bound;
    }
  }
  for (; i < count; i++) {
    found[found_count] = (uint32_t)i;
    found_count += values[i] >= bound;
  }
  return found_count;
}

CLONES
int gamut_any_within_reach(const float *values, size_t count, const float *bounds,
                           const float *sines, float cosine, float sine) {
  mask_lanes reached = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    loose_lanes least = cosine * *(const loose_lanes *)(bounds + i) -
                        sine * *(const loose_lanes *)(sines + i);
    reached |= *(const loose_lanes *)(values + i) >= least;
  }
  int any = 0;
  for (int lane = 0; lane < LANES; lane++) any |= reached[lane];
  for (; i < count; i++) any |= values[i] >= cosine * bounds[i] - sine * sines[i];
  return any != 0;
}
