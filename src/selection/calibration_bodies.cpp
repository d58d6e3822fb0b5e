// SPDX-License-Identifier: Apache-2.0
// Compiled once for each instruction set, as the kernels are whose speed it stands for.
#include "dotcompute/generated/core.hpp"

namespace dotcompute::core {
namespace {

void add(const void* /*state*/, const backend::KernelArgument* arguments, const ItemRange& items) {
  const auto* __restrict a = static_cast<const float*>(arguments[0].data);
  const auto* __restrict b = static_cast<const float*>(arguments[1].data);
  auto* __restrict sum = static_cast<float*>(arguments[2].data);
  DC_SIMD
  for (std::uint64_t i = items.begin[0]; i < items.end[0]; ++i) {
    sum[i] = a[i] + b[i];
  }
}

// A strip of 128 bytes at a time, in vectors that are as wide as any register.
template <class T>
void multiply_add(const void* /*state*/,
                  const backend::KernelArgument* arguments,
                  const ItemRange& items) {
  using Vector [[gnu::vector_size(64)]] = T;
  constexpr std::uint64_t kStrip = 2 * sizeof(Vector) / sizeof(T);
  constexpr T kFactor = T(0.999);
  constexpr T kTerm = T(0.001);
  auto* x = static_cast<T*>(arguments[0].data);
  const std::uint32_t rounds = *static_cast<const std::uint32_t*>(arguments[1].data);
  std::uint64_t i = items.begin[0];
  for (; i + kStrip <= items.end[0]; i += kStrip) {
    Vector first;
    Vector second;
    __builtin_memcpy(&first, x + i, sizeof(Vector));
    __builtin_memcpy(&second, x + i + kStrip / 2, sizeof(Vector));
    for (std::uint32_t round = 0; round < rounds; ++round) {
      first = first * kFactor + kTerm;
      second = second * kFactor + kTerm;
    }
    __builtin_memcpy(x + i, &first, sizeof(Vector));
    __builtin_memcpy(x + i + kStrip / 2, &second, sizeof(Vector));
  }
  for (; i < items.end[0]; ++i) {
    for (std::uint32_t round = 0; round < rounds; ++round) {
      x[i] = x[i] * kFactor + kTerm;
    }
  }
}

constexpr backend::HostFunction kBodies[]{&add, &multiply_add<float>, &multiply_add<double>};

}  // namespace

extern const generated::BodyTable DC_BODY_TABLE(calibration);
const generated::BodyTable DC_BODY_TABLE(calibration){kBodies, 3};

}  // namespace dotcompute::core
