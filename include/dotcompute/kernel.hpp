// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What a file of kernels includes. A kernel is an ordinary function, written for one work item:
///
///     #include <dotcompute/kernel.hpp>
///
///     DC_KERNEL void saxpy(float a, std::span<const float> x, std::span<float> y) {
///       const std::size_t i = dc::global_id();
///       if (i >= y.size()) {
///         return;
///       }
///       y[i] = a * x[i] + y[i];
///     }
///
/// Files of kernels are given to dotcompute_add_kernels(), not to the host's compiler. Parameters
/// are std::span, dc::in, dc::out, dc::inout, and scalars by value.

#include "dotcompute/base/view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

// Other compilers would warn of attributes they do not know.
#if defined(__clang__)
#define DC_ANNOTATION(...) [[clang::annotate(__VA_ARGS__)]]
#else
#define DC_ANNOTATION(...)
#endif

/// Marks a function as a kernel, registered under its name.
#define DC_KERNEL DC_ANNOTATION("dotcompute.kernel")

/// Marks a function as a kernel, registered under another name: DC_KERNEL_NAMED("VectorAdd").
#define DC_KERNEL_NAMED(name) DC_ANNOTATION("dotcompute.kernel", name)

/// Says of a function that kernels call it. For the reader: any function whose body is visible will
/// do.
#define DC_DEVICE DC_ANNOTATION("dotcompute.device") [[maybe_unused]]

/// The wanted size of a work group along x, y and z: DC_GROUP(64), DC_GROUP(16, 16).
#define DC_GROUP(...) DC_ANNOTATION("dotcompute.group", __VA_ARGS__)

/// The extents of a buffer, slowest axis first, in the language of Parameter::extents:
/// DC_SHAPE(result, rows, cols), DC_SHAPE(partials, (n + 4095) / 4096).
#define DC_SHAPE(parameter, ...) DC_ANNOTATION("dotcompute.shape", #parameter, #__VA_ARGS__)

namespace dotcompute {

// The functions below exist in kernels only: a program that calls them does not link. An axis is 0
// for x, 1 for y, 2 for z, and a constant; x is the one whose neighbours lie side by side in memory.

/// The work item's place in the launch range.
[[nodiscard]] std::size_t global_id(int axis = 0) noexcept;
/// The work item's place in its work group.
[[nodiscard]] std::size_t local_id(int axis = 0) noexcept;
/// The work group's place among all.
[[nodiscard]] std::size_t group_id(int axis = 0) noexcept;
/// Work items of the launch.
[[nodiscard]] std::size_t global_size(int axis = 0) noexcept;
/// Work items of a work group.
[[nodiscard]] std::size_t local_size(int axis = 0) noexcept;
/// Work groups of the launch.
[[nodiscard]] std::size_t group_count(int axis = 0) noexcept;

/// Exact.
[[nodiscard]] float to_float(half value) noexcept;
/// To nearest, ties to even; infinity beyond the range of half.
[[nodiscard]] half to_half(float value) noexcept;

}  // namespace dotcompute

namespace dc = dotcompute;
