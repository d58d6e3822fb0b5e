// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "png_file.hpp"

#include <cstdint>

namespace dotcompute::dotc {

/// Draws a landscape: hills under a cloudy evening sky, a meadow, three shaded balls with their
/// shadows and a sign that reads DOTC. The same picture every time.
[[nodiscard]] Picture draw_scene(std::uint64_t rows, std::uint64_t cols);

}  // namespace dotcompute::dotc
