// SPDX-License-Identifier: Apache-2.0
#include "platform/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <exception>

namespace dotcompute::core {
namespace {

spdlog::level::level_enum level_of(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::trace:
      return spdlog::level::trace;
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::information:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      break;
  }
  return spdlog::level::off;
}

class StandardErrorSink final : public extension::LogSink {
 public:
  StandardErrorSink() : logger_("dotcompute", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    // Logger has compared the level already.
    logger_.set_level(spdlog::level::trace);
    logger_.set_pattern("%Y-%m-%dT%H:%M:%S.%e %l dotcompute: %v");
  }

  void write(LogLevel level, std::string_view message) noexcept override {
    try {
      logger_.log(level_of(level), spdlog::string_view_t(message.data(), message.size()));
    } catch (const std::exception&) {
      // A log line that cannot be written is not worth the work it speaks of.
    }
  }

 private:
  spdlog::logger logger_;
};

}  // namespace

Result<std::shared_ptr<extension::LogSink>> make_standard_error_sink() noexcept {
  try {
    return std::shared_ptr<extension::LogSink>(std::make_shared<StandardErrorSink>());
  } catch (const std::exception&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

}  // namespace dotcompute::core
