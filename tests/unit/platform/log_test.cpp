// SPDX-License-Identifier: Apache-2.0
#include "platform/log.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute::core {
namespace {

using Lines = std::vector<std::pair<LogLevel, std::string>>;

class KeepingSink final : public extension::LogSink {
 public:
  void write(LogLevel level, std::string_view message) noexcept override {
    lines.emplace_back(level, message);
  }
  Lines lines;
};

TEST(Logger, HandsOnLinesOfItsLevelAndAbove) {
  const auto sink = std::make_shared<KeepingSink>();
  const Logger logger(sink, LogLevel::warning);

  logger.log(LogLevel::information, "below");
  logger.log(LogLevel::warning, "at");
  logger.log(LogLevel::error, "above");

  EXPECT_EQ(sink->lines, (Lines{{LogLevel::warning, "at"}, {LogLevel::error, "above"}}));
}

TEST(Logger, JoinsTextsAndNumbersToOneLine) {
  const auto sink = std::make_shared<KeepingSink>();
  const Logger logger(sink, LogLevel::trace);

  logger.log(LogLevel::error, "kernel ", std::string("saxpy"), " failed ", 3, " times");

  EXPECT_EQ(sink->lines, (Lines{{LogLevel::error, "kernel saxpy failed 3 times"}}));
}

TEST(Logger, WritesNothingWhenOff) {
  const auto sink = std::make_shared<KeepingSink>();
  const Logger logger(sink, LogLevel::off);

  logger.log(LogLevel::error, "anything");
  logger.log(LogLevel::off, "anything");

  EXPECT_TRUE(sink->lines.empty());
}

TEST(Logger, WritesNothingWithoutASink) {
  const Logger logger(nullptr, LogLevel::trace);

  EXPECT_FALSE(logger.enabled(LogLevel::error));
}

TEST(StandardErrorSink, WritesLevelAndMessageAsTheyAre) {
  const auto sink = make_standard_error_sink();
  ASSERT_TRUE(sink.ok());
  testing::internal::CaptureStderr();

  (*sink)->write(LogLevel::warning, "braces {} and %s stay");

  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_NE(written.find("warning dotcompute: braces {} and %s stay\n"), std::string::npos)
      << written;
}

}  // namespace
}  // namespace dotcompute::core
