// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <string_view>

namespace dotcompute {

/// Text of at most `Capacity` bytes that never allocates, so that noexcept code can build messages.
/// What does not fit is cut, and the last three bytes kept then read "...".
template <std::size_t Capacity>
class FixedText {
  static_assert(Capacity >= 8);

 public:
  constexpr FixedText() noexcept = default;
  template <class Text>
  requires std::convertible_to<const Text&, std::string_view>
  constexpr FixedText(const Text& text) noexcept {  // NOLINT: on purpose
    append(std::string_view(text));
  }

  constexpr FixedText& append(std::string_view text) noexcept {
    const std::size_t kept = std::min(text.size(), Capacity - size_);
    std::copy_n(text.data(), kept, text_.data() + size_);
    size_ += kept;
    if (kept < text.size()) {
      std::fill(text_.end() - 3, text_.end(), '.');
    }
    return *this;
  }

  /// Appends the shortest decimal form that reads back as the same value.
  template <class Number>
  requires std::integral<Number> || std::floating_point<Number> FixedText& append(
      Number value) noexcept {
    // As long as the text, so that the compiler sees that no more is copied than is there.
    std::array<char, std::max<std::size_t>(Capacity, 40)> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return append(
        std::string_view(digits.data(), static_cast<std::size_t>(end.ptr - digits.data())));
  }

  [[nodiscard]] constexpr std::string_view view() const noexcept { return {text_.data(), size_}; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

 private:
  std::size_t size_ = 0;
  std::array<char, Capacity> text_;  // only the first size_ bytes are set
};

}  // namespace dotcompute
