// SPDX-License-Identifier: Apache-2.0
#include "kir/build.hpp"
#include "kir/parse.hpp"
#include "kir/print.hpp"
#include "kir/verify.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace dotcompute::kir {
namespace {

using enum ElementType;

// The text as it is read and printed again; the mistake if there is one.
std::string printed_again(const std::string& text) {
  const ParseOutcome outcome = parse(text);
  if (outcome.module == nullptr) {
    const Diagnostic& mistake = outcome.diagnostics.front();
    return std::to_string(mistake.location.line) + ":" + std::to_string(mistake.location.column) +
           ": " + mistake.message;
  }
  return print(*outcome.module);
}

// out[i] = a[i] + b[i] behind its guard.
void add_vector_add(Module& module) {
  module.files = {"vector_add.cpp"};
  Function& kernel = add_kernel(module, "vector_add", {.line = 5, .column = 16});
  Variable& a = add_buffer(kernel, "a", float32, Direction::in);
  Variable& b = add_buffer(kernel, "b", float32, Direction::in);
  Variable& out = add_buffer(kernel, "out", float32, Direction::out);
  Variable& i = add_local(kernel, "i", scalar_type(uint64));
  i.is_const = true;
  const auto element = [&](Variable& buffer, std::uint32_t column) {
    return make_index(buffer, expressions(make_variable(i)), {.line = 10, .column = column});
  };
  kernel.body = statements(
      make_declare(i, make_id(IdQuery::global_id), {.line = 8, .column = 3}),
      make_if_else(make_binary(BinaryOperator::greater_equal, make_variable(i), make_extent(out)),
                   statements(make_return_from(nullptr, {.line = 9, .column = 24})), {},
                   {.line = 9, .column = 3}),
      make_assign(element(out, 3), make_binary(BinaryOperator::add, element(a, 12), element(b, 19)),
                  {.line = 10, .column = 3}));
}

// R2.1
TEST(PrintTest, APersonRecognisesTheKernel) {
  Module module;
  add_vector_add(module);

  EXPECT_EQ(print(module), R"(kir 1;
file "vector_add.cpp";

kernel vector_add { @5:16
  buffer a: const float32 in rank 1 span;
  buffer b: const float32 in rank 1 span;
  buffer out: float32 out rank 1 span;
  let i: uint64 = $global_id(0); @8:3
  if (i >= $extent(out)) { @9:3
    return; @9:24
  }
  out[i] = a[i] + b[i]; @10:3 3 12 19
}
)");
}

// R2.4
TEST(PrintParseTest, WhatIsReadIsWellFormedAndPrintsTheSame) {
  Module module;
  add_vector_add(module);
  const std::string text = print(module);

  const ParseOutcome outcome = parse(text);

  ASSERT_NE(outcome.module, nullptr) << outcome.diagnostics.front().message;
  EXPECT_TRUE(verify(*outcome.module).empty());
  EXPECT_EQ(print(*outcome.module), text);
}

// R2.4
TEST(PrintParseTest, KeepsEveryKindOfStatementAndExpression) {
  const std::string text = R"(kir 1;
file "a \"b\"\\.cpp";
file "c\x0a.hpp";

struct "v::Pair<float, 2>" file 1 size 12 align 4 {
  "first": float32 offset 0;
  "first": float32[2] offset 4;
}

struct "Node" size 16 align 4 {
  "pair": "v::Pair<float, 2>" offset 0;
  "weight 2": int32 offset 12;
}

constant kTable: int16[2][2] = {1_i16, -2_i16, 3_i16, -32768_i16} as int16[2][2]; @1:7:3
constant kHuge: float64 = 0x7ff0000000000000_f64;

function touch name "touch<int>" namespace "v" { @1:9:6
  buffer data: float32 in rank 2;
  reference place: int32;
  reference fixed: const "Node"; @10:2
  scalar by: const int32[3];
  place = (by[0_i32] + fixed.#1) % 3_i32; @0:12:3 7 13:9
  return;
}

function half: float16 {
  scalar x: float16;
  return x * 0.5_f16;
}

kernel main_1 name "main" namespace "a::b" registered "Main" dimensions 3 group 8 8 0 { @3:4
  buffer data: float32 inout rank 2 shape "n, m"; @3:10
  buffer nodes: const "Node" in rank 1 span;
  scalar count: int32;
  var i: int32;
  var by: int32[3] = {1_i32, -2_i32, count} as int32[3];
  touch(data, i, nodes[0_u8], by); @8:3 1:9:9 1
  let pair: "v::Pair<float, 2>" = nodes[$local_id(2)].pair;
  let copy: "v::Pair<float, 2>" = {-0_f32, {1e+30_f32, 1e-45_f32} as float32[2]} as "v::Pair<float, 2>";
  data[i, 3_i64] = (pair.first + copy.#1[1_u64]) - -1.5_f32;
  block { @9:1
    var flag: bool = !(true && (i < -count)) || false;
    flag = flag ? (i == 1_i32) : (~count > (i << 3_u8));
  }
  for (var j: uint8 = 0_u8; (j as int32) < count; j = j + 1_u8) { @11:3 8 12:30
    if (j == 3_u8) {
      continue;
    } else if (j == 4_u8) { @13:1
      break;
    } else {
      i = i + 1_i32;
    }
  }
  for (; true;) {
    break;
  }
  for (i = 3_i32; true;) {
    break;
  }
  while ((i as float64) > 0x7ff8000000000000_f64) {
    i = -i;
  }
  do {
    i = $clamp(i, 0_i32, kTable[1_i32][0_i32] as int32) / 2_i32;
  } while ($is_nan(half(1_f16))); @20:3
  switch (count) {
    case 1, -2 {
      i = 3_i32;
    }
    case 4, default {
    }
  }
  switch (18446744073709551615_u64) { @21:2
    case 18446744073709551615 {
      return;
    }
  }
  data[i, 0_i32] = ($fma(1_f32, 2_f32, 3_f32) as float16) as float32;
  i = ($extent(data, 1) as int32) + ($extent(data) as int32);
  i = -(-2147483648_i32);
  i = -(-i);
}
)";

  EXPECT_EQ(printed_again(text), text);
  const ParseOutcome outcome = parse(text);
  ASSERT_NE(outcome.module, nullptr);
  for (const Diagnostic& mistake : verify(*outcome.module)) {
    ADD_FAILURE() << mistake.location.line << ": " << mistake.code << " " << mistake.message;
  }
}

// R2.4
TEST(PrintParseTest, WordsOfTheTextFormAreGoodNames) {
  const std::string text = R"(kir 1;

function as {
  scalar let: int32;
}

kernel kernel {
  buffer buffer: int32 out rank 1 span;
  scalar var: int32;
  scalar block: int32[2];
  let let: int32 = var as int32;
  var reference: int32[2] = {var, let} as int32[2];
  reference[0_i32] = block[1_i32];
  as(let);
  buffer[let] = reference[0_i32];
}
)";

  EXPECT_EQ(printed_again(text), text);
}

// R2.4
TEST(PrintParseTest, KeepsPlacesOfStatementsAndOfWhatCanFail) {
  Module module;
  add_vector_add(module);

  const ParseOutcome outcome = parse(print(module));

  ASSERT_NE(outcome.module, nullptr);
  const Statement& assign = *outcome.module->functions[0]->body[2];
  EXPECT_EQ(assign.location, (Location{.line = 10, .column = 3}));
  EXPECT_EQ(assign.value->operands[1]->location, (Location{.line = 10, .column = 19}));
  EXPECT_EQ(outcome.module->functions[0]->locals[0]->location, (Location{.line = 8, .column = 3}));
}

// R2.4
TEST(PrintParseTest, KeepsTheBitsOfEveryNumber) {
  const std::uint64_t kHalves[] = {0x0000, 0x8000, 0x0001, 0x03FF, 0x0400, 0x3C01,
                                   0x7BFF, 0x7C00, 0xFC00, 0x7C01, 0xFE00, 0xFFFF};
  const std::uint64_t kFloats[] = {0x00000000, 0x80000000, 0x00000001, 0x807FFFFF, 0x3DCCCCCD,
                                   0x7F7FFFFF, 0x7F800000, 0xFF800000, 0x7F800001, 0xFFFFFFFF};
  const std::uint64_t kDoubles[] = {0x0000000000000000, 0x8000000000000000, 0x0000000000000001,
                                    0x3FB999999999999A, 0x7FEFFFFFFFFFFFFF, 0x7FF0000000000000,
                                    0xFFF0000000000001, 0xFFFFFFFFFFFFFFFF};
  const auto keeps = [](ElementType type, std::uint64_t bits) {
    Module module;
    add_constant(module, "c", scalar_type(type), make_literal(scalar_type(type), bits));
    const ParseOutcome outcome = parse(print(module));
    return outcome.module != nullptr && outcome.module->constants[0]->value->bits == bits;
  };

  for (const std::uint64_t bits : kHalves) {
    EXPECT_TRUE(keeps(float16, bits)) << bits;
  }
  for (const std::uint64_t bits : kFloats) {
    EXPECT_TRUE(keeps(float32, bits)) << bits;
  }
  for (const std::uint64_t bits : kDoubles) {
    EXPECT_TRUE(keeps(float64, bits)) << bits;
  }
  for (const auto type : {int8, int16, int32, int64}) {
    const auto bits = static_cast<unsigned>(size_of(type) * 8);
    const auto lowest = static_cast<std::int64_t>(~std::uint64_t{0} << (bits - 1));
    EXPECT_TRUE(keeps(type, static_cast<std::uint64_t>(lowest)));
    EXPECT_TRUE(keeps(type, ~static_cast<std::uint64_t>(lowest)));
  }
  EXPECT_TRUE(keeps(uint64, std::numeric_limits<std::uint64_t>::max()));
  EXPECT_TRUE(keeps(boolean, 1));
}

// R2.4
TEST(PrintTest, PartsOfAKernelPrintAloneWithoutPlaces) {
  Module module;
  add_vector_add(module);
  const Statement& assign = *module.functions[0]->body[2];

  EXPECT_EQ(print(module, assign), "out[i] = a[i] + b[i];\n");
  EXPECT_EQ(print(module, *assign.value), "a[i] + b[i]");
}

}  // namespace
}  // namespace dotcompute::kir
