// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <cstdint>
#include <memory>

namespace dotcompute {

/// What a random kernel may have.
struct RandomKernelOptions {
  bool has_floats = true;  ///< float32 and float64.
  bool has_halves = false;
  std::uint32_t statements = 12;  ///< About as many in the kernel itself.
};

/// A well-formed kernel drawn from `seed`, the last function of its module, named "random_kernel".
///
/// It runs to its end without a fault on buffers of one size, which is its number of items or less,
/// and gives the same bits wherever it is compiled rightly, whatever the order of its items: each
/// item writes its own elements only, divisors are positive, floating products are exact, so that
/// contracting them changes nothing, and what is cast to an integer fits. Only the bits of a NaN may
/// differ.
[[nodiscard]] std::unique_ptr<kir::Module> random_kernel(std::uint64_t seed,
                                                         const RandomKernelOptions& options = {});

/// Numbers drawn from a seed, the same on every machine.
class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    // Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t x = state_;
    x = (x ^ x >> 30U) * 0xBF58476D1CE4E5B9U;
    x = (x ^ x >> 27U) * 0x94D049BB133111EBU;
    return x ^ x >> 31U;
  }
  /// From 0 to `count` - 1.
  std::uint32_t below(std::uint32_t count) noexcept {
    return static_cast<std::uint32_t>(next() % count);
  }
  /// True once in `count` times.
  bool one_in(std::uint32_t count) noexcept { return below(count) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace dotcompute
