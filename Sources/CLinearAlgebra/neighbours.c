// Rows of length one: how they are made, and what is kept of the cosines between them. Sums have one
// order of arithmetic for every processor (no reassociation, no fused multiply-add).
#include "CLinearAlgebra.h"
#include "clones.h"
#include "unfused.h"

#include <math.h>
#include <string.h>

static inline double add_lanes(const double lanes[8]) {
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
         ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

static inline double squares(const float *row, size_t dimension) {
  double lanes[8] = {0};
  size_t j = 0;
  for (; j + 8 <= dimension; j += 8) {
    for (size_t lane = 0; lane < 8; lane++) {
      lanes[lane] += (double)row[j + lane] * (double)row[j + lane];
    }
  }
  for (size_t lane = 0; j < dimension; j++, lane++) lanes[lane] += (double)row[j] * (double)row[j];
  return add_lanes(lanes);
}

// A hash of the row's bits: four lanes that are multiplied and rotated, mixed at the end.
static uint64_t identity_of(const float *row, size_t dimension) {
  uint64_t lanes[4] = {0x243f6a8885a308d3u, 0x13198a2e03707344u, 0xa4093822299f31d0u,
                       0x082efa98ec4e6c89u};
  for (size_t j = 0; j < dimension; j++) {
    uint32_t bits;
    memcpy(&bits, row + j, sizeof bits);
    // Both zeros are the same number.
    if (bits == 0x80000000u) bits = 0;
    uint64_t mixed = (lanes[j & 3] ^ bits) * 0x9e3779b97f4a7c15u;
    lanes[j & 3] = mixed << 29 | mixed >> 35;
  }
  uint64_t hash = dimension;
  for (int lane = 0; lane < 4; lane++) {
    hash = (hash ^ lanes[lane]) * 0xd6e8feb86659fd93u;
    hash ^= hash >> 32;
  }
  return hash;
}

CLONES static ptrdiff_t make_unit(float *rows, size_t row_count, size_t dimension,
                                  double *scales) {
  for (size_t row = 0; row < row_count; row++) {
    float *x = rows + row * dimension;
    // The squares of finite floats never leave the range of doubles.
    double sum = squares(x, dimension);
    if (!(sum <= 0x1p1000)) return (ptrdiff_t)row;
    if (sum == 0) {
      scales[row] = 0;
      continue;
    }
    double inverse = 1 / sqrt(sum);
    for (size_t j = 0; j < dimension; j++) x[j] = (float)((double)x[j] * inverse);
    scales[row] = 1 / sqrt(squares(x, dimension));
  }
  return -1;
}

ptrdiff_t gamut_unit_rows(float *rows, size_t row_count, size_t dimension, double *scales,
                          uint64_t *identities) {
  ptrdiff_t bad = make_unit(rows, row_count, dimension, scales);
  if (bad >= 0) return bad;
  for (size_t row = 0; row < row_count; row++) {
    identities[row] = identity_of(rows + row * dimension, dimension);
  }
  return -1;
}

CLONES void gamut_widen_rows(const float *restrict rows, const double *restrict scales,
                             size_t row_count, size_t dimension, double *restrict wide,
                             double *restrict sums) {
  for (size_t row = 0; row < row_count; row++) {
    const float *x = rows + row * dimension;
    double *w = wide + row * dimension, scale = scales[row];
    for (size_t j = 0; j < dimension; j++) {
      w[j] = (double)x[j] * scale;
      sums[j] += w[j];
    }
  }
}

CLONES double gamut_squared_distance(const float *a, double a_scale, const float *b, double b_scale,
                                     size_t dimension) {
  double lanes[8] = {0};
  size_t j = 0;
  for (; j + 8 <= dimension; j += 8) {
    for (size_t lane = 0; lane < 8; lane++) {
      double gap = (double)a[j + lane] * a_scale - (double)b[j + lane] * b_scale;
      lanes[lane] += gap * gap;
    }
  }
  for (size_t lane = 0; j < dimension; j++, lane++) {
    double gap = (double)a[j] * a_scale - (double)b[j] * b_scale;
    lanes[lane] += gap * gap;
  }
  return add_lanes(lanes);
}

size_t gamut_keep_nearest(const float *cosines, size_t count, ptrdiff_t skipped, uint32_t first,
                          size_t limit, size_t held, float *values, uint32_t *places) {
  float least = held < limit ? -INFINITY : values[limit - 1];
  for (size_t i = 0; i < count; i++) {
    float value = cosines[i];
    if (!(value > least) || (ptrdiff_t)i == skipped) continue;
    size_t place = held < limit ? held++ : limit - 1;
    for (; place > 0 && values[place - 1] < value; place--) {
      values[place] = values[place - 1];
      places[place] = places[place - 1];
    }
    values[place] = value;
    places[place] = first + (uint32_t)i;
    if (held == limit) least = values[limit - 1];
  }
  return held;
}

// What the bits of the least distance of the first bin are, and those of the greatest of the last.
static const int32_t first_bits = (127 - 15) << 23;
static const float first_distance = 0x1p-15f, last_distance = 0x1.fffffep0f;

// The bits of one minus each cosine, counted from the first bin.
CLONES static void distance_bits(const float *restrict cosines, size_t count,
                                 int32_t *restrict distances) {
  for (size_t i = 0; i < count; i++) {
    float distance = 1.0f - cosines[i];
    distance = distance > first_distance ? distance : first_distance;
    distance = distance < last_distance ? distance : last_distance;
    int32_t bits;
    memcpy(&bits, &distance, sizeof bits);
    distances[i] = bits - first_bits;
  }
}

static const uint64_t one_count = (uint64_t)1 << 40;

// Adds `count` distances to their bins, or takes them out again: `sign` is 1, or -1 modulo 2^64.
static void change_bins(const float *cosines, size_t count, uint64_t sign, uint64_t *bins) {
  int32_t distances[256];
  for (size_t start = 0; start < count; start += 256) {
    size_t width = count - start < 256 ? count - start : 256;
    distance_bits(cosines + start, width, distances);
    for (size_t i = 0; i < width; i++) {
      uint32_t distance = (uint32_t)distances[i];
      bins[distance >> 15] += sign * (one_count | (distance & 0x7fff));
    }
  }
}

void gamut_bin_distances(const float *cosines, size_t count, ptrdiff_t skipped, uint64_t *bins) {
  change_bins(cosines, count, 1, bins);
  if (skipped >= 0) change_bins(cosines + skipped, 1, ~(uint64_t)0, bins);
}

void gamut_unbin_distances(const float *cosines, size_t count, uint64_t *bins) {
  change_bins(cosines, count, ~(uint64_t)0, bins);
}

double gamut_rank_weighted_sum(const uint64_t *bins, size_t rank, const double *harmonic) {
  // Those of the first bin lie at 0 as far as rounding lets one see.
  rank += bins[0] >> 40;
  double sum = 0;
  for (size_t bin = 1; bin < GAMUT_DISTANCE_BINS; bin++) {
    uint64_t count = bins[bin] >> 40;
    if (count == 0) continue;
    double octave = ldexp(1, (int)(bin >> 8) - 15), width = octave / 256, n = (double)count;
    double rest = (double)(bins[bin] & (one_count - 1)) / n;
    double mean = octave + width * ((double)(bin & 255) + rest * 0x1p-15);
    double weight = harmonic[rank + count] - harmonic[rank];
    // Sum over t = 1 ... n of (mean + step * (t - (n + 1) / 2)) / (rank + t).
    double step = width / (n + 1);
    sum += mean * weight + step * (n - ((double)rank + (n + 1) / 2) * weight);
    rank += count;
  }
  return sum;
}

CLONES void gamut_raise(float *restrict greatest, const float *restrict values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    greatest[i] = values[i] > greatest[i] ? values[i] : greatest[i];
  }
}
