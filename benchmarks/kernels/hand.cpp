// SPDX-License-Identifier: Apache-2.0
// The kernels as plain loops. Compiled twice: DC_HAND names the namespace.
#include "problem.hpp"

#include <array>
#include <cmath>

namespace dotcompute::bench::DC_HAND {
namespace {

void vector_add(Problem& p, std::size_t begin, std::size_t end) {
  const float* __restrict a = p.arrays[0].data();
  const float* __restrict b = p.arrays[1].data();
  float* __restrict result = p.arrays[2].data();
  for (std::size_t i = begin; i < end; ++i) {
    result[i] = a[i] + b[i];
  }
}

void saxpy(Problem& p, std::size_t begin, std::size_t end) {
  const float* __restrict x = p.arrays[0].data();
  float* __restrict y = p.arrays[1].data();
  for (std::size_t i = begin; i < end; ++i) {
    y[i] = 0.5F * x[i] + y[i];
  }
}

void stencil(Problem& p, std::size_t begin, std::size_t end) {
  const std::size_t cols = p.side;
  for (std::size_t row = begin; row < end; ++row) {
    const float* __restrict middle = p.arrays[0].data() + row * cols;
    float* __restrict result = p.arrays[1].data() + row * cols;
    if (row == 0 || row + 1 == p.side) {
      for (std::size_t col = 0; col < cols; ++col) {
        result[col] = middle[col];
      }
      continue;
    }
    result[0] = middle[0];
    for (std::size_t col = 1; col + 1 < cols; ++col) {
      const float around =
          *(middle + col - cols) + middle[col + cols] + middle[col - 1] + middle[col + 1];
      result[col] = middle[col] + kDiffusion * (around - 4.0F * middle[col]);
    }
    result[cols - 1] = middle[cols - 1];
  }
}

void sum(Problem& p, std::size_t begin, std::size_t end) {
  for (std::size_t block = begin; block < end; ++block) {
    const float* x = p.arrays[0].data() + block * kSumBlock;
    double total = 0;
    for (std::size_t i = 0; i < kSumBlock; ++i) {
      total += static_cast<double>(x[i]);
    }
    p.partials[block] = total;
  }
}

inline float normal_below(float x) {
  const float distance = std::fabs(x);
  const float t = 1.0F / (1.0F + 0.2316419F * distance);
  const float polynomial =
      t * (0.319381530F +
           t * (-0.356563782F + t * (1.781477937F + t * (-1.821255978F + t * 1.330274429F))));
  const float tail = 0.39894228F * std::exp(-0.5F * distance * distance) * polynomial;
  return x < 0 ? tail : 1.0F - tail;
}

void black_scholes(Problem& p, std::size_t begin, std::size_t end) {
  const float* __restrict spot = p.arrays[0].data();
  const float* __restrict strike = p.arrays[1].data();
  const float* __restrict years = p.arrays[2].data();
  float* __restrict call = p.arrays[3].data();
  float* __restrict put = p.arrays[4].data();
  for (std::size_t i = begin; i < end; ++i) {
    const float deviation = kVolatility * std::sqrt(years[i]);
    const float d1 =
        (std::log(spot[i] / strike[i]) + (kRate + 0.5F * kVolatility * kVolatility) * years[i]) /
        deviation;
    const float d2 = d1 - deviation;
    const float discounted = strike[i] * std::exp(-kRate * years[i]);
    call[i] = spot[i] * normal_below(d1) - discounted * normal_below(d2);
    put[i] = discounted * normal_below(-d2) - spot[i] * normal_below(-d1);
  }
}

// Arrays 0 to 6: x, y, z, vx, vy, vz, mass; 7 to 12: new x, y, z, vx, vy, vz.
void nbody(Problem& p, std::size_t begin, std::size_t end) {
  const float* __restrict x = p.arrays[0].data();
  const float* __restrict y = p.arrays[1].data();
  const float* __restrict z = p.arrays[2].data();
  const float* __restrict mass = p.arrays[6].data();
  for (std::size_t i = begin; i < end; ++i) {
    float ax = 0;
    float ay = 0;
    float az = 0;
    for (std::size_t j = 0; j < p.size; ++j) {
      const float dx = x[j] - x[i];
      const float dy = y[j] - y[i];
      const float dz = z[j] - z[i];
      const float square = dx * dx + dy * dy + dz * dz + kSoftening * kSoftening;
      const float strength = mass[j] / (square * std::sqrt(square));
      ax += strength * dx;
      ay += strength * dy;
      az += strength * dz;
    }
    const std::array<float, 3> gained{ax, ay, az};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const float speed = p.arrays[3 + axis][i] + kTimeStep * gained[axis];
      p.arrays[10 + axis][i] = speed;
      p.arrays[7 + axis][i] = p.arrays[axis][i] + kTimeStep * speed;
    }
  }
}

void matmul(Problem& p, std::size_t begin, std::size_t end) {
  const std::size_t n = p.side;
  const float* __restrict a = p.arrays[0].data();
  const float* __restrict b = p.arrays[1].data();
  float* __restrict result = p.arrays[2].data();
  for (std::size_t row = begin; row < end; ++row) {
    for (std::size_t col = 0; col < n; ++col) {
      float total = 0;
      for (std::size_t k = 0; k < n; ++k) {
        total += a[row * n + k] * b[k * n + col];
      }
      result[row * n + col] = total;
    }
  }
}

void mandelbrot(Problem& p, std::size_t begin, std::size_t end) {
  const double step = 3.0 / static_cast<double>(p.side);
  for (std::size_t row = begin; row < end; ++row) {
    for (std::size_t col = 0; col < p.side; ++col) {
      const double real = -2.0 + static_cast<double>(col) * step;
      const double imaginary = 1.5 - static_cast<double>(row) * step;
      double x = 0;
      double y = 0;
      std::int32_t count = 0;
      while (count < kMostIterations && x * x + y * y <= 4.0) {
        const double next = x * x - y * y + real;
        y = 2.0 * x * y + imaginary;
        x = next;
        ++count;
      }
      p.counts[row * p.side + col] = count;
    }
  }
}

constexpr std::array<HandKernel, 8> kKernels{{{"vector_add", &vector_add},
                                              {"saxpy", &saxpy},
                                              {"stencil", &stencil},
                                              {"sum", &sum},
                                              {"black_scholes", &black_scholes},
                                              {"nbody", &nbody},
                                              {"matmul", &matmul},
                                              {"mandelbrot", &mandelbrot}}};

}  // namespace

RangeFunction find(std::string_view kernel) {
  for (const HandKernel& known : kKernels) {
    if (known.name == kernel) {
      return known.run;
    }
  }
  return nullptr;
}

}  // namespace dotcompute::bench::DC_HAND
