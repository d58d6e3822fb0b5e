// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <array>
#include <string>
#include <string_view>

/// How operators are written in all languages that descend from C.
namespace dotcompute::emit {

// How tightly operators bind; what is written after a dot binds tightest.
inline constexpr int kPostfix = 16;
inline constexpr int kUnary = 15;
inline constexpr int kProduct = 13;
inline constexpr int kSum = 12;
inline constexpr int kConditional = 3;

struct Operator {
  std::string_view text;
  int binds;
};

[[nodiscard]] inline Operator operator_of(kir::BinaryOperator op) {
  constexpr std::array<Operator, 18> kBinary{{{"+", kSum},
                                              {"-", kSum},
                                              {"*", kProduct},
                                              {"/", kProduct},
                                              {"%", kProduct},
                                              {"<<", 11},
                                              {">>", 11},
                                              {"&", 8},
                                              {"|", 6},
                                              {"^", 7},
                                              {"<", 10},
                                              {"<=", 10},
                                              {">", 10},
                                              {">=", 10},
                                              {"==", 9},
                                              {"!=", 9},
                                              {"&&", 5},
                                              {"||", 4}}};
  return kBinary.at(static_cast<std::size_t>(op));
}

[[nodiscard]] constexpr bool is_shift(kir::BinaryOperator op) noexcept {
  return op == kir::BinaryOperator::shift_left || op == kir::BinaryOperator::shift_right;
}

[[nodiscard]] inline std::string parenthesised(const std::string& text, int binds, int least) {
  return binds < least ? "(" + text + ")" : text;
}

/// Few readers know how tightly these bind, so compilers warn of them.
[[nodiscard]] inline bool wants_parentheses(kir::BinaryOperator outer,
                                            const kir::Expression& operand) {
  if (operand.kind != kir::ExpressionKind::binary || operand.binary == outer) {
    return false;
  }
  if (outer == kir::BinaryOperator::logical_or || outer == kir::BinaryOperator::logical_and) {
    return operand.binary == kir::BinaryOperator::logical_or ||
           operand.binary == kir::BinaryOperator::logical_and;
  }
  return operator_of(outer).binds <= 8 || is_shift(outer);
}

/// True for integers that C computes as `int`, whatever their own type.
[[nodiscard]] inline bool is_narrow(const kir::Expression& expression) {
  return expression.type.is_scalar() && kir::is_integer(expression.type.element) &&
         size_of(expression.type.element) < 4;
}

/// A file as texts call it: of one outside of the project, the name alone. Where the compiler ran is
/// nobody's business later.
[[nodiscard]] inline std::string file_name(const std::string& path) {
  return path.starts_with('/') ? path.substr(path.rfind('/') + 1) : path;
}

/// "kernels/stencil.cpp:12"
[[nodiscard]] inline std::string place_in_source(const kir::Module& module,
                                                 const kir::Location& location) {
  if (location.line == 0 || location.file >= module.files.size()) {
    return "not from a file";
  }
  return file_name(module.files[location.file]) + ":" + std::to_string(location.line);
}

}  // namespace dotcompute::emit
