// SPDX-License-Identifier: Apache-2.0
#include "selection/calibration_kernels.hpp"

#include "dotcompute/generated/registration.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace dotcompute::core {

DC_GENERATED_BODIES(calibration);

namespace {

constexpr std::array<std::string_view, 3> kNames{"add", "multiply_add", "multiply_add_double"};

constexpr std::string_view kAddText = R"(
typedef struct {
  ulong range[3] __attribute__((aligned(8)));
  ulong a_extents[1] __attribute__((aligned(8)));
  long a_offset __attribute__((aligned(8)));
  ulong b_extents[1] __attribute__((aligned(8)));
  long b_offset __attribute__((aligned(8)));
  ulong sum_extents[1] __attribute__((aligned(8)));
  long sum_offset __attribute__((aligned(8)));
} add_arguments;

kernel void add(global const float* a_memory, global const float* b_memory,
                global float* sum_memory, const add_arguments dc) {
  const size_t i = get_global_id(0);
  if (i - get_global_offset(0) >= dc.range[0]) {
    return;
  }
  global const float* a = (global const float*)((global const char*)a_memory + dc.a_offset);
  global const float* b = (global const float*)((global const char*)b_memory + dc.b_offset);
  global float* sum = (global float*)((global char*)sum_memory + dc.sum_offset);
  sum[i] = a[i] + b[i];
}
)";

#define DC_MULTIPLY_ADD_TEXT(name, type, suffix)                \
  "#pragma OPENCL FP_CONTRACT OFF\n"                            \
  "typedef struct {\n"                                          \
  "  ulong range[3] __attribute__((aligned(8)));\n"             \
  "  ulong x_extents[1] __attribute__((aligned(8)));\n"         \
  "  long x_offset __attribute__((aligned(8)));\n"              \
  "  uint rounds __attribute__((aligned(8)));\n"                \
  "} " name                                                     \
  "_arguments;\n"                                               \
  "kernel void " name "(global " type "* x_memory, const " name \
  "_arguments dc) {\n"                                          \
  "  const size_t i = get_global_id(0);\n"                      \
  "  if (i - get_global_offset(0) >= dc.range[0]) {\n"          \
  "    return;\n"                                               \
  "  }\n"                                                       \
  "  global " type "* x = (global " type                        \
  "*)((global char*)x_memory + dc.x_offset);\n"                 \
  "  " type                                                     \
  " value = x[i];\n"                                            \
  "  for (uint round = 0; round < dc.rounds; ++round) {\n"      \
  "    value = value * 0.999" suffix " + 0.001" suffix          \
  ";\n"                                                         \
  "  }\n"                                                       \
  "  x[i] = value;\n"                                           \
  "}\n"

constexpr std::array<std::string_view, 3> kOpenclTexts{
    kAddText, DC_MULTIPLY_ADD_TEXT("multiply_add", "float", "f"),
    "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n" DC_MULTIPLY_ADD_TEXT(
        "multiply_add_double", "double", "")};

#undef DC_MULTIPLY_ADD_TEXT

}  // namespace

const KernelMetadata& metadata_of(CalibrationKernel kernel) {
  static const std::array<KernelMetadata, 3> metadata{
      {{.name = "add", .parameters = {input<float>("a"), input<float>("b"), output<float>("sum")}},
       {.name = "multiply_add",
        .parameters = {in_out<float>("x"), scalar<std::uint32_t>("rounds")}},
       {.name = "multiply_add_double",
        .parameters = {in_out<double>("x"), scalar<std::uint32_t>("rounds")}}}};
  return metadata[static_cast<std::size_t>(kernel)];
}

std::optional<backend::KernelSource> source_of(CalibrationKernel kernel,
                                               AcceleratorType type) noexcept {
  const auto index = static_cast<std::size_t>(kernel);
  backend::KernelSource source;
  switch (type) {
    case AcceleratorType::cpu:
      source.host.function = calibration_bodies().bodies[index];
      return source;
    case AcceleratorType::opencl:
      source.language = backend::SourceLanguage::opencl_c;
      source.text = kOpenclTexts[index];
      source.entry = kNames[index];
      return source;
    default:
      return std::nullopt;
  }
}

}  // namespace dotcompute::core
