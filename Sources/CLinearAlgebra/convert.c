// Half and double precision to float.
#include "CLinearAlgebra.h"
#include "clones.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Widens by shifting the fraction; subnormal halves are counted in units of 2^-24, which float
// holds exactly. A NaN keeps its payload and becomes a quiet one, as the instruction does it.
static float widened(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
  uint32_t exponent = (half >> 10) & 0x1fu, fraction = half & 0x3ffu, bits;
  float value;
  if (exponent == 0) {
    value = (float)fraction * 0x1p-24f;
    memcpy(&bits, &value, sizeof bits);
    bits |= sign;
  } else if (exponent == 31) {
    bits = sign | 0x7f800000u | fraction << 13 | (fraction != 0 ? 0x400000u : 0);
  } else {
    bits = sign | (exponent + 112) << 23 | fraction << 13;
  }
  memcpy(&value, &bits, sizeof value);
  return value;
}

#if defined(__x86_64__)
__attribute__((target("avx,f16c"))) static size_t widen_eights(const char *halves, float *floats,
                                                               size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    __m128i eight = _mm_loadu_si128((const __m128i *)(halves + 2 * i));
    _mm256_storeu_ps(floats + i, _mm256_cvtph_ps(eight));
  }
  return i;
}
#endif

void gamut_half_to_float(const void *halves, float *floats, size_t count) {
  const char *bytes = halves;
  size_t i = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("f16c")) i = widen_eights(bytes, floats, count);
#endif
  for (; i < count; i++) {
    uint16_t half;
    memcpy(&half, bytes + 2 * i, sizeof half);
    floats[i] = widened(half);
  }
}

CLONES void gamut_double_to_float(const void *doubles, float *floats, size_t count) {
  const char *bytes = doubles;
  for (size_t i = 0; i < count; i++) {
    double value;
    memcpy(&value, bytes + 8 * i, sizeof value);
    floats[i] = (float)value;
  }
}
