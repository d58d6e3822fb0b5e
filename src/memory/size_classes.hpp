// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>

namespace dotcompute::core {

/// The sizes that pools hand out: every multiple of 64 bytes up to 512, then four for each power of
/// two up to 2^48. A block is less than 64 bytes, or at most 25 % of the request, too large.
inline constexpr std::size_t kMinBlockBytes = 64;
inline constexpr std::size_t kMaxBlockBytes = std::size_t{1} << 48U;
inline constexpr std::size_t kSizeClassCount = 164;

struct SizeClass {
  std::size_t index = 0;
  std::size_t bytes = 0;  ///< How large its blocks are.
};

/// The class whose blocks hold `bytes`; 0 bytes count as 1.
/// \pre bytes <= kMaxBlockBytes
[[nodiscard]] constexpr SizeClass classify(std::size_t bytes) noexcept {
  const std::size_t lines = (bytes - (bytes != 0 ? 1U : 0U)) / kMinBlockBytes;
  // Three significant bits tell a class; what is shifted out is rounded up.
  const auto shift = static_cast<std::size_t>(std::bit_width(lines | 4U)) - 3;
  const std::size_t leading = lines >> shift;
  return {4 * shift + leading, (leading + 1) * kMinBlockBytes << shift};
}

[[nodiscard]] constexpr std::size_t size_class_of(std::size_t bytes) noexcept {
  return classify(bytes).index;
}

/// How large the blocks of a class are.
/// \pre size_class < kSizeClassCount
[[nodiscard]] constexpr std::size_t block_bytes(std::size_t size_class) noexcept {
  if (size_class < 4) {
    return kMinBlockBytes * (size_class + 1);
  }
  return kMinBlockBytes * (5 + size_class % 4) << (size_class / 4 - 1);
}

static_assert(size_class_of(kMaxBlockBytes) == kSizeClassCount - 1);
static_assert(block_bytes(kSizeClassCount - 1) == kMaxBlockBytes);

}  // namespace dotcompute::core
