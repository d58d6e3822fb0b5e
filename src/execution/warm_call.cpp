// SPDX-License-Identifier: Apache-2.0
// The short way of a call whose kernel has run before: no lock, no allocation, no clock. Everything
// that is not needed by a plain call on a device with host memory is left to cold_call.cpp.
#include "base/try.hpp"
#include "binding/bind.hpp"
#include "binding/device_limits.hpp"
#include "execution/executor.hpp"
#include "execution/results.hpp"

#include <bit>
#include <cstdint>
#include <optional>

namespace dotcompute::core {
namespace {

/// Whether a call asks for something that only the long way has.
bool asks_for_more(const CallOptions& options) noexcept {
  return options.report != nullptr || options.group_size.has_value() ||
         options.validate.has_value();
}

bool may_end_early(const CallOptions* options) noexcept {
  return options != nullptr && (options->stop.stop_possible() ||
                                options->deadline != std::chrono::steady_clock::time_point::max());
}

/// Whether the call is of the commonest kind, which takes the shortest way: by a handle, all outputs
/// given, all buffers of one axis and equally long, nothing asked for beside.
bool is_hot(const Signature& signature, const dotcompute::detail::CallRequest& request) noexcept {
  return request.typed_given == signature.uniform_arguments && request.signature == signature.key &&
         request.options == nullptr;
}

/// It works in the caller's memory, which must not be let go of before.
Status wait_for(backend::Device& device, backend::Completion completion) noexcept {
  DC_TRY(device.wait(completion, std::chrono::nanoseconds::max()));
  return success();
}

}  // namespace

std::size_t Executor::slot_of(const CallOptions& options) const noexcept {
  std::optional<std::size_t> device;
  if (!options.device.empty() && options.force_backend != AcceleratorType::automatic) {
    return 1 + kMaxDevices;  // whether the two agree is for the long way to say
  }
  if (!options.device.empty()) {
    device = parts_.devices.find(options.device);
  } else if (options.force_backend != AcceleratorType::automatic) {
    device = parts_.devices.find(options.force_backend);
  } else if (options.prefer_backend != AcceleratorType::automatic) {
    device = parts_.devices.find(options.prefer_backend);
  } else {
    return 0;
  }
  return device ? 1 + *device : 1 + kMaxDevices;
}

const LaunchPlan* Executor::find_plan(const KernelPlanTable& table,
                                      const CallOptions* options) const noexcept {
  if (is_watched(table)) {
    return nullptr;
  }
  if (options != nullptr) [[unlikely]] {
    const std::size_t slot = asks_for_more(*options) ? 1 + kMaxDevices : slot_of(*options);
    if (slot != 0) {
      return slot <= kMaxDevices ? table.plan(slot) : nullptr;
    }
  }
  const LaunchPlan* plan = table.plan(0);
  return plan != nullptr && plan->selector_epoch == parts_.selector->epoch() ? plan : nullptr;
}

Status Executor::run(const CallRequest& request) noexcept {
  const EpochGuard guard;
  const KernelRecord* record = parts_.registry.find(request.kernel, request.hash);
  if (record != nullptr) [[likely]] {
    auto* table = static_cast<KernelPlanTable*>(record->plans.load(std::memory_order_acquire));
    if (table != nullptr) [[likely]] {
      if (const LaunchPlan* plan = find_plan(*table, request.options)) [[likely]] {
        std::uint64_t items = 0;
        if (is_hot(table->signature, request) && !plan->needs_groups &&
            fits_uniform(table->signature, request.typed, items)) {
          return run_hot(*record, *plan, request, items);
        }
        return run_warm(*record, *table, *plan, request, nullptr);
      }
    }
  }
  return run_cold(record, request);
}

Status Executor::run_hot(const KernelRecord& record,
                         const LaunchPlan& plan,
                         const CallRequest& request,
                         std::uint64_t items) noexcept {
  Status outcome = success();
  if (plan.program->run_at_once(request.typed, {{items, 1, 1}}, outcome)) [[likely]] {
    return outcome.ok() ? success() : run_cold(&record, request, &outcome.error());
  }
  const auto done = plan.device->launch(
      {.program = plan.program,
       .range = {{items, 1, 1}},
       .arguments = {request.typed,
                     static_cast<std::size_t>(std::bit_width(request.typed_given))}});
  if (!done) [[unlikely]] {
    return run_cold(&record, request, &done.error());
  }
  return done->serial == 0 ? success() : wait_for(*plan.device, *done);
}

Status Executor::run_if_quick(const CallRequest& request, bool& ran) noexcept {
  const EpochGuard guard;
  const KernelRecord* record = parts_.registry.find(request.kernel, request.hash);
  if (record == nullptr) [[unlikely]] {
    ran = true;
    return run_cold(record, request);
  }
  auto* table = static_cast<KernelPlanTable*>(record->plans.load(std::memory_order_acquire));
  if (table != nullptr) {
    if (const LaunchPlan* plan = find_plan(*table, request.options)) {
      auto status = run_warm(*record, *table, *plan, request, &ran);
      ran = ran || !status.ok();
      return status;
    }
  }
  return success();
}

Status Executor::run_warm(const KernelRecord& record,
                          KernelPlanTable& table,
                          const LaunchPlan& plan,
                          const CallRequest& request,
                          bool* only_if_quick) noexcept {
  const Signature& signature = table.signature;
  BoundCall call;
  DC_TRY(bind(signature, request, call));
  if (call.strided != 0) [[unlikely]] {
    return only_if_quick == nullptr ? run_cold(&record, request) : success();
  }
  if (call.returned != 0) {
    DC_TRY(solve_results(signature, call));
  }
  DC_TRY(find_range(signature, request, call));
  if (only_if_quick != nullptr) {
    *only_if_quick = plan.program->expected_nanoseconds(call.range.items()) <=
                     parts_.threads->known_grain_nanoseconds();
    if (!*only_if_quick) {
      return success();
    }
  }
  if (call.returned != 0) {
    DC_TRY(make_results(signature, request, call));
  }
  std::optional<backend::CallControl> control;
  if (may_end_early(request.options)) [[unlikely]] {
    control = backend::CallControl{request.options->stop, request.options->deadline};
    DC_TRY(control->check());
  }
  if (call.range.items() == 0) [[unlikely]] {
    return success();
  }
  return launch_warm(record, table, plan, request, call, control ? &*control : nullptr);
}

Status Executor::launch_warm(const KernelRecord& record,
                             const KernelPlanTable& table,
                             const LaunchPlan& plan,
                             const CallRequest& request,
                             const BoundCall& call,
                             const backend::CallControl* control) noexcept {
  if (control == nullptr && !plan.needs_groups) {
    Status outcome = success();
    if (plan.program->run_at_once(call.arguments, call.range, outcome)) [[likely]] {
      return outcome.ok() ? success() : run_cold(&record, request, &outcome.error());
    }
  }
  backend::LaunchRequest launch;
  launch.program = plan.program;
  launch.range = call.range;
  launch.arguments = {call.arguments, table.signature.size()};
  launch.control = control;
  if (plan.needs_groups) {
    DC_TRY(check_device_limits(table.signature, call, plan.device->info()));
    DC_TRY_ASSIGN(const auto geometry,
                  find_geometry(table.signature, request, call.range, plan.device->info()));
    launch.group_size = geometry.group_size;
    launch.groups = geometry.groups;
  }
  const auto done = plan.device->launch(launch);
  if (!done) [[unlikely]] {
    return run_cold(&record, request, &done.error());
  }
  return done->serial == 0 ? success() : wait_for(*plan.device, *done);
}

}  // namespace dotcompute::core
