// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compilation/disk_cache.hpp"
#include "compilation/program_key.hpp"

#include "dotcompute/extension/log_sink.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::core {

/// Keeps the lines that are written to it.
class KeptLog final : public extension::LogSink {
 public:
  void write(LogLevel, std::string_view message) noexcept override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(message);
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;  // guarded by mutex_
};

/// A cache in a folder of its own, which is not there at first.
class CacheTest : public testing::Test {
 protected:
  CacheTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::path(testing::TempDir()) /
                 (std::string(test->test_suite_name()) + "." + test->name() + "." +
                  std::to_string(::getpid()));
    std::filesystem::remove_all(directory_);
  }
  ~CacheTest() override {
    std::error_code ignored;  // a leftover folder is no reason to fail
    std::filesystem::permissions(directory_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(directory_, ignored);
  }

  [[nodiscard]] DiskCache::Options options() const { return {.directory = directory_.string()}; }
  [[nodiscard]] std::filesystem::path folder() const { return directory_ / "programs"; }
  [[nodiscard]] std::filesystem::path path_of(const ProgramKey& key) const {
    return folder() / key.file_name;
  }

  /// The names of the files in the folder with the programs that end with `ending`.
  [[nodiscard]] std::vector<std::string> files(std::string_view ending = "") const {
    std::vector<std::string> names;
    if (std::filesystem::exists(folder())) {
      for (const auto& entry : std::filesystem::directory_iterator(folder())) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(ending)) {
          names.push_back(name);
        }
      }
    }
    return names;
  }

  std::filesystem::path directory_;
  std::shared_ptr<KeptLog> log_ = std::make_shared<KeptLog>();
  Logger logger_{log_, LogLevel::information};
};

inline std::vector<std::byte> bytes_of(std::string_view text) {
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

/// The bytes of a program as text, or "none".
inline std::string text_of(const std::optional<StoredProgram>& stored) {
  if (!stored) {
    return "none";
  }
  std::string text(stored->binary().size(), '\0');
  std::memcpy(text.data(), stored->binary().data(), text.size());
  return text;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::remove(path);  // some file systems flush a file that is cut to nothing
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(content.data(), static_cast<std::streamsize>(content.size()));
}

/// A key made up for a test.
inline ProgramKey key_named(const std::string& name) {
  ProgramKey key{.text = "key " + name, .file_name = name + std::string(kProgramEnding)};
  key.hash = std::hash<std::string>()(name);
  return key;
}

}  // namespace dotcompute::core
