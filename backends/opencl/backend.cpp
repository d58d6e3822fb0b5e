// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

#include "base/try.hpp"
#include "device.hpp"
#include "errors.hpp"
#include "vendors.hpp"

#include <exception>
#include <string>
#include <utility>

namespace dotcompute::opencl {
Result<backend::FoundDevices> Backend::find(core::FaultPlan* faults) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (!api_) {
      DC_TRY_ASSIGN(api_, load(library_));
    }
    Api api = *api_;
    api.for_each([faults](auto& call) { call.attach(faults); });
    DC_TRY_ASSIGN(Found found, find_devices(api));
    backend::FoundDevices answer;
    for (const DeviceFacts& facts : found.devices) {
      answer.devices.push_back(facts.info);
    }
    answer.notes = found.notes;
    // A search with planned failures may find less: who searched without opens by other numbers.
    if (faults != nullptr) {
      planned_ = std::move(found);
    } else {
      found_ = std::move(found);
    }
    for (std::string& problem : vendor_problems(vendors_of_this_process())) {
      answer.notes.push_back(std::move(problem));
    }
    return answer;
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

Result<std::unique_ptr<backend::Device>> Backend::open(
    std::size_t index, const backend::DeviceOptions& options) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    const Found& found = options.faults != nullptr && planned_ ? *planned_ : found_;
    if (index >= found.devices.size()) {
      return Error{ErrorCode::invalid_argument, "The opencl back end has no such device."};
    }
    DC_TRY_ASSIGN(auto device, Device::open(*api_, found.devices[index], options));
    return std::unique_ptr<backend::Device>(std::move(device));
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

backend::Backend& connect() noexcept;  // declared to the generated registry

backend::Backend& connect() noexcept {
  static Backend instance;
  return instance;
}

}  // namespace dotcompute::opencl
