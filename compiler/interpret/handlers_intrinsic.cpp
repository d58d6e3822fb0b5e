// SPDX-License-Identifier: Apache-2.0
#include "interpret/handlers.hpp"
#include "interpret/machine.hpp"
#include "kir/scalar.hpp"

#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>

namespace dotcompute::interpret {
namespace {

using kir::Intrinsic;

template <class T>
double wide(std::uint64_t bits) noexcept {
  if constexpr (std::same_as<T, half>) {
    return kir::half_value(static_cast<std::uint16_t>(bits));
  } else {
    return static_cast<double>(from_bits<T>(bits));
  }
}

template <class T>
std::uint64_t narrow(double value) noexcept {
  if constexpr (std::same_as<T, half>) {
    return kir::half_from(value);
  } else {
    return to_bits<T>(static_cast<T>(value));
  }
}

// std::lgamma writes a variable of the whole process.
double log_gamma(double x) noexcept {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

template <class T, auto F>
const Instruction* of_one(Machine& machine, const Instruction& at) {
  put_raw(machine, at.to, narrow<T>(F(wide<T>(raw(machine, at.a)))));
  return &at + 1;
}

template <class T, auto F>
const Instruction* of_two(Machine& machine, const Instruction& at) {
  const double b = wide<T>(raw(machine, at.b));
  put_raw(machine, at.to, narrow<T>(F(wide<T>(raw(machine, at.a)), b)));
  return &at + 1;
}

template <class T, auto F>
const Instruction* test(Machine& machine, const Instruction& at) {
  put(machine, at.to, F(wide<T>(raw(machine, at.a))));
  return &at + 1;
}

template <class T>
const Instruction* fma(Machine& machine, const Instruction& at) {
  if constexpr (std::same_as<T, half>) {
    // The product of two binary16 is exact in double.
    put_raw(machine, at.to,
            narrow<T>(std::fma(wide<T>(raw(machine, at.a)), wide<T>(raw(machine, at.b)),
                               wide<T>(raw(machine, at.c)))));
  } else {
    put(machine, at.to,
        std::fma(get<T>(machine, at.a), get<T>(machine, at.b), get<T>(machine, at.c)));
  }
  return &at + 1;
}

template <class T>
const Instruction* abs(Machine& machine, const Instruction& at) {
  const std::uint64_t bits = raw(machine, at.a);
  if constexpr (kIsFloating<T>) {
    put_raw(machine, at.to, bits & ~(std::uint64_t{1} << (sizeof(T) * 8 - 1)));
  } else {
    const bool is_negative = static_cast<std::int64_t>(bits) < 0;
    put(machine, at.to, static_cast<T>(is_negative ? std::uint64_t{0} - bits : bits));
  }
  return &at + 1;
}

template <class T>
bool less(std::uint64_t a, std::uint64_t b) noexcept {
  if constexpr (kIsFloating<T>) {
    return wide<T>(a) < wide<T>(b);
  } else {
    return from_bits<T>(a) < from_bits<T>(b);
  }
}

template <class T, Intrinsic Which>
const Instruction* bound(Machine& machine, const Instruction& at) {
  const std::uint64_t a = raw(machine, at.a);
  const std::uint64_t b = raw(machine, at.b);
  if constexpr (Which == Intrinsic::min) {
    put_raw(machine, at.to, less<T>(b, a) ? b : a);
  } else if constexpr (Which == Intrinsic::max) {
    put_raw(machine, at.to, less<T>(a, b) ? b : a);
  } else {
    const std::uint64_t high = raw(machine, at.c);
    put_raw(machine, at.to, less<T>(a, b) ? b : less<T>(high, a) ? high : a);
  }
  return &at + 1;
}

// A function of <cmath> on doubles, as what a template takes.
#define DC_ONE(name) &of_one<T, [](double x) noexcept { return std::name(x); }>
#define DC_TWO(name) &of_two<T, [](double x, double y) noexcept { return std::name(x, y); }>
#define DC_TEST(name) &test<T, [](double x) noexcept { return std::name(x); }>

template <class T>
Handler exponential(Intrinsic intrinsic) {
  switch (intrinsic) {
    case Intrinsic::sqrt:
      return DC_ONE(sqrt);
    case Intrinsic::cbrt:
      return DC_ONE(cbrt);
    case Intrinsic::exp:
      return DC_ONE(exp);
    case Intrinsic::exp2:
      return DC_ONE(exp2);
    case Intrinsic::expm1:
      return DC_ONE(expm1);
    case Intrinsic::log:
      return DC_ONE(log);
    case Intrinsic::log2:
      return DC_ONE(log2);
    case Intrinsic::log10:
      return DC_ONE(log10);
    case Intrinsic::log1p:
      return DC_ONE(log1p);
    case Intrinsic::pow:
      return DC_TWO(pow);
    case Intrinsic::hypot:
      return DC_TWO(hypot);
    case Intrinsic::erf:
      return DC_ONE(erf);
    case Intrinsic::erfc:
      return DC_ONE(erfc);
    case Intrinsic::tgamma:
      return DC_ONE(tgamma);
    case Intrinsic::lgamma:
      return &of_one<T, [](double x) noexcept { return log_gamma(x); }>;
    default:
      return nullptr;
  }
}

template <class T>
Handler trigonometric(Intrinsic intrinsic) {
  switch (intrinsic) {
    case Intrinsic::sin:
      return DC_ONE(sin);
    case Intrinsic::cos:
      return DC_ONE(cos);
    case Intrinsic::tan:
      return DC_ONE(tan);
    case Intrinsic::asin:
      return DC_ONE(asin);
    case Intrinsic::acos:
      return DC_ONE(acos);
    case Intrinsic::atan:
      return DC_ONE(atan);
    case Intrinsic::atan2:
      return DC_TWO(atan2);
    case Intrinsic::sinh:
      return DC_ONE(sinh);
    case Intrinsic::cosh:
      return DC_ONE(cosh);
    case Intrinsic::tanh:
      return DC_ONE(tanh);
    case Intrinsic::asinh:
      return DC_ONE(asinh);
    case Intrinsic::acosh:
      return DC_ONE(acosh);
    case Intrinsic::atanh:
      return DC_ONE(atanh);
    default:
      return nullptr;
  }
}

template <class T>
Handler rounding(Intrinsic intrinsic) {
  switch (intrinsic) {
    case Intrinsic::fma:
      return &fma<T>;
    case Intrinsic::fmod:
      return DC_TWO(fmod);
    case Intrinsic::remainder:
      return DC_TWO(remainder);
    case Intrinsic::floor:
      return DC_ONE(floor);
    case Intrinsic::ceil:
      return DC_ONE(ceil);
    case Intrinsic::trunc:
      return DC_ONE(trunc);
    case Intrinsic::round:
      return DC_ONE(round);
    case Intrinsic::rint:
      return DC_ONE(rint);
    case Intrinsic::copysign:
      return DC_TWO(copysign);
    case Intrinsic::fdim:
      return DC_TWO(fdim);
    case Intrinsic::fmin:
      return DC_TWO(fmin);
    case Intrinsic::fmax:
      return DC_TWO(fmax);
    case Intrinsic::is_nan:
      return DC_TEST(isnan);
    case Intrinsic::is_inf:
      return DC_TEST(isinf);
    case Intrinsic::is_finite:
      return DC_TEST(isfinite);
    case Intrinsic::sign_bit:
      return DC_TEST(signbit);
    default:
      return nullptr;
  }
}

#undef DC_ONE
#undef DC_TWO
#undef DC_TEST

template <class T>
Handler floating(Intrinsic intrinsic) {
  if (const Handler found = exponential<T>(intrinsic)) {
    return found;
  }
  const Handler found = trigonometric<T>(intrinsic);
  return found != nullptr ? found : rounding<T>(intrinsic);
}

}  // namespace

Handler intrinsic_handler(Intrinsic intrinsic, ElementType type) {
  return for_type(type, [intrinsic]<class T>() -> Handler {
    switch (intrinsic) {
      case Intrinsic::min:
        return &bound<T, Intrinsic::min>;
      case Intrinsic::max:
        return &bound<T, Intrinsic::max>;
      case Intrinsic::clamp:
        return &bound<T, Intrinsic::clamp>;
      default:
        break;
    }
    if constexpr (!std::same_as<T, bool>) {
      if (intrinsic == Intrinsic::abs) {
        return &abs<T>;
      }
    }
    if constexpr (kIsFloating<T>) {
      return floating<T>(intrinsic);
    }
    return nullptr;
  });
}

}  // namespace dotcompute::interpret
