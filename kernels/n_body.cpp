// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

/// One step of n bodies that attract each other, by the semi-implicit Euler method: the velocity
/// first, then the place with the new velocity, which keeps the energy from growing without bound.
/// The acceleration is the sum over j of m_j r_ij / (|r_ij|^2 + softening^2)^(3/2).
/// Source: Nyland, Harris and Prins, Fast N-Body Simulation with CUDA, GPU Gems 3, chapter 31.
DC_SHAPE(x, n)
DC_SHAPE(y, n)
DC_SHAPE(z, n)
DC_SHAPE(vx, n)
DC_SHAPE(vy, n)
DC_SHAPE(vz, n)
DC_SHAPE(mass, n)
DC_SHAPE(new_x, n)
DC_SHAPE(new_y, n)
DC_SHAPE(new_z, n)
DC_SHAPE(new_vx, n)
DC_SHAPE(new_vy, n)
DC_SHAPE(new_vz, n)
DC_KERNEL void nbody_step(std::span<const float> x,
                          std::span<const float> y,
                          std::span<const float> z,
                          std::span<const float> vx,
                          std::span<const float> vy,
                          std::span<const float> vz,
                          std::span<const float> mass,
                          float time_step,
                          float softening,
                          std::span<float> new_x,
                          std::span<float> new_y,
                          std::span<float> new_z,
                          std::span<float> new_vx,
                          std::span<float> new_vy,
                          std::span<float> new_vz) {
  const std::size_t i = dc::global_id();
  if (i >= new_x.size()) {
    return;
  }
  float ax = 0;
  float ay = 0;
  float az = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const float dx = x[j] - x[i];
    const float dy = y[j] - y[i];
    const float dz = z[j] - z[i];
    const float square = dx * dx + dy * dy + dz * dz + softening * softening;
    // A body alone at its place without softening: 0 / 0 would be taken for a force.
    const float strength = square > 0 ? mass[j] / (square * std::sqrt(square)) : 0.0F;
    ax += strength * dx;
    ay += strength * dy;
    az += strength * dz;
  }
  const float speed_x = vx[i] + time_step * ax;
  const float speed_y = vy[i] + time_step * ay;
  const float speed_z = vz[i] + time_step * az;
  new_vx[i] = speed_x;
  new_vy[i] = speed_y;
  new_vz[i] = speed_z;
  new_x[i] = x[i] + time_step * speed_x;
  new_y[i] = y[i] + time_step * speed_y;
  new_z[i] = z[i] + time_step * speed_z;
}
