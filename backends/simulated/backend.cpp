// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

#include "base/try.hpp"

#include <exception>
#include <string>
#include <utility>

namespace dotcompute::simulated {
namespace {

Error no_host_memory() noexcept {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

}  // namespace

Result<backend::FoundDevices> Backend::find(core::FaultPlan* faults) noexcept try {
  backend::FoundDevices answer;
  std::vector<Found> found;
  for (std::size_t number = 0; number < parts_.profiles.size(); ++number) {
    const Profile& profile = parts_.profiles[number];
    const std::size_t before = found.size();
    for (backend::Backend* inner : parts_.inner) {
      const auto devices = faults != nullptr ? inner->enumerate_with(*faults) : inner->enumerate();
      for (std::size_t index = 0; devices && index < devices->devices.size(); ++index) {
        if (devices->devices[index].id == profile.inner && found.size() == before) {
          found.push_back({.profile = number, .backend = inner, .index = index});
          backend::DeviceInfo info = devices->devices[index];
          info.id = "sim:" + std::to_string(number);
          answer.devices.push_back(std::move(info));
        }
      }
    }
    if (found.size() == before) {
      answer.notes.push_back("sim:" + std::to_string(number) + ": there is no device " +
                             profile.inner + " to do the work");
    }
  }
  const std::lock_guard lock(mutex_);
  found_ = std::move(found);
  return answer;
} catch (const std::exception&) {
  return no_host_memory();
}

Result<std::unique_ptr<backend::Device>> Backend::open(
    std::size_t index, const backend::DeviceOptions& options) noexcept try {
  const std::lock_guard lock(mutex_);
  if (index >= found_.size()) {
    return Error{ErrorCode::invalid_argument, "There is no such simulated device."};
  }
  Found& found = found_[index];
  DC_TRY_ASSIGN(auto inner, found.backend->open(found.index, options));
  auto device = std::make_unique<Device>(
      std::move(inner), simulated::Parts{.profile = parts_.profiles[found.profile],
                                         .number = static_cast<std::uint32_t>(found.profile),
                                         .clock = parts_.clock,
                                         .faults = parts_.faults});
  found.opened = device.get();
  return std::unique_ptr<backend::Device>(std::move(device));
} catch (const std::exception&) {
  return no_host_memory();
}

Device* Backend::device(std::size_t index) const noexcept {
  const std::lock_guard lock(mutex_);
  return index < found_.size() ? found_[index].opened : nullptr;
}

Result<std::shared_ptr<Backend>> make_backend(std::string_view description,
                                              Backend::Parts parts) noexcept {
  DC_TRY_ASSIGN(parts.profiles, read_profiles(description));
  try {
    return std::make_shared<Backend>(std::move(parts));
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

}  // namespace dotcompute::simulated
