// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/configuration.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dotcompute::core {

using Variables = std::map<std::string, std::string, std::less<>>;

/// An environment that holds just `variables`.
inline Environment environment_of(const Variables& variables) {
  return {.value_of = [variables](std::string_view name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
          },
          .names_beginning_with =
              [variables](std::string_view prefix) {
                std::vector<std::string> names;
                for (const auto& [name, value] : variables) {
                  if (name.starts_with(prefix)) {
                    names.push_back(name);
                  }
                }
                return names;
              }};
}

/// A folder of its own for the files of one test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::path(testing::TempDir()) /
            (std::string(test->test_suite_name()) + "." + test->name() + "." +
             std::to_string(::getpid()));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;  // a leftover folder is no reason to fail
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  /// Writes the file `name`, over the earlier one, and returns its path.
  [[nodiscard]] std::string write(std::string_view content,
                                  std::string_view name = "c.toml") const {
    auto file = (path_ / name).string();
    std::filesystem::remove(file);  // some file systems flush a file that is cut to nothing
    std::ofstream(file, std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
    return file;
  }
  [[nodiscard]] std::string path_of(std::string_view name) const { return (path_ / name).string(); }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

inline Result<RuntimeOptions> resolve_variables(const Variables& variables) {
  return resolve_options({}, {.environment = environment_of(variables)});
}

/// The lines of the problems in `result`; empty if it has none.
inline std::vector<std::string> problems_of(const Result<RuntimeOptions>& result) {
  std::vector<std::string> lines;
  if (result || result.error().log == nullptr) {
    return lines;
  }
  std::string_view rest = *result.error().log;
  for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  lines.emplace_back(rest);
  return lines;
}

}  // namespace dotcompute::core
