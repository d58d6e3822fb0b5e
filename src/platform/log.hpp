// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/base/fixed_text.hpp"
#include "dotcompute/extension/log_sink.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace dotcompute::core {

/// Writes lines with time and level to the standard error of the process.
/// \retval ErrorCode::host_memory if there is no memory for it.
[[nodiscard]] Result<std::shared_ptr<extension::LogSink>> make_standard_error_sink() noexcept;

/// Hands log lines of at least a minimum level to a sink. A line below it costs one comparison.
///
/// Threads: every member may be called from any thread at the same time.
class Logger {
 public:
  /// \param sink null writes nothing.
  Logger(std::shared_ptr<extension::LogSink> sink, LogLevel minimum) noexcept
      : sink_(std::move(sink)), minimum_(sink_ == nullptr ? LogLevel::off : minimum) {}

  [[nodiscard]] bool enabled(LogLevel level) const noexcept {
    return level >= minimum_ && level != LogLevel::off;
  }

  /// Joins `parts` (texts and numbers) to one line of at most 480 bytes. Does not allocate.
  template <class... Parts>
  void log(LogLevel level, const Parts&... parts) const noexcept {
    if (!enabled(level)) [[likely]] {
      return;
    }
    FixedText<480> line;
    (line.append(parts), ...);
    sink_->write(level, line.view());
  }

 private:
  const std::shared_ptr<extension::LogSink> sink_;
  const LogLevel minimum_;
};

}  // namespace dotcompute::core
