// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "opencl/api.hpp"

#include <atomic>

namespace dotcompute::equipment {

/// What a driver was asked through a table that counted() made.
struct OpenClCounts {
  // References to objects that are alive.
  std::atomic<long> contexts{0};
  std::atomic<long> queues{0};
  std::atomic<long> buffers{0};
  std::atomic<long> programs{0};
  std::atomic<long> kernels{0};
  std::atomic<long> events{0};
  // Calls so far.
  std::atomic<long> reads{0};
  std::atomic<long> writes{0};
  std::atomic<long> maps{0};
  std::atomic<long> set_arguments{0};

  [[nodiscard]] long alive() const {
    return contexts + queues + buffers + programs + kernels + events;
  }
};

/// One for the process: functions of a driver have no state of their own.
[[nodiscard]] OpenClCounts& opencl_counts();

/// The functions of `real`, and what they make and give back is counted. Only the first driver that a
/// process counts is called.
[[nodiscard]] opencl::Api counted(const opencl::Api& real);

}  // namespace dotcompute::equipment
