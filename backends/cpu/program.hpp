// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cost_model.hpp"
#include "platform/thread_pool.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <cstdint>
#include <limits>
#include <memory>

namespace dotcompute::cpu {

/// A body on the host and what its launches have shown it to cost.
class Program final : public backend::Program {
 public:
  /// \param pool outlives the program.
  Program(const backend::HostKernel& kernel,
          bool is_parallel,
          const core::ThreadPool& pool) noexcept
      : kernel_(kernel), is_parallel_(is_parallel), pool_(pool) {}

  bool run_at_once(const backend::KernelArgument* arguments,
                   const LaunchRange& range,
                   Status& outcome) const noexcept override;
  [[nodiscard]] double expected_nanoseconds(std::uint64_t items) const noexcept override;

  /// Whether a launch of so many items is short, and not one that is measured all the same, as one
  /// in 256 on each thread is.
  /// \pre items > 0
  [[nodiscard]] bool is_short(std::uint64_t items) const noexcept {
    return cost_.measured_nanoseconds(items) < kTimedNanoseconds && ++launches() != 0;
  }

  [[nodiscard]] bool is_parallel() const noexcept { return is_parallel_; }
  /// Launches learn: the figures change, the program does not.
  [[nodiscard]] CostModel& cost() const noexcept { return cost_; }

  /// Runs the items of one box. May throw what the body throws.
  void run(const backend::KernelArgument* arguments, const ItemRange& box) const {
    kernel_.function(kernel_.state, arguments, box);
  }

 private:
  // A clock reading at both ends costs some 20 ns: a hundredth of a launch this long.
  static constexpr double kTimedNanoseconds = 2'000;

  /// Short launches of this thread: 0 when one is to be measured.
  static std::uint8_t& launches() noexcept {
    // Initial-exec: a general look-up of a thread-local costs more than the launch around it.
    thread_local constinit std::uint8_t count [[gnu::tls_model("initial-exec")]] = 0;
    return count;
  }

  const backend::HostKernel kernel_;
  const bool is_parallel_;
  const core::ThreadPool& pool_;
  mutable CostModel cost_;
};

/// \retval ErrorCode::compilation_failed if `source` is no host function; ErrorContext::got says
///         what it is.
/// \retval ErrorCode::host_memory if there is no memory for the program.
Result<std::unique_ptr<backend::Program>> compile(const backend::KernelSource& source,
                                                  const core::ThreadPool& pool) noexcept;

}  // namespace dotcompute::cpu
