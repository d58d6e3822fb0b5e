// SPDX-License-Identifier: Apache-2.0
// What the emitted text computes on a device of OpenCL, compared with the interpreter.
#include "emit/opencl/emit.hpp"
#include "interpret/interpret.hpp"
#include "kir/layout.hpp"
#include "kir/parse.hpp"
#include "support/random_arguments.hpp"
#include "support/random_kernel.hpp"
#include "unit/emit_opencl/launcher.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace dotcompute::emit {
namespace {

constexpr const char* kOptions = "-cl-std=CL1.2 -cl-fp32-correctly-rounded-divide-sqrt";

std::unique_ptr<kir::Module> module_of(const std::string& path) {
  std::ifstream in(path);
  return kir::parse(std::string{std::istreambuf_iterator<char>(in), {}}).module;
}

const kir::Function& kernel_named(const kir::Module& module, const std::string& name) {
  return **std::find_if(module.functions.begin(), module.functions.end(),
                        [&](const auto& one) { return one->is_kernel && one->name == name; });
}

// One argument's memory, filled with small numbers that are the same in every run.
struct Memory {
  std::vector<unsigned char> bytes;
  Extents extents{1, 1, 1};

  template <class T>
  void fill(std::uint32_t seed) {
    for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
      seed = seed * 1664525U + 1013904223U;
      const int number = static_cast<int>(seed >> 16U) % 97 - (T(-1) < T(0) ? 40 : 0);
      const auto value = static_cast<T>(number);
      std::memcpy(&bytes[at], &value, sizeof(T));
    }
  }
};

void fill(Memory& memory, ElementType type, std::uint32_t seed) {
  switch (type) {
    case ElementType::float32:
      return memory.fill<float>(seed);
    case ElementType::float64:
      return memory.fill<double>(seed);
    case ElementType::uint8:
      return memory.fill<std::uint8_t>(seed);
    case ElementType::int16:
      return memory.fill<std::int16_t>(seed);
    case ElementType::uint32:
      return memory.fill<std::uint32_t>(seed + 1);
    default:
      return memory.fill<std::int32_t>(seed);
  }
}

struct Case {
  std::string kernel;
  std::array<std::uint64_t, 3> range;
  std::vector<Extents> buffers;
  std::vector<double> scalars;
};

std::vector<Memory> memories_of(const Case& run,
                                const kir::Module& module,
                                const kir::Function& kernel) {
  std::vector<Memory> memories;
  std::size_t buffer = 0;
  std::size_t scalar = 0;
  for (const auto& parameter : kernel.parameters) {
    Memory memory;
    const bool is_buffer = parameter->kind == kir::VariableKind::buffer;
    memory.extents = is_buffer ? run.buffers.at(buffer++) : Extents{1, 1, 1};
    memory.bytes.resize(memory.extents[0] * memory.extents[1] * memory.extents[2] *
                        *kir::bytes_of(module.structures, parameter->type));
    const bool is_structure = parameter->type.has_structure();
    fill(memory, is_structure ? ElementType::float32 : parameter->type.element,
         static_cast<std::uint32_t>(buffer));
    if (!is_buffer && !is_structure) {
      const double number = run.scalars.at(scalar++);
      const auto whole = static_cast<std::int32_t>(number);
      const auto real = static_cast<float>(number);
      const bool is_float = parameter->type.element == ElementType::float32;
      std::memcpy(memory.bytes.data(), is_float ? static_cast<const void*>(&real) : &whole, 4);
    }
    memories.push_back(std::move(memory));
  }
  return memories;
}

std::vector<backend::KernelArgument> pointers_to(std::vector<Memory>& memories) {
  std::vector<backend::KernelArgument> arguments;
  for (Memory& memory : memories) {
    arguments.push_back({memory.bytes.data(), memory.extents});
  }
  return arguments;
}

// Integers alike; of floats, whose functions may differ in the last places, the values near.
void expect_same(const kir::Function& kernel,
                 const std::vector<Memory>& expected,
                 const std::vector<Memory>& got) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const kir::Variable& parameter = *kernel.parameters[i];
    const std::string name = kernel.name + ": " + parameter.name;
    if (parameter.type != kir::scalar_type(ElementType::float32) || kernel.name != "maths") {
      ASSERT_EQ(expected[i].bytes, got[i].bytes) << name;
      continue;
    }
    for (std::size_t at = 0; at < expected[i].bytes.size(); at += sizeof(float)) {
      float a = 0;
      float b = 0;
      std::memcpy(&a, &expected[i].bytes[at], sizeof(float));
      std::memcpy(&b, &got[i].bytes[at], sizeof(float));
      ASSERT_LE(std::fabs(a - b), 1e-5F * (std::fabs(a) + 1)) << name << " at " << at;
    }
  }
}

class OpenClCodeTest : public testing::Test {
 protected:
  // One device for all tests: a driver takes its time to start.
  static void SetUpTestSuite() { launcher_ = new OpenClLauncher; }
  static void TearDownTestSuite() {
    delete launcher_;
    launcher_ = nullptr;
  }
  void SetUp() override {
    if (!launcher_->problem().empty()) {
      GTEST_SKIP() << launcher_->problem();
    }
  }

  void load(const std::string& file) {
    module_ = module_of(std::string(DC_GOLDEN_DIRECTORY "/") + file + ".kir");
    ASSERT_NE(module_, nullptr);
    const std::string text = emit_opencl(*module_);
    ASSERT_EQ(launcher_->build(text, (std::string(kOptions) + " -Werror").c_str()), "") << text;
  }

  void check(const Case& run) {
    const kir::Function& kernel = kernel_named(*module_, run.kernel);
    const auto reference = interpret::Kernel::make(*module_, kernel);
    ASSERT_TRUE(reference.ok());
    auto expected = memories_of(run, *module_, kernel);
    const auto status = reference->run(pointers_to(expected), {{0, 0, 0}, run.range});
    ASSERT_TRUE(status.ok()) << run.kernel << " " << status.error().message();
    auto got = memories_of(run, *module_, kernel);

    const std::string entry = emit_opencl(*module_, kernel).entry;
    ASSERT_EQ(launcher_->run(*module_, kernel, entry, pointers_to(got), {{0, 0, 0}, run.range}),
              "");

    expect_same(kernel, expected, got);
  }

  static OpenClLauncher* launcher_;
  std::unique_ptr<kir::Module> module_;
};

OpenClLauncher* OpenClCodeTest::launcher_ = nullptr;

// R2.4
TEST_F(OpenClCodeTest, DoesAlongOneAxisWhatTheInterpreterDoes) {
  load("language");
  for (const std::uint64_t n : {1U, 7U, 33U, 1000U}) {
    // Beyond the buffers, as the guard says what is done.
    const std::array<std::uint64_t, 3> range{n + 3, 1, 1};
    const Extents row{n, 1, 1};
    const auto items = static_cast<double>(n);
    check({"add", range, {row, row, row}, {}});
    check({"shifted", range, {row, row}, {items}});
    check({"pairs", range, {row, row}, {3}});
    check({"collatz", range, {row, row}, {}});
    check({"leaves", range, {row, row}, {20}});
    check({"cases", range, {row, row}, {}});
    check({"cells", range, {row, row}, {}});
    check({"wide", range, {{n * 3, 1, 1}, row}, {3}});
    check({"row_sums", range, {{n, 5, 1}, row}, {}});
    check({"maths", range, {row, row}, {}});
  }
}

// R2.4
TEST_F(OpenClCodeTest, DoesAlongMoreAxesWhatTheInterpreterDoes) {
  load("language");
  for (const std::uint64_t rows : {1U, 4U, 7U}) {
    for (const std::uint64_t cols : {1U, 7U, 33U}) {
      const std::array<std::uint64_t, 3> range{cols + 1, rows + 2, 1};
      const Extents shape{rows, cols, 1};
      check({"rims", range, {shape, shape}, {}});
      check({"blur", range, {shape, shape}, {}});
      check({"product", range, {{rows, 9, 1}, {9, cols, 1}, shape}, {}});
      check({"volume", {cols, rows, 3}, {{3, rows, cols}, {3, rows, cols}}, {3}});
    }
  }
}

// R2.4
TEST_F(OpenClCodeTest, WrapsAndShiftsAndDividesAsTheInterpreterDoes) {
  load("integers");
  const std::vector<std::int64_t> edges{
      0,     1,      -1,        2,         -2,        7,         -7,  127, 128, -128,
      32767, -32768, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, 255, 256, 40};
  const std::uint64_t count = edges.size() * edges.size();
  std::vector<std::int64_t> a;
  std::vector<std::int64_t> b;
  for (const std::int64_t x : edges) {
    for (const std::int64_t y : edges) {
      a.push_back(x);
      b.push_back(y);
    }
  }
  std::vector<std::int32_t> a32(a.begin(), a.end());
  std::vector<std::int32_t> b32(b.begin(), b.end());
  std::vector<std::uint8_t> b8(b.begin(), b.end());
  const Extents row{count, 1, 1};
  const auto compare = [&](const char* name, auto& x, auto& y, auto element, std::size_t columns) {
    const kir::Function& kernel = kernel_named(*module_, name);
    std::vector<decltype(element)> expected(count * columns);
    std::vector<decltype(element)> got(count * columns);
    const auto reference = interpret::Kernel::make(*module_, kernel);
    const Extents shape{count, columns, 1};
    ASSERT_TRUE(reference
                    ->run(
                        std::vector<backend::KernelArgument>{
                            {x.data(), row}, {y.data(), row}, {expected.data(), shape}},
                        {{0, 0, 0}, {count, 1, 1}})
                    .ok());
    ASSERT_EQ(launcher_->run(*module_, kernel, name,
                             {{x.data(), row}, {y.data(), row}, {got.data(), shape}},
                             {{0, 0, 0}, {count, 1, 1}}),
              "");
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_EQ(got[i], expected[i])
          << name << " column " << i % columns << " of " << x[i / columns] << " and "
          << static_cast<std::int64_t>(y[i / columns]);
    }
  };
  compare("arithmetic", a32, b32, std::int32_t{}, 14);
  compare("widths", a, b8, std::int64_t{}, 13);
  check({"counting", {33, 1, 1}, {{33, 1, 1}, {33, 1, 1}}, {11}});
}

// R2.4
TEST_F(OpenClCodeTest, KeepsStructuresReferencesAndConstantsApart) {
  load("spaces");
  // Point is filled with floats, of which bytes are no bools: so only its own item's are compared.
  for (const std::uint64_t rows : {1U, 5U}) {
    const std::uint64_t cols = 9;
    const kir::Function& kernel = kernel_named(*module_, "min");
    std::vector<std::int32_t> grid(rows * cols, 3);
    std::vector<std::byte> image(rows * cols * 16, std::byte{1});
    std::vector<std::byte> out(rows * cols * 16, std::byte{1});
    std::int32_t number = 5;
    std::array<std::byte, 12> point{};
    point.fill(std::byte{1});
    double unused = 0;
    bool flag = true;
    auto grid_got = grid;
    auto out_got = out;
    const Extents row{rows * cols, 1, 1};
    std::vector<backend::KernelArgument> arguments{{grid.data(), {rows, cols, 1}},
                                                   {image.data(), row},
                                                   {out.data(), row},
                                                   {&number, {}},
                                                   {point.data(), {}},
                                                   {&unused, {}},
                                                   {&flag, {}}};
    const auto reference = interpret::Kernel::make(*module_, kernel);
    const auto status = reference->run(arguments, {{0, 0, 0}, {cols, rows, 1}});
    ASSERT_TRUE(status.ok()) << status.error().message();
    arguments[0].data = grid_got.data();
    arguments[2].data = out_got.data();

    ASSERT_EQ(launcher_->run(*module_, kernel, "min_", arguments, {{0, 0, 0}, {cols, rows, 1}}),
              "");

    EXPECT_EQ(grid_got, grid);
    EXPECT_EQ(out_got, out);
  }
}

// R6.4
TEST_F(OpenClCodeTest, RunsAPartOfALaunchOnAPartOfTheMemory) {
  load("language");
  constexpr std::int64_t kMissing = 100;
  std::vector<float> a(130);
  std::vector<float> b(130, 0.5F);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<float>(i);
  }
  std::vector<float> got(30, -1.0F);
  const kir::Function& kernel = kernel_named(*module_, "add");

  // Elements 100 to 129 are there, and items 103 to 119 run.
  ASSERT_EQ(launcher_->run(*module_, kernel, "add",
                           {{a.data() + kMissing, {130, 1, 1}},
                            {b.data() + kMissing, {130, 1, 1}},
                            {got.data(), {130, 1, 1}}},
                           {{103, 0, 0}, {17, 1, 1}, {kMissing, kMissing, kMissing}}),
            "");

  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i], i >= 3 && i < 20 ? static_cast<float>(i) + 100.5F : -1.0F) << i;
  }
}

// R2.4
TEST_F(OpenClCodeTest, GivesTheBitsOfTheInterpreterForRandomKernels) {
  for (std::uint64_t seed = DC_FIRST_SEED; seed < DC_FIRST_SEED + DC_SEEDS; ++seed) {
    const auto module = random_kernel(seed, {.has_halves = seed % 4 == 0});
    const kir::Function& kernel = *module->functions.back();
    const OpenClKernel emitted = emit_opencl(*module, kernel);
    // Random constants compare oddly, so warnings are let be.
    ASSERT_EQ(launcher_->build(emitted.text, kOptions), "") << "seed " << seed << "\n"
                                                            << emitted.text;
    const auto reference = interpret::Kernel::make(*module, kernel);
    ASSERT_TRUE(reference.ok()) << "seed " << seed;
    for (const std::size_t size : {1U, 7U, 33U, 1000U}) {
      RandomArguments expected(kernel, size, seed);
      ASSERT_TRUE(reference->run(expected.list(), {{0, 0, 0}, {size, 1, 1}}).ok())
          << "seed " << seed;
      RandomArguments got(kernel, size, seed);
      ASSERT_EQ(
          launcher_->run(*module, kernel, emitted.entry, got.list(), {{0, 0, 0}, {size, 1, 1}}),
          "");
      ASSERT_EQ(got.difference(expected), "") << "seed " << seed << ", size " << size << "\n"
                                              << emitted.text;
    }
  }
}

}  // namespace
}  // namespace dotcompute::emit
