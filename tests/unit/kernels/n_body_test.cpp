// SPDX-License-Identifier: Apache-2.0
#include "unit/kernels/pack_support.hpp"

#include <array>
#include <cmath>
#include <tuple>
#include <vector>

namespace dotcompute {
namespace {

using Floats = std::vector<float>;
using State = std::tuple<Floats, Floats, Floats, Floats, Floats, Floats>;

class NBodyTest : public PackTest {
 protected:
  struct Bodies {
    Floats x, y, z, vx, vy, vz, mass;
  };

  static Bodies random_bodies(std::size_t count) {
    const auto part = [&](std::size_t index, float low, float high) {
      Floats all = values(count * (index + 1), low, high);
      return Floats(all.end() - static_cast<std::ptrdiff_t>(count), all.end());
    };
    return {part(0, -1, 1), part(1, -1, 1), part(2, -1, 1),  part(3, -1, 1),
            part(4, -1, 1), part(5, -1, 1), part(6, 0.5F, 2)};
  }

  static State step(const Bodies& b, float time_step, float softening) {
    return orchestrator().execute<State>(kernels::kNBodyStep, b.x, b.y, b.z, b.vx, b.vy, b.vz,
                                         b.mass, time_step, softening);
  }

  /// What all bodies do to body `i`, in double.
  static std::array<double, 3> acceleration(const Bodies& b, std::size_t i, double softening) {
    std::array<double, 3> sum{};
    for (std::size_t j = 0; j < b.x.size(); ++j) {
      const std::array<double, 3> to{b.x[j] - b.x[i], b.y[j] - b.y[i], b.z[j] - b.z[i]};
      const double square = to[0] * to[0] + to[1] * to[1] + to[2] * to[2] + softening * softening;
      for (std::size_t axis = 0; axis < 3 && j != i; ++axis) {
        sum[axis] += b.mass[j] * to[axis] / std::pow(square, 1.5);
      }
    }
    return sum;
  }
};

TEST_F(NBodyTest, MovesEachBodyByTheForceOfAllOthers) {
  for (const std::size_t count : {1U, 7U, 33U, 1000U}) {
    const Bodies bodies = random_bodies(count);

    const auto [x, y, z, vx, vy, vz] = step(bodies, 0.01F, 0.1F);

    for (std::size_t i = 0; i < count; ++i) {
      const auto force = acceleration(bodies, i, 0.1F);
      const double tolerance = 1e-4 * (1 + std::hypot(force[0], force[1], force[2]) * 0.01);
      ASSERT_NEAR(vx[i], bodies.vx[i] + 0.01 * force[0], tolerance) << count << ' ' << i;
      ASSERT_NEAR(vy[i], bodies.vy[i] + 0.01 * force[1], tolerance);
      ASSERT_NEAR(vz[i], bodies.vz[i] + 0.01 * force[2], tolerance);
      ASSERT_FLOAT_EQ(x[i], bodies.x[i] + 0.01F * vx[i]);
      ASSERT_FLOAT_EQ(y[i], bodies.y[i] + 0.01F * vy[i]);
      ASSERT_FLOAT_EQ(z[i], bodies.z[i] + 0.01F * vz[i]);
    }
  }
}

TEST_F(NBodyTest, ABodyAloneFliesOnAlsoWithoutSoftening) {
  const Bodies alone{{1}, {2}, {3}, {10}, {20}, {30}, {5}};

  const auto [x, y, z, vx, vy, vz] = step(alone, 0.5F, 0.0F);

  EXPECT_EQ(vx[0], 10);
  EXPECT_EQ(x[0], 6);
  EXPECT_EQ(y[0], 12);
  EXPECT_EQ(z[0], 18);
}

}  // namespace
}  // namespace dotcompute
