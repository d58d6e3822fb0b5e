// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dotcompute::core {

/// The rules that tie the extents of a kernel's buffers to each other and to its integer scalars,
/// compiled once from Parameter::extents and Parameter::access, solved in nanoseconds for each call.
///
/// Threads: immutable once made.
class ShapeProgram {
 public:
  static constexpr std::size_t kMaxSymbols = 32;

  /// Values of the symbols of one call, and which of them are known.
  struct Solution {
    std::array<std::uint64_t, kMaxSymbols> values;  // only those in `known` are set
    std::uint32_t known = 0;
  };

  /// Where a rule is broken.
  struct Mismatch {
    bool found = false;
    std::size_t parameter = 0;
    std::size_t axis = 0;
    std::uint64_t expected = 0;
    std::uint64_t got = 0;
    bool undefined = false;  ///< The rule has no value: a negative extent, a division by 0.
  };

  /// \retval ErrorCode::invalid_argument if a rule does not parse, names an unknown symbol, or its
  ///         count of extents is not the parameter's rank; `context` says which and why.
  static Result<ShapeProgram> compile(const KernelMetadata& metadata) noexcept;

  /// Takes the extents of the buffers in `given` (a bit per parameter) and checks them.
  /// \param arguments in parameter order; those in `given` and all scalars are set.
  Mismatch solve(const backend::KernelArgument* arguments,
                 std::uint32_t given,
                 Solution& solution) const noexcept;

  /// The extents of a buffer that was not given, from those that were.
  /// \retval ErrorCode::invalid_argument if nothing tells them or a product or difference is out of
  ///         range.
  [[nodiscard]] Result<Extents> extents_of(std::size_t parameter,
                                           const Solution& solution) const noexcept;

  /// The rule of one axis as text, for messages: "n", "(n + 255) / 256".
  [[nodiscard]] std::string_view text_of(std::size_t parameter, std::size_t axis) const noexcept;

 private:
  friend class ShapeCompiler;

  enum class Code : std::uint8_t { number, symbol, add, subtract, multiply, divide, modulo };
  struct Instruction {
    Code code = Code::number;
    std::uint64_t operand = 0;
  };
  struct Rule {
    std::uint8_t parameter = 0;
    std::uint8_t axis = 0;
    std::uint8_t symbol = 0;
    bool is_symbol = false;  // a name alone, which may bind; else instructions [begin, end)
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  struct RuleText {
    std::uint8_t parameter = 0;
    std::uint8_t axis = 0;
    std::string text;
  };
  struct ScalarSymbol {
    std::uint8_t parameter = 0;
    std::uint8_t symbol = 0;
    TypeId type;
  };

  bool evaluate(const Rule& rule, const Solution& solution, std::uint64_t& value) const noexcept;
  Mismatch read_scalars(const backend::KernelArgument* arguments,
                        Solution& solution) const noexcept;

  std::vector<Rule> names_;        // rules that are a symbol alone
  std::vector<Rule> expressions_;  // the others
  std::vector<RuleText> texts_;    // apart, so that a call walks over little memory
  std::vector<ScalarSymbol> scalars_;
  std::vector<Instruction> instructions_;
  std::vector<std::uint8_t> ranks_;
};

// Inline: part of every call.
inline ShapeProgram::Mismatch ShapeProgram::solve(const backend::KernelArgument* arguments,
                                                  std::uint32_t given,
                                                  Solution& solution) const noexcept {
  if (!scalars_.empty()) {
    const Mismatch negative = read_scalars(arguments, solution);
    if (negative.found) [[unlikely]] {
      return negative;
    }
  }
  for (const Rule& rule : names_) {
    if ((given >> rule.parameter & 1U) == 0) {
      continue;
    }
    const std::uint64_t extent = arguments[rule.parameter].extents[rule.axis];
    const std::uint32_t bit = 1U << rule.symbol;
    if ((solution.known & bit) == 0) {
      solution.known |= bit;
      solution.values[rule.symbol] = extent;
    } else if (solution.values[rule.symbol] != extent) [[unlikely]] {
      return {true, rule.parameter, rule.axis, solution.values[rule.symbol], extent};
    }
  }
  for (const Rule& rule : expressions_) {
    std::uint64_t expected = 0;
    const std::uint64_t extent = arguments[rule.parameter].extents[rule.axis];
    if ((given >> rule.parameter & 1U) == 0) {
      continue;
    }
    const bool defined = evaluate(rule, solution, expected);
    if (!defined || expected != extent) [[unlikely]] {
      return {true, rule.parameter, rule.axis, expected, extent, !defined};
    }
  }
  return {};
}

}  // namespace dotcompute::core
