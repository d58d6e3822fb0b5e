// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/expression.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dotcompute::kir {

enum class TokenKind : std::uint8_t { end, word, number, text, sign, mistake };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  ///< As it stands in the source; of a mistake: what is wrong.
  Location location;      ///< Line and column, both from 1; a tab is one column.
};

/// Cuts the text form of KIR into words, numbers, texts in quotes and signs.
class Lexer {
 public:
  explicit Lexer(std::string_view text) noexcept : rest_(text) {}

  /// The next token; at the end, and after a mistake, `end` for ever.
  Token next() noexcept;

 private:
  void skip_space() noexcept;
  Token take(TokenKind kind, std::size_t length) noexcept;
  Token mistake(std::string_view what) noexcept;
  void advance(std::size_t length) noexcept;
  [[nodiscard]] std::size_t number_length() const noexcept;
  [[nodiscard]] std::size_t text_length() const noexcept;
  [[nodiscard]] std::size_t sign_length() const noexcept;

  std::string_view rest_;
  Location location_{.line = 1, .column = 1};
};

/// What a token of kind `text` says, without quotes and escapes.
[[nodiscard]] std::string unquoted(std::string_view token);

}  // namespace dotcompute::kir
