// SPDX-License-Identifier: Apache-2.0
#include "pack.hpp"

#include <array>
#include <cmath>
#include <cstdint>

namespace dotcompute::kernels {
namespace {

// Bodies whose sums advance side by side, so that the inner loop is one over neighbours in memory.
constexpr std::uint64_t kStrip = 16;

struct Accelerations {
  std::array<float, kStrip> x{};
  std::array<float, kStrip> y{};
  std::array<float, kStrip> z{};
};

/// What all bodies together do to bodies `first` to `first + count - 1`: the sum over j of
/// m_j r_ij / (|r_ij|^2 + softening^2)^(3/2).
/// Source: Nyland, Harris and Prins, Fast N-Body Simulation with CUDA, GPU Gems 3, chapter 31.
Accelerations accelerations_of(std::uint64_t first,
                               std::uint64_t count,
                               const in<float>& x,
                               const in<float>& y,
                               const in<float>& z,
                               const in<float>& mass,
                               float softening) {
  Accelerations strip;
  Accelerations at;
  for (std::uint64_t lane = 0; lane < count; ++lane) {
    at.x[lane] = x[first + lane];
    at.y[lane] = y[first + lane];
    at.z[lane] = z[first + lane];
  }
  for (std::uint64_t j = 0; j < x.size(); ++j) {
    for (std::uint64_t lane = 0; lane < kStrip; ++lane) {
      const float dx = x[j] - at.x[lane];
      const float dy = y[j] - at.y[lane];
      const float dz = z[j] - at.z[lane];
      const float square = dx * dx + dy * dy + dz * dz + softening * softening;
      // A body alone at its place without softening: 0 / 0 would be taken for a force.
      const float strength = square > 0 ? mass[j] / (square * std::sqrt(square)) : 0.0F;
      strip.x[lane] += strength * dx;
      strip.y[lane] += strength * dy;
      strip.z[lane] += strength * dz;
    }
  }
  return strip;
}

/// One step of the semi-implicit Euler method: the velocity first, then the place with the new
/// velocity, which keeps the energy from growing without bound.
void nbody_step(const ItemRange& items,
                in<float> x,
                in<float> y,
                in<float> z,
                in<float> vx,
                in<float> vy,
                in<float> vz,
                in<float> mass,
                float time_step,
                float softening,
                out<float> new_x,
                out<float> new_y,
                out<float> new_z,
                out<float> new_vx,
                out<float> new_vy,
                out<float> new_vz) {
  const ItemRange range = inside(items, new_x);
  for (std::uint64_t first = range.begin[0]; first < range.end[0]; first += kStrip) {
    const std::uint64_t count = std::min(kStrip, range.end[0] - first);
    const Accelerations strip = accelerations_of(first, count, x, y, z, mass, softening);
    for (std::uint64_t lane = 0; lane < count; ++lane) {
      const std::uint64_t i = first + lane;
      new_vx[i] = vx[i] + time_step * strip.x[lane];
      new_vy[i] = vy[i] + time_step * strip.y[lane];
      new_vz[i] = vz[i] + time_step * strip.z[lane];
      new_x[i] = x[i] + time_step * new_vx[i];
      new_y[i] = y[i] + time_step * new_vy[i];
      new_z[i] = z[i] + time_step * new_vz[i];
    }
  }
}

}  // namespace

void add_n_body(KernelModule& module) {
  // What one item costs grows with n, so nothing is claimed of it.
  module.add(
      {.name = "nbody_step",
       .parameters =
           {input<float>("x", "n"), input<float>("y", "n"), input<float>("z", "n"),
            element_wise(input<float>("vx", "n")), element_wise(input<float>("vy", "n")),
            element_wise(input<float>("vz", "n")), input<float>("mass", "n"),
            scalar<float>("time_step"), scalar<float>("softening"),
            element_wise(output<float>("new_x", "n")), element_wise(output<float>("new_y", "n")),
            element_wise(output<float>("new_z", "n")), element_wise(output<float>("new_vx", "n")),
            element_wise(output<float>("new_vy", "n")), element_wise(output<float>("new_vz", "n"))},
       .file = "kernels/n_body.cpp",
       .line = __LINE__},
      &nbody_step);
}

}  // namespace dotcompute::kernels
