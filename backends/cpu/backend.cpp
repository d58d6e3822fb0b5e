// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/backend/backend.hpp"

#include "base/try.hpp"
#include "device.hpp"
#include "platform/cpu_info.hpp"
#include "platform/cpu_quota.hpp"
#include "platform/host_device_memory.hpp"

#include <exception>
#include <limits>
#include <string>
#include <utility>

namespace dotcompute::cpu {
namespace {

Error no_host_memory() noexcept {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

// May throw std::bad_alloc.
backend::DeviceInfo describe(std::uint32_t threads) {
  core::CpuInfo cpu = core::read_cpu_info();
  backend::DeviceInfo info;
  info.id = "cpu:0";
  info.type = AcceleratorType::cpu;
  info.name = cpu.name.empty() ? "CPU" : std::move(cpu.name);
  info.vendor = std::move(cpu.vendor);
  info.driver_version = "1";
  info.compute_units = threads;
  info.memory_bytes = core::read_host_memory().physical_bytes;
  // What is larger than the memory is refused as out of memory, which a smaller batch may cure.
  info.max_allocation_bytes = std::numeric_limits<std::ptrdiff_t>::max();
  info.alignment_bytes = core::host_device::kAlignmentBytes;
  // A group is a loop here, so any size would do: this is what GPUs have, so that geometry made for
  // them stays as it is.
  info.max_group_size = 1024;
  info.features = std::move(cpu.features);
  info.host_memory = true;
  info.has_float64 = true;
  info.has_float16 = false;
  return info;
}

class Backend final : public backend::Backend {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "cpu"; }

  Result<backend::FoundDevices> enumerate() noexcept override {
    try {
      return backend::FoundDevices{.devices = {describe(core::cpu_quota())}};
    } catch (const std::exception&) {
      return no_host_memory();
    }
  }

  Result<std::unique_ptr<backend::Device>> open(
      std::size_t index, const backend::DeviceOptions& options) noexcept override {
    if (index != 0) {
      return Error{ErrorCode::invalid_argument, "The cpu back end has one device."};
    }
    DC_TRY_ASSIGN(auto pool, core::ThreadPool::shared(options.cpu_threads));
    try {
      auto info = describe(pool->threads());
      return std::unique_ptr<backend::Device>(
          std::make_unique<Device>(std::move(info), std::move(pool)));
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

}  // namespace dotcompute::cpu
