// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/backend/backend.hpp"

#include "device.hpp"

#include <exception>
#include <utility>

namespace dotcompute::null {
namespace {

// May throw std::bad_alloc.
backend::DeviceInfo describe() {
  backend::DeviceInfo info;
  info.id = "null:0";
  info.type = AcceleratorType::null;
  info.name = "null";
  info.vendor = "DotCompute";
  info.driver_version = "1";
  info.max_allocation_bytes = std::size_t{1} << 30U;
  info.host_memory = true;
  return info;
}

Error no_host_memory() noexcept {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

class Backend final : public backend::Backend {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "null"; }

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
      return Error{ErrorCode::invalid_argument, "The null back end has one device."};
    }
    try {
      // What is measured on this device must not queue up for a lock of its records.
      return std::unique_ptr<backend::Device>(
          std::make_unique<Device>(describe(), Options{.keeps_records = false}));
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

}  // namespace dotcompute::null
