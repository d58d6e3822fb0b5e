// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "files.hpp"

#include "dotcompute/host_array.hpp"

#include <cstdint>
#include <string>

namespace dotcompute::dotc {

/// Red, green and blue of 8 bits: [rows, cols, 3].
using Picture = HostArray<std::uint8_t>;

/// Reads any PNG as 8-bit red, green and blue; what is transparent is laid over black.
/// \throws UsageError naming the file if it cannot be read, is damaged or above 2^28 pixels.
[[nodiscard]] Picture read_png(const std::string& path);

/// Writes and commits a picture.
/// \throws UsageError naming the file if it cannot be written.
void write_png(NewFile& file, const std::string& path, const Picture& picture);

}  // namespace dotcompute::dotc
