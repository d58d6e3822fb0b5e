// SPDX-License-Identifier: Apache-2.0
// What the emitted text computes, for each instruction set of this machine, compared with the
// interpreter. The kernels are those of tests/golden/cpu/language.kir.
#include "interpret/interpret.hpp"
#include "kir/parse.hpp"

#include "dotcompute/generated/bodies.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#if defined(__x86_64__)
extern const dotcompute::generated::BodyTable language_baseline;
extern const dotcompute::generated::BodyTable language_v3;
extern const dotcompute::generated::BodyTable language_v4;
#elif defined(__aarch64__)
extern const dotcompute::generated::BodyTable language_neon;
#endif

namespace dotcompute::emit {
namespace {

using generated::BodyTable;
using generated::InstructionSet;

std::vector<const BodyTable*> tables() {
#if defined(__x86_64__)
  const auto best = generated::detail::best_instruction_set();
  std::vector<const BodyTable*> usable{&language_baseline};
  if (best >= InstructionSet::v3) {
    usable.push_back(&language_v3);
  }
  if (best >= InstructionSet::v4) {
    usable.push_back(&language_v4);
  }
  return usable;
#else
  return {&language_neon};
#endif
}

const kir::Module& module() {
  static const auto parsed = [] {
    std::ifstream in(DC_GOLDEN_DIRECTORY "/language.kir");
    return kir::parse(std::string{std::istreambuf_iterator<char>(in), {}});
  }();
  return *parsed.module;
}

struct Found {
  const kir::Function* function = nullptr;
  std::size_t place = 0;  // in a BodyTable
};

Found kernel_named(const std::string& name) {
  std::size_t place = 0;
  for (const auto& function : module().functions) {
    if (function->is_kernel && function->name == name) {
      return {function.get(), place};
    }
    place += function->is_kernel ? 1 : 0;
  }
  return {};
}

std::size_t bytes_of(const kir::Type& type) {
  return type.has_structure() ? module().structures[type.structure].size : size_of(type.element);
}

// One argument's memory, filled with small numbers that are the same in every run.
struct Memory {
  std::vector<unsigned char> bytes;
  Extents extents{1, 1, 1};

  template <class T>
  void fill(std::uint32_t seed) {
    for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
      seed = seed * 1664525U + 1013904223U;
      const auto value =
          static_cast<T>(static_cast<int>(seed >> 16U) % 97 - (T(-1) < T(0) ? 40 : 0));
      std::memcpy(&bytes[at], &value, sizeof(T));
    }
  }
  // Any bits.
  void fill_halves(std::uint32_t seed) {
    for (unsigned char& byte : bytes) {
      seed = seed * 1664525U + 1013904223U;
      byte = static_cast<unsigned char>(seed >> 16U);
    }
  }
};

bool are_same_halves(std::uint16_t a, std::uint16_t b) {
  const auto is_nan = [](std::uint16_t bits) { return (bits & 0x7FFFU) > 0x7C00U; };
  return a == b || (is_nan(a) && is_nan(b));
}

Memory memory_for(const kir::Variable& parameter, Extents extents, std::uint32_t seed) {
  Memory memory;
  memory.extents = extents;
  memory.bytes.resize(extents[0] * extents[1] * extents[2] * bytes_of(parameter.type));
  switch (parameter.type.has_structure() ? ElementType::int32 : parameter.type.element) {
    case ElementType::float32:
      memory.fill<float>(seed);
      break;
    case ElementType::float64:
      memory.fill<double>(seed);
      break;
    case ElementType::float16:
      memory.fill_halves(seed);
      break;
    case ElementType::uint8:
      memory.fill<std::uint8_t>(seed);
      break;
    case ElementType::int16:
      memory.fill<std::int16_t>(seed);
      break;
    case ElementType::uint32:
      memory.fill<std::uint32_t>(seed + 1);
      break;
    default:
      memory.fill<std::int32_t>(seed);
      break;
  }
  return memory;
}

struct Case {
  std::string kernel;
  std::array<std::uint64_t, 3> range;
  std::vector<Extents> buffers;
  std::vector<double> scalars;
  std::array<std::uint32_t, 3> group_size{0, 0, 0};  // 0: as the kernel says
};

std::vector<Memory> arguments_of(const Case& run, const kir::Function& function) {
  std::vector<Memory> memories;
  std::size_t buffer = 0;
  std::size_t scalar = 0;
  for (const auto& parameter : function.parameters) {
    if (parameter->kind == kir::VariableKind::buffer) {
      memories.push_back(
          memory_for(*parameter, run.buffers.at(buffer), static_cast<std::uint32_t>(buffer)));
      ++buffer;
      continue;
    }
    Memory value = memory_for(*parameter, {1, 1, 1}, 5);
    if (parameter->type == kir::scalar_type(ElementType::int32)) {
      const auto number = static_cast<std::int32_t>(run.scalars.at(scalar++));
      std::memcpy(value.bytes.data(), &number, sizeof(number));
    } else if (parameter->type == kir::scalar_type(ElementType::float32)) {
      const auto number = static_cast<float>(run.scalars.at(scalar++));
      std::memcpy(value.bytes.data(), &number, sizeof(number));
    } else {
      const float point[2] = {1.5F, -2.0F};
      std::memcpy(value.bytes.data(), point, sizeof(point));
    }
    memories.push_back(std::move(value));
  }
  return memories;
}

std::vector<backend::KernelArgument> pointers_to(std::vector<Memory>& memories) {
  std::vector<backend::KernelArgument> arguments;
  for (auto& memory : memories) {
    arguments.push_back({memory.bytes.data(), memory.extents});
  }
  return arguments;
}

template <class T>
void expect_near(const Memory& expected, const Memory& got, const std::string& name) {
  for (std::size_t at = 0; at < expected.bytes.size(); at += sizeof(T)) {
    T a;
    T b;
    std::memcpy(&a, &expected.bytes[at], sizeof(T));
    std::memcpy(&b, &got.bytes[at], sizeof(T));
    const T most = static_cast<T>(1e-5) * (std::fabs(a) + 1);
    ASSERT_TRUE(a == b || std::fabs(a - b) <= most || (a != a && b != b))
        << name << " at " << at / sizeof(T) << ": " << a << " expected, got " << b;
  }
}

void expect_same(const kir::Function& function,
                 const std::vector<Memory>& expected,
                 const std::vector<Memory>& got) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const kir::Variable& parameter = *function.parameters[i];
    const std::string name = function.name + ": " + parameter.name;
    if (parameter.type == kir::scalar_type(ElementType::float32)) {
      expect_near<float>(expected[i], got[i], name);
    } else if (parameter.type == kir::scalar_type(ElementType::float64)) {
      expect_near<double>(expected[i], got[i], name);
    } else if (parameter.type == kir::scalar_type(ElementType::float16)) {
      for (std::size_t at = 0; at < expected[i].bytes.size(); at += 2) {
        std::uint16_t a = 0;
        std::uint16_t b = 0;
        std::memcpy(&a, &expected[i].bytes[at], sizeof(a));
        std::memcpy(&b, &got[i].bytes[at], sizeof(b));
        ASSERT_TRUE(are_same_halves(a, b)) << name << " at " << at / 2 << ": " << a << ", " << b;
      }
    } else {
      ASSERT_EQ(expected[i].bytes, got[i].bytes) << name;
    }
  }
}

// The range in pieces that end anywhere, as the chunks of several threads do.
std::vector<ItemRange> pieces_of(const std::array<std::uint64_t, 3>& range) {
  std::vector<ItemRange> pieces;
  const std::uint64_t half_x = range[0] / 2 + (range[0] > 4 ? 1 : 0);
  const std::uint64_t half_y = range[1] / 2;
  for (const auto& [begin_x, end_x] : {std::pair{std::uint64_t{0}, half_x}, {half_x, range[0]}}) {
    for (const auto& [begin_y, end_y] : {std::pair{std::uint64_t{0}, half_y}, {half_y, range[1]}}) {
      pieces.push_back({{begin_x, begin_y, 0}, {end_x, end_y, range[2]}});
    }
  }
  return pieces;
}

void check(const Case& run) {
  const auto [function, place] = kernel_named(run.kernel);
  ASSERT_NE(function, nullptr);
  auto kernel = interpret::Kernel::make(module(), *function);
  ASSERT_TRUE(kernel.ok()) << *kernel.error().log;
  auto expected = arguments_of(run, *function);
  const auto status = kernel->run(pointers_to(expected), {.begin = {0, 0, 0}, .end = run.range},
                                  {.range = run.range, .group_size = run.group_size});
  ASSERT_TRUE(status.ok()) << run.kernel << " " << status.error().what;

  for (const BodyTable* table : tables()) {
    auto got = arguments_of(run, *function);
    const auto arguments = pointers_to(got);
    const LaunchRange launch{run.range};
    for (ItemRange piece : pieces_of(run.range)) {
      piece.launch = &launch;
      piece.group_size = run.group_size[0] != 0 ? &run.group_size : nullptr;
      table->bodies[place](nullptr, arguments.data(), piece);
    }
    expect_same(*function, expected, got);
  }
}

constexpr std::uint64_t kSizes[] = {0, 1, 7, 31, 32, 33, 1000};

// R2.4
TEST(EmittedCodeTest, DoesAlongOneAxisWhatTheInterpreterDoes) {
  for (const std::uint64_t n : kSizes) {
    // Beyond the buffers, as the guard says what is done.
    const std::array<std::uint64_t, 3> range{n + 3, 1, 1};
    const Extents row{n, 1, 1};
    const auto items = static_cast<double>(n);
    check({"add", range, {row, row, row}, {}});
    check({"shifted", range, {row, row}, {items}});
    check({"shifted", range, {row, row}, {-5}});
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
TEST(EmittedCodeTest, ComputesWithNumbersOf16BitsAsTheInterpreterDoes) {
  for (const std::uint64_t n : kSizes) {
    const Extents row{n, 1, 1};
    check({"halves", {n, 1, 1}, {row, row, row}, {}});
  }
}

// R2.4
TEST(EmittedCodeTest, TellsTheSizesOfTheLaunchThatItsItemsArePartOf) {
  for (const std::uint64_t rows : {1U, 3U, 7U}) {
    for (const std::uint64_t cols : {1U, 8U, 33U, 67U}) {
      const std::array<std::uint64_t, 3> range{cols, rows, 1};
      check({"launches", range, {{rows, cols, 1}}, {}});
      check({"launches", range, {{rows, cols, 1}}, {}, {5, 2, 1}});
    }
  }
  for (const std::uint64_t items : {1U, 7U, 33U, 1000U}) {
    check({"strided", {items, 1, 1}, {{500, 1, 1}, {500, 1, 1}}, {}});
  }
}

// R2.4
TEST(EmittedCodeTest, TakesTheEndOfItsItemsForTheLaunchIfNobodySaysMore) {
  const auto [function, place] = kernel_named("launches");
  std::array<std::uint64_t, 12> expected{};
  const backend::KernelArgument reference[] = {{expected.data(), {3, 4, 1}}};
  const ItemRange items{{0, 0, 0}, {4, 3, 1}};
  const auto kernel = interpret::Kernel::make(module(), *function);
  ASSERT_TRUE(kernel.ok());
  ASSERT_TRUE(kernel->run(reference, items).ok());

  for (const BodyTable* table : tables()) {
    std::array<std::uint64_t, 12> got{};
    const backend::KernelArgument arguments[] = {{got.data(), {3, 4, 1}}};
    table->bodies[place](nullptr, arguments, items);
    EXPECT_EQ(got, expected);
  }
}

// R2.4
TEST(EmittedCodeTest, TurnsIdsIntoTheNearestFloatingValues) {
  check({"ids", {33, 5, 1}, {{5, 33, 1}, {5, 33, 1}}, {}});
  // Above 2^24 a float has no room for each id.
  const std::uint64_t first = (std::uint64_t{1} << 40U) + 12345;
  for (const BodyTable* table : tables()) {
    std::vector<float> singles(8);
    std::vector<double> doubles(8);
    // Element 0 is far before the memory.
    const auto offset = static_cast<std::uintptr_t>(first);
    const backend::KernelArgument arguments[] = {
        {std::bit_cast<void*>(std::bit_cast<std::uintptr_t>(singles.data()) - offset * 4),
         {1, first + 8, 1}},
        {std::bit_cast<void*>(std::bit_cast<std::uintptr_t>(doubles.data()) - offset * 8),
         {1, first + 8, 1}}};
    table->bodies[kernel_named("ids").place](nullptr, arguments,
                                             {{first, 0, 0}, {first + 8, 1, 1}});
    for (std::uint64_t i = 0; i < 8; ++i) {
      EXPECT_EQ(singles[i], static_cast<float>(first + i) * 0.25F);
      EXPECT_EQ(doubles[i], static_cast<double>(first + i));
    }
  }
}

// R2.4
TEST(EmittedCodeTest, DoesAlongTwoAxesWhatTheInterpreterDoes) {
  for (const std::uint64_t rows : {0U, 1U, 2U, 3U, 4U, 5U, 70U}) {
    for (const std::uint64_t cols : {0U, 1U, 2U, 31U, 32U, 33U, 67U}) {
      const std::array<std::uint64_t, 3> range{cols + 1, rows + 2, 1};
      const Extents shape{rows, cols, 1};
      check({"rims", range, {shape, shape}, {}});
      check({"blur", range, {shape, shape}, {}});
      check({"product", range, {{rows, 9, 1}, {9, cols, 1}, shape}, {}});
    }
  }
}

// R2.4
TEST(EmittedCodeTest, DoesAlongThreeAxesWhatTheInterpreterDoes) {
  for (const std::uint64_t depth : {0U, 1U, 3U}) {
    for (const std::uint64_t rows : {1U, 4U, 7U}) {
      for (const std::uint64_t cols : {1U, 31U, 33U, 65U}) {
        check({"volume", {cols, rows, depth}, {{depth, rows, cols}, {depth, rows, cols}}, {3}});
      }
    }
  }
}

// R2.4
TEST(EmittedCodeTest, StreamsOutputsThatNoCacheHolds) {
  constexpr std::uint64_t kItems = (std::uint64_t{1} << 24U) + 1;
  std::vector<float> a(kItems);
  std::vector<float> b(kItems, 2.0F);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<float>(i % 1024);
  }
  for (const BodyTable* table : tables()) {
    std::vector<float> out(kItems + 1, -1.0F);
    // One element off the alignment that allocations have.
    const backend::KernelArgument arguments[] = {
        {a.data(), {kItems, 1, 1}}, {b.data(), {kItems, 1, 1}}, {out.data() + 1, {kItems, 1, 1}}};

    table->bodies[kernel_named("add").place](nullptr, arguments, {{0, 0, 0}, {kItems, 1, 1}});

    EXPECT_EQ(out[0], -1.0F);
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_EQ(out[i + 1], a[i] + b[i]) << i;
    }
  }
}

}  // namespace
}  // namespace dotcompute::emit
