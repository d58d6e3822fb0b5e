// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "files.hpp"

#include "dotcompute/base/element_type.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/host_memory.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace dotcompute::dotc {

/// An array whose element type and shape are known at run time, packed and row-major. Its memory is
/// a mapped file, which may not be written, or its own.
class DynamicArray {
 public:
  DynamicArray() = default;
  /// An array that is not set.
  /// \throws MemoryException if the host has no memory left.
  DynamicArray(ElementType type, const Extents& extents, int rank);
  /// \param offset of the first element in `file`.
  DynamicArray(ElementType type,
               const Extents& extents,
               int rank,
               MappedFile file,
               std::size_t offset) noexcept;

  [[nodiscard]] ElementType type() const noexcept { return type_; }
  /// Slowest axis first, unused places 1.
  [[nodiscard]] const Extents& extents() const noexcept { return extents_; }
  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] std::size_t bytes() const noexcept {
    return extents_[0] * extents_[1] * extents_[2] * size_of(type_);
  }
  /// Null if there are no elements.
  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] bool is_mapped() const noexcept { return !file_.bytes().empty(); }

 private:
  ElementType type_ = ElementType::float32;
  Extents extents_{0, 1, 1};
  int rank_ = 1;
  void* data_ = nullptr;
  MappedFile file_;
  HostBlock block_;
};

/// Reads a .npy file; see parse_npy_header() for what is refused.
///
/// The array is the mapped file itself, unless it is to be written, is in the other byte order or
/// lies where its elements are not aligned.
///
/// \throws UsageError naming the file.
[[nodiscard]] DynamicArray read_npy(const std::string& path, bool to_be_written);

/// Writes and commits `array` as a .npy file.
/// \throws UsageError naming the file.
void write_npy(NewFile& file, const DynamicArray& array);

}  // namespace dotcompute::dotc
