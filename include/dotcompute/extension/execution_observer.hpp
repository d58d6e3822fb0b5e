// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dotcompute::extension {

/// What one attempt of an execution did and what it cost.
struct ExecutionRecord {
  std::string_view kernel;  ///< Qualified name. Valid during the call only.
  std::string_view device;  ///< Device id. Valid during the call only.
  std::uint32_t attempt = 1;
  std::uint64_t items = 0;
  std::chrono::nanoseconds prepared{};  ///< From the call to the launch.
  std::chrono::nanoseconds ran{};       ///< From the launch to its completion.
  std::size_t bytes_to_device = 0;
  std::size_t bytes_from_device = 0;
  const Error* error = nullptr;  ///< Null if it succeeded.
};

/// Is told of every finished attempt of every execution. Telemetry and learning are observers, and
/// the core knows neither.
///
/// Threads: called from any thread, several at once.
class ExecutionObserver {
 public:
  virtual ~ExecutionObserver() = default;

  /// Runs on the execution's own path: return within a microsecond and do not block.
  virtual void on_finished(const ExecutionRecord& record) noexcept = 0;
};

}  // namespace dotcompute::extension
