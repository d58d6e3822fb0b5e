// SPDX-License-Identifier: Apache-2.0
#include "emit/opencl/emit.hpp"
#include "emit/opencl/names.hpp"
#include "kir/parse.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace dotcompute::emit {
namespace {

std::unique_ptr<kir::Module> parse(const std::string& text) {
  auto outcome = kir::parse("kir 1;\nfile \"/home/somebody/test.cpp\";\n" + text);
  EXPECT_NE(outcome.module, nullptr) << outcome.diagnostics.front().message;
  return std::move(outcome.module);
}

OpenClKernel emitted(const std::string& text) {
  const auto module = parse(text);
  return emit_opencl(*module, *module->functions.back());
}

bool has(const OpenClKernel& kernel, const std::string& part) {
  return kernel.text.find(part) != std::string::npos;
}

// R2.1
TEST(OpenClText, OfOneKernelHasNothingOfOthers) {
  const OpenClKernel kernel = emitted(
      "kernel other { @1:1\n  buffer a: float64 out rank 1 span; @1:1\n  a[0_u64] = 1_f64; "
      "@1:1\n}\n"
      "kernel one { @2:1\n  buffer a: float32 out rank 1 span; @2:1\n  a[0_u64] = 1_f32; "
      "@2:1\n}\n");

  EXPECT_EQ(kernel.entry, "one");
  EXPECT_TRUE(has(kernel, "kernel void one("));
  EXPECT_FALSE(has(kernel, "other"));
  EXPECT_FALSE(has(kernel, "cl_khr_fp64"));
}

// R2.1
TEST(OpenClText, AsksForFloat64WhereItIsUsed) {
  EXPECT_TRUE(has(emitted("kernel one { @1:1\n  buffer a: float32 out rank 1 span; @1:1\n"
                          "  a[0_u64] = ((1_f64 + 2_f64) as float32); @1:1\n}\n"),
                  "#pragma OPENCL EXTENSION cl_khr_fp64 : enable"));
}

/// A kernel of floats x and y and of a buffer a whose first element it sets to `value`.
OpenClKernel computing(const std::string& value) {
  return emitted(
      "kernel one { @1:1\n  buffer a: float32 inout rank 1 span; @1:1\n"
      "  scalar x: float32; @1:1\n  scalar y: float32; @1:1\n  a[0_u64] = " +
      value + "; @1:1\n}\n");
}

// R2.1
TEST(OpenClText, KeepsTheOrderOfOperatorsThatBindAlike) {
  EXPECT_TRUE(has(computing("x - (y - a[0_u64])"), "a[0] = x - (y - a[0]);"));
  EXPECT_TRUE(has(computing("(x - y) - a[0_u64]"), "a[0] = x - y - a[0];"));
  EXPECT_TRUE(has(computing("x / (y / a[0_u64])"), "a[0] = x / (y / a[0]);"));
}

// R2.1
TEST(OpenClText, NegatesTwiceWithoutADecrement) {
  EXPECT_TRUE(has(computing("-(-x)"), "a[0] = -(-x);")) << computing("-(-x)").text;
}

// R2.1
TEST(OpenClText, StepsByOneOnlyWhereItAdds) {
  const auto changed = [](const std::string& by) {
    return emitted(
        "kernel one { @1:1\n  buffer a: uint32 inout rank 1 span; @1:1\n  a[0_u64] = "
        "a[0_u64] " +
        by + "; @1:1\n}\n");
  };

  EXPECT_TRUE(has(changed("* 1_u32"), "  a[0] *= 1u;")) << changed("* 1_u32").text;
  EXPECT_TRUE(has(changed("+ 1_u32"), "  ++a[0];"));
  EXPECT_TRUE(has(changed("- 1_u32"), "  --a[0];"));
}

TEST(OpenClText, TellsNothingOfTheMachineItWasMadeOn) {
  const OpenClKernel kernel =
      emitted("kernel one { @7:1\n  buffer a: float32 out rank 1 span; @1:1\n}\n");

  EXPECT_TRUE(has(kernel, "// test.cpp:7"));
  EXPECT_FALSE(has(kernel, "somebody"));
}

// R2.1
TEST(OpenClText, SaysWhyAKernelHasNone) {
  const std::string packed =
      "struct \"Odd\" size 5 align 1 {\n  \"a\": uint8 offset 0;\n  \"b\": float32 offset 1;\n}\n";
  const std::string aligned = "struct \"Wide\" size 16 align 16 {\n  \"a\": float32 offset 0;\n}\n";

  EXPECT_EQ(
      emitted(packed + "kernel one { @1:1\n  buffer a: \"Odd\" out rank 1 span; @1:1\n}\n").note,
      "OpenCL C has no word for the layout of struct Odd");
  EXPECT_EQ(emitted(aligned + "kernel one { @1:1\n  scalar a: \"Wide\"; @1:1\n}\n").note,
            "its parameter a needs more alignment than 8 bytes");
  const auto module =
      parse(packed + "kernel one { @1:1\n  buffer a: \"Odd\" out rank 1 span; @1:1\n}\n");
  EXPECT_NE(emit_opencl(*module).find("// one has no body here: OpenCL C has no word"),
            std::string::npos);
}

// R2.1
TEST(OpenClText, KeepsAwayFromWordsOfTheLanguage) {
  for (const char* name : {"kernel", "global", "half", "sampler_t", "float4", "uint16", "distance",
                           "get_global_id", "as_int", "range", "dc_add_int", "__private", "min"}) {
    const auto module = std::make_unique<kir::Module>();
    auto function = std::make_unique<kir::Function>();
    function->symbol = name;
    auto variable = std::make_unique<kir::Variable>();
    variable->name = name;
    function->locals.push_back(std::move(variable));
    module->functions.push_back(std::move(function));

    const opencl::Names names(*module);

    EXPECT_NE(names.of(*module->functions[0]), name);
    EXPECT_NE(names.of(*module->functions[0]->locals[0]), name);
    EXPECT_NE(names.of(*module->functions[0]), names.of(*module->functions[0]->locals[0]));
  }
}

TEST(OpenClText, KeepsNamesThatComeWithBuffersApart) {
  const OpenClKernel kernel = emitted(
      "kernel one { @1:1\n  scalar x_offset: int32; @1:1\n"
      "  buffer x: float32 out rank 1 span; @1:1\n  buffer x_memory: float32 out rank 1 "
      "span; @1:1\n}\n");

  EXPECT_TRUE(has(kernel, "global float* x__memory, global float* x_memory_memory")) << kernel.text;
}

}  // namespace
}  // namespace dotcompute::emit
