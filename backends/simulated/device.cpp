// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include "base/try.hpp"
#include "program.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <limits>
#include <thread>
#include <utility>

namespace dotcompute::simulated {
namespace {

using Nanoseconds = std::chrono::nanoseconds;

constexpr std::string_view kName = "simulated";
constexpr std::size_t kLaunchEngine = 0;
// A thread that sleeps wakes this much later than it asked for, or worse: so it asks for less.
constexpr std::chrono::microseconds kWakeTime{60};

std::size_t capacity_of(const Profile& profile) noexcept {
  return profile.memory_bytes != 0 ? profile.memory_bytes : std::numeric_limits<std::size_t>::max();
}

backend::DeviceInfo describe(const backend::DeviceInfo& inner, const Parts& parts) {
  backend::DeviceInfo info = inner;
  info.id = "sim:" + std::to_string(parts.number);
  info.name = "simulated " + inner.name;
  info.vendor = "DotCompute";
  info.driver_version = to_string(parts.profile);  // whatever is measured holds for this profile
  if (parts.profile.memory_bytes != 0) {
    info.memory_bytes = parts.profile.memory_bytes;
    info.max_allocation_bytes = std::min(info.max_allocation_bytes, parts.profile.memory_bytes);
  }
  info.host_memory = false;
  info.wraps_host_memory = false;
  info.copies_beside_launches = parts.profile.copy_engines > 0;
  info.is_software = false;
  return info;
}

Nanoseconds rounded(double nanoseconds) noexcept {
  constexpr double kMost = 9e18;  // below the end of the type
  return Nanoseconds(std::llround(std::clamp(nanoseconds, 0.0, kMost)));
}

Nanoseconds copy_time(const Profile& profile, std::size_t bytes, double rate) noexcept {
  const double moving = rate > 0 ? static_cast<double>(bytes) * 1e9 / rate : 0;
  return profile.copy_latency + rounded(moving);
}

/// The work of `request` on a device whose own completions it is not to be ordered by.
Status finish(backend::Device& inner, const Result<backend::Completion>& queued) noexcept {
  if (!queued) {
    return queued.error();
  }
  DC_TRY(inner.wait(*queued, Nanoseconds::max()));
  return success();
}

}  // namespace

Device::Device(std::unique_ptr<backend::Device> inner, Parts parts)
    : parts_(std::move(parts)),
      inner_(std::move(inner)),
      info_(describe(inner_->info(), parts_)),
      made_at_(std::chrono::steady_clock::now()),
      memory_(*inner_, capacity_of(parts_.profile)),
      engines_(1 + std::size_t{parts_.profile.copy_engines}) {}

Device::~Device() = default;

Status Device::check(core::CallGroup group, std::string_view function) const noexcept {
  if (parts_.faults == nullptr) {
    return success();
  }
  const auto fault = parts_.faults->next({.backend = kName, .function = function, .group = group});
  if (!fault) {
    return success();
  }
  return Error{.code = fault->code,
               .what = "The device was told to fail.",
               .native = fault->native.value_or(0)};
}

Result<backend::Allocation> Device::allocate(const backend::AllocationRequest& request) noexcept {
  if (request.bytes == 0 || request.bytes > info_.max_allocation_bytes) {
    return Error{ErrorCode::invalid_argument, "The size is not one this device takes."};
  }
  if (request.host != nullptr) {
    return Error{ErrorCode::invalid_argument, "This device wraps no memory of the host."};
  }
  DC_TRY(check(core::CallGroup::allocate, "allocate"));
  if (parts_.faults != nullptr && !parts_.faults->take_memory(kName, request.bytes)) {
    return Error{ErrorCode::out_of_memory, "The device was told to have no memory left."};
  }
  auto memory = memory_.allocate(request.bytes);
  if (!memory && parts_.faults != nullptr) {
    parts_.faults->give_back_memory(kName, request.bytes);
  }
  return memory;
}

void Device::free(backend::Allocation allocation) noexcept {
  const std::size_t bytes = memory_.free(allocation);
  if (parts_.faults != nullptr && bytes != 0) {
    parts_.faults->give_back_memory(kName, bytes);
  }
}

Result<std::unique_ptr<backend::Program>> Device::compile(
    const backend::KernelSource& source) noexcept {
  DC_TRY(check(core::CallGroup::compile, "compile"));
  return simulated::compile(*inner_, source);
}

Result<backend::Completion> Device::copy(const backend::CopyRequest& request) noexcept try {
  const bool from_host = request.host_source.data() != nullptr;
  const bool to_host = request.host_target.data() != nullptr;
  if (from_host == (request.source.handle != 0) || to_host == (request.target.handle != 0)) {
    return Error{ErrorCode::invalid_argument, "A copy has one source and one target."};
  }
  backend::CopyRequest inner = request;
  inner.after = {};
  if (!from_host) {
    DC_TRY_ASSIGN(inner.source, memory_.find(request.source, /*for_launch=*/false));
  }
  if (!to_host) {
    DC_TRY_ASSIGN(inner.target, memory_.find(request.target, /*for_launch=*/false));
  }
  const std::size_t source_bytes = from_host ? request.host_source.size() : request.source.bytes;
  const std::size_t target_bytes = to_host ? request.host_target.size() : request.target.bytes;
  const std::size_t bytes = to_host && !from_host ? target_bytes : source_bytes;
  if (bytes > source_bytes || bytes > target_bytes) {
    return Error{ErrorCode::invalid_argument, "A copy reaches beyond an allocation."};
  }
  DC_TRY(check(core::CallGroup::copy, "queue_copy"));
  const Profile& profile = parts_.profile;
  const double rate = from_host ? profile.in_bytes_per_second
                      : to_host ? profile.out_bytes_per_second
                                : 0;
  // Within the device the launch engine copies.
  const std::size_t engine = from_host || to_host
                                 ? std::min<std::size_t>(from_host ? 1 : 2, profile.copy_engines)
                                 : kLaunchEngine;
  const Nanoseconds duration = copy_time(profile, bytes, rate);
  DC_TRY_ASSIGN(const auto completion, engines_.queue(engine, request.after, now(), [=, this] {
    return run_copy(inner, duration);
  }));
  (from_host ? copies_in_ : to_host ? copies_out_ : copies_within_) += 1;
  bytes_in_ += from_host ? bytes : 0;
  bytes_out_ += to_host ? bytes : 0;
  return completion;
} catch (const std::exception&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

Result<Engines::Time> Device::run_copy(const backend::CopyRequest& request,
                                       Engines::Time duration) {
  DC_TRY(check(core::CallGroup::copy, "run_copy"));
  DC_TRY(finish(*inner_, inner_->copy(request)));
  return duration;
}

Result<backend::Completion> Device::launch(const backend::LaunchRequest& request) noexcept try {
  if (request.program == nullptr) {
    return Error{ErrorCode::invalid_argument, "A launch names no program."};
  }
  const auto& program = static_cast<const Program&>(*request.program);
  DC_TRY_ASSIGN(auto queued, program.prepare(request, memory_, inner_->info().host_memory));
  DC_TRY(check(core::CallGroup::launch, "queue_launch"));
  DC_TRY_ASSIGN(const auto completion, engines_.queue(kLaunchEngine, request.after, now(),
                                                      [this, launch = std::move(queued)] {
                                                        return run_launch(launch->request);
                                                      }));
  launches_ += 1;
  return completion;
} catch (const std::exception&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

Result<Engines::Time> Device::run_launch(const backend::LaunchRequest& request) {
  DC_TRY(check(core::CallGroup::launch, "run_launch"));
  const auto begin = std::chrono::steady_clock::now();
  DC_TRY(finish(*inner_, inner_->launch(request)));
  const std::chrono::duration<double, std::nano> measured =
      std::chrono::steady_clock::now() - begin;
  const Profile& profile = parts_.profile;
  const double items = static_cast<double>(request.range.items());
  const bool is_given = profile.item_time.count() > 0;
  return profile.launch_latency +
         rounded(is_given ? items * profile.item_time.count() : measured.count() / profile.speed);
}

Result<bool> Device::wait(backend::Completion completion, Nanoseconds timeout) noexcept {
  DC_TRY(check(core::CallGroup::wait, "wait"));
  if (completion.serial == 0) {
    return true;
  }
  return parts_.clock != nullptr ? wait_on_virtual_clock(completion, timeout)
                                 : wait_on_host(completion, timeout);
}

Result<bool> Device::wait_on_host(backend::Completion completion, Nanoseconds timeout) noexcept {
  using Deadline = Engines::Deadline;
  const auto begin = std::chrono::steady_clock::now();
  const Deadline deadline = timeout > Deadline::max() - begin ? Deadline::max() : begin + timeout;
  DC_TRY_ASSIGN(const auto finished_at, engines_.wait_for_work(completion, deadline));
  if (!finished_at) {
    return false;
  }
  const Deadline finished = made_at_ + *finished_at;
  const Deadline until = std::min(finished, deadline);
  if (until - std::chrono::steady_clock::now() > kWakeTime) {
    std::this_thread::sleep_until(until - kWakeTime);
  }
  while (std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  return finished <= deadline;
}

// The work itself is waited for even by those who only ask, so that the answer depends on nothing
// but the clock.
Result<bool> Device::wait_on_virtual_clock(backend::Completion completion,
                                           Nanoseconds timeout) noexcept {
  DC_TRY_ASSIGN(const auto finished_at,
                engines_.wait_for_work(completion, Engines::Deadline::max()));
  const Nanoseconds begin = now();
  const Nanoseconds left = finished_at.value_or(Nanoseconds(0)) - begin;
  parts_.clock->advance_to(begin +
                           std::clamp(left, Nanoseconds(0), std::max(timeout, Nanoseconds(0))));
  return left <= timeout;
}

Nanoseconds Device::now() const noexcept {
  if (parts_.clock != nullptr) {
    return parts_.clock->now();
  }
  return std::chrono::steady_clock::now() - made_at_;
}

Counts Device::counts() const noexcept {
  return {.launches = launches_,
          .copies_in = copies_in_,
          .copies_out = copies_out_,
          .copies_within = copies_within_,
          .bytes_in = bytes_in_,
          .bytes_out = bytes_out_};
}

}  // namespace dotcompute::simulated
