// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api.hpp"
#include "platform/fault_plan.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"

#include <cstdint>
#include <memory>
#include <utility>

namespace dotcompute::opencl {

/// One device as its driver describes it.
struct DeviceFacts {
  cl_device_id device = nullptr;
  backend::DeviceInfo info;
  bool has_out_of_order_queues = false;
  bool rounds_division_correctly = false;  ///< Of float, with an option that asks for it.
  bool takes_opencl_c_12 = false;
  bool needs_staging = false;       ///< Large copies go through pinned memory of ours.
  std::uint32_t address_bits = 64;  ///< Ids and sizes have as many.
};

/// An open device as its queues, memory and programs see it. It lives as long as any of them.
class Context {
 public:
  /// \param plan null, or failures of the calls that are made through api().
  static Result<std::shared_ptr<const Context>> open(
      const Api& api, const DeviceFacts& facts, std::shared_ptr<core::FaultPlan> plan) noexcept;

  Context(const Api& api, const DeviceFacts& facts, std::shared_ptr<core::FaultPlan> plan);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const Api& api() const noexcept { return api_; }
  [[nodiscard]] const DeviceFacts& facts() const noexcept { return facts_; }
  [[nodiscard]] cl_device_id device() const noexcept { return facts_.device; }
  [[nodiscard]] cl_context handle() const noexcept { return handle_; }
  /// Null: nothing is planned.
  [[nodiscard]] core::FaultPlan* plan() const noexcept { return plan_.get(); }

 private:
  const std::shared_ptr<core::FaultPlan> plan_;
  Api api_;
  const DeviceFacts facts_;
  cl_context handle_ = nullptr;
};

}  // namespace dotcompute::opencl
