// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

#include "base/try.hpp"
#include "device.hpp"
#include "vendors.hpp"

#include <exception>
#include <string>
#include <utility>

namespace dotcompute::opencl {
namespace {

Error no_host_memory() noexcept {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

}  // namespace

Result<backend::FoundDevices> Backend::enumerate() noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (!api_) {
      DC_TRY_ASSIGN(api_, load(library_));
    }
    DC_TRY_ASSIGN(found_, find_devices(*api_));
    backend::FoundDevices answer;
    for (const DeviceFacts& facts : found_.devices) {
      answer.devices.push_back(facts.info);
    }
    answer.notes = found_.notes;
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
    if (index >= found_.devices.size()) {
      return Error{ErrorCode::invalid_argument, "The opencl back end has no such device."};
    }
    DC_TRY_ASSIGN(auto device, Device::open(*api_, found_.devices[index], options));
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
