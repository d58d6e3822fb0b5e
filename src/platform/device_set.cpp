// SPDX-License-Identifier: Apache-2.0
#include "platform/device_set.hpp"

#include "platform/fault_plan.hpp"

#include <new>
#include <utility>

namespace dotcompute::core {
namespace {

Result<backend::FoundDevices> enumerate(backend::Backend& backend, FaultPlan* faults) noexcept {
  if (faults == nullptr) {
    return backend.enumerate();
  }
  // Rules for all calls are meant for those of drivers: most back ends have none.
  if (const auto fault = faults->next(
          {.backend = backend.name(), .function = "enumerate", .only_by_name = true})) {
    Error error{fault->code, "It is planned that no device is found."};
    error.native = fault->native.value_or(0);
    return error;
  }
  return backend.enumerate_with(*faults);
}

}  // namespace

Result<DeviceSet> DeviceSet::open(std::span<backend::Backend* const> backends,
                                  const backend::DeviceOptions& options) noexcept {
  try {
    DeviceSet set;
    for (backend::Backend* backend : backends) {
      set.open_all(*backend, options);
    }
    return set;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

void DeviceSet::open_all(backend::Backend& backend, const backend::DeviceOptions& options) {
  BackendStatus status{.name = std::string(backend.name())};
  const auto note = [&status](const std::string& problem) {
    status.problem += (status.problem.empty() ? "" : "; ") + problem;
  };
  const auto found = enumerate(backend, options.faults.get());
  if (!found) {
    note(found.error().message());
  } else {
    for (const std::string& reason : found->notes) {
      note(reason);
    }
    for (std::size_t index = 0; index < found->devices.size(); ++index) {
      const std::string& id = found->devices[index].id;
      if (devices_.size() == kMaxDevices) {
        note(id + ": a runtime opens at most " + std::to_string(kMaxDevices) + " devices");
        continue;
      }
      auto device = backend.open(index, options);
      if (device) {
        status.devices.push_back(id);
        devices_.push_back(*std::move(device));
      } else {
        note(id + ": " + device.error().message());
      }
    }
    if (found->devices.empty() && found->notes.empty()) {
      note("The driver has no device.");
    }
  }
  backends_.push_back(std::move(status));
}

std::optional<std::size_t> DeviceSet::find(std::string_view id) const noexcept {
  for (std::size_t index = 0; index < devices_.size(); ++index) {
    if (devices_[index]->info().id == id) {
      return index;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> DeviceSet::find(AcceleratorType type) const noexcept {
  for (std::size_t index = 0; index < devices_.size(); ++index) {
    if (devices_[index]->info().type == type) {
      return index;
    }
  }
  return std::nullopt;
}

}  // namespace dotcompute::core
