// SPDX-License-Identifier: Apache-2.0
// Compiled for each instruction set, as generated code is.
#include "functions.hpp"

#include "dotcompute/generated/prelude.hpp"

#include <cmath>
#include <cstddef>
#include <iterator>

namespace dotcompute::math_test {
namespace {

namespace dc = generated;

#define DC_ONE(type, wide, name)                                        \
  Function<type, wide> {                                                \
#name,                                                                \
        [](const type* x, type* result, std::size_t count) {              \
          DC_SIMD                                                         \
          for (std::size_t i = 0; i < count; ++i) {                       \
            result[i] = dc::name(x[i]);                                   \
          }                                                               \
        },                                                                \
        [](wide x) -> wide { return std::name(x); } \
  }
#define DC_TWO(name)                                                            \
  Function2<float, double> {                                                    \
#name,                                                                        \
        [](const float* x, const float* y, float* result, std::size_t count) {    \
          DC_SIMD                                                                 \
          for (std::size_t i = 0; i < count; ++i) {                               \
            result[i] = dc::name(x[i], y[i]);                                     \
          }                                                                       \
        },                                                                        \
        [](double x, double y) -> double { return std::name(x, y); } \
  }
#define DC_FLOAT(name) DC_ONE(float, double, name)
#define DC_DOUBLE(name) DC_ONE(double, long double, name)

const Function<float, double> kOfFloat[] = {
    DC_FLOAT(exp),   DC_FLOAT(exp2),  DC_FLOAT(expm1), DC_FLOAT(log),   DC_FLOAT(log2),
    DC_FLOAT(log10), DC_FLOAT(log1p), DC_FLOAT(sin),   DC_FLOAT(cos),   DC_FLOAT(tan),
    DC_FLOAT(asin),  DC_FLOAT(acos),  DC_FLOAT(atan),  DC_FLOAT(sinh),  DC_FLOAT(cosh),
    DC_FLOAT(tanh),  DC_FLOAT(asinh), DC_FLOAT(acosh), DC_FLOAT(atanh), DC_FLOAT(cbrt),
    DC_FLOAT(erf),   DC_FLOAT(erfc),  DC_FLOAT(sqrt),  DC_FLOAT(floor), DC_FLOAT(ceil),
    DC_FLOAT(trunc), DC_FLOAT(round), DC_FLOAT(rint)};
const Function2<float, double> kOfTwoFloats[] = {DC_TWO(pow),  DC_TWO(atan2),    DC_TWO(hypot),
                                                 DC_TWO(fmod), DC_TWO(copysign), DC_TWO(fdim)};
const Function<double, long double> kOfDouble[] = {
    DC_DOUBLE(exp),   DC_DOUBLE(exp2),  DC_DOUBLE(expm1), DC_DOUBLE(log),
    DC_DOUBLE(log2),  DC_DOUBLE(log10), DC_DOUBLE(log1p), DC_DOUBLE(sqrt),
    DC_DOUBLE(floor), DC_DOUBLE(ceil),  DC_DOUBLE(trunc), DC_DOUBLE(round),
    DC_DOUBLE(rint),  DC_DOUBLE(sin),   DC_DOUBLE(cos),   DC_DOUBLE(tan)};

}  // namespace

extern const Functions DC_BODY_TABLE(functions);
const Functions DC_BODY_TABLE(functions) = {kOfFloat,     std::size(kOfFloat),
                                            kOfTwoFloats, std::size(kOfTwoFloats),
                                            kOfDouble,    std::size(kOfDouble)};

}  // namespace dotcompute::math_test
