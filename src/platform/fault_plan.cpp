// SPDX-License-Identifier: Apache-2.0
#include "platform/fault_plan.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <thread>
#include <utility>

namespace dotcompute::core {
namespace {

bool names_all_or(std::string_view pattern, std::string_view name) noexcept {
  return pattern == "*" || pattern == name;
}

bool concerns(const FaultRule& rule, const CallSite& site) noexcept {
  const bool names_call = site.only_by_name ? rule.call == site.function
                                            : names_all_or(rule.call, site.function) ||
                                                  rule.call == to_string(site.group);
  return rule.memory_limit_bytes == 0 && names_all_or(rule.backend, site.backend) && names_call;
}

bool limits(const FaultRule& rule, std::string_view backend) noexcept {
  return rule.memory_limit_bytes != 0 && names_all_or(rule.backend, backend);
}

void sleep_really(std::chrono::nanoseconds time) {
  std::this_thread::sleep_for(time);
}

}  // namespace

std::string_view to_string(CallGroup group) noexcept {
  constexpr std::array<std::string_view, 7> kNames{"discover", "allocate", "compile", "copy",
                                                   "launch",   "wait",     "release"};
  return kNames[static_cast<std::size_t>(group)];
}

FaultPlan::FaultPlan(Sleep sleep) noexcept : sleep_(sleep != nullptr ? sleep : &sleep_really) {}

Status FaultPlan::add(FaultRule rule) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    rules_.push_back({.rule = std::move(rule)});
    return success();
  } catch (const std::exception&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

void FaultPlan::clear() noexcept {
  const std::lock_guard lock(mutex_);
  rules_.clear();
}

void FaultPlan::set_seed(std::uint64_t seed) noexcept {
  const std::lock_guard lock(mutex_);
  random_.seed(seed);
}

std::optional<Fault> FaultPlan::next(const CallSite& site) noexcept {
  if (site.group == CallGroup::release) {
    return std::nullopt;
  }
  const Outcome outcome = outcome_of(site);
  if (outcome.delay.count() > 0) {
    sleep_(outcome.delay);
  }
  return outcome.fault;
}

// Every rule counts every call that it concerns; the first that fails the call has its way.
FaultPlan::Outcome FaultPlan::outcome_of(const CallSite& site) noexcept {
  Outcome outcome;
  const std::lock_guard lock(mutex_);
  for (Planned& planned : rules_) {
    if (!concerns(planned.rule, site) || !meets(planned)) {
      continue;
    }
    outcome.delay += planned.rule.delay;
    if (!outcome.fault && planned.rule.fault) {
      outcome.fault = planned.rule.fault;
    }
  }
  failures_ += outcome.fault ? 1 : 0;
  return outcome;
}

bool FaultPlan::meets(Planned& planned) noexcept {
  ++planned.calls;
  if (planned.calls <= planned.rule.skip || planned.met >= planned.rule.count) {
    return false;
  }
  if (planned.rule.probability < 1) {
    // 53 bits, so that the quotient is exact. Not a distribution of the library's: those differ.
    const double drawn = static_cast<double>(random_() >> 11U) * 0x1p-53;
    if (drawn >= planned.rule.probability) {
      return false;
    }
  }
  ++planned.met;
  return true;
}

bool FaultPlan::take_memory(std::string_view backend, std::size_t bytes) noexcept {
  const std::lock_guard lock(mutex_);
  for (const Planned& planned : rules_) {
    if (limits(planned.rule, backend) &&
        (planned.memory_bytes > planned.rule.memory_limit_bytes ||
         bytes > planned.rule.memory_limit_bytes - planned.memory_bytes)) {
      ++failures_;
      return false;
    }
  }
  for (Planned& planned : rules_) {
    planned.memory_bytes += limits(planned.rule, backend) ? bytes : 0;
  }
  return true;
}

void FaultPlan::give_back_memory(std::string_view backend, std::size_t bytes) noexcept {
  const std::lock_guard lock(mutex_);
  for (Planned& planned : rules_) {
    if (limits(planned.rule, backend)) {
      // A rule that was added later has not seen all that was taken.
      planned.memory_bytes -= std::min(bytes, planned.memory_bytes);
    }
  }
}

std::uint64_t FaultPlan::failures() const noexcept {
  const std::lock_guard lock(mutex_);
  return failures_;
}

}  // namespace dotcompute::core
