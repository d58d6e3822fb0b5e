// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/view.hpp"
#include "dotcompute/kernel_handle.hpp"
#include "dotcompute/kernel_registry.hpp"

#include <cstdint>

namespace dotcompute {

/// Registers the kernels that come with the library, all without a namespace:
///
///     auto runtime = Runtime::create(RuntimeBuilder().add_module(&register_kernel_pack));
///
/// A range that a caller gives beyond the output is cut to the output.
void register_kernel_pack(KernelModule& module);

}  // namespace dotcompute

/// Typed handles of the kernel pack. The parameters stand in the order of the call; shapes are
/// [slowest, ..., fastest] axis.
namespace dotcompute::kernels {

// Arithmetic on arrays of one length.

/// a, b -> result = a + b.
inline constexpr KernelHandle<in<float>, in<float>, out<float>> kVectorAdd{"vector_add"};
/// x -> result = 2 x.
inline constexpr KernelHandle<in<float>, out<float>> kVectorDouble{"vector_double"};
/// values: each grows by 1.
inline constexpr KernelHandle<inout<std::int32_t>> kSimpleKernel{"simple_kernel"};
/// a, x, y: y becomes a x + y.
inline constexpr KernelHandle<float, in<float>, inout<float>> kSaxpy{"saxpy"};

// Reductions in one pass, on one thread: x [n] -> result [1]. Sums are kept in double.

/// 0 of nothing.
inline constexpr KernelHandle<in<float>, out<double>> kSum{"sum"};
/// NaN of nothing.
inline constexpr KernelHandle<in<float>, out<double>> kMean{"mean"};
/// NaN if any x is; +infinity of nothing.
inline constexpr KernelHandle<in<float>, out<float>> kMin{"min"};
/// NaN if any x is; -infinity of nothing.
inline constexpr KernelHandle<in<float>, out<float>> kMax{"max"};

// Reductions in two passes, for arrays that are worth several threads. The first gives one partial
// result for each 4096 elements, the second joins these:
//
//     const auto partials = orchestrator.execute<std::vector<double>>(kernels::kPartialSums, x);
//     const auto sum = orchestrator.execute<double>(kernels::kSumPartials, partials);
//
// The result does not depend on the number of threads.

/// x [n] -> partials [(n + 4095) / 4096].
inline constexpr KernelHandle<in<float>, out<double>> kPartialSums{"partial_sums"};
inline constexpr KernelHandle<in<float>, out<float>> kPartialMinima{"partial_minima"};
inline constexpr KernelHandle<in<float>, out<float>> kPartialMaxima{"partial_maxima"};
/// partials [m] -> result [1].
inline constexpr KernelHandle<in<double>, out<double>> kSumPartials{"sum_partials"};
/// partials [m] of partial_sums, and the number of x -> result [1].
inline constexpr KernelHandle<in<double>, std::uint64_t, out<double>> kMeanPartials{
    "mean_partials"};
inline constexpr KernelHandle<in<float>, out<float>> kMinPartials{"min_partials"};
inline constexpr KernelHandle<in<float>, out<float>> kMaxPartials{"max_partials"};

// Numerics.

/// spot, strike, years [n], rate and volatility per year -> prices of a European call and put [n].
inline constexpr KernelHandle<in<float>, in<float>, in<float>, float, float, out<float>, out<float>>
    kBlackScholes{"black_scholes"};

/// x, y, z, vx, vy, vz, mass [n], time_step, softening -> new_x, new_y, new_z, new_vx, new_vy,
/// new_vz [n]: one step of n bodies that attract each other, in units in which G is 1.
inline constexpr KernelHandle<in<float>,
                              in<float>,
                              in<float>,
                              in<float>,
                              in<float>,
                              in<float>,
                              in<float>,
                              float,
                              float,
                              out<float>,
                              out<float>,
                              out<float>,
                              out<float>,
                              out<float>,
                              out<float>>
    kNBodyStep{"nbody_step"};

/// grid, factor -> result, all [rows, cols]: one explicit step of the heat equation, the rim kept.
inline constexpr KernelHandle<in<float, 2>, float, out<float, 2>> kStencil5{"stencil5"};

/// a [m, k], b [k, n] -> result [m, n].
inline constexpr KernelHandle<in<float, 2>, in<float, 2>, out<float, 2>> kMatmul{"matmul"};

/// rows, cols, left, top, step, max_iterations -> iterations [rows, cols]: how long the point
/// left + column step + i (top - row step) stays within radius 2.
inline constexpr KernelHandle<std::int32_t,
                              std::int32_t,
                              double,
                              double,
                              double,
                              std::int32_t,
                              out<std::int32_t, 2>>
    kMandelbrot{"mandelbrot"};

// Images of 8 bits a channel. Beyond the rim, the pixel at the rim is taken.

/// rgb [rows, cols, 3] -> grey [rows, cols].
inline constexpr KernelHandle<in<std::uint8_t, 3>, out<std::uint8_t, 2>> kGrey{"grey"};
/// image -> result [rows, cols], smoothed over 3 by 3 pixels.
inline constexpr KernelHandle<in<std::uint8_t, 2>, out<std::uint8_t, 2>> kBlur3{"blur3"};
/// image -> result [rows, cols], the strength of edges.
inline constexpr KernelHandle<in<std::uint8_t, 2>, out<std::uint8_t, 2>> kSobel{"sobel"};

}  // namespace dotcompute::kernels
