// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/kernel_handle.hpp"
#include "dotcompute/kernel_registry.hpp"

#include <cstdint>
#include <span>
#include <stdexcept>

namespace dotcompute {

/// out[i] = a[i] + b[i]
inline void add_vector_add(KernelRegistry& kernels) {
  kernels.add({.name = "vector_add",
               .name_space = "test",
               .parameters = {element_wise(input<float>("a")), element_wise(input<float>("b")),
                              element_wise(output<float>("out"))}},
              [](ItemRange items, std::span<const float> a, std::span<const float> b,
                 std::span<float> out) {
                for (auto i = items.begin[0]; i < items.end[0]; ++i) {
                  out[i] = a[i] + b[i];
                }
              });
}

/// y[i] += alpha * x[i]
inline void add_saxpy(KernelRegistry& kernels) {
  kernels.add({.name = "saxpy",
               .parameters = {scalar<float>("alpha"), element_wise(input<float>("x")),
                              element_wise(in_out<float>("y"))}},
              [](ItemRange items, float alpha, std::span<const float> x, std::span<float> y) {
                for (auto i = items.begin[0]; i < items.end[0]; ++i) {
                  y[i] += alpha * x[i];
                }
              });
}

/// sum[i] = a[i] + b[i], difference[i] = a[i] - b[i]
inline void add_sum_and_difference(KernelRegistry& kernels) {
  kernels.add({.name = "sum_and_difference",
               .parameters = {input<int>("a", "n"), input<int>("b", "n"), output<int>("sum", "n"),
                              output<int>("difference", "n")}},
              [](ItemRange items, std::span<const int> a, std::span<const int> b,
                 std::span<int> sum, std::span<int> difference) {
                for (auto i = items.begin[0]; i < items.end[0]; ++i) {
                  sum[i] = a[i] + b[i];
                  difference[i] = a[i] - b[i];
                }
              });
}

/// c = a b, all row-major.
inline void add_matmul(KernelRegistry& kernels) {
  kernels.add({.name = "matmul",
               .parameters = {input<float, 2>("a", "m, k"), input<float, 2>("b", "k, n"),
                              output<float, 2>("c", "m, n")},
               .dimensions = 2},
              [](ItemId<2> id, in<float, 2> a, in<float, 2> b, out<float, 2> c) {
                float sum = 0;
                for (std::uint64_t k = 0; k < a.extent(1); ++k) {
                  sum += a(id[1], k) * b(k, id[0]);
                }
                c(id[1], id[0]) = sum;
              });
}

/// Sums blocks of 4 elements: out has (n + 3) / 4.
inline void add_block_sums(KernelRegistry& kernels) {
  kernels.add({.name = "block_sums",
               .parameters = {input<int>("x", "n"), output<int>("out", "(n + 3) / 4")}},
              [](ItemId<1> id, std::span<const int> x, std::span<int> out) {
                out[id[0]] = 0;
                for (auto i = id[0] * 4; i < std::min<std::uint64_t>(id[0] * 4 + 4, x.size());
                     ++i) {
                  out[id[0]] += x[i];
                }
              });
}

/// Fails on the item whose value is 13.
inline void add_thrower(KernelRegistry& kernels) {
  kernels.add({.name = "thrower", .parameters = {element_wise(in_out<int>("x"))}},
              [](ItemId<1> id, std::span<int> x) {
                if (x[id[0]] == 13) {
                  throw std::runtime_error("thirteen");
                }
                x[id[0]] += 1;
              });
}

namespace handles {
inline constexpr KernelHandle<in<float>, in<float>, out<float>> kVectorAdd{"vector_add"};
inline constexpr KernelHandle<float, in<float>, inout<float>> kSaxpy{"saxpy"};
inline constexpr KernelHandle<in<float, 2>, in<float, 2>, out<float, 2>> kMatmul{"matmul"};
}  // namespace handles

}  // namespace dotcompute
