// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/shape_program.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/kernel_metadata.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dotcompute::core {

/// No array has more bytes: addresses differ by at most this.
inline constexpr std::uint64_t kMostBytes = (std::uint64_t{1} << 63U) - 1;

/// A kernel's parameters in the form that binding reads in nanoseconds: facts as bit masks, a bit
/// per parameter. Refers to the metadata and shapes it was made from. Immutable.
struct Signature {
  struct Item {
    std::string_view name;
    TypeId type;
    std::uint32_t size = 1;  ///< Bytes of an element.
    std::uint8_t rank = 1;
    std::uint64_t most_elements = 0;  ///< That any memory can hold.
  };

  /// \throws std::bad_alloc
  Signature(const KernelMetadata& kernel,
            std::string_view qualified_name,
            const ShapeProgram& rules,
            std::uint64_t signature_key);

  const KernelMetadata* metadata;
  std::string_view name;  ///< Qualified.
  const ShapeProgram* shapes;
  std::uint64_t key;
  std::vector<Item> items;
  std::uint32_t all = 0;
  std::uint32_t buffers = 0;
  std::uint32_t written = 0;  ///< out and inout.
  std::uint32_t outputs = 0;  ///< out: can be returned.
  std::uint32_t inouts = 0;   ///< Must be kept for a second attempt.
  std::uint32_t element_wise = 0;
  /// All buffers have one axis and one element for each item, and no other rule ties their sizes:
  /// they are right if all are equally long.
  bool is_uniform = false;
  int range_parameter = -1;  ///< The first written buffer; -1: there is none.

  /// Two buffers of which at least one is written: they must not overlap.
  struct Pair {
    std::uint8_t first = 0;
    std::uint8_t second = 0;
    std::uint32_t first_size = 1;  ///< Bytes of an element.
    std::uint32_t second_size = 1;
  };
  /// The arguments a call has to give to go the shortest way: all, if is_uniform and something is
  /// written; else more than there can be.
  std::uint64_t uniform_arguments = ~std::uint64_t{0};
  // With is_uniform.
  std::vector<std::uint8_t> buffer_places;
  std::vector<Pair> pairs;  ///< None if the kernel allows overlap.
  std::uint64_t most_uniform_elements = kMostBytes;

  [[nodiscard]] std::size_t size() const noexcept { return items.size(); }

 private:
  void list_uniform();
};

/// The rules of memory, overlap and sizes in one go, for the common kernel whose buffers are all
/// equally long.
/// \param elements how long they are.
/// \return false if the general checks are to find what is wrong.
/// \pre signature.is_uniform, some buffer is written, and all arguments are given and packed.
inline bool fits_uniform(const Signature& signature,
                         const backend::KernelArgument* arguments,
                         std::uint64_t& elements) noexcept {
  elements = arguments[signature.range_parameter].extents[0];
  if (elements > signature.most_uniform_elements) [[unlikely]] {
    return false;
  }
  for (const std::uint8_t place : signature.buffer_places) {
    const backend::KernelArgument& argument = arguments[place];
    if (argument.extents[0] != elements || (argument.data == nullptr && elements != 0))
        [[unlikely]] {
      return false;
    }
  }
  for (const Signature::Pair& pair : signature.pairs) {
    const auto* first = static_cast<const std::byte*>(arguments[pair.first].data);
    const auto* second = static_cast<const std::byte*>(arguments[pair.second].data);
    if (first < second + elements * pair.second_size && second < first + elements * pair.first_size)
        [[unlikely]] {
      return false;
    }
  }
  return true;
}

/// Calls `use` with the index of each bit set in `mask`, lowest first.
template <class Use>
constexpr void for_each_bit(std::uint32_t mask, Use&& use) {
  for (; mask != 0; mask &= mask - 1) {
    use(static_cast<std::size_t>(std::countr_zero(mask)));
  }
}

}  // namespace dotcompute::core
