// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration_option.hpp"
#include "simulated/profile.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

// The kinds of option. Each says what it expects, reads a value that a source gave (nothing if it
// is of another type or cannot be held), finds the fault of a value, and prints one.
namespace dotcompute::core::kinds {

// The text of a value that a string can give, in either kind of source.
inline const std::string* text_of(const Given& given) noexcept {
  if (const auto* variable = std::get_if<EnvironmentText>(&given.value)) {
    return &variable->text;
  }
  return std::get_if<std::string>(&given.value);
}

// The number at the start of `text`, which then begins behind it.
template <std::unsigned_integral Number>
std::optional<Number> take_number(std::string_view& text) noexcept {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// A to Z only, in any locale.
inline std::string in_small_letters(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return result;
}

struct Switch {
  static std::string expected(SourceKind source) {
    return source == SourceKind::file ? "true or false" : "true, false, on, off, yes, no, 1 or 0";
  }
  static std::optional<bool> read(const Given& given) {
    if (const auto* value = std::get_if<bool>(&given.value)) {
      return *value;
    }
    if (const auto* variable = std::get_if<EnvironmentText>(&given.value)) {
      const auto word = in_small_letters(variable->text);
      if (word == "true" || word == "on" || word == "yes" || word == "1") {
        return true;
      }
      if (word == "false" || word == "off" || word == "no" || word == "0") {
        return false;
      }
    }
    return std::nullopt;
  }
  static std::optional<std::string> fault(bool /*value*/) { return std::nullopt; }
  static std::string print(bool value) { return value ? "true" : "false"; }
};

// One of the values of an enumeration, whose last one is `Last`.
template <class Type, Type Last, std::string_view (*NameOf)(Type) noexcept>
struct Choice {
  static constexpr std::size_t kCount = static_cast<std::size_t>(Last) + 1;

  static std::string expected(SourceKind /*source*/) {
    std::string result = "one of ";
    for (std::size_t index = 0; index < kCount; ++index) {
      result.append(index == 0 ? "" : ", ").append(NameOf(static_cast<Type>(index)));
    }
    return result;
  }
  static std::optional<Type> read(const Given& given) {
    const auto* text = text_of(given);
    for (std::size_t index = 0; index < kCount && text != nullptr; ++index) {
      if (NameOf(static_cast<Type>(index)) == *text) {
        return static_cast<Type>(index);
      }
    }
    return std::nullopt;
  }
  static std::optional<std::string> fault(Type value) {
    return static_cast<std::size_t>(value) < kCount ? std::nullopt : std::optional(print(value));
  }
  static std::string print(Type value) {
    const auto number = static_cast<std::size_t>(value);
    return number < kCount ? std::string(NameOf(value)) : "the number " + std::to_string(number);
  }
};

template <std::uint32_t Max>
struct Count {
  static std::string expected(SourceKind /*source*/) {
    return "an integer from 0 to " + std::to_string(Max);
  }
  static std::optional<std::uint32_t> read(const Given& given) {
    if (const auto* value = std::get_if<std::int64_t>(&given.value)) {
      const bool fits = *value >= 0 && *value <= std::int64_t{Max};
      return fits ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
    }
    if (const auto* variable = std::get_if<EnvironmentText>(&given.value)) {
      std::string_view rest = variable->text;
      const auto number = take_number<std::uint32_t>(rest);
      return rest.empty() && number <= Max ? number : std::nullopt;
    }
    return std::nullopt;
  }
  static std::optional<std::string> fault(std::uint32_t value) {
    return value <= Max ? std::nullopt : std::optional(print(value));
  }
  static std::string print(std::uint32_t value) { return std::to_string(value); }
};

struct Bytes {
  struct Unit {
    std::string_view name;
    unsigned shift;
  };
  static constexpr std::array<Unit, 4> kUnits{{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"", 0}}};

  static std::string expected(SourceKind source) {
    return source == SourceKind::file
               ? R"(a number of bytes, or a text such as "512MiB" (KiB, MiB, GiB), below 2^64)"
               : "a number of bytes, plain or with KiB, MiB or GiB, below 2^64";
  }
  static std::optional<std::uint64_t> read(const Given& given) {
    if (const auto* value = std::get_if<std::int64_t>(&given.value)) {
      return *value >= 0 ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
    }
    const auto* text = text_of(given);
    std::string_view rest = text != nullptr ? std::string_view(*text) : std::string_view();
    const auto number = take_number<std::uint64_t>(rest);
    for (const auto& unit : kUnits) {
      if (number && rest == unit.name &&
          *number <= std::numeric_limits<std::uint64_t>::max() >> unit.shift) {
        return *number << unit.shift;
      }
    }
    return std::nullopt;
  }
  static std::optional<std::string> fault(std::uint64_t /*value*/) { return std::nullopt; }
  static std::string print(std::uint64_t value) {
    const auto* unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& candidate) {
      return value != 0 && value >> candidate.shift << candidate.shift == value;
    });
    return unit == kUnits.end() ? "0" : std::to_string(value >> unit->shift).append(unit->name);
  }
};

// A text; empty in a file or in code is none, and overrides a lower source.
struct Text {
  static std::string expected(SourceKind source) {
    return source == SourceKind::file ? "a text" : "a text that is not empty";
  }
  static std::optional<std::string> read(const Given& given) {
    const auto* text = text_of(given);
    const bool is_variable = std::holds_alternative<EnvironmentText>(given.value);
    return text == nullptr || (is_variable && text->empty()) ? std::nullopt : std::optional(*text);
  }
  static std::optional<std::string> fault(const std::string& text) {
    return text.find('\0') == text.npos
               ? std::nullopt
               : std::optional(quoted_value(text) + ", which holds a zero byte");
  }
  static std::string print(const std::string& text) { return quoted_value(text); }
};

struct SimulatedDevices : Text {
  static std::string expected(SourceKind /*source*/) {
    return R"(a text such as "inner=cpu:0,latency=20us,in=12GB/s;speed=4")";
  }
  static std::optional<std::string> fault(const std::string& text) {
    auto wrong = Text::fault(text);
    const auto profiles = simulated::read_profiles(text);
    if (wrong || profiles.ok()) {
      return wrong;
    }
    if (profiles.error().log == nullptr) {
      throw std::bad_alloc();
    }
    std::string problems = *profiles.error().log;
    for (auto end = problems.find('\n'); end != problems.npos; end = problems.find('\n')) {
      problems.replace(end, 1, "; ");
    }
    return quoted_value(text) + ", where " + problems;
  }
};

struct Path : Text {
  static std::string expected(SourceKind source) {
    return source == SourceKind::file ? "a path" : "a path that is not empty";
  }
};

struct Paths {
  static std::string expected(SourceKind source) {
    return source == SourceKind::file ? "an array of paths, none empty and none twice"
                                      : "paths with a colon between two, none empty and none twice";
  }
  static std::optional<std::vector<std::string>> read(const Given& given) {
    if (const auto* list = std::get_if<std::vector<std::string>>(&given.value)) {
      return *list;
    }
    const auto* variable = std::get_if<EnvironmentText>(&given.value);
    if (variable == nullptr || variable->text.empty()) {
      return std::nullopt;
    }
    std::vector<std::string> paths;
    std::string_view rest = variable->text;
    for (auto colon = rest.find(':'); colon != rest.npos; colon = rest.find(':')) {
      paths.emplace_back(rest.substr(0, colon));
      rest.remove_prefix(colon + 1);
    }
    paths.emplace_back(rest);
    return paths;
  }
  static std::optional<std::string> fault(const std::vector<std::string>& paths) {
    auto sorted = paths;
    std::sort(sorted.begin(), sorted.end());
    if (!sorted.empty() && sorted.front().empty()) {
      return "an empty path";
    }
    for (const auto& path : sorted) {
      if (path.find('\0') != path.npos) {
        return quoted_value(path) + ", which holds a zero byte";
      }
    }
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    return twice == sorted.end() ? std::nullopt : std::optional(quoted_value(*twice) + " twice");
  }
  static std::string print(const std::vector<std::string>& paths) {
    std::string result;
    for (const auto& path : paths) {
      result.append(result.empty() ? "" : ", ").append(quoted_value(path));
    }
    return "[" + result + "]";
  }
};

}  // namespace dotcompute::core::kinds
