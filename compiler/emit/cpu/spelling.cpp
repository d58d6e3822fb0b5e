// SPDX-License-Identifier: Apache-2.0
#include "spelling.hpp"

#include "kir/scalar.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace dotcompute::emit::cpu {
namespace {

// Words of C++20, names the text uses itself, and macros that systems define.
constexpr std::string_view kReserved =
    " alignas alignof and and_eq asm atomic_cancel auto bitand bitor bool break case catch char "
    "char8_t char16_t char32_t class compl concept const consteval constexpr constinit const_cast "
    "continue co_await co_return co_yield decltype default delete do double dynamic_cast else enum "
    "explicit export extern false float for friend goto if inline int long mutable namespace new "
    "noexcept not not_eq nullptr operator or or_eq private protected public register "
    "reinterpret_cast requires return short signed sizeof static static_assert static_cast struct "
    "switch template this thread_local throw true try typedef typeid typename union unsigned using "
    "virtual void volatile wchar_t while xor xor_eq std dc dotcompute NULL EOF INFINITY NAN "
    "HUGE_VAL HUGE_VALF assert errno stdin stdout stderr linux unix i386 main ";

bool is_reserved(const std::string& name) {
  return kReserved.find(' ' + name + ' ') != std::string_view::npos || name.starts_with("dc_") ||
         name.starts_with("DC_") || name.starts_with("__");
}

std::string identifier_of(std::string_view qualified) {
  std::string name;
  for (std::size_t i = 0; i < qualified.size(); ++i) {
    if (qualified.substr(i, 2) == "::") {
      name += '_';
      ++i;
    } else {
      const bool fits =
          qualified[i] == '_' || std::isalnum(static_cast<unsigned char>(qualified[i]));
      name += fits ? qualified[i] : '_';
    }
  }
  return name;
}

template <class Float>
std::string spell_float(Float value, std::string_view suffix) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  std::string spelled(text.data(), end);
  if (spelled.find_first_of(".e") == std::string::npos) {
    spelled += ".0";
  }
  return spelled.append(suffix);
}

template <class Float, class Bits>
std::string spell_floating(Bits bits, std::string_view type, std::string_view suffix) {
  const auto value = std::bit_cast<Float>(bits);
  if (std::isfinite(value)) {
    return spell_float(value, suffix);
  }
  std::array<char, 32> hex{};
  std::snprintf(hex.data(), hex.size(), "0x%llXU", static_cast<unsigned long long>(bits));
  const std::string infinity = "dc::kInfinity<" + std::string(type) + ">";
  if (std::isinf(value)) {
    return std::signbit(value) ? "-" + infinity : infinity;
  }
  return "__builtin_bit_cast(" + std::string(type) + ", " + hex.data() +
         (sizeof(Bits) == 8 ? "L)" : ")");
}

std::string spell_half(std::uint16_t bits) {
  const auto value = static_cast<float>(kir::half_value(bits));
  return std::isfinite(value) ? "dc::half{" + spell_float(value, "F") + "}"
                              : "dc::half_of_bits(" + std::to_string(bits) + ")";
}

std::string spell_integer(ElementType type, std::uint64_t bits) {
  const auto value = static_cast<std::int64_t>(bits);
  switch (type) {
    case ElementType::int32:
      return value == INT32_MIN ? "(-2147483647 - 1)" : std::to_string(value);
    case ElementType::uint32:
      return std::to_string(bits) + "U";
    case ElementType::int64:
      return value == INT64_MIN ? "std::int64_t{-9223372036854775807 - 1}"
                                : "std::int64_t{" + std::to_string(value) + "}";
    case ElementType::uint64:
      return "std::uint64_t{" + std::to_string(bits) + "U}";
    case ElementType::uint8:
    case ElementType::uint16:
      return spell(type) + "{" + std::to_string(bits) + "}";
    default:
      return spell(type) + "{" + std::to_string(value) + "}";
  }
}

}  // namespace

Names::Names(const kir::Module& module) {
  for (const auto& structure : module.structures) {
    structures_.push_back(take(identifier_of(structure.name), global_));
  }
  for (const auto& function : module.functions) {
    functions_[function.get()] = take(function->symbol, global_);
  }
  for (const auto& constant : module.constants) {
    variables_[constant.get()] = take(constant->name, global_);
  }
  for (const auto& function : module.functions) {
    add_variables(*function);
  }
}

void Names::add_variables(const kir::Function& function) {
  std::set<std::string> taken = global_;
  for (const auto& parameter : function.parameters) {
    variables_[parameter.get()] = take(parameter->name, taken);
  }
  for (const auto& local : function.locals) {
    variables_[local.get()] = take(local->name, taken);
  }
}

void Names::add(const kir::Function& function, const kir::Variable& variable) {
  std::set<std::string> taken = global_;
  taken.insert(added_.begin(), added_.end());
  for (const auto& list : {&function.parameters, &function.locals}) {
    for (const auto& other : *list) {
      taken.insert(of(*other));
    }
  }
  variables_[&variable] = take(variable.name, taken);
  added_.insert(of(variable));
}

std::string Names::take(std::string wanted, std::set<std::string>& taken) {
  while (is_reserved(wanted) || !taken.insert(wanted).second) {
    // A leading "dc_" or "__" stays forbidden however much is appended.
    if (wanted.starts_with("dc_") || wanted.starts_with("DC_") || wanted.starts_with("__")) {
      wanted.insert(0, "user_");
    } else {
      wanted += '_';
    }
  }
  return wanted;
}

std::string Names::of_field(const kir::Field& field) {
  return is_reserved(field.name) ? field.name + "_" : field.name;
}

std::string spell(ElementType type) {
  constexpr std::array<std::string_view, 12> kNames{
      "bool",          "std::int8_t",  "std::uint8_t",  "std::int16_t",
      "std::uint16_t", "std::int32_t", "std::uint32_t", "std::int64_t",
      "std::uint64_t", "dc::half",     "float",         "double"};
  return std::string(kNames.at(static_cast<std::size_t>(type)));
}

std::string spell(const kir::Type& type, const Names& names) {
  if (type.kind == kir::TypeKind::none) {
    return "void";
  }
  std::string text =
      type.has_structure() ? names.of_structure(type.structure) : spell(type.element);
  for (auto extent = type.extents.rbegin(); extent != type.extents.rend(); ++extent) {
    text.insert(0, "dc::Array<").append(", ").append(std::to_string(*extent)).append(">");
  }
  return text;
}

std::string spell_literal(ElementType type, std::uint64_t bits) {
  switch (type) {
    case ElementType::boolean:
      return bits != 0 ? "true" : "false";
    case ElementType::float16:
      return spell_half(static_cast<std::uint16_t>(bits));
    case ElementType::float32:
      return spell_floating<float>(static_cast<std::uint32_t>(bits), "float", "F");
    case ElementType::float64:
      return spell_floating<double>(bits, "double", "");
    default:
      return spell_integer(type, bits);
  }
}

std::string_view spell(kir::Intrinsic intrinsic) {
  constexpr std::array<std::string_view, 47> kNames{
      "dc::sqrt",      "dc::cbrt",     "dc::exp",    "dc::exp2",   "dc::expm1",  "dc::log",
      "dc::log2",      "dc::log10",    "dc::log1p",  "dc::sin",    "dc::cos",    "dc::tan",
      "dc::asin",      "dc::acos",     "dc::atan",   "dc::atan2",  "dc::sinh",   "dc::cosh",
      "dc::tanh",      "dc::asinh",    "dc::acosh",  "dc::atanh",  "dc::pow",    "dc::hypot",
      "dc::erf",       "dc::erfc",     "dc::tgamma", "dc::lgamma", "dc::fma",    "dc::fmod",
      "dc::remainder", "dc::floor",    "dc::ceil",   "dc::trunc",  "dc::round",  "dc::rint",
      "dc::copysign",  "dc::fdim",     "dc::fmin",   "dc::fmax",   "dc::is_nan", "dc::is_inf",
      "dc::is_finite", "dc::sign_bit", "dc::abs",    "dc::min",    "dc::max"};
  return intrinsic == kir::Intrinsic::clamp ? "dc::clamp"
                                            : kNames.at(static_cast<std::size_t>(intrinsic));
}

}  // namespace dotcompute::emit::cpu
