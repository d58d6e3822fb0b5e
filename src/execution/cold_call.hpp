// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding/bind.hpp"
#include "binding/device_limits.hpp"
#include "binding/strided.hpp"
#include "execution/launch_plan.hpp"
#include "selection/selection.hpp"
#include "transfer/device_arguments.hpp"
#include "transfer/pipeline.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/detail/call_request.hpp"
#include "dotcompute/exception.hpp"
#include "dotcompute/host_memory.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace dotcompute::core {

/// Copies of a call's in-out buffers as they were before it, so that a second attempt starts from the
/// same values and a validator knows them.
class KeptInouts {
 public:
  /// \retval ErrorCode::host_memory
  Status keep(const Signature& signature, const BoundCall& call) noexcept;
  /// \retval ErrorCode what bringing a unified buffer to the host fails with.
  [[nodiscard]] Status restore(const BoundCall& call) const noexcept;
  /// In parameter order; empty for what was not kept.
  [[nodiscard]] std::array<std::span<const std::byte>, kMaxParameters> views() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return kept_.empty(); }

 private:
  struct Kept {
    std::size_t parameter;
    HostBlock block;
  };
  std::vector<Kept> kept_;
};

/// One call on its long way, with all that its attempts share.
struct ColdCall {
  using Clock = std::chrono::steady_clock;

  ColdCall(const KernelRecord& kernel,
           KernelPlanTable& plan_table,
           const dotcompute::detail::CallRequest& call_request) noexcept
      : record(kernel), table(plan_table), request(call_request) {}

  const KernelRecord& record;
  KernelPlanTable& table;
  const dotcompute::detail::CallRequest& request;
  const Clock::time_point begin = Clock::now();

  // Found once, by prepare().
  BoundCall bound;
  PackedArguments packed;
  backend::CallControl control;
  KeptInouts inouts;
  bool validates = false;
  std::uint64_t selector_epoch = 0;  ///< Before the choice was made.
  Situation situation;               ///< In which it was made.

  // Of the attempt that runs.
  Choice choice;
  std::uint32_t attempt = 0;
  const backend::Program* program = nullptr;
  std::int64_t expected_nanoseconds = 0;  ///< Of the chosen device; 0 if nobody knows.
  Geometry geometry;
  std::optional<DeviceArguments> device_arguments;  ///< Null: it works on plain memory of the host.
  ChunkPlan chunks;                                 ///< How its launch is cut, if it is.
  std::array<std::size_t, kMaxParameters> bytes{};  ///< Of buffers; 0 for scalars.
  Clock::time_point launched;
  Clock::time_point finished;

  // For the report.
  std::vector<AttemptRecord> attempts;
  bool fell_back = false;
  bool validated = false;
  std::size_t bytes_to_device = 0;
  std::size_t bytes_from_device = 0;

  [[nodiscard]] const Signature& signature() const noexcept { return table.signature; }
  [[nodiscard]] std::span<const backend::KernelArgument> arguments() const noexcept {
    return {bound.arguments, signature().size()};
  }
};

}  // namespace dotcompute::core
