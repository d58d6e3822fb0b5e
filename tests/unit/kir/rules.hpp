// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/parse.hpp"
#include "kir/verify.hpp"

#include <ostream>
#include <string>
#include <string_view>

namespace dotcompute::kir {

/// The rules that a module offends, each once, parted by spaces; empty if it is well formed.
inline std::string rules_offended_by(const Module& module) {
  std::string rules;
  for (const Diagnostic& mistake : verify(module)) {
    if (rules.find(mistake.code) == std::string::npos) {
      rules += (rules.empty() ? "" : " ") + mistake.code;
    }
  }
  return rules;
}

/// The same of a text, without its first line; a mistake of the text is given as such.
inline std::string rules_offended_by(std::string_view text) {
  const ParseOutcome outcome = parse("kir 1;\n" + std::string(text));
  if (outcome.module == nullptr) {
    return "cannot be read: " + outcome.diagnostics.front().message;
  }
  return rules_offended_by(*outcome.module);
}

/// The same of the body of a kernel with some parameters, after some functions.
inline std::string rules_offended_in_body(std::string_view body) {
  return rules_offended_by(
      "struct \"Pair\" size 8 align 4 { \"x\": int32 offset 0; \"y\": float32 offset 4; }\n"
      "constant kOne: int32 = 1_i32;\n"
      "function twice: int32 { scalar v: int32; return v + v; }\n"
      "function set: int32 { reference to: int32; scalar v: int32; to = v; return v; }\n"
      "function peek: int32 { reference at: const int32; return at; }\n"
      "function fill { buffer to: float32 in rank 1; to[0_i32] = 1_f32; }\n"
      "function look: float32 { buffer at: const float32 in rank 1; return at[0_i32]; }\n"
      "kernel k dimensions 2 {\n"
      "buffer in: const float32 in rank 1;\n"
      "buffer out: float32 out rank 2;\n"
      "buffer line: float32 out rank 1;\n"
      "scalar n: int32;\n"
      "scalar pair: \"Pair\";\n"
      "scalar fixed: const int32;\n" +
      std::string(body) + "\n}\n");
}

/// A text and the rule that it offends; none if it is good.
struct RuleCase {
  std::string_view text;
  std::string_view rule;
};

inline void PrintTo(const RuleCase& one, std::ostream* out) {
  *out << one.text;
}

}  // namespace dotcompute::kir
