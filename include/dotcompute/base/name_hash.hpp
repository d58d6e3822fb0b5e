// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace dotcompute {

/// Both halves of the 128-bit product, folded: two multiplications' worth of mixing in one.
/// Source: Wang Yi, wyhash final version 4, the function _wymix (the idea, not the text).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

namespace detail {

/// `count` bytes, at most 8, little-endian.
constexpr std::uint64_t read_bytes(const char* bytes, std::size_t count) noexcept {
  std::uint64_t value = 0;
  if (std::is_constant_evaluated() || std::endian::native != std::endian::little) {
    for (std::size_t index = 0; index < count; ++index) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[index])) << 8U * index;
    }
    return value;
  }
  if (count == 8) {
    std::memcpy(&value, bytes, 8);
    return value;
  }
  if (count >= 4) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, bytes, 4);
    std::memcpy(&high, bytes + count - 4, 4);
    return low | static_cast<std::uint64_t>(high) << 8U * (count - 4);
  }
  if (count > 0) {
    value = static_cast<unsigned char>(bytes[0]);
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[count / 2]))
             << 8U * (count / 2);
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[count - 1]))
             << 8U * (count - 1);
  }
  return value;
}

}  // namespace detail

/// A 64-bit hash of a kernel's name, the same at compile time and at run time. Not meant to
/// withstand names chosen to collide: whoever registers kernels can do worse.
[[nodiscard]] constexpr std::uint64_t hash_name(std::string_view name) noexcept {
  constexpr std::uint64_t kSeed = 0xA0761D6478BD642FU;
  constexpr std::uint64_t kStep = 0xE7037ED1A0B428DBU;
  std::uint64_t hash = kSeed ^ name.size();
  const char* at = name.data();
  std::size_t left = name.size();
  for (; left > 16; at += 16, left -= 16) {
    hash = mix(detail::read_bytes(at, 8) ^ kStep, detail::read_bytes(at + 8, 8) ^ hash);
  }
  // Two words that overlap, rather than one of a length that is to be worked out.
  const std::size_t word = left >= 8 ? 8 : left >= 4 ? 4 : left;
  hash = mix(detail::read_bytes(at, word) ^ kStep,
             detail::read_bytes(at + (left - word), word) ^ hash);
  return mix(hash ^ kSeed, kStep);
}

}  // namespace dotcompute
