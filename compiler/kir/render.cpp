// SPDX-License-Identifier: Apache-2.0
#include "kir/render.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string_view>

namespace dotcompute::kir {
namespace {

std::string_view severity_text(Severity severity) noexcept {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      break;
  }
  return "note";
}

/// Line `number`, from 1, without its end; empty if there is none.
std::string_view line_of(std::string_view text, std::uint32_t number) noexcept {
  for (; number > 1; --number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return {};
    }
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

/// The line and a caret below the column; tabs stay, so that the caret stays where it belongs.
void append_line(std::string& to, std::string_view line, const Location& location) {
  constexpr std::size_t kNumberWidth = 5;
  const std::string number = std::to_string(location.line);
  to.append(kNumberWidth - std::min(kNumberWidth, number.size()), ' ').append(number);
  to.append(" | ").append(line).append("\n");
  to.append(kNumberWidth, ' ').append(" | ");
  const std::size_t before = std::min<std::size_t>(std::max(location.column, 1U) - 1, line.size());
  for (const char c : line.substr(0, before)) {
    // Of a character of several bytes only the first takes a place.
    if (const bool first_byte = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; first_byte) {
      to.push_back(c == '\t' ? '\t' : ' ');
    }
  }
  to.append("^\n");
}

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string render(const Module& module, const Diagnostics& diagnostics, const FileReader& read) {
  std::string text;
  std::map<std::uint32_t, std::optional<std::string>> contents;
  for (const Diagnostic& diagnostic : diagnostics) {
    const Location& at = diagnostic.location;
    const bool somewhere = at.line > 0 && at.file < module.files.size();
    if (somewhere) {
      text.append(module.files[at.file]).append(":").append(std::to_string(at.line));
      text.append(":").append(std::to_string(at.column)).append(": ");
    }
    text.append(severity_text(diagnostic.severity)).append(": ").append(diagnostic.message);
    if (!diagnostic.code.empty()) {
      text.append(" [").append(diagnostic.code).append("]");
    }
    text.append("\n");
    if (somewhere) {
      const auto [known, fresh] = contents.try_emplace(at.file);
      if (fresh) {
        known->second = read(module.files[at.file]);
      }
      if (known->second) {
        append_line(text, line_of(*known->second, at.line), at);
      }
    }
  }
  return text;
}

}  // namespace dotcompute::kir
