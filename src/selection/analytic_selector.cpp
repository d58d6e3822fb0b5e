// SPDX-License-Identifier: Apache-2.0
#include "selection/analytic_selector.hpp"

#include "selection/cost.hpp"

#include <algorithm>
#include <bit>
#include <exception>
#include <limits>
#include <utility>

namespace dotcompute::core {
namespace {

/// All numbers of items with as many binary digits: what holds for one of them is kept for all.
void limit_to_size_class(extension::SelectionDecision& decision, std::uint64_t items) noexcept {
  decision.valid_from = std::bit_floor(items);
  decision.valid_to = items == 0 ? 0 : decision.valid_from + (decision.valid_from - 1);
}

std::string_view reason_for(bool all_measured) noexcept {
  return all_measured ? "It is expected to finish first."
                      : "It is expected to finish first; not all devices have been measured.";
}

}  // namespace

AnalyticSelector::AnalyticSelector(std::vector<backend::DeviceInfo> devices)
    : devices_(std::move(devices)) {}

Result<extension::SelectionDecision> AnalyticSelector::choose(
    const extension::SelectionRequest& request) noexcept {
  const bool has_choice = request.candidates.size() > 1;
  if (!has_choice && request.estimates.empty()) {
    return extension::SelectionDecision{0, "It is the only device that can run the kernel."};
  }
  if (has_choice) {
    prepare();
  }
  const Work work = request.given != nullptr
                        ? work_of(*request.given)
                        : work_of(request.kernel, request.range, request.buffer_bytes);
  extension::SelectionDecision decision;
  double least = std::numeric_limits<double>::infinity();
  bool all_measured = true;
  for (std::size_t index = 0; index < request.candidates.size(); ++index) {
    const auto& candidate = request.candidates[index];
    const auto cost = estimate(candidate, rates_for(candidate), work);
    if (index < request.estimates.size()) {
      request.estimates[index] = cost;
    }
    all_measured = all_measured && cost.is_measured;
    if (cost.total() < least) {
      least = cost.total();
      decision.candidate = index;
    }
  }
  decision.reason =
      has_choice ? reason_for(all_measured) : "It is the only device that can run the kernel.";
  if (has_choice) {
    limit_to_size_class(decision, request.range.items());
  }
  return decision;
}

Result<extension::DeviceChoice> AnalyticSelector::select_backend(
    const WorkloadCharacteristics& characteristics) noexcept {
  prepare();
  const Work work = work_of(characteristics);
  extension::DeviceChoice choice;
  double least = std::numeric_limits<double>::infinity();
  for (const backend::DeviceInfo& device : devices_) {
    if (!is_chosen_automatically(device.type)) {
      continue;
    }
    const std::uint64_t moved = device.host_memory ? 0 : characteristics.data_size;
    const auto cost =
        estimate({.device = &device, .bytes_in = moved}, rates_or_prior(device), work);
    if (cost.total() < least) {
      least = cost.total();
      choice = {.device = device.id, .accelerator = device.type, .estimate = cost};
    }
  }
  if (choice.device.empty()) {
    return Error{ErrorCode::device_unavailable, "There is no device to choose from."};
  }
  return choice;
}

std::optional<DeviceRates> AnalyticSelector::rates(std::string_view device) const noexcept {
  {
    const std::lock_guard lock(mutex_);
    for (const Known& known : known_) {
      if (known.device == device) {
        return known.rates;
      }
    }
  }
  for (const backend::DeviceInfo& info : devices_) {
    if (info.id == device) {
      return prior_rates(info);
    }
  }
  return std::nullopt;
}

Status AnalyticSelector::set_rates(std::string_view device, const DeviceRates& rates) noexcept try {
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(known_, device, &Known::device);
    if (found != known_.end()) {
      found->rates = rates;
    } else {
      known_.push_back({std::string(device), rates});
    }
  }
  epoch_.fetch_add(1, std::memory_order_acq_rel);
  return success();
} catch (const std::exception&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

DeviceRates AnalyticSelector::rates_or_prior(const backend::DeviceInfo& device) const noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(known_, device.id, &Known::device);
  return found != known_.end() ? found->rates : prior_rates(device);
}

// What a device that works in the host's memory has to wait for comes from another device, at that
// one's rate: nobody says from which, so that the slowest counts. Any of the runtime may have it, also
// one that cannot run this kernel; what wraps the host's memory has it where the host has.
DeviceRates AnalyticSelector::rates_for(
    const extension::SelectionCandidate& candidate) const noexcept {
  DeviceRates rates = rates_or_prior(*candidate.device);
  if (!candidate.device->host_memory || candidate.bytes_in == 0) {
    return rates;
  }
  for (const backend::DeviceInfo& other : devices_) {
    if (!other.host_memory && !other.wraps_host_memory) {
      const DeviceRates from = rates_or_prior(other);
      rates.copy_nanoseconds = std::max(rates.copy_nanoseconds, from.copy_nanoseconds);
      const double before = rates.in_bytes_per_nanosecond;
      rates.in_bytes_per_nanosecond = before > 0 ? std::min(before, from.out_bytes_per_nanosecond)
                                                 : from.out_bytes_per_nanosecond;
    }
  }
  return rates;
}

void AnalyticSelector::prepare() noexcept {
  if (!prepare_) {
    return;
  }
  try {
    std::call_once(prepared_, prepare_);
  } catch (...) {
    // What cannot be measured is judged by figures of its kind.
  }
}

}  // namespace dotcompute::core
