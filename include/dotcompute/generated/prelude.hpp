// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What generated CPU code includes, and nothing else does.
///
/// It is C++20 for g++ 12 and clang 14 or later, compiled with
///
///     -O3 -fopenmp-simd -fno-math-errno -fno-trapping-math -fwrapv -ffp-contract=fast
///
/// -march=x86-64-v3 and the like, and -D DC_INSTRUCTION_SET=baseline, v3, v4 or neon; never with
/// -ffast-math or any of its parts that change results.
#if !defined(DC_INSTRUCTION_SET)
#error "DC_INSTRUCTION_SET has to be defined: baseline, v3, v4 or neon."
#endif
#if defined(__FAST_MATH__)
#error "Kernels are compiled without -ffast-math: NaN and infinity have their meaning."
#endif

// Of what the emitter always writes, a kernel need not use all.
#pragma GCC diagnostic ignored "-Wmissing-braces"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
// Integers wrap, constants too.
#pragma GCC diagnostic ignored "-Woverflow"
#if defined(__clang__)
#pragma GCC diagnostic ignored "-Winteger-overflow"
// Indices of any type are taken modulo 2^64.
#pragma GCC diagnostic ignored "-Wsign-conversion"
// Not every loop that may become vector code does.
#pragma GCC diagnostic ignored "-Wpass-failed"
#endif

#include "dotcompute/generated/core.hpp"
#include "dotcompute/generated/half.hpp"
#include "dotcompute/generated/math_float.hpp"
#include "dotcompute/generated/run.hpp"
#include "dotcompute/generated/stream.hpp"
