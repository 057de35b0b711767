// Which of many unit vectors may be close to some, by their leading coordinates: a filter before exact
// arithmetic, so its own rounding decides nothing.
#include "CLinearAlgebra.h"
#include "clones.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define LANES GAMUT_CLOSE_LANES

#define SHAPE                                                                                    \
  const int16_t *blocks, const float *rests, size_t block_count, const int16_t *queries,         \
      const float *query_rests, const uint32_t *asked, const float *leasts, size_t asked_count,  \
      const uint32_t *ends, size_t end_count, uint32_t *found_queries, uint32_t *found_vectors,  \
      float *bounds_found
#define ARGUMENTS                                                                                \
  blocks, rests, block_count, queries, query_rests, asked, leasts, asked_count, ends, end_count, \
      found_queries, found_vectors, bounds_found

/// One more pair that was found.
#define PUT                                                                                      \
  do {                                                                                           \
    found_queries[found_count] = (uint32_t)query;                                                \
    found_vectors[found_count] = (uint32_t)(block * LANES + (size_t)lane);                       \
    bounds_found[found_count++] = bound[lane];                                                   \
  } while (0)

/// What a product of two codes has to be multiplied by.
static const float scale = 1.0f / ((float)GAMUT_CLOSE_SCALE * (float)GAMUT_CLOSE_SCALE);

static size_t close_plain(SHAPE) {
  size_t width = ends[end_count - 1], found_count = 0;
  for (size_t block = 0; block < block_count; block++) {
    const int16_t *codes = blocks + block * width * LANES;
    const float *rest = rests + block * end_count * LANES;
    for (size_t query = 0; query < asked_count; query++) {
      const int16_t *code = queries + asked[query] * width;
      int32_t sum[LANES] = {0};
      float bound[LANES];
      int is_near = 0;
      size_t j = 0;
      for (size_t step = 0; step < end_count; step++) {
        for (; j < ends[step]; j += 2) {
          for (int lane = 0; lane < LANES; lane++) {
            const int16_t *pair = codes + j * LANES + 2 * lane;
            sum[lane] += pair[0] * code[j] + pair[1] * code[j + 1];
          }
        }
        is_near = 0;
        float own = query_rests[asked[query] * end_count + step];
        for (int lane = 0; lane < LANES; lane++) {
          bound[lane] = (float)sum[lane] * scale + rest[step * LANES + (size_t)lane] * own;
          is_near |= bound[lane] >= leasts[query];
        }
        if (!is_near) break;
      }
      if (!is_near) continue;
      for (int lane = 0; lane < LANES; lane++) {
        if (!(bound[lane] >= leasts[query])) continue;
        PUT;
      }
    }
  }
  return found_count;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static size_t close_avx2(SHAPE) {
  size_t width = ends[end_count - 1], found_count = 0;
  for (size_t block = 0; block < block_count; block++) {
    const int16_t *codes = blocks + block * width * LANES;
    const float *rest = rests + block * end_count * LANES;
    for (size_t query = 0; query < asked_count; query++) {
      const int16_t *code = queries + asked[query] * width;
      __m256i low = _mm256_setzero_si256(), high = low;
      __m256 low_bound = _mm256_setzero_ps(), high_bound = low_bound;
      unsigned near = 0;
      size_t j = 0;
      for (size_t step = 0; step < end_count; step++) {
        for (; j < ends[step]; j += 2) {
          int32_t pair;
          memcpy(&pair, code + j, sizeof pair);
          __m256i both = _mm256_set1_epi32(pair);
          const __m256i *points = (const __m256i *)(codes + j * LANES);
          low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_loadu_si256(points), both));
          high = _mm256_add_epi32(high, _mm256_madd_epi16(_mm256_loadu_si256(points + 1), both));
        }
        __m256 own = _mm256_set1_ps(query_rests[asked[query] * end_count + step]);
        __m256 scales = _mm256_set1_ps(scale), bar = _mm256_set1_ps(leasts[query]);
        low_bound = _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(low), scales),
                                  _mm256_mul_ps(_mm256_loadu_ps(rest + step * LANES), own));
        high_bound = _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(high), scales),
                                   _mm256_mul_ps(_mm256_loadu_ps(rest + step * LANES + 8), own));
        near = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(low_bound, bar, _CMP_GE_OQ)) |
               (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(high_bound, bar, _CMP_GE_OQ)) << 8;
        if (!near) break;
      }
      if (!near) continue;
      float bound[LANES];
      _mm256_storeu_ps(bound, low_bound);
      _mm256_storeu_ps(bound + 8, high_bound);
      for (; near; near &= near - 1) {
        unsigned lane = (unsigned)__builtin_ctz(near);
        PUT;
      }
    }
  }
  return found_count;
}

/// Queries that are compared with a block together: of each row of codes, one is read for all.
#define TOGETHER 4

__attribute__((target("avx512f,avx512bw"))) static inline __m512i with_pair(__m512i sum,
                                                                            const int16_t *points,
                                                                            const int16_t *code) {
  int32_t pair;
  memcpy(&pair, code, sizeof pair);
  return _mm512_add_epi32(
      sum, _mm512_madd_epi16(_mm512_loadu_si512(points), _mm512_set1_epi32(pair)));
}

__attribute__((target("avx512f,avx512bw"))) static inline __m512 bounds_of(__m512i sum,
                                                                           const float *rests,
                                                                           float own) {
  return _mm512_add_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_set1_ps(scale)),
                       _mm512_mul_ps(_mm512_loadu_ps(rests), _mm512_set1_ps(own)));
}

/// Compares `count` queries from `query` on with a block; `count` is known where this is compiled.
__attribute__((target("avx512f,avx512bw"), always_inline)) static inline size_t compare_avx512(
    SHAPE, size_t width, size_t block, size_t query, size_t count, size_t found_count) {
  const int16_t *codes = blocks + block * width * LANES;
  const float *rest = rests + block * end_count * LANES;
  const int16_t *code[TOGETHER];
  __m512i sums[TOGETHER];
  for (size_t i = 0; i < count; i++) {
    code[i] = queries + asked[query + i] * width;
    sums[i] = _mm512_setzero_si512();
  }
  for (size_t j = 0; j < ends[0]; j += 2) {
    for (size_t i = 0; i < count; i++) {
      sums[i] = with_pair(sums[i], codes + j * LANES, code[i] + j);
    }
  }
  for (size_t i = 0; i < count; i++, query++) {
    const float *own = query_rests + asked[query] * end_count;
    __m512 bar = _mm512_set1_ps(leasts[query]);
    __m512i sum = sums[i];
    __m512 bounds = bounds_of(sum, rest, own[0]);
    unsigned near = (unsigned)_mm512_cmp_ps_mask(bounds, bar, _CMP_GE_OQ);
    for (size_t step = 1; near && step < end_count; step++) {
      for (size_t j = ends[step - 1]; j < ends[step]; j += 2) {
        sum = with_pair(sum, codes + j * LANES, code[i] + j);
      }
      bounds = bounds_of(sum, rest + step * LANES, own[step]);
      near = (unsigned)_mm512_cmp_ps_mask(bounds, bar, _CMP_GE_OQ);
    }
    if (!near) continue;
    float bound[LANES];
    _mm512_storeu_ps(bound, bounds);
    for (; near; near &= near - 1) {
      unsigned lane = (unsigned)__builtin_ctz(near);
      PUT;
    }
  }
  return found_count;
}

__attribute__((target("avx512f,avx512bw"))) static size_t close_avx512(SHAPE) {
  size_t width = ends[end_count - 1], found_count = 0;
  for (size_t block = 0; block < block_count; block++) {
    size_t query = 0;
    for (; query + TOGETHER <= asked_count; query += TOGETHER) {
      found_count = compare_avx512(ARGUMENTS, width, block, query, TOGETHER, found_count);
    }
    for (; query < asked_count; query++) {
      found_count = compare_avx512(ARGUMENTS, width, block, query, 1, found_count);
    }
  }
  return found_count;
}
#endif

int gamut_close_variant_count(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) return 3;
  if (__builtin_cpu_supports("avx2")) return 2;
#endif
  return 1;
}

size_t gamut_close_vectors(SHAPE, int variant) {
  if (variant < 0) variant = gamut_close_variant_count() - 1;
#if defined(__x86_64__)
  if (variant == 2) return close_avx512(ARGUMENTS);
  if (variant == 1) return close_avx2(ARGUMENTS);
#endif
  return close_plain(ARGUMENTS);
}

typedef float loose_lanes __attribute__((vector_size(16 * sizeof(float)), aligned(4)));

CLONES
float gamut_rough_product(const float *x, const float *y, size_t count) {
  loose_lanes sum = {0}, more = {0};
  size_t j = 0;
  for (; j + 32 <= count; j += 32) {
    sum += *(const loose_lanes *)(x + j) * *(const loose_lanes *)(y + j);
    more += *(const loose_lanes *)(x + j + 16) * *(const loose_lanes *)(y + j + 16);
  }
  sum += more;
  float total = 0;
  for (int lane = 0; lane < 16; lane++) total += sum[lane];
  for (; j < count; j++) total += x[j] * y[j];
  return total;
}
