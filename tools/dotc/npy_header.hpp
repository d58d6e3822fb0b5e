// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"
#include "dotcompute/base/range.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dotcompute::dotc {

/// What the header of a .npy file tells of its array.
/// Source: NumPy, numpy.lib.format, format versions 1.0, 2.0 and 3.0.
struct NpyHeader {
  ElementType type = ElementType::float32;
  bool swapped = false;         ///< The elements are in the other byte order than this machine's.
  Extents extents{1, 1, 1};     ///< Slowest axis first, unused places 1.
  int rank = 1;                 ///< 1 to 3.
  std::size_t data_offset = 0;  ///< Of the first element, from the beginning of the file.
  std::size_t data_bytes = 0;   ///< Of all elements.
};

/// Reads the header of a whole file and checks that the elements it speaks of are there and nothing
/// else.
///
/// Refused, beside damaged files: Fortran order, more than 3 axes or none, elements that kernels
/// do not take, bytes after the last element.
///
/// \param file all bytes of the file.
/// \throws UsageError saying what was expected and got, without the file's name.
[[nodiscard]] NpyHeader parse_npy_header(std::string_view file);

/// The beginning of a .npy file, a multiple of 64 bytes, in format version 1.0.
[[nodiscard]] std::string format_npy_header(ElementType type, const Extents& extents, int rank);

/// "(1000,)", "(2, 3)", as Python writes it.
[[nodiscard]] std::string format_shape(const Extents& extents, int rank);

}  // namespace dotcompute::dotc
