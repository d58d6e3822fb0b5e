// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include "dotcompute/backend/requests.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace dotcompute {

/// Arguments for a kernel of scalars and buffers of scalars, drawn from a seed. Every buffer has
/// `size` elements along its first axis and 1 along others; floating values are small multiples of
/// a quarter.
class RandomArguments {
 public:
  /// \param kernel outlives the arguments.
  RandomArguments(const kir::Function& kernel, std::size_t size, std::uint64_t seed);

  /// In parameter order; the elements are this object's own.
  [[nodiscard]] std::vector<backend::KernelArgument> list();

  /// Where `other`, of the same kernel and size, differs first: "out3[17]: 0x1 and 0x2", or
  /// nothing. All NaN are alike.
  [[nodiscard]] std::string difference(const RandomArguments& other) const;

 private:
  const kir::Function& kernel_;
  std::size_t size_;
  std::vector<std::vector<std::byte>> bytes_;  // of each parameter
};

}  // namespace dotcompute
