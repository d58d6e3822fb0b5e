// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace dotcompute {

enum class LogLevel : std::uint8_t { trace, debug, information, warning, error, off };

namespace extension {

/// Where log lines go.
///
/// Threads: called from any thread, several at once.
class LogSink {
 public:
  virtual ~LogSink() = default;
  /// \param message one line without its end.
  virtual void write(LogLevel level, std::string_view message) noexcept = 0;
};

}  // namespace extension
}  // namespace dotcompute
