// SPDX-License-Identifier: Apache-2.0
#include "emit/registration/names.hpp"

#include <array>
#include <cstddef>

namespace dotcompute::emit {

std::string name_of(const kir::Function& kernel) {
  return kernel.registered_name.empty() ? kernel.name : kernel.registered_name;
}

std::string qualified_name_of(const kir::Function& kernel) {
  return kernel.name_space.empty() ? name_of(kernel) : kernel.name_space + "::" + name_of(kernel);
}

std::string constant_name(std::string_view name) {
  std::string constant = "k";
  bool starts_word = true;
  for (const char c : name) {
    if (c == '_') {
      starts_word = true;
      continue;
    }
    const bool is_small = c >= 'a' && c <= 'z';
    constant += starts_word && is_small ? static_cast<char>(c - 'a' + 'A') : c;
    starts_word = false;
  }
  return constant;
}

std::string cpp_type(const kir::Module& module, const kir::Type& type) {
  if (type.has_structure()) {
    return "::" + module.structures[type.structure].name;
  }
  constexpr std::array<const char*, 12> kNames{
      "bool",          "std::int8_t",        "std::uint8_t",  "std::int16_t",
      "std::uint16_t", "std::int32_t",       "std::uint32_t", "std::int64_t",
      "std::uint64_t", "::dotcompute::half", "float",         "double"};
  return kNames[static_cast<std::size_t>(type.element)];
}

std::string quoted(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      literal += '\\';
    }
    literal += c;
  }
  return literal + "\"";
}

}  // namespace dotcompute::emit
