// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace dotcompute::driver {

/// A directory that each test has to itself.
class ScratchTest : public testing::Test {
 protected:
  ScratchTest()
      : directory_(std::filesystem::path(testing::TempDir()) /
                   (std::string("dotcompute_") +
                    testing::UnitTest::GetInstance()->current_test_info()->test_suite_name() +
                    testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~ScratchTest() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::string path_of(const std::string& name) const {
    return (directory_ / name).string();
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_of(name)) << text;
    return path_of(name);
  }
  [[nodiscard]] std::string content_of(const std::string& name) const {
    std::ifstream in(path_of(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Makes the file look a day old, and gives that time.
  [[nodiscard]] std::filesystem::file_time_type age(const std::string& name) const {
    using namespace std::chrono_literals;
    const auto then = std::filesystem::last_write_time(path_of(name)) - 24h;
    std::filesystem::last_write_time(path_of(name), then);
    return then;
  }
  [[nodiscard]] std::filesystem::file_time_type time_of(const std::string& name) const {
    return std::filesystem::last_write_time(path_of(name));
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace dotcompute::driver
