// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/dotcompute.hpp"

#include <cstdint>
#include <vector>

namespace dotcompute::bench {

// The kernels that every case runs, ours and the peers'. They are in a file of their own, so that no
// compiler can fold a direct call into the loop that measures it.

/// y = a x + y.
void saxpy(const ItemRange& items, float a, in<float> x, inout<float> y);

/// y = a x + b y.
void axpby(const ItemRange& items, float a, in<float> x, float b, inout<float> y);

/// A long computation for each item, which needs nearly no memory: y = f(x).
void relax(const ItemRange& items, in<float> x, inout<float> y);

inline constexpr KernelHandle<float, in<float>, inout<float>> kSaxpy{"saxpy"};
inline constexpr KernelHandle<float, in<float>, float, inout<float>> kAxpby{"axpby"};
inline constexpr KernelHandle<in<float>, inout<float>> kRelax{"relax"};

/// The items from `begin` to `end` along x.
[[nodiscard]] inline ItemRange items_between(std::uint64_t begin, std::uint64_t end) noexcept {
  return {.begin = {begin, 0, 0}, .end = {end, 1, 1}};
}

/// The orchestrator that all cases share, with the kernels above.
[[nodiscard]] const Orchestrator& orchestrator();

/// What one small call works on: one item.
struct SmallArguments {
  float a = 2;
  float b = 1;
  std::vector<float> x{3};
  std::vector<float> y{1};
};

}  // namespace dotcompute::bench
