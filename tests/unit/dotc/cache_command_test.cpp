// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "compilation/disk_cache.hpp"
#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <filesystem>
#include <sstream>
#include <string>
#include <tuple>

namespace dotcompute::dotc {
namespace {

using testing::HasSubstr;

class CacheCommandTest : public testing::Test {
 protected:
  /// Keeps a program of `bytes` bytes, made by this version if the key says so.
  void add(const std::string& name, std::size_t bytes, bool of_this_version = true) {
    core::ProgramKey key{.text = std::string(of_this_version ? core::version_line() : "another\n"),
                         .file_name = name + std::string(core::kProgramEnding)};
    cache_.store(key, std::vector<std::byte>(bytes));
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(folder_ / ("cache/programs/" + name + ".program"));
  }
  std::string answer(const std::string& action, bool json = false) {
    std::ostringstream out;
    manage_cache({.configuration_file = configuration_, .json = json, .action = action}, out);
    return out.str();
  }

  Folder folder_;
  const std::string configuration_ =
      folder_.write("c.toml",
                    "[dotcompute]\nmax_disk_cache_bytes = 1000\ncache_directory = \"" +
                        (folder_ / "cache") + "\"\n");
  core::Logger logger_{nullptr, LogLevel::off};
  core::DiskCache cache_{{.directory = folder_ / "cache"}, logger_};
};

// R7.1
TEST_F(CacheCommandTest, TellsThePathAlsoWhereNothingWasKept) {
  EXPECT_EQ(answer("path"), (folder_ / "cache") + "\n");
  EXPECT_THAT(answer("path", true), HasSubstr("\"path\": \"" + (folder_ / "cache") + "\""));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "cache"));
}

// R7.1
TEST_F(CacheCommandTest, CountsPrograms) {
  EXPECT_THAT(answer("stats"), HasSubstr("programs   0, 0 bytes of at most 0.977 KiB"));
  add("a", 100);
  add("b", 200);

  const std::string json = answer("stats", true);

  const auto header = sizeof(std::array<std::byte, 32>) + core::version_line().size();
  EXPECT_THAT(json, HasSubstr("\"programs\": 2"));
  EXPECT_THAT(json, HasSubstr("\"bytes\": " + std::to_string(300 + 2 * header)));
  EXPECT_THAT(json, HasSubstr("\"max_bytes\": 1000"));
}

// R7.1
TEST_F(CacheCommandTest, RemovesAllPrograms) {
  add("a", 100);
  add("b", 200);
  std::ignore = folder_.write("cache/programs/c.program", "");

  EXPECT_THAT(answer("clear"), HasSubstr("removed: 3 programs"));

  EXPECT_FALSE(has("a") || has("b") || has("c"));
  EXPECT_THAT(answer("clear", true), HasSubstr("\"removed\": 0"));
}

// R7.1
TEST_F(CacheCommandTest, PrunesWhatIsDamagedOrOfAnotherVersionOrTooMuch) {
  add("good", 100);
  add("foreign", 100, false);
  add("damaged", 100);
  std::ignore = folder_.write("cache/programs/damaged.program", "garbage");
  add("large", 900);
  std::filesystem::last_write_time(
      folder_ / "cache/programs/large.program",
      std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));

  EXPECT_THAT(answer("prune"), HasSubstr("removed: 3 programs"));

  EXPECT_TRUE(has("good"));
}

// R7.1
TEST_F(CacheCommandTest, RefusesAFolderThatOthersMayWrite) {
  add("a", 100);
  std::filesystem::permissions(folder_ / "cache/programs", std::filesystem::perms::all);

  EXPECT_THAT(refusal_of([&] { answer("stats"); }), HasSubstr("is not this user's alone"));
}

}  // namespace
}  // namespace dotcompute::dotc
