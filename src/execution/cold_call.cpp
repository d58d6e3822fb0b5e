// SPDX-License-Identifier: Apache-2.0
// The whole way of a call. The numbers are those of docs/concepts/execution-flow.md.
#include "execution/cold_call.hpp"

#include "base/try.hpp"
#include "execution/executor.hpp"
#include "execution/given_buffers.hpp"
#include "execution/results.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <new>
#include <numeric>
#include <tuple>
#include <utility>

namespace dotcompute::core {
namespace {

GivenBuffers buffers_of(ColdCall& call) noexcept {
  const CallOptions* options = call.request.options;
  auto buffers = given_buffers(call.signature(), call.bound, options == nullptr || !options->range,
                               call.bytes);
  buffers.counts = options != nullptr && options->report != nullptr;
  return buffers;
}

/// The arguments of a call as the host sees them, for as long as this lives.
class HostArguments {
 public:
  /// \retval ErrorCode what bringing unified buffers to the host fails with.
  Status acquire(ColdCall& call) noexcept {
    std::ranges::copy(call.arguments(), arguments_.begin());
    count_ = call.arguments().size();
    for (std::uint32_t left = call.bound.unified; left != 0; left &= left - 1) {
      const auto index = static_cast<std::size_t>(std::countr_zero(left));
      const auto& part = *call.bound.parts[index];
      if (part.bytes() != 0) {
        DC_TRY_ASSIGN(auto use, part.memory()->use_on_host(
                                    {part.first(), part.first() + part.bytes()}, Access::read));
        arguments_[index].data = use.data();
        uses_.push_back(std::move(use));
      }
    }
    return success();
  }
  [[nodiscard]] std::span<const backend::KernelArgument> all() const noexcept {
    return std::span(arguments_).first(count_);
  }

 private:
  std::array<backend::KernelArgument, kMaxParameters> arguments_{};
  std::size_t count_ = 0;
  StaticVector<MemoryUse, kMaxParameters> uses_;
};

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
  DC_TRY(make_results(signature, call.request, parts_.unified, call.bound));  // 3 result memory
  DC_TRY(check_owners(call.bound));
  std::ignore = buffers_of(call);
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

// What a call would have to move to a device and back, and what that has still to do.
DeviceLoad Executor::load_of(const GivenBuffers& buffers, std::size_t device) const noexcept {
  const BufferPool* const pool = parts_.pools[device];
  DeviceLoad load;
  load.queued_nanoseconds =
      static_cast<double>(queued_nanoseconds_[device].load(std::memory_order_relaxed));
  for (std::size_t index = 0; index < buffers.bytes.size(); ++index) {
    const std::uint64_t bytes = buffers.bytes[index];
    const bool is_moved = (buffers.moved >> index & 1U) != 0;
    if (bytes == 0) {
      continue;
    }
    if ((buffers.unified >> index & 1U) != 0) {
      const auto& part = *buffers.parts[index];
      const ByteRange range{part.first(), part.first() + part.bytes()};
      load.bytes_in += is_moved ? bytes - part.memory()->valid_bytes(pool, range) : 0;
    } else if (pool != nullptr && !parts_.devices[device].info().wraps_host_memory) {
      load.bytes_in += is_moved ? bytes : 0;
      load.bytes_out += (buffers.written >> index & 1U) != 0 ? bytes : 0;
    }
  }
  return load;
}

// Buffers whose copy would take a tenth of the time of the call or more, on any device and on the best.
// All of them if the selector does not tell times; none if it was not asked, as nothing depends on it.
std::uint32_t Executor::whereabouts_that_count(
    const GivenBuffers& buffers,
    std::span<const std::optional<extension::CostEstimate>> estimates) const noexcept {
  constexpr double kPartThatCounts = 0.1;
  double least = std::numeric_limits<double>::infinity();
  double copy_nanoseconds = 0;
  double nanoseconds_per_byte = 0;
  for (std::size_t index = 0; index < parts_.devices.size(); ++index) {
    if (!estimates[index]) {
      continue;
    }
    const auto rates = parts_.selector->rates(parts_.devices[index].info().id);
    if (!rates || estimates[index]->total() <= 0) {
      return ~std::uint32_t{0};
    }
    least = std::min(least, estimates[index]->total() - estimates[index]->queue);
    copy_nanoseconds = std::max(copy_nanoseconds, rates->copy_nanoseconds);
    for (const double rate : {rates->in_bytes_per_nanosecond, rates->out_bytes_per_nanosecond}) {
      nanoseconds_per_byte = std::max(nanoseconds_per_byte, rate > 0 ? 1 / rate : 0);
    }
  }
  std::uint32_t that_count = 0;
  for (std::size_t index = 0; index < buffers.bytes.size(); ++index) {
    const double copy =
        copy_nanoseconds + nanoseconds_per_byte * static_cast<double>(buffers.bytes[index]);
    that_count |= copy >= kPartThatCounts * least ? 1U << index : 0U;
  }
  return that_count;
}

Status Executor::choose(ColdCall& call) noexcept {
  StaticVector<DeviceLoad, kMaxDevices> loads;
  std::array<std::optional<extension::CostEstimate>, kMaxDevices> estimates;
  const GivenBuffers buffers = buffers_of(call);
  // What the selector is told of: another call may move a buffer while it thinks.
  const Holders holders = holders_of(call.bound, call.bound.unified);
  for (std::size_t index = 0; index < parts_.devices.size(); ++index) {
    loads.push_back(load_of(buffers, index));
  }
  const Workload workload{
      .kernel = *call.record.metadata,
      .kernel_name = call.signature().name,
      .bodies = bodies_of(call.record),
      .range = call.bound.range,
      .buffer_bytes = std::accumulate(call.bytes.begin(), call.bytes.end(), std::uint64_t{0}),
      .loads = loads.all(),
      .estimates = estimates};
  call.selector_epoch = parts_.selector->epoch();
  DC_TRY_ASSIGN(call.choice, choose_device(parts_.devices, workload, call.request.options,
                                           parts_.rules, *parts_.selector));
  call.table.add_whereabouts(whereabouts_that_count(buffers, estimates));
  call.situation = situation_of(call.bound, call.table.whereabouts(), holders);
  const auto& estimate = estimates[call.choice.device];
  call.expected_nanoseconds = estimate ? static_cast<std::int64_t>(estimate->total()) : 0;
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
                                                      source_for(call.record, device.info().type),
                                                      parts_.disk_cache));
  return success();
}

Status Executor::upload(ColdCall& call) noexcept {
  backend::Device& device = parts_.devices[call.choice.device];
  BufferPool* const pool = parts_.pools[call.choice.device];
  if (call.bound.range.items() == 0 || (pool == nullptr && call.bound.unified == 0)) {
    return success();
  }
  call.device_arguments.emplace(device, pool);
  GivenBuffers buffers = buffers_of(call);
  const CallOptions* options = call.request.options;
  call.chunks = find_chunks(call.signature(), call.bound, buffers, device,
                            options == nullptr || !options->range);
  buffers.deferred = call.chunks.chunked;
  return call.device_arguments->acquire(buffers);
}

Status Executor::launch_and_wait(ColdCall& call) noexcept {
  const QueuedWork queued(queued_nanoseconds_[call.choice.device], call.expected_nanoseconds);
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
      launch.after = call.device_arguments->after();
    }
    if (call.chunks.is_worth_it()) {
      DC_TRY(run_cut(device, *call.device_arguments, launch, call.chunks));
      call.finished = ColdCall::Clock::now();
      return success();
    }
    auto launched = device.launch(launch);
    if (!launched) {
      if (call.device_arguments) {
        call.device_arguments->failed();
      }
      return std::move(launched.error());
    }
    if (call.device_arguments) {
      call.device_arguments->launched(*launched);
    }
    // A device that works in the caller's memory must be done before that is let go of.
    const bool may_give_up = !device.info().host_memory;
    DC_TRY(wait_or_give_up(device, *launched, may_give_up ? &call.control : nullptr));
  }
  call.finished = ColdCall::Clock::now();
  return success();
}

Status Executor::download(ColdCall& call) noexcept {
  if (call.device_arguments) {
    if (!call.chunks.is_worth_it()) {
      DC_TRY(call.device_arguments->download());
      call.device_arguments->finished();
    }
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
  HostArguments on_host;
  DC_TRY(on_host.acquire(call));
  return parts_.hooks.validator->validate(
      {.kernel = *call.record.metadata,
       .device = parts_.devices[call.choice.device].info().id,
       .range = call.bound.range,
       .arguments = on_host.all(),
       .before = std::span(before.data(), call.signature().size())});
}

}  // namespace dotcompute::core
