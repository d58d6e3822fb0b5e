// SPDX-License-Identifier: Apache-2.0
// The loop around attempt(): what follows a failure, and what is told of every attempt.
#include "base/try.hpp"
#include "execution/cold_call.hpp"
#include "execution/executor.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <limits>
#include <mutex>
#include <new>
#include <string>

namespace dotcompute::core {
namespace {

/// No policy may keep a call going for ever.
constexpr std::uint32_t kMaxAttempts = 32;

std::chrono::nanoseconds time_left(const backend::CallControl& control) noexcept {
  if (control.deadline == std::chrono::steady_clock::time_point::max()) {
    return std::chrono::nanoseconds::max();
  }
  return std::max(control.deadline - std::chrono::steady_clock::now(),
                  std::chrono::steady_clock::duration::zero());
}

/// Waits before a retry; the stop token ends the wait.
void pause(const backend::CallControl& control, std::chrono::nanoseconds delay) noexcept {
  try {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, control.stop, delay, [] { return false; });
  } catch (const std::bad_alloc&) {
    // Without memory to wait with, the next attempt begins at once.
  }
}

bool is_end_of_call(ErrorCode code) noexcept {
  return code == ErrorCode::cancelled || code == ErrorCode::deadline_exceeded;
}

bool is_forced(const CallOptions* options) noexcept {
  return options != nullptr &&
         (!options->device.empty() || options->force_backend != AcceleratorType::automatic);
}

Result<MemoryUse> host_use(const dotcompute::detail::UnifiedPart& part, Access access) noexcept {
  return part.memory()->use_on_host({part.first(), part.first() + part.bytes()}, access);
}

/// The chain of attempts, for an error that ends more than one.
void add_chain(const ColdCall& call, Error& error) noexcept {
  if (call.attempts.size() < 2) {
    return;
  }
  try {
    std::string chain = error.log != nullptr ? *error.log + "\n" : std::string();
    for (const AttemptRecord& attempt : call.attempts) {
      chain += "attempt " + std::to_string(attempt.number) + " on " + attempt.device + ": " +
               attempt.error + "\n";
    }
    chain.pop_back();
    error.log = std::make_shared<const std::string>(std::move(chain));
  } catch (const std::bad_alloc&) {
    // The last error alone is still true.
  }
}

}  // namespace

Status KeptInouts::keep(const Signature& signature, const BoundCall& call) noexcept {
  for (std::uint32_t left = signature.inouts & call.given; left != 0; left &= left - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    DC_TRY_ASSIGN(auto block, HostBlock::take_array(call.arguments[index].extents,
                                                    signature.items[index].type.size()));
    if (block.bytes() == 0) {
      continue;
    }
    if ((call.unified >> index & 1U) != 0) {
      DC_TRY_ASSIGN(const auto use, host_use(*call.parts[index], Access::read));
      std::memcpy(block.data(), use.data(), block.bytes());
    } else {
      std::memcpy(block.data(), call.arguments[index].data, block.bytes());
    }
    try {
      kept_.push_back({index, std::move(block)});
    } catch (const std::bad_alloc&) {
      return Error{ErrorCode::host_memory, "The host has no memory left."};
    }
  }
  return success();
}

Status KeptInouts::restore(const BoundCall& call) const noexcept {
  for (const Kept& kept : kept_) {
    if ((call.unified >> kept.parameter & 1U) != 0) {
      DC_TRY_ASSIGN(auto use, host_use(*call.parts[kept.parameter], Access::write));
      std::memcpy(use.data(), kept.block.data(), kept.block.bytes());
      use.used_until({}, true);
    } else {
      std::memcpy(call.arguments[kept.parameter].data, kept.block.data(), kept.block.bytes());
    }
  }
  return success();
}

std::array<std::span<const std::byte>, kMaxParameters> KeptInouts::views() const noexcept {
  std::array<std::span<const std::byte>, kMaxParameters> views;
  for (const Kept& kept : kept_) {
    views[kept.parameter] = {static_cast<const std::byte*>(kept.block.data()), kept.block.bytes()};
  }
  return views;
}

Status Executor::run_attempts(ColdCall& call, const Error* warm_failure) noexcept {
  const Hooks& hooks = parts_.hooks;
  const CallOptions* options = call.request.options;
  if (hooks.validator == nullptr && options != nullptr && options->validate.value_or(false)) {
    Error error{ErrorCode::invalid_argument, "The call asks to be validated, but nobody can."};
    error.context.expected = "an attached extension::ResultValidator";
    error.context.advice = "Attach one with RuntimeBuilder::replace().";
    return error;
  }
  if (hooks.validator != nullptr) {
    call.validates = options != nullptr && options->validate.has_value()
                         ? *options->validate
                         : hooks.validates_by_default &&
                               hooks.validator->wants(*call.record.metadata,
                                                      parts_.devices[call.choice.device].info().id);
  }
  if (call.validates || hooks.recovery != nullptr) {
    DC_TRY(call.inouts.keep(call.signature(), call.bound));
  }
  if (warm_failure != nullptr) {
    call.attempt = 1;
    call.launched = call.finished = ColdCall::Clock::now();
    DC_TRY(next_attempt(call, *warm_failure));
  }
  while (true) {
    ++call.attempt;
    call.launched = call.finished = {};
    auto status = attempt(call);
    call.device_arguments.reset();
    if (status) {
      observe(call, nullptr);
      call.packed.scatter();  // 11 result
      publish_plan(call);
      return status;
    }
    DC_TRY(next_attempt(call, std::move(status.error())));
  }
}

// Success: `call` is ready for another attempt. Failure: the call ends with it.
Status Executor::next_attempt(ColdCall& call, Error error) noexcept {
  const backend::DeviceInfo& device = parts_.devices[call.choice.device].info();
  error.context.kernel = call.signature().name;
  error.context.device = device.id;
  error.context.attempt = call.attempt;
  observe(call, &error);
  if (parts_.hooks.recovery == nullptr || is_end_of_call(error.code)) {
    return error;
  }
  const auto decision =
      parts_.hooks.recovery->decide({.error = error,
                                     .attempt = call.attempt,
                                     .device = device.type,
                                     .may_leave_device = !is_forced(call.request.options),
                                     .time_left = time_left(call.control)});
  const bool ends = decision.action == extension::RecoveryAction::fail ||
                    call.attempt >= kMaxAttempts || decision.delay > time_left(call.control);
  if (ends) {
    add_chain(call, error);
    return error;
  }
  if (decision.action == extension::RecoveryAction::fall_back_to_cpu) {
    if (auto moved = fall_back_to_cpu(call); !moved) {
      add_chain(call, error);
      return error;
    }
  } else if (decision.delay.count() > 0) {
    pause(call.control, decision.delay);
    DC_TRY(call.control.check());
  }
  return call.inouts.restore(call.bound);
}

Status Executor::fall_back_to_cpu(ColdCall& call) noexcept {
  const auto cpu = parts_.devices.find(AcceleratorType::cpu);
  if (!cpu || *cpu == call.choice.device || is_forced(call.request.options) ||
      !can_run(parts_.devices[*cpu].info(), bodies_of(call.record))) {
    return Error{ErrorCode::device_unavailable, "There is no CPU to fall back to."};
  }
  parts_.logger.log(LogLevel::warning, "Kernel ", call.signature().name, " failed on ",
                    std::string_view(parts_.devices[call.choice.device].info().id),
                    " and runs on the CPU instead.");
  call.choice = {*cpu, "Another device failed."};
  call.fell_back = true;
  return success();
}

void Executor::observe(ColdCall& call, const Error* error) noexcept {
  const std::string_view device = parts_.devices[call.choice.device].info().id;
  const bool ran = call.launched.time_since_epoch().count() != 0;
  const auto end = call.finished < call.launched ? ColdCall::Clock::now() : call.finished;
  for (const auto& observer : parts_.hooks.observers) {  // 10 telemetry
    observer->on_finished({.kernel = call.signature().name,
                           .device = device,
                           .attempt = call.attempt,
                           .items = call.bound.range.items(),
                           .prepared = (ran ? call.launched : ColdCall::Clock::now()) - call.begin,
                           .ran = ran ? end - call.launched : std::chrono::nanoseconds::zero(),
                           .bytes_to_device = call.bytes_to_device,
                           .bytes_from_device = call.bytes_from_device,
                           .error = error});
  }
  if (call.request.options == nullptr && parts_.hooks.recovery == nullptr) {
    return;  // nobody will read the chain
  }
  try {
    call.attempts.push_back({.number = call.attempt,
                             .device = std::string(device),
                             .succeeded = error == nullptr,
                             .error = error != nullptr ? error->message() : std::string()});
  } catch (const std::bad_alloc&) {
    // The chain is shorter then; the call itself goes on.
  }
}

// What this call found out serves the next, unless it only did so by way of a failure, or asked for
// something that others do not.
void Executor::publish_plan(const ColdCall& call) noexcept {
  backend::Device& device = parts_.devices[call.choice.device];
  const CallOptions* options = call.request.options;
  if (call.attempt != 1 || call.bound.range.items() == 0) {
    return;
  }
  std::size_t slot = options != nullptr ? slot_of(*options) : 0;
  if (slot > kMaxDevices || (slot != 0 && slot != 1 + call.choice.device)) {
    return;
  }
  // A choice that holds for some sizes only also depends on where the data was.
  const bool is_general = call.choice.valid_from == 0 &&
                          call.choice.valid_to == std::numeric_limits<std::uint64_t>::max();
  if (slot == 0 && !is_general) {
    slot = KernelPlanTable::slot_of(call.situation);
  }
  const LaunchPlan* old = call.table.plan(slot);
  if (old != nullptr && old->selector_epoch == call.selector_epoch &&
      (slot < KernelPlanTable::kFirstSituation || old->situation == call.situation)) {
    return;
  }
  auto* plan = new (std::nothrow) LaunchPlan;
  if (plan == nullptr) {
    return;  // the next call goes the long way once more
  }
  plan->device = &device;
  plan->place = call.choice.device;
  plan->pool = parts_.pools[call.choice.device];
  plan->program = call.program;
  plan->selector_epoch = call.selector_epoch;
  plan->situation = call.situation;
  plan->expected_nanoseconds = call.expected_nanoseconds;
  plan->needs_groups = device.info().type != AcceleratorType::cpu;
  call.table.publish(slot, plan);
}

void Executor::write_report(const ColdCall& call) noexcept {
  if (call.request.options == nullptr || call.request.options->report == nullptr) {
    return;
  }
  try {
    ExecutionReport report;
    report.kernel = call.signature().name;
    report.attempts = call.attempts;
    report.items = call.bound.range.items();
    report.fell_back = call.fell_back;
    if (!call.attempts.empty() && call.attempts.back().succeeded) {
      const backend::DeviceInfo& device = parts_.devices[call.choice.device].info();
      report.device = device.id;
      report.accelerator = device.type;
      report.reason = call.choice.reason;
      report.groups = call.geometry.groups;
      report.group_size = call.geometry.group_size;
      report.validated = call.validated;
      report.preparation = call.launched - call.begin;
      report.execution = call.finished - call.launched;
    }
    report.bytes_to_device = call.bytes_to_device;
    report.bytes_from_device = call.bytes_from_device;
    *call.request.options->report = std::move(report);
  } catch (const std::bad_alloc&) {
    *call.request.options->report = {};
  }
}

}  // namespace dotcompute::core
