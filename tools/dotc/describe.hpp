// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace dotcompute::dotc {

/// "float32", "in float32 [m, k]", "out uint8 per item, 2 axes": what a parameter is.
[[nodiscard]] std::string describe(const Parameter& parameter);

/// "saxpy(a: float32, x: in float32 [n], ...)".
[[nodiscard]] std::string describe(const KernelMetadata& kernel);

/// "1000", "1920 x 1280": the axes of a launch that are used, x first.
[[nodiscard]] std::string describe(const LaunchRange& range);

/// "cpu | opencl".
[[nodiscard]] std::string describe(KernelBackends backends);

/// "310 ns", "12.3 us", "4.56 ms", "1.2 s": three digits.
[[nodiscard]] std::string describe(std::chrono::nanoseconds duration);

/// "12 bytes", "3.45 KiB", "1 GiB": three digits.
[[nodiscard]] std::string describe_bytes(std::uint64_t bytes);

/// The option of `dotc run` that gives a parameter: "--in", "--inout", "--out" or "--set".
[[nodiscard]] std::string option_of(const Parameter& parameter);

}  // namespace dotcompute::dotc
