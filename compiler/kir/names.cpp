// SPDX-License-Identifier: Apache-2.0
#include "kir/names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace dotcompute::kir {
namespace {

using namespace std::string_view_literals;

// Each table is in the order of its enumeration.
constexpr std::array kUnary{"-"sv, "~"sv, "!"sv};
constexpr std::array kBinary{"+"sv, "-"sv, "*"sv,  "/"sv, "%"sv,  "<<"sv, ">>"sv, "&"sv,  "|"sv,
                             "^"sv, "<"sv, "<="sv, ">"sv, ">="sv, "=="sv, "!="sv, "&&"sv, "||"sv};
constexpr std::array kIntrinsics{
    "sqrt"sv,      "cbrt"sv,     "exp"sv,       "exp2"sv,  "expm1"sv, "log"sv,    "log2"sv,
    "log10"sv,     "log1p"sv,    "sin"sv,       "cos"sv,   "tan"sv,   "asin"sv,   "acos"sv,
    "atan"sv,      "atan2"sv,    "sinh"sv,      "cosh"sv,  "tanh"sv,  "asinh"sv,  "acosh"sv,
    "atanh"sv,     "pow"sv,      "hypot"sv,     "erf"sv,   "erfc"sv,  "tgamma"sv, "lgamma"sv,
    "fma"sv,       "fmod"sv,     "remainder"sv, "floor"sv, "ceil"sv,  "trunc"sv,  "round"sv,
    "rint"sv,      "copysign"sv, "fdim"sv,      "fmin"sv,  "fmax"sv,  "is_nan"sv, "is_inf"sv,
    "is_finite"sv, "sign_bit"sv, "abs"sv,       "min"sv,   "max"sv,   "clamp"sv};
constexpr std::array kQueries{"global_id"sv,   "local_id"sv,   "group_id"sv,
                              "global_size"sv, "local_size"sv, "group_count"sv};
constexpr std::array kSuffixes{""sv,    "i8"sv,  "u8"sv,  "i16"sv, "u16"sv, "i32"sv, "u32"sv,
                               "i64"sv, "u64"sv, "f16"sv, "f32"sv, "f64"sv, ""sv};
constexpr std::array kElements{"bool"sv,   "int8"sv,    "uint8"sv,   "int16"sv,
                               "uint16"sv, "int32"sv,   "uint32"sv,  "int64"sv,
                               "uint64"sv, "float16"sv, "float32"sv, "float64"sv};
constexpr std::array kDirections{"in"sv, "out"sv, "inout"sv};

static_assert(kBinary.size() == static_cast<std::size_t>(BinaryOperator::logical_or) + 1);
static_assert(kIntrinsics.size() == static_cast<std::size_t>(Intrinsic::clamp) + 1);
static_assert(kSuffixes.size() == static_cast<std::size_t>(ElementType::structure) + 1);

// Source: ISO C++20, [lex.key] table 5 and [lex.operator].
constexpr std::array kKeywords{"alignas"sv,       "alignof"sv,     "and"sv,
                               "and_eq"sv,        "asm"sv,         "auto"sv,
                               "bitand"sv,        "bitor"sv,       "bool"sv,
                               "break"sv,         "case"sv,        "catch"sv,
                               "char"sv,          "char16_t"sv,    "char32_t"sv,
                               "char8_t"sv,       "class"sv,       "co_await"sv,
                               "co_return"sv,     "co_yield"sv,    "compl"sv,
                               "concept"sv,       "const"sv,       "const_cast"sv,
                               "consteval"sv,     "constexpr"sv,   "constinit"sv,
                               "continue"sv,      "decltype"sv,    "default"sv,
                               "delete"sv,        "do"sv,          "double"sv,
                               "dynamic_cast"sv,  "else"sv,        "enum"sv,
                               "explicit"sv,      "export"sv,      "extern"sv,
                               "false"sv,         "float"sv,       "for"sv,
                               "friend"sv,        "goto"sv,        "if"sv,
                               "inline"sv,        "int"sv,         "long"sv,
                               "mutable"sv,       "namespace"sv,   "new"sv,
                               "noexcept"sv,      "not"sv,         "not_eq"sv,
                               "nullptr"sv,       "operator"sv,    "or"sv,
                               "or_eq"sv,         "private"sv,     "protected"sv,
                               "public"sv,        "register"sv,    "reinterpret_cast"sv,
                               "requires"sv,      "return"sv,      "short"sv,
                               "signed"sv,        "sizeof"sv,      "static"sv,
                               "static_assert"sv, "static_cast"sv, "struct"sv,
                               "switch"sv,        "template"sv,    "this"sv,
                               "thread_local"sv,  "throw"sv,       "true"sv,
                               "try"sv,           "typedef"sv,     "typeid"sv,
                               "typename"sv,      "union"sv,       "unsigned"sv,
                               "using"sv,         "virtual"sv,     "void"sv,
                               "volatile"sv,      "wchar_t"sv,     "while"sv,
                               "xor"sv,           "xor_eq"sv};
static_assert(std::is_sorted(kKeywords.begin(), kKeywords.end()));

template <class Enum, std::size_t Size>
std::string_view name_in(const std::array<std::string_view, Size>& table, Enum value) noexcept {
  const auto place = static_cast<std::size_t>(value);
  return place < Size ? table[place] : "?"sv;
}

template <class Enum, std::size_t Size>
std::optional<Enum> find_in(const std::array<std::string_view, Size>& table,
                            std::string_view text) noexcept {
  const auto found = std::find(table.begin(), table.end(), text);
  if (found == table.end() || text.empty()) {
    return std::nullopt;
  }
  return static_cast<Enum>(found - table.begin());
}

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string_view spelling(UnaryOperator op) noexcept {
  return name_in(kUnary, op);
}

std::string_view spelling(BinaryOperator op) noexcept {
  return name_in(kBinary, op);
}

std::string_view spelling(Intrinsic intrinsic) noexcept {
  return name_in(kIntrinsics, intrinsic);
}

std::string_view spelling(IdQuery query) noexcept {
  return name_in(kQueries, query);
}

std::string_view literal_suffix(ElementType type) noexcept {
  return name_in(kSuffixes, type);
}

std::optional<UnaryOperator> unary_of(std::string_view text) noexcept {
  return find_in<UnaryOperator>(kUnary, text);
}

std::optional<BinaryOperator> binary_of(std::string_view text) noexcept {
  return find_in<BinaryOperator>(kBinary, text);
}

std::optional<Intrinsic> intrinsic_of(std::string_view text) noexcept {
  return find_in<Intrinsic>(kIntrinsics, text);
}

std::optional<IdQuery> query_of(std::string_view text) noexcept {
  return find_in<IdQuery>(kQueries, text);
}

std::optional<ElementType> literal_type_of(std::string_view suffix) noexcept {
  return find_in<ElementType>(kSuffixes, suffix);
}

std::optional<ElementType> element_type_of(std::string_view text) noexcept {
  return find_in<ElementType>(kElements, text);
}

std::optional<Direction> direction_of(std::string_view text) noexcept {
  return find_in<Direction>(kDirections, text);
}

bool is_identifier(std::string_view text) noexcept {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c); }) &&
         !std::binary_search(kKeywords.begin(), kKeywords.end(), text);
}

std::uint32_t operand_count(Intrinsic intrinsic) noexcept {
  switch (intrinsic) {
    case Intrinsic::fma:
    case Intrinsic::clamp:
      return 3;
    case Intrinsic::atan2:
    case Intrinsic::pow:
    case Intrinsic::hypot:
    case Intrinsic::fmod:
    case Intrinsic::remainder:
    case Intrinsic::copysign:
    case Intrinsic::fdim:
    case Intrinsic::fmin:
    case Intrinsic::fmax:
    case Intrinsic::min:
    case Intrinsic::max:
      return 2;
    default:
      return 1;
  }
}

}  // namespace dotcompute::kir
