// SPDX-License-Identifier: Apache-2.0
#include "kir/scalar.hpp"
#include "support/interpreted.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace dotcompute::interpret {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const double kNan = std::nan("");

template <class T>
std::string type_name() {
  return std::string(to_string(type_id_of<T>.element()));
}

// `expression` of a, b and c; its value is of type R.
template <class R, class T, class U = T>
R evaluate(const std::string& expression,
           std::type_identity_t<T> a,
           std::type_identity_t<U> b = {},
           std::type_identity_t<T> c = {}) {
  R out{};
  const std::string text = "kernel k {\nbuffer out: " + type_name<R>() +
                           " out rank 1 span;\nscalar a: " + type_name<T>() +
                           ";\nscalar b: " + type_name<U>() + ";\nscalar c: " + type_name<T>() +
                           ";\nout[0_i32] = " + expression + ";\n}\n";
  const Status status =
      run(text, Arguments().single(out).scalar(a).scalar(b).scalar(c), items_of(1));
  EXPECT_TRUE(status.ok()) << expression;
  return out;
}

half half_of(double value) {
  return {kir::half_from(value)};
}

double value_of(half x) {
  return kir::half_value(x.bits);
}

template <class T>
class IntegerTest : public testing::Test {};
using Integers = testing::Types<std::int8_t,
                                std::uint8_t,
                                std::int16_t,
                                std::uint16_t,
                                std::int32_t,
                                std::uint32_t,
                                std::int64_t,
                                std::uint64_t>;
TYPED_TEST_SUITE(IntegerTest, Integers);

// R2.4
TYPED_TEST(IntegerTest, SumsDifferencesAndProductsWrap) {
  using T = TypeParam;
  constexpr T kLowest = std::numeric_limits<T>::min();
  constexpr T kHighest = std::numeric_limits<T>::max();

  EXPECT_EQ((evaluate<T, T>("a + b", kHighest, 1)), kLowest);
  EXPECT_EQ((evaluate<T, T>("a - b", kLowest, 1)), kHighest);
  EXPECT_EQ((evaluate<T, T>("a * b", kHighest, 2)), static_cast<T>(-2));
  EXPECT_EQ((evaluate<T, T>("-a", kLowest)), kLowest);
  EXPECT_EQ((evaluate<T, T>("~a", T{5})), static_cast<T>(~T{5}));
  // What wrapped is used further on as a value of the type.
  EXPECT_EQ((evaluate<bool, T>("(a + b) < a", kHighest, 1)), true);
  EXPECT_EQ((evaluate<T, T>("(a + b) / c", kHighest, 1, 2)), static_cast<T>(kLowest / 2));
}

// R2.4
TYPED_TEST(IntegerTest, QuotientsRoundTowardsZeroAndRemaindersHaveTheDividendsSign) {
  using T = TypeParam;

  EXPECT_EQ((evaluate<T, T>("a / b", 100, 7)), T{14});
  EXPECT_EQ((evaluate<T, T>("a % b", 100, 7)), T{2});
  if (std::is_signed_v<T>) {
    const auto minus = [](int x) { return static_cast<T>(-x); };
    EXPECT_EQ((evaluate<T, T>("a / b", minus(100), 7)), minus(14));
    EXPECT_EQ((evaluate<T, T>("a % b", minus(100), 7)), minus(2));
    EXPECT_EQ((evaluate<T, T>("a % b", 100, minus(7))), T{2});
    EXPECT_EQ((evaluate<T, T>("a / b", std::numeric_limits<T>::min(), minus(1))),
              std::numeric_limits<T>::min());
    EXPECT_EQ((evaluate<T, T>("a % b", std::numeric_limits<T>::min(), minus(1))), T{0});
  }
}

// R2.4
TYPED_TEST(IntegerTest, ShiftCountsAreTakenModuloTheWidth) {
  using T = TypeParam;
  constexpr auto kBits = static_cast<int>(sizeof(T) * 8);
  const auto shifted = [](T x, int count) { return evaluate<T, T, int>("a << b", x, count); };

  EXPECT_EQ(shifted(3, 1), T{6});
  EXPECT_EQ(shifted(3, kBits), T{3});
  EXPECT_EQ(shifted(3, kBits + 1), T{6});
  EXPECT_EQ(shifted(1, -1), static_cast<T>(std::uint64_t{1} << (kBits - 1)));
  EXPECT_EQ((evaluate<T, T, std::uint8_t>("a >> b", 12, 2)), T{3});
  EXPECT_EQ((evaluate<T, T, std::int64_t>("a >> b", static_cast<T>(-8), 1)),
            std::is_signed_v<T> ? static_cast<T>(-4) : static_cast<T>(static_cast<T>(-8) / 2));
}

// R2.4
TYPED_TEST(IntegerTest, ComparesAndBoundsByItsOwnSign) {
  using T = TypeParam;
  constexpr T kMost = std::numeric_limits<T>::max();
  constexpr T kLeast = std::numeric_limits<T>::min();

  EXPECT_EQ((evaluate<bool, T>("a < b", kLeast, kMost)), true);
  EXPECT_EQ((evaluate<bool, T>("a >= b", kLeast, kMost)), false);
  EXPECT_EQ((evaluate<bool, T>("a == b", kMost, kMost)), true);
  EXPECT_EQ((evaluate<bool, T>("a != b", kMost, kMost)), false);
  EXPECT_EQ((evaluate<T, T>("$min(a, b)", kLeast, kMost)), kLeast);
  EXPECT_EQ((evaluate<T, T>("$max(a, b)", kLeast, kMost)), kMost);
  EXPECT_EQ((evaluate<T, T>("$clamp(a, b, c)", 5, T{7}, 9)), T{7});
  EXPECT_EQ((evaluate<T, T>("$clamp(a, b, c)", 50, T{7}, 9)), T{9});
}

// R2.4
TYPED_TEST(IntegerTest, BitsAreCombined) {
  using T = TypeParam;

  EXPECT_EQ((evaluate<T, T>("a & b", 12, 10)), T{8});
  EXPECT_EQ((evaluate<T, T>("a | b", 12, 10)), T{14});
  EXPECT_EQ((evaluate<T, T>("a ^ b", 12, 10)), T{6});
}

// R2.4
TYPED_TEST(IntegerTest, TakesTheNearestValueOfWhatItIsCastFromAndZeroForNan) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  const auto cast = [](double x) { return evaluate<T, double>("a as " + type_name<T>(), x); };

  EXPECT_EQ(cast(100.9), T{100});
  EXPECT_EQ(cast(-0.9), T{0});
  EXPECT_EQ(cast(kNan), T{0});
  EXPECT_EQ(cast(kInfinity), Limits::max());
  EXPECT_EQ(cast(-kInfinity), Limits::min());
  EXPECT_EQ(cast(std::ldexp(1.0, Limits::digits)), Limits::max());
  EXPECT_EQ(cast(std::ldexp(1.0, Limits::digits - 1)), T{1} << (Limits::digits - 1));
  EXPECT_EQ((evaluate<T, half>("a as " + type_name<T>(), half_of(7.5))), T{7});
  EXPECT_EQ((evaluate<T, float>("a as " + type_name<T>(), 7.5F)), T{7});
  EXPECT_EQ((evaluate<T, bool>("a as " + type_name<T>(), true)), T{1});
}

// R2.4
TEST(ArithmeticTest, IntegersAreCastByCuttingAndExtending) {
  EXPECT_EQ((evaluate<std::int8_t, std::int32_t>("a as int8", 200)), -56);
  EXPECT_EQ((evaluate<std::uint32_t, std::int8_t>("a as uint32", -1)), 0xFFFFFFFFU);
  EXPECT_EQ((evaluate<std::int64_t, std::uint32_t>("a as int64", 0xFFFFFFFFU)), 0xFFFFFFFF);
  EXPECT_EQ((evaluate<bool, std::int32_t>("a as bool", 256)), true);
  EXPECT_EQ((evaluate<bool, double>("a as bool", kNan)), true);
  EXPECT_EQ((evaluate<bool, float>("a as bool", -0.0F)), false);
}

// R2.4
TEST(ArithmeticTest, FloatsAreRoundedOnceAndNotContracted) {
  const float a = 1.0F + 0x1p-12F;

  EXPECT_EQ((evaluate<float, float>("a / b", 1, 3)), 1.0F / 3.0F);
  EXPECT_EQ((evaluate<float, float>("(a * b) + c", a, a, -1.0F - 0x1p-11F)), 0.0F);
  EXPECT_EQ((evaluate<float, float>("$fma(a, b, c)", a, a, -1.0F - 0x1p-11F)), 0x1p-24F);
  EXPECT_EQ((evaluate<float, std::uint64_t>("a as float32", (1ULL << 60U) + 1)), 0x1p60F);
  EXPECT_EQ((evaluate<double, double>("a - b", 0.3, 0.1)), 0.3 - 0.1);
}

// R2.4
TEST(ArithmeticTest, HalvesAreComputedInFloatAndRounded) {
  const half big = half_of(60000);

  EXPECT_EQ(value_of(evaluate<half, half>("a + b", half_of(1), half_of(0x1p-11))), 1);
  EXPECT_EQ(value_of(evaluate<half, half>("a + b", half_of(1), half_of(0x1.8p-10))), 1 + 0x1p-9);
  EXPECT_EQ(value_of(evaluate<half, half>("a * b", big, half_of(2))), kInfinity);
  EXPECT_EQ(value_of(evaluate<half, half>("a / b", half_of(1), half_of(3))),
            value_of(half_of(1.0 / 3.0)));
  EXPECT_EQ(value_of(evaluate<half, half>("-a", half_of(0))), 0);
  EXPECT_TRUE(std::signbit(value_of(evaluate<half, half>("-a", half_of(0)))));
  EXPECT_EQ((evaluate<bool, half>("a < b", half_of(-1), half_of(1))), true);
  EXPECT_EQ(value_of(evaluate<half, std::int32_t>("a as float16", 2049)), 2048);
  EXPECT_EQ(value_of(evaluate<half, double>("a as float16", 1 + 0x1p-11 + 0x1p-40)), 1 + 0x1p-10);
}

// R2.4
TEST(ArithmeticTest, ComparisonsWithNanAreFalseButForUnequal) {
  for (const char* const op : {"<", "<=", ">", ">=", "=="}) {
    EXPECT_EQ((evaluate<bool, float>("a " + std::string(op) + " b", std::nanf(""), 1)), false);
  }
  EXPECT_EQ((evaluate<bool, float>("a != b", std::nanf(""), std::nanf(""))), true);
}

struct FloatCase {
  const char* expression;
  double a;
  double b;
  double expected;
};

// R2.4
TEST(ArithmeticTest, IntrinsicsAreThoseOfTheStandardLibrary) {
  const FloatCase kCases[] = {{"$sqrt(a)", 2, 0, std::sqrt(2.0)},
                              {"$cbrt(a)", 3, 0, std::cbrt(3.0)},
                              {"$exp(a)", 1.5, 0, std::exp(1.5)},
                              {"$exp2(a)", 1.5, 0, std::exp2(1.5)},
                              {"$expm1(a)", 0.1, 0, std::expm1(0.1)},
                              {"$log(a)", 3, 0, std::log(3.0)},
                              {"$log2(a)", 3, 0, std::log2(3.0)},
                              {"$log10(a)", 3, 0, std::log10(3.0)},
                              {"$log1p(a)", 0.1, 0, std::log1p(0.1)},
                              {"$sin(a)", 1, 0, std::sin(1.0)},
                              {"$cos(a)", 1, 0, std::cos(1.0)},
                              {"$tan(a)", 1, 0, std::tan(1.0)},
                              {"$asin(a)", 0.5, 0, std::asin(0.5)},
                              {"$acos(a)", 0.5, 0, std::acos(0.5)},
                              {"$atan(a)", 0.5, 0, std::atan(0.5)},
                              {"$atan2(a, b)", 1, -2, std::atan2(1.0, -2.0)},
                              {"$sinh(a)", 1, 0, std::sinh(1.0)},
                              {"$cosh(a)", 1, 0, std::cosh(1.0)},
                              {"$tanh(a)", 1, 0, std::tanh(1.0)},
                              {"$asinh(a)", 1, 0, std::asinh(1.0)},
                              {"$acosh(a)", 2, 0, std::acosh(2.0)},
                              {"$atanh(a)", 0.5, 0, std::atanh(0.5)},
                              {"$pow(a, b)", 2, 0.5, std::pow(2.0, 0.5)},
                              {"$hypot(a, b)", 1, 2, std::hypot(1.0, 2.0)},
                              {"$erf(a)", 0.5, 0, std::erf(0.5)},
                              {"$erfc(a)", 0.5, 0, std::erfc(0.5)},
                              {"$tgamma(a)", 4.5, 0, std::tgamma(4.5)},
                              {"$lgamma(a)", 4.5, 0, std::lgamma(4.5)},
                              {"$fmod(a, b)", 7.5, -2, 1.5},
                              {"$remainder(a, b)", 7.5, 2, -0.5},
                              {"$floor(a)", -1.5, 0, -2},
                              {"$ceil(a)", -1.5, 0, -1},
                              {"$trunc(a)", -1.5, 0, -1},
                              {"$round(a)", -2.5, 0, -3},
                              {"$rint(a)", -2.5, 0, -2},
                              {"$copysign(a, b)", 3, -0.0, -3},
                              {"$fdim(a, b)", 3, 1, 2},
                              {"$fmin(a, b)", 3, kNan, 3},
                              {"$fmax(a, b)", kNan, 3, 3},
                              {"$abs(a)", -3, 0, 3},
                              {"$min(a, b)", 3, kNan, 3},
                              {"$max(a, b)", 1, 3, 3}};
  for (const FloatCase& one : kCases) {
    EXPECT_DOUBLE_EQ((evaluate<double, double>(one.expression, one.a, one.b)), one.expected)
        << one.expression;
    EXPECT_FLOAT_EQ((evaluate<float, float>(one.expression, static_cast<float>(one.a),
                                            static_cast<float>(one.b))),
                    static_cast<float>(one.expected))
        << one.expression;
    EXPECT_NEAR(value_of(evaluate<half, half>(one.expression, half_of(one.a), half_of(one.b))),
                one.expected, std::fabs(one.expected) * 0x1p-8)
        << one.expression;
  }
}

// R2.4
TEST(ArithmeticTest, FloatsAreClassified) {
  const auto classes = [](double x) {
    std::string text;
    for (const char* const test : {"is_nan", "is_inf", "is_finite", "sign_bit"}) {
      text += evaluate<bool, double>("$" + std::string(test) + "(a)", x) ? '1' : '0';
    }
    return text;
  };

  EXPECT_EQ(classes(1), "0010");
  EXPECT_EQ(classes(-0.0), "0011");
  EXPECT_EQ(classes(-kInfinity), "0101");
  EXPECT_EQ(classes(kNan), "1000");
}

// R2.4
TEST(ArithmeticTest, TheAbsoluteValueOfTheLowestIntegerWraps) {
  EXPECT_EQ((evaluate<std::int8_t, std::int8_t>("$abs(a)", -128)), -128);
  EXPECT_EQ((evaluate<std::int64_t, std::int64_t>("$abs(a)", -5)), 5);
}

// R2.4
TEST(ArithmeticTest, BoolsAreCombined) {
  EXPECT_EQ((evaluate<bool, bool>("a & b", true, false)), false);
  EXPECT_EQ((evaluate<bool, bool>("a | b", true, false)), true);
  EXPECT_EQ((evaluate<bool, bool>("a ^ b", true, true)), false);
  EXPECT_EQ((evaluate<bool, bool>("!a", true)), false);
  EXPECT_EQ((evaluate<bool, bool>("a < b", false, true)), true);
}

}  // namespace
}  // namespace dotcompute::interpret
