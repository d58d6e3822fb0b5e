// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "png_file.hpp"

namespace dotcompute::dotc {

/// One channel of 8 bits: [rows, cols].
using Channel = HostArray<std::uint8_t>;

// What the demo's kernels have to give, bit for bit, written pixel by pixel as the formulas stand in
// the books and without a look at the kernels: luma after ITU-R BT.601, a binomial 3 by 3 mask, the
// length of Sobel's gradient. Beyond the rim, the pixel at the rim is taken.

[[nodiscard]] Channel reference_grey(const Picture& picture);
[[nodiscard]] Channel reference_blur(const Channel& image);
[[nodiscard]] Channel reference_sobel(const Channel& image);

}  // namespace dotcompute::dotc
