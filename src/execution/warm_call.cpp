// SPDX-License-Identifier: Apache-2.0
// The short way of a call whose kernel has run before: no lock, no allocation, no clock. Everything
// that is not needed by a plain call on a device with host memory is left to cold_call.cpp.
#include "base/try.hpp"
#include "binding/bind.hpp"
#include "binding/device_limits.hpp"
#include "execution/chunks.hpp"
#include "execution/executor.hpp"
#include "execution/given_buffers.hpp"
#include "execution/results.hpp"

#include <algorithm>
#include <array>
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

std::uint8_t size_class_of(std::uint64_t items) noexcept {
  return static_cast<std::uint8_t>(std::bit_width(items));
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

// \param call null if it has no unified buffers.
const LaunchPlan* Executor::find_plan(const KernelPlanTable& table,
                                      const CallOptions* options,
                                      std::uint64_t items,
                                      const BoundCall* call) const noexcept {
  if (options != nullptr) [[unlikely]] {
    const std::size_t slot = asks_for_more(*options) ? 1 + kMaxDevices : slot_of(*options);
    if (slot != 0) {
      return slot <= kMaxDevices ? table.plan(slot) : nullptr;
    }
  }
  const std::uint64_t epoch = parts_.selector->epoch();
  const LaunchPlan* plan = table.plan(0);
  if (plan != nullptr && plan->selector_epoch == epoch) [[likely]] {
    return plan;
  }
  if (call == nullptr) {
    return find_plan_of(table, {.size_class = size_class_of(items)}, epoch);
  }
  const std::uint32_t counting = table.whereabouts();
  return find_plan_of(table, situation_of(*call, counting, holders_of(*call, counting)), epoch);
}

const LaunchPlan* Executor::find_plan_of(const KernelPlanTable& table,
                                         const Situation& situation,
                                         std::uint64_t epoch) const noexcept {
  const LaunchPlan* plan = table.plan(KernelPlanTable::slot_of(situation));
  return plan != nullptr && plan->selector_epoch == epoch && plan->situation == situation ? plan
                                                                                          : nullptr;
}

// The buffer of a result is nowhere yet, and only a call on its long way has it when it asks.
Situation Executor::situation_of(const BoundCall& call,
                                 std::uint32_t counting,
                                 const Holders& holders) noexcept {
  Situation situation{.size_class = size_class_of(call.range.items())};
  for (std::uint32_t left = call.unified & ~call.returned; left != 0; left &= left - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    const bool counts = (counting >> index & 1U) != 0;
    situation.add(index, call.parts[index]->bytes(),
                  counts ? holders[index] : Situation::kAnyHolders);
  }
  return situation;
}

Executor::Holders Executor::holders_of(const BoundCall& call,
                                       std::uint32_t parameters) const noexcept {
  Holders holders{};
  const std::uint32_t asked = call.unified & ~call.returned & parameters;
  for (std::uint32_t left = asked; left != 0; left &= left - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    const auto& part = *call.parts[index];
    const ByteRange range{part.first(), part.first() + part.bytes()};
    holders[index] = range.empty() ? 0 : part.memory()->holders(range, parts_.pools);
  }
  return holders;
}

Status Executor::run(const CallRequest& request) noexcept {
  const EpochGuard guard;
  const KernelRecord* record = parts_.registry.find(request.kernel, request.hash);
  if (record != nullptr) [[likely]] {
    auto* table = static_cast<KernelPlanTable*>(record->plans.load(std::memory_order_acquire));
    if (table != nullptr && !is_watched(*table)) [[likely]] {
      std::uint64_t items = 0;
      if (is_hot(table->signature, request) &&
          fits_uniform(table->signature, request.typed, items)) {
        const LaunchPlan* plan = find_plan(*table, nullptr, items, nullptr);
        if (plan != nullptr && !plan->needs_groups) [[likely]] {
          return run_hot(*record, *plan, request, items);
        }
      }
      return run_warm(*record, *table, request, nullptr);
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
  if (table == nullptr || is_watched(*table)) {
    return success();
  }
  auto status = run_warm(*record, *table, request, &ran);
  ran = ran || !status.ok();
  return status;
}

Status Executor::run_warm(const KernelRecord& record,
                          KernelPlanTable& table,
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
  const LaunchPlan* const plan = find_plan(table, request.options, call.range.items(), &call);
  if (plan == nullptr) {
    return only_if_quick == nullptr ? run_cold(&record, request) : success();
  }
  if (only_if_quick != nullptr) {
    *only_if_quick = plan->program->expected_nanoseconds(call.range.items()) <=
                     parts_.threads->known_grain_nanoseconds();
    if (!*only_if_quick) {
      return success();
    }
  }
  if (call.returned != 0) {
    DC_TRY(make_results(signature, request, parts_.unified, call));
  }
  std::optional<backend::CallControl> control;
  if (may_end_early(request.options)) [[unlikely]] {
    control = backend::CallControl{request.options->stop, request.options->deadline};
    DC_TRY(control->check());
  }
  if (call.range.items() == 0) [[unlikely]] {
    return success();
  }
  return launch_warm(record, table, *plan, request, call, control ? &*control : nullptr);
}

Status Executor::launch_warm(const KernelRecord& record,
                             const KernelPlanTable& table,
                             const LaunchPlan& plan,
                             const CallRequest& request,
                             BoundCall& call,
                             const backend::CallControl* control) noexcept {
  if (control == nullptr && !plan.needs_groups && call.unified == 0) {
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
  if (plan.pool != nullptr || call.unified != 0) {
    DC_TRY(check_owners(call));

    const QueuedWork queued(queued_nanoseconds_[plan.place], plan.expected_nanoseconds);
    auto outcome = launch_with_memory(table.signature, plan, request, call, launch);
    return outcome.ok() ? std::move(outcome) : run_cold(&record, request, &outcome.error());
  }
  const auto done = plan.device->launch(launch);
  if (!done) [[unlikely]] {
    return run_cold(&record, request, &done.error());
  }
  return done->serial == 0 ? success() : wait_for(*plan.device, *done);
}

// The same with buffers that have to be brought to the device, or are there already.
Status Executor::launch_with_memory(const Signature& signature,
                                    const LaunchPlan& plan,
                                    const CallRequest& request,
                                    BoundCall& call,
                                    backend::LaunchRequest& launch) noexcept {
  std::array<std::size_t, kMaxParameters> bytes;
  const bool is_whole = request.options == nullptr || !request.options->range;
  GivenBuffers buffers = given_buffers(signature, call, is_whole, bytes);
  const ChunkPlan chunks = find_chunks(signature, call, buffers, *plan.device, is_whole);
  buffers.deferred = chunks.chunked;
  DeviceArguments arguments(*plan.device, plan.pool);
  DC_TRY(arguments.acquire(buffers));
  launch.memory = arguments.memory();
  launch.after = arguments.after();
  if (chunks.is_worth_it()) {
    return run_cut(*plan.device, arguments, launch, chunks);
  }
  auto done = plan.device->launch(launch);
  if (!done) [[unlikely]] {
    arguments.failed();
    return std::move(done.error());
  }
  arguments.launched(*done);
  DC_TRY(wait_or_give_up(*plan.device, *done, plan.pool != nullptr ? launch.control : nullptr));
  DC_TRY(arguments.download());
  arguments.finished();
  return success();
}

// Nothing is cut where that is not worth it.
ChunkPlan Executor::find_chunks(const Signature& signature,
                                const BoundCall& call,
                                const GivenBuffers& buffers,
                                const backend::Device& device,
                                bool is_whole) const noexcept {
  if (!is_whole || !may_be_cut(device.info(), buffers)) [[likely]] {
    return {};
  }
  const auto rates = parts_.selector->rates(device.info().id);
  if (!rates) {
    return {};
  }
  const ChunkPlan plan = plan_chunks(signature, call, buffers, *rates);
  return plan.is_worth_it() ? plan : ChunkPlan{};
}

// All of a call that is cut: when it returns, the caller's arrays have their results.
Status Executor::run_cut(backend::Device& device,
                         DeviceArguments& arguments,
                         const backend::LaunchRequest& launch,
                         const ChunkPlan& plan) noexcept {
  auto outcome = run_in_chunks(device, arguments, launch, plan);
  if (!outcome) {
    arguments.failed();
    return outcome;
  }
  arguments.launched({});
  DC_TRY(arguments.download());
  arguments.finished();
  return success();
}

Status Executor::check_owners(const BoundCall& call) const noexcept {
  for (std::uint32_t left = call.unified; left != 0; left &= left - 1) {
    const auto* memory = call.parts[static_cast<std::size_t>(std::countr_zero(left))]->memory();
    if (memory != nullptr && &memory->owner() != &parts_.unified) [[unlikely]] {
      Error error{ErrorCode::invalid_argument, "A unified buffer is of another runtime."};
      error.context.expected = "a buffer that the memory of this runtime made";
      return error;
    }
  }
  return success();
}

}  // namespace dotcompute::core
