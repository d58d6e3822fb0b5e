// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/backend/backend.hpp"

#include "device.hpp"
#include "platform/host_device_memory.hpp"

#include <exception>
#include <limits>
#include <utility>

namespace dotcompute::interpreter {
namespace {

Error no_host_memory() noexcept {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

// May throw std::bad_alloc.
backend::DeviceInfo describe() {
  backend::DeviceInfo info;
  info.id = "interp:0";
  info.type = AcceleratorType::interpreter;
  info.name = "KIR interpreter";
  info.vendor = "DotCompute";
  info.driver_version = "1";
  info.max_allocation_bytes = std::numeric_limits<std::ptrdiff_t>::max();
  info.alignment_bytes = core::host_device::kAlignmentBytes;
  info.host_memory = true;
  info.has_float64 = true;
  info.has_float16 = true;
  info.is_software = true;
  return info;
}

class Backend final : public backend::Backend {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "interpreter"; }

  Result<backend::FoundDevices> enumerate() noexcept override {
    try {
      return backend::FoundDevices{.devices = {describe()}};
    } catch (const std::exception&) {
      return no_host_memory();
    }
  }

  Result<std::unique_ptr<backend::Device>> open(
      std::size_t index, const backend::DeviceOptions& /*options*/) noexcept override {
    if (index != 0) {
      return Error{ErrorCode::invalid_argument, "The interpreter has one device."};
    }
    try {
      return std::unique_ptr<backend::Device>(std::make_unique<Device>(describe()));
    } catch (const std::exception&) {
      return no_host_memory();
    }
  }
};

}  // namespace

backend::Backend& connect() noexcept;  // declared to the generated registry

backend::Backend& connect() noexcept {
  static Backend instance;
  return instance;
}

}  // namespace dotcompute::interpreter
