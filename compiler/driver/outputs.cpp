// SPDX-License-Identifier: Apache-2.0
#include "driver/outputs.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

namespace dotcompute::driver {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw OutputError("Cannot write " + path + ": " + why);
}

bool holds(const std::string& path, std::string_view text) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return false;
  }
  const std::string there{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return there == text;
}

void make_directory_of(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!directory.empty() && !std::filesystem::create_directories(directory, error) && error) {
    refuse(path, error.message());
  }
}

}  // namespace

void write_if_changed(const std::string& path, std::string_view text) {
  if (holds(path, text)) {
    return;
  }
  make_directory_of(path);
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) {
    refuse(path, "the file system takes no more, or not this file");
  }
  std::error_code error;
  std::filesystem::rename(part, path, error);
  if (error) {
    refuse(path, error.message());
  }
}

void touch(const std::string& path) {
  make_directory_of(path);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.put('\n');
  file.close();
  if (!file) {
    refuse(path, "the file system takes no more, or not this file");
  }
}

std::string depfile_text(const std::string& target, const std::vector<std::string>& dependencies) {
  const auto escaped = [](const std::string& path) {
    std::string text;
    for (const char c : path) {
      if (c == ' ' || c == '#') {
        text += '\\';
      } else if (c == '$') {
        text += '$';
      }
      text += c;
    }
    return text;
  };
  std::string text = escaped(target) + ":";
  // Each once, in a fixed order: the text is compared with what was written last.
  for (const std::string& path : std::set(dependencies.begin(), dependencies.end())) {
    text += " \\\n  " + escaped(path);
  }
  return text + "\n";
}

}  // namespace dotcompute::driver
