// SPDX-License-Identifier: Apache-2.0
#include "selection/selection.hpp"

#include "base/try.hpp"

#include <array>
#include <optional>
#include <span>

namespace dotcompute::core {
namespace {

Error unavailable(const Workload& workload,
                  std::string_view what,
                  std::string_view wanted) noexcept {
  Error error{ErrorCode::device_unavailable, what};
  error.context.kernel = workload.kernel_name;
  error.context.expected = wanted;
  return error;
}

void list_devices(const DeviceSet& devices, FixedText<240>& text) noexcept {
  text.append("Open devices are: ");
  for (std::size_t index = 0; index < devices.size(); ++index) {
    text.append(index == 0 ? "" : ", ").append(devices[index].info().id);
  }
  text.append(devices.size() == 0 ? "none." : ".");
}

/// The first device of a kind that can run the kernel.
std::optional<std::size_t> find_usable(const DeviceSet& devices,
                                       AcceleratorType type,
                                       KernelBackends bodies) noexcept {
  for (std::size_t index = 0; index < devices.size(); ++index) {
    const auto& info = devices[index].info();
    if (info.type == type && can_run(info, bodies)) {
      return index;
    }
  }
  return std::nullopt;
}

Result<Choice> choose_forced(const DeviceSet& devices,
                             const Workload& workload,
                             const CallOptions& options) noexcept {
  const auto found =
      !options.device.empty() ? devices.find(options.device) : devices.find(options.force_backend);
  if (!found) {
    Error error =
        unavailable(workload, "The device that the call forces is not here.",
                    options.device.empty() ? to_string(options.force_backend) : options.device);
    list_devices(devices, error.context.advice);
    return error;
  }
  const auto& info = devices[*found].info();
  const bool kinds_differ =
      options.force_backend != AcceleratorType::automatic && options.force_backend != info.type;
  if (kinds_differ || !can_run(info, workload.bodies)) {
    Error error =
        unavailable(workload,
                    kinds_differ ? "The call forces a device and another kind of accelerator."
                                 : "The kernel has no body for the device that the call forces.",
                    to_string(kinds_differ ? options.force_backend : info.type));
    error.context.device = info.id;
    return error;
  }
  return Choice{*found, "The call forces this device."};
}

/// The devices that may be chosen, and where they stand in the set.
struct Candidates {
  std::array<extension::SelectionCandidate, kMaxDevices> all{};
  std::array<std::size_t, kMaxDevices> places{};
  std::size_t count = 0;

  void find(const DeviceSet& devices, const Workload& workload) noexcept {
    for (std::size_t index = 0; index < devices.size(); ++index) {
      const auto& info = devices[index].info();
      if (is_chosen_automatically(info.type) && can_run(info, workload.bodies)) {
        all[count] = candidate_of(info, index, workload);
        places[count++] = index;
      }
    }
  }

  static extension::SelectionCandidate candidate_of(const backend::DeviceInfo& info,
                                                    std::size_t index,
                                                    const Workload& workload) noexcept {
    extension::SelectionCandidate candidate{.device = &info};
    if (index < workload.loads.size()) {
      const DeviceLoad& load = workload.loads[index];
      candidate.bytes_in = load.bytes_in;
      candidate.bytes_out = load.bytes_out;
      candidate.queued_nanoseconds = load.queued_nanoseconds;
    } else if (!info.host_memory) {
      candidate.bytes_in = workload.read_bytes.value_or(workload.buffer_bytes);
      candidate.bytes_out = workload.written_bytes.value_or(workload.buffer_bytes);
    }
    return candidate;
  }
};

/// What is preferred where nothing is forced, and why.
struct Preference {
  AcceleratorType type = AcceleratorType::automatic;
  std::string_view reason;
};

Preference preference_of(const Workload& workload,
                         const CallOptions* options,
                         const SelectionRules& rules) noexcept {
  if (options != nullptr && options->prefer_backend != AcceleratorType::automatic) {
    return {options->prefer_backend, "The call prefers this kind of accelerator."};
  }
  if (workload.kernel.preferred_accelerator != AcceleratorType::automatic) {
    return {workload.kernel.preferred_accelerator, "The kernel prefers this kind of accelerator."};
  }
  return {rules.default_accelerator, "It is the default accelerator."};
}

Result<Choice> choose_automatically(const DeviceSet& devices,
                                    const Workload& workload,
                                    const SelectionRules& rules,
                                    extension::BackendSelector& selector) noexcept {
  if (!rules.automatic) {
    if (const auto cpu = find_usable(devices, AcceleratorType::cpu, workload.bodies)) {
      return Choice{*cpu, "Automatic selection is off."};
    }
  }
  Candidates candidates;
  candidates.find(devices, workload);
  if (candidates.count == 0) {
    Error error = unavailable(workload, "No device here can run the kernel.",
                              "a device that the kernel has a body for");
    list_devices(devices, error.context.advice);
    return error;
  }
  std::array<extension::CostEstimate, kMaxDevices> estimates{};
  const std::size_t wanted = workload.estimates.empty() ? 0 : candidates.count;
  const extension::SelectionRequest request{
      .kernel = workload.kernel,
      .range = workload.range,
      .buffer_bytes = workload.buffer_bytes,
      .candidates = std::span(candidates.all.data(), candidates.count),
      .given = workload.given,
      .estimates = std::span(estimates.data(), wanted)};
  DC_TRY_ASSIGN(const auto decision, selector.choose(request));
  if (decision.candidate >= candidates.count) {
    Error error{ErrorCode::internal, "The backend selector chooses a device that does not exist."};
    error.context.expected.append("an index below ").append(candidates.count);
    error.context.got.append(decision.candidate);
    return error;
  }
  for (std::size_t index = 0; index < wanted; ++index) {
    if (candidates.places[index] < workload.estimates.size()) {
      workload.estimates[candidates.places[index]] = estimates[index];
    }
  }
  return Choice{.device = candidates.places[decision.candidate],
                .reason = decision.reason,
                .valid_from = decision.valid_from,
                .valid_to = decision.valid_to};
}

}  // namespace

bool can_run(const backend::DeviceInfo& device, KernelBackends bodies) noexcept {
  return device.type == AcceleratorType::null ||
         (backends_of(device.type) & bodies) != KernelBackends::none;
}

Result<Choice> choose_device(const DeviceSet& devices,
                             const Workload& workload,
                             const CallOptions* options,
                             const SelectionRules& rules,
                             extension::BackendSelector& selector) noexcept {
  if (options != nullptr &&
      (!options->device.empty() || options->force_backend != AcceleratorType::automatic)) {
    return choose_forced(devices, workload, *options);
  }
  const auto [preferred, reason] = preference_of(workload, options, rules);
  if (preferred == AcceleratorType::automatic) {
    return choose_automatically(devices, workload, rules, selector);
  }
  if (const auto found = find_usable(devices, preferred, workload.bodies)) {
    return Choice{*found, reason};
  }
  if (rules.strict) {
    Error error = unavailable(workload, "The preferred accelerator cannot run the kernel.",
                              to_string(preferred));
    error.context.got = "strict mode, in which a preference must be met";
    list_devices(devices, error.context.advice);
    return error;
  }
  DC_TRY_ASSIGN(auto choice, choose_automatically(devices, workload, rules, selector));
  choice.missed = preferred;
  return choice;
}

}  // namespace dotcompute::core
