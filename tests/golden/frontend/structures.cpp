// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

struct Vector {
  float x = 0;
  float y = 0;
  [[nodiscard]] float square() const { return x * x + y * y; }
  Vector& operator+=(const Vector& other) {
    x += other.x;
    y += other.y;
    return *this;
  }
};
DC_DEVICE Vector operator*(float factor, const Vector& v) {
  return {factor * v.x, factor * v.y};
}

struct Particle {
  Vector place;
  Vector velocity;
  std::uint8_t alive;
  std::array<std::int32_t, 2> cell;
};

template <class T>
DC_DEVICE T larger(T a, T b) {
  return a < b ? b : a;
}

DC_KERNEL void move(std::span<Particle> particles, float time) {
  const std::size_t i = dc::global_id();
  if (i >= particles.size()) {
    return;
  }
  Particle& self = particles[i];
  self.place += time * self.velocity;
  self.cell[0] = static_cast<std::int32_t>(std::floor(self.place.x));
  self.cell.back() = static_cast<std::int32_t>(std::floor(self.place.y));
  self.alive = larger(self.place.square(), 4.0F) > 4.0F ? 0 : 1;
}
