// SPDX-License-Identifier: Apache-2.0
// Runs bodies of the pack without a runtime, and prints each result: name, size, and the elements in
// hexadecimal. Compiled for another processor, it runs under an emulator.
#include "dotcompute/generated/bodies.hpp"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#define DC_JOIN_2(a, b) a##b
#define DC_JOIN(a, b) DC_JOIN_2(a, b)
#define DC_TABLE(file) DC_JOIN(dotcompute_kernels_##file##_, DC_RUNNER_SET)

using dotcompute::Extents;
using dotcompute::ItemRange;
using dotcompute::backend::KernelArgument;
using dotcompute::generated::BodyTable;

extern const BodyTable DC_TABLE(arithmetic);
extern const BodyTable DC_TABLE(black_scholes);
extern const BodyTable DC_TABLE(images);
extern const BodyTable DC_TABLE(mandelbrot);
extern const BodyTable DC_TABLE(matmul);
extern const BodyTable DC_TABLE(n_body);
extern const BodyTable DC_TABLE(reductions);
extern const BodyTable DC_TABLE(stencil);

namespace {

std::vector<float> values(std::size_t count, float low, float high) {
  std::vector<float> values(count);
  std::uint32_t state = 12345;
  for (float& value : values) {
    state = state * 1664525U + 1013904223U;
    value = low + (high - low) * static_cast<float>(state >> 8U) / 16777216.0F;
  }
  return values;
}

template <class T>
KernelArgument argument(std::vector<T>& elements, Extents extents) {
  return {elements.data(), extents};
}
template <class T>
KernelArgument argument(std::vector<T>& elements) {
  return argument(elements, {elements.size(), 1, 1});
}
template <class T>
KernelArgument scalar(T& value) {
  return {&value, {}};
}

template <class T>
void print(const char* name, const char* type, const std::vector<T>& elements) {
  std::printf("%s %s %zu ", name, type, elements.size());
  for (const T& element : elements) {
    unsigned char bytes[sizeof(T)];
    std::memcpy(bytes, &element, sizeof(T));
    for (const unsigned char byte : bytes) {
      std::printf("%02x", byte);
    }
  }
  std::printf("\n");
}

void run(const BodyTable& table,
         std::size_t at,
         const std::vector<KernelArgument>& arguments,
         std::uint64_t x,
         std::uint64_t y = 1) {
  // In two boxes, so that no body relies on beginning at 0.
  const std::uint64_t part = x / 3;
  table.bodies[at](nullptr, arguments.data(), {{0, 0, 0}, {part, y, 1}});
  table.bodies[at](nullptr, arguments.data(), {{part, 0, 0}, {x, y, 1}});
}

void run_rows(std::size_t size) {
  auto a = values(size, -100, 100);
  auto b = values(size, 5, 30);
  auto years = values(size, 0.25F, 10);
  std::vector<float> result(size);
  std::vector<float> second(size);
  float factor = 2.5F;
  float rate = 0.02F;
  float volatility = 0.3F;
  run(DC_TABLE(arithmetic), 0, {argument(a), argument(b), argument(result)}, size);
  print("vector_add", "f", result);
  result = b;
  run(DC_TABLE(arithmetic), 3, {scalar(factor), argument(a), argument(result)}, size);
  print("saxpy", "f", result);
  run(DC_TABLE(black_scholes), 0,
      {argument(b), argument(b), argument(years), scalar(rate), scalar(volatility),
       argument(result), argument(second)},
      size);
  print("black_scholes", "f", result);
  print("black_scholes", "f", second);
  std::vector<double> partials((size + 4095) / 4096);
  run(DC_TABLE(reductions), 0, {argument(a), argument(partials)}, partials.size());
  print("partial_sums", "d", partials);
  std::vector<float> extrema((size + 4095) / 4096);
  run(DC_TABLE(reductions), 1, {argument(a), argument(extrema)}, extrema.size());
  print("partial_minima", "f", extrema);
}

void run_bodies(std::size_t size) {
  auto x = values(size, -1, 1);
  auto mass = values(size, 0.5F, 1);
  std::vector<float> results[6];
  float time_step = 0.001F;
  float softening = 0.1F;
  std::vector<KernelArgument> arguments{argument(x),    argument(mass),    argument(x),
                                        argument(x),    argument(mass),    argument(x),
                                        argument(mass), scalar(time_step), scalar(softening)};
  for (auto& result : results) {
    result.resize(size);
    arguments.push_back(argument(result));
  }
  run(DC_TABLE(n_body), 0, arguments, size);
  print("nbody_step", "f", results[0]);
  print("nbody_step", "f", results[4]);
}

void run_rows_and_columns(std::size_t rows, std::size_t cols) {
  const Extents shape{rows, cols, 1};
  auto grid = values(rows * cols, 0, 1);
  std::vector<float> cells(rows * cols);
  float factor = 0.2F;
  run(DC_TABLE(stencil), 0, {argument(grid, shape), scalar(factor), argument(cells, shape)}, cols,
      rows);
  print("stencil5", "f", cells);
  auto left = values(rows * 33, 0, 1);
  auto right = values(33 * cols, 0, 1);
  run(DC_TABLE(matmul), 0,
      {argument(left, {rows, 33, 1}), argument(right, {33, cols, 1}), argument(cells, shape)}, cols,
      rows);
  print("matmul", "f", cells);
  std::vector<std::uint8_t> rgb(rows * cols * 3);
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    rgb[i] = static_cast<std::uint8_t>(i * 37 + i / 11);
  }
  std::vector<std::uint8_t> grey(rows * cols);
  std::vector<std::uint8_t> image(rows * cols);
  run(DC_TABLE(images), 0, {argument(rgb, {rows, cols, 3}), argument(grey, shape)}, cols, rows);
  print("grey", "b", grey);
  run(DC_TABLE(images), 1, {argument(grey, shape), argument(image, shape)}, cols, rows);
  print("blur3", "b", image);
  run(DC_TABLE(images), 2, {argument(grey, shape), argument(image, shape)}, cols, rows);
  print("sobel", "b", image);
  auto row_count = static_cast<std::int32_t>(rows);
  auto col_count = static_cast<std::int32_t>(cols);
  double left_edge = -2;
  double top = 1.2;
  double step = 0.0113;
  std::int32_t limit = 24;
  std::vector<std::int32_t> iterations(rows * cols);
  run(DC_TABLE(mandelbrot), 0,
      {scalar(row_count), scalar(col_count), scalar(left_edge), scalar(top), scalar(step),
       scalar(limit), argument(iterations, shape)},
      cols, rows);
  print("mandelbrot", "i", iterations);
}

}  // namespace

int main() {
  for (const std::size_t size : {0, 1, 7, 31, 32, 33, 1000, 10001}) {
    run_rows(size);
  }
  for (const std::size_t size : {1, 33, 200}) {
    run_bodies(size);
  }
  run_rows_and_columns(1, 1);
  run_rows_and_columns(2, 31);
  run_rows_and_columns(33, 65);
}
