// SPDX-License-Identifier: Apache-2.0
// The whole way of a call. The numbers are those of docs/concepts/execution-flow.md.
#include "execution/cold_call.hpp"

#include "base/try.hpp"
#include "execution/executor.hpp"
#include "execution/results.hpp"

#include <new>

namespace dotcompute::core {
namespace {

void measure_buffers(ColdCall& call) noexcept {
  for_each_bit(call.signature().buffers, [&](std::size_t index) {
    const Extents& extents = call.bound.arguments[index].extents;
    call.bytes[index] =
        extents[0] * extents[1] * extents[2] * call.signature().items[index].type.size();
  });
}

/// Waits until the work is done, or the call is to end: its buffers then wait for the work.
Status wait_or_give_up(backend::Device& device,
                       backend::Completion completion,
                       const backend::CallControl& control) noexcept {
  const bool may_end_early = control.stop.stop_possible() ||
                             control.deadline != std::chrono::steady_clock::time_point::max();
  const std::chrono::nanoseconds slice =
      may_end_early ? std::chrono::milliseconds(1) : std::chrono::nanoseconds::max();
  while (true) {
    DC_TRY_ASSIGN(const bool done, device.wait(completion, slice));
    if (done) {
      return success();
    }
    DC_TRY(control.check());
  }
}

}  // namespace

Result<KernelPlanTable*> table_of(const KernelRecord& record) noexcept {
  KernelPlans* found = record.plans.load(std::memory_order_acquire);
  if (found == nullptr) {
    try {
      auto made = std::make_unique<KernelPlanTable>(record);
      if (record.plans.compare_exchange_strong(found, made.get(), std::memory_order_acq_rel)) {
        return made.release();
      }
    } catch (const std::bad_alloc&) {
      return Error{ErrorCode::host_memory, "The host has no memory left."};
    }
  }
  return static_cast<KernelPlanTable*>(found);
}

Status Executor::run_cold(const KernelRecord* record,
                          const CallRequest& request,
                          const Error* warm_failure) noexcept {
  if (request.options != nullptr && request.options->report != nullptr) {
    *request.options->report = {};  // nothing of an earlier call is to be taken for this one's
  }
  if (record == nullptr) {
    return parts_.registry.not_found(request.kernel);  // 1 discovery
  }
  DC_TRY_ASSIGN(auto* table, table_of(*record));
  ColdCall call(*record, *table, request);
  auto status = prepare(call);
  if (status) {
    status = run_attempts(call, warm_failure);
  }
  if (!status && status.error().context.kernel.empty()) {
    status.error().context.kernel = call.signature().name;
  }
  write_report(call);
  return status;
}

// What is done once, however often the kernel is then tried.
Status Executor::prepare(ColdCall& call) noexcept {
  const Signature& signature = call.signature();
  if (call.request.options != nullptr) {
    call.control = {call.request.options->stop, call.request.options->deadline};
  }
  DC_TRY(call.control.check());
  DC_TRY(bind(signature, call.request, call.bound));  // 2 binding
  DC_TRY(solve_results(signature, call.bound));
  DC_TRY(find_range(signature, call.request, call.bound));
  DC_TRY(make_results(signature, call.request, call.bound));  // 3 result memory
  measure_buffers(call);
  DC_TRY(choose(call));  // 4 selection
  return call.packed.gather(signature, call.bound);
}

// One try on one device. Leaving early is safe at any line: `device_arguments` waits for the work
// queued on its buffers before they go back.
Status Executor::attempt(ColdCall& call) noexcept {
  DC_TRY(call.control.check());
  DC_TRY(compile(call));  // 5 compilation
  DC_TRY(call.control.check());
  DC_TRY(upload(call));  // 6 transfer to the device
  DC_TRY(call.control.check());
  DC_TRY(launch_and_wait(call));  // 7 execution
  DC_TRY(download(call));         // 8 transfer back
  return validate(call);          // 9 validation
}

Status Executor::choose(ColdCall& call) noexcept {
  const Workload workload{.kernel = *call.record.metadata,
                          .kernel_name = call.signature().name,
                          .bodies = bodies_of(call.record),
                          .range = call.bound.range,
                          .buffer_bytes = [&] {
                            std::uint64_t sum = 0;
                            for (const std::size_t bytes : call.bytes) {
                              sum += bytes;
                            }
                            return sum;
                          }()};
  call.selector_epoch = parts_.selector->epoch();
  DC_TRY_ASSIGN(call.choice, choose_device(parts_.devices, workload, call.request.options,
                                           parts_.rules, *parts_.selector));
  if (call.choice.missed != AcceleratorType::automatic) {
    call.fell_back = true;
    if (call.table.warn_once(call.choice.missed)) {
      parts_.logger.log(LogLevel::warning, "Kernel ", call.signature().name, " cannot run on ",
                        to_string(call.choice.missed), " and runs on ",
                        std::string_view(parts_.devices[call.choice.device].info().id),
                        " instead.");
    }
  }
  return success();
}

Status Executor::compile(ColdCall& call) noexcept {
  backend::Device& device = parts_.devices[call.choice.device];
  DC_TRY(check_device_limits(call.signature(), call.bound, device.info()));
  DC_TRY_ASSIGN(call.geometry,
                find_geometry(call.signature(), call.request, call.bound.range, device.info()));
  DC_TRY_ASSIGN(call.program, call.table.programs.get(call.choice.device, device,
                                                      source_for(call.record, device.info().type)));
  return success();
}

Status Executor::upload(ColdCall& call) noexcept {
  backend::Device& device = parts_.devices[call.choice.device];
  if (device.info().host_memory || call.bound.range.items() == 0) {
    return success();
  }
  call.device_arguments.emplace(device, *parts_.pools[call.choice.device]);
  const Signature& signature = call.signature();
  // What the kernel leaves out of a caller's output has to come back as it was: only outputs that it
  // writes whole, and those nobody has seen yet, need not go there.
  const bool is_whole = call.request.options == nullptr || !call.request.options->range;
  const std::uint32_t overwritten =
      signature.outputs & (call.bound.returned | (is_whole ? signature.element_wise : 0U));
  return call.device_arguments->upload(call.arguments(),
                                       std::span(call.bytes.data(), signature.size()),
                                       signature.buffers & ~overwritten);
}

Status Executor::launch_and_wait(ColdCall& call) noexcept {
  call.launched = ColdCall::Clock::now();
  if (call.bound.range.items() != 0) {
    backend::Device& device = parts_.devices[call.choice.device];
    backend::LaunchRequest launch;
    launch.program = call.program;
    launch.range = call.bound.range;
    launch.group_size = call.geometry.group_size;
    launch.groups = call.geometry.groups;
    launch.arguments = call.arguments();
    launch.control = &call.control;
    if (call.device_arguments) {
      launch.memory = call.device_arguments->memory();
      launch.after = call.device_arguments->uploads();
    }
    DC_TRY_ASSIGN(const auto completion, device.launch(launch));
    if (call.device_arguments) {
      call.device_arguments->keep_until(completion);
      DC_TRY(wait_or_give_up(device, completion, call.control));
    } else {
      // The device works in the caller's memory, which must not be let go of before it is done.
      DC_TRY(device.wait(completion, std::chrono::nanoseconds::max()));
    }
  }
  call.finished = ColdCall::Clock::now();
  return success();
}

Status Executor::download(ColdCall& call) noexcept {
  if (call.device_arguments) {
    const Signature& signature = call.signature();
    DC_TRY(call.device_arguments->download(
        call.arguments(), std::span(call.bytes.data(), signature.size()), signature.written, {}));
    call.bytes_to_device += call.device_arguments->uploaded_bytes();
    call.bytes_from_device += call.device_arguments->downloaded_bytes();
  }
  call.finished = ColdCall::Clock::now();
  return success();
}

Status Executor::validate(ColdCall& call) noexcept {
  if (!call.validates) {
    return success();
  }
  call.validated = true;
  const auto before = call.inouts.views();
  return parts_.hooks.validator->validate(
      {.kernel = *call.record.metadata,
       .device = parts_.devices[call.choice.device].info().id,
       .range = call.bound.range,
       .arguments = call.arguments(),
       .before = std::span(before.data(), call.signature().size())});
}

}  // namespace dotcompute::core
