// SPDX-License-Identifier: Apache-2.0
// What somebody writes who wants the last out of AVX2 and does not mind the last digits: compiled
// with -mavx2 -mfma -ffast-math. The polynomials are those of scripts/fit_math.py.
#include "problem.hpp"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace dotcompute::bench::hand_avx2 {
#if defined(__AVX2__)
namespace {

using Floats = __m256;

Floats of(float x) {
  return _mm256_set1_ps(x);
}

Floats exp(Floats x) {
  x = _mm256_max_ps(x, of(-87.0F));
  const Floats k =
      _mm256_round_ps(x * of(1.44269504F), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const Floats r =
      _mm256_fnmadd_ps(k, of(-2.12194440e-4F), _mm256_fnmadd_ps(k, of(0.693359375F), x));
  Floats p = of(1.3930202e-03F);
  p = _mm256_fmadd_ps(p, r, of(8.3657540e-03F));
  p = _mm256_fmadd_ps(p, r, of(4.1666388e-02F));
  p = _mm256_fmadd_ps(p, r, of(1.6666552e-01F));
  p = _mm256_fmadd_ps(p, r, of(0.5F));
  p = _mm256_fmadd_ps(p, r * r, r + of(1.0F));
  const __m256i shifted = _mm256_slli_epi32(_mm256_cvtps_epi32(k), 23);
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(p), shifted));
}

Floats log(Floats x) {
  const __m256i bits = _mm256_castps_si256(x);
  const __m256i exponent =
      _mm256_srai_epi32(_mm256_sub_epi32(bits, _mm256_set1_epi32(0x3F3504F3)), 23);
  const Floats m = _mm256_castsi256_ps(_mm256_sub_epi32(bits, _mm256_slli_epi32(exponent, 23)));
  const Floats f = m - of(1.0F);
  const Floats square = f * f;
  Floats p = of(9.0e-02F);
  p = _mm256_fmadd_ps(p, f, of(-1.4e-01F));
  p = _mm256_fmadd_ps(p, f, of(1.45e-01F));
  p = _mm256_fmadd_ps(p, f, of(-1.665e-01F));
  p = _mm256_fmadd_ps(p, f, of(1.9999e-01F));
  p = _mm256_fmadd_ps(p, f, of(-0.25F));
  p = _mm256_fmadd_ps(p, f, of(0.33333333F));
  const Floats value = _mm256_fmadd_ps(f * square, p, _mm256_fnmadd_ps(of(0.5F), square, f));
  return _mm256_fmadd_ps(_mm256_cvtepi32_ps(exponent), of(0.69314718F), value);
}

Floats normal_below(Floats x) {
  const Floats distance = _mm256_andnot_ps(of(-0.0F), x);
  const Floats t = of(1.0F) / _mm256_fmadd_ps(of(0.2316419F), distance, of(1.0F));
  Floats p = of(1.330274429F);
  p = _mm256_fmadd_ps(p, t, of(-1.821255978F));
  p = _mm256_fmadd_ps(p, t, of(1.781477937F));
  p = _mm256_fmadd_ps(p, t, of(-0.356563782F));
  p = _mm256_fmadd_ps(p, t, of(0.319381530F));
  const Floats tail = of(0.39894228F) * exp(of(-0.5F) * distance * distance) * p * t;
  return _mm256_blendv_ps(of(1.0F) - tail, tail, x);
}

void black_scholes(Problem& p, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i + 8 <= end; i += 8) {  // sizes are multiples of 8
    const Floats spot = _mm256_loadu_ps(&p.arrays[0][i]);
    const Floats strike = _mm256_loadu_ps(&p.arrays[1][i]);
    const Floats years = _mm256_loadu_ps(&p.arrays[2][i]);
    const Floats deviation = of(kVolatility) * _mm256_sqrt_ps(years);
    const Floats drift = of(kRate + 0.5F * kVolatility * kVolatility) * years;
    const Floats d1 = (log(spot / strike) + drift) / deviation;
    const Floats d2 = d1 - deviation;
    const Floats discounted = strike * exp(of(-kRate) * years);
    const Floats below1 = normal_below(d1);
    const Floats below2 = normal_below(d2);
    _mm256_storeu_ps(&p.arrays[3][i], spot * below1 - discounted * below2);
    _mm256_storeu_ps(&p.arrays[4][i],
                     discounted * (of(1.0F) - below2) - spot * (of(1.0F) - below1));
  }
}

void nbody(Problem& p, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i + 8 <= end; i += 8) {
    Floats at[3];
    Floats sum[3];
    for (int axis = 0; axis < 3; ++axis) {
      at[axis] = _mm256_loadu_ps(&p.arrays[static_cast<std::size_t>(axis)][i]);
      sum[axis] = of(0.0F);
    }
    for (std::size_t j = 0; j < p.size; ++j) {
      const Floats dx = of(p.arrays[0][j]) - at[0];
      const Floats dy = of(p.arrays[1][j]) - at[1];
      const Floats dz = of(p.arrays[2][j]) - at[2];
      Floats square = _mm256_fmadd_ps(dx, dx, of(kSoftening * kSoftening));
      square = _mm256_fmadd_ps(dz, dz, _mm256_fmadd_ps(dy, dy, square));
      const Floats guess = _mm256_rsqrt_ps(square);  // 12 bits, and a step of Newton's
      const Floats inverse = guess * _mm256_fnmadd_ps(of(0.5F) * square * guess, guess, of(1.5F));
      const Floats strength = of(p.arrays[6][j]) * inverse * inverse * inverse;
      sum[0] = _mm256_fmadd_ps(strength, dx, sum[0]);
      sum[1] = _mm256_fmadd_ps(strength, dy, sum[1]);
      sum[2] = _mm256_fmadd_ps(strength, dz, sum[2]);
    }
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const Floats speed =
          _mm256_fmadd_ps(of(kTimeStep), sum[axis], _mm256_loadu_ps(&p.arrays[3 + axis][i]));
      _mm256_storeu_ps(&p.arrays[10 + axis][i], speed);
      _mm256_storeu_ps(&p.arrays[7 + axis][i], _mm256_fmadd_ps(of(kTimeStep), speed, at[axis]));
    }
  }
}

}  // namespace

RangeFunction find(std::string_view kernel) {
  return kernel == "black_scholes" ? &black_scholes : kernel == "nbody" ? &nbody : nullptr;
}
#else
RangeFunction find(std::string_view /*kernel*/) {
  return nullptr;
}
#endif

}  // namespace dotcompute::bench::hand_avx2
