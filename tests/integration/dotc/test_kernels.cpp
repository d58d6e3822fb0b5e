// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/kernel_registry.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

using namespace dotcompute;

/// Copies a matrix of one element type; one kernel for each type.
template <class T>
void copy(const ItemRange& items, in<T, 2> from, out<T, 2> to) {
  for (std::uint64_t row = items.begin[1]; row < items.end[1]; ++row) {
    for (std::uint64_t col = items.begin[0]; col < items.end[0]; ++col) {
      to(row, col) = from(row, col);
    }
  }
}

/// Gives a single value back; one kernel for each type.
template <class T>
void hold(T value, out<T> to) {
  to[0] = value;
}

template <class T>
void add_type(KernelModule& module) {
  const std::string type(to_string(type_id_of<T>.element()));
  module.add({.name = "copy_" + type,
              .name_space = "test",
              .parameters = {input<T, 2>("from", "rows, cols"), output<T, 2>("to", "rows, cols")},
              .dimensions = 2},
             &copy<T>);
  module.add({.name = "hold_" + type,
              .name_space = "test",
              .parameters = {scalar<T>("value"), output<T>("to", "1")},
              .is_parallel = false},
             &hold<T>);
}

template <class... T>
void add_types(KernelModule& module) {
  (add_type<T>(module), ...);
}

/// Writes its own id: `to` has no rule, so its shape has to be given.
void ids(const ItemRange& items, out<std::int64_t, 3> to) {
  for (std::uint64_t z = items.begin[2]; z < items.end[2]; ++z) {
    for (std::uint64_t y = items.begin[1]; y < items.end[1]; ++y) {
      for (std::uint64_t x = items.begin[0]; x < items.end[0]; ++x) {
        to(z, y, x) = static_cast<std::int64_t>(100 * z + 10 * y + x);
      }
    }
  }
}

void spoil(inout<float> x) {
  x[0] = -1;
  throw std::runtime_error("spoiled on purpose");
}

/// The layout of the arguments is that of backends/opencl/arguments.hpp.
constexpr const char* kHalve = R"(
typedef struct {
  ulong range[3] __attribute__((aligned(8)));
  ulong x_extents[1] __attribute__((aligned(8)));
  long x_offset __attribute__((aligned(8)));
} halve_arguments;

kernel void halve(global float* x_memory, const halve_arguments dc) {
  const ulong i = get_global_id(0);
  if (i - get_global_offset(0) < dc.range[0]) {
    ((global float*)((global char*)x_memory + dc.x_offset))[i] *= 0.5f;
  }
}
)";

/// A kernel that has a body for OpenCL too, however the pack was built.
void add_halve(KernelModule& module) {
  module.add({{.name = "halve",
               .name_space = "test",
               .parameters = {element_wise(in_out<float>("x"))},
               .backends = KernelBackends::cpu | KernelBackends::opencl},
              make_callable_kernel([](ItemId<1> id, std::span<float> x) { x[id[0]] *= 0.5F; }),
              {{.source = kHalve, .entry_point = "halve", .backend = AcceleratorType::opencl}}});
}

void register_kernels(KernelModule& module) {
  add_halve(module);
  add_types<bool, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t,
            std::uint32_t, std::int64_t, std::uint64_t, half, float, double>(module);
  module.add({.name = "ids",
              .name_space = "test",
              .parameters = {output<std::int64_t, 3>("to")},
              .dimensions = 3},
             &ids);
  module.add({.name = "spoil",
              .name_space = "test",
              .parameters = {in_out<float>("x", "n")},
              .is_parallel = false},
             &spoil);
}

}  // namespace

DC_KERNEL_MODULE(&register_kernels);
