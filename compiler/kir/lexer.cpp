// SPDX-License-Identifier: Apache-2.0
#include "kir/lexer.hpp"

#include <algorithm>
#include <array>

namespace dotcompute::kir {
namespace {

using namespace std::string_view_literals;

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

constexpr int hexadecimal_value(char c) noexcept {
  if (is_digit(c)) {
    return c - '0';
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

constexpr std::array kLongSigns{"<<"sv, ">>"sv, "<="sv, ">="sv, "=="sv, "!="sv, "&&"sv, "||"sv};
constexpr std::string_view kSigns = "+-*/%&|^<>=!~?:;,.()[]{}@$#";

}  // namespace

Token Lexer::next() noexcept {
  skip_space();
  if (rest_.empty()) {
    return {.kind = TokenKind::end, .location = location_};
  }
  const char c = rest_.front();
  if (is_digit(c)) {
    return take(TokenKind::number, number_length());
  }
  if (is_word(c)) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_word);
    return take(TokenKind::word, static_cast<std::size_t>(end - rest_.begin()));
  }
  if (c == '"') {
    const std::size_t length = text_length();
    return length == 0 ? mistake("This text has no end, or an escape that is none.")
                       : take(TokenKind::text, length);
  }
  const std::size_t length = sign_length();
  return length == 0 ? mistake("This character has no meaning here.")
                     : take(TokenKind::sign, length);
}

void Lexer::skip_space() noexcept {
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      advance(1);
    } else if (rest_.starts_with("//")) {
      advance(std::min(rest_.find('\n'), rest_.size()));
    } else {
      return;
    }
  }
}

Token Lexer::take(TokenKind kind, std::size_t length) noexcept {
  const Token token{.kind = kind, .text = rest_.substr(0, length), .location = location_};
  advance(length);
  return token;
}

Token Lexer::mistake(std::string_view what) noexcept {
  rest_ = {};
  return {.kind = TokenKind::mistake, .text = what, .location = location_};
}

void Lexer::advance(std::size_t length) noexcept {
  for (const char c : rest_.substr(0, length)) {
    if (c == '\n') {
      ++location_.line;
      location_.column = 1;
    } else {
      ++location_.column;
    }
  }
  rest_.remove_prefix(length);
}

// Digits, letters and points; a sign may follow the letter of an exponent. What it means is for
// the parser to say.
std::size_t Lexer::number_length() const noexcept {
  const bool is_hexadecimal = rest_.starts_with("0x");
  std::size_t length = 1;
  while (length < rest_.size()) {
    const char c = rest_[length];
    const bool is_exponent_sign =
        !is_hexadecimal && (c == '+' || c == '-') && rest_[length - 1] == 'e';
    if (!is_word(c) && c != '.' && !is_exponent_sign) {
      break;
    }
    ++length;
  }
  return length;
}

std::size_t Lexer::text_length() const noexcept {
  for (std::size_t i = 1; i < rest_.size() && rest_[i] != '\n'; ++i) {
    if (rest_[i] == '"') {
      return i + 1;
    }
    if (rest_[i] != '\\') {
      continue;
    }
    ++i;
    if (i >= rest_.size()) {
      return 0;
    }
    if (rest_[i] == 'x') {
      if (i + 2 >= rest_.size() || hexadecimal_value(rest_[i + 1]) < 0 ||
          hexadecimal_value(rest_[i + 2]) < 0) {
        return 0;
      }
      i += 2;
    } else if (rest_[i] != '"' && rest_[i] != '\\') {
      return 0;
    }
  }
  return 0;
}

std::size_t Lexer::sign_length() const noexcept {
  for (const std::string_view sign : kLongSigns) {
    if (rest_.starts_with(sign)) {
      return sign.size();
    }
  }
  return kSigns.find(rest_.front()) == std::string_view::npos ? 0 : 1;
}

std::string unquoted(std::string_view token) {
  std::string text;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    if (token[i] != '\\') {
      text += token[i];
      continue;
    }
    ++i;
    if (token[i] == 'x') {
      text +=
          static_cast<char>(hexadecimal_value(token[i + 1]) * 16 + hexadecimal_value(token[i + 2]));
      i += 2;
    } else {
      text += token[i];
    }
  }
  return text;
}

}  // namespace dotcompute::kir
