// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "null/device.hpp"

#include "dotcompute/backend/backend.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dotcompute {

/// A back end of null devices that run kernels, each with the facts a test gives it.
class TestBackend final : public backend::Backend {
 public:
  /// What a device gets that a test says nothing about: memory of its own, and kernels that run.
  static backend::DeviceInfo separate_memory(std::string id) {
    return {.id = std::move(id),
            .type = AcceleratorType::null,
            .name = "test",
            .max_allocation_bytes = std::size_t{1} << 30U,
            .host_memory = false,
            .has_float16 = true};
  }
  static backend::DeviceInfo host_memory(std::string id) {
    auto info = separate_memory(std::move(id));
    info.host_memory = true;
    return info;
  }

  explicit TestBackend(std::vector<backend::DeviceInfo> devices,
                       null::Options options = {.runs_kernels = true})
      : infos_(std::move(devices)), options_(options), opened_(infos_.size()) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "test"; }
  Result<backend::FoundDevices> enumerate() noexcept override {
    return backend::FoundDevices{.devices = infos_};
  }
  Result<std::unique_ptr<backend::Device>> open(std::size_t index,
                                                const backend::DeviceOptions&) noexcept override {
    auto device = std::make_unique<null::Device>(infos_[index], options_);
    opened_[index] = device.get();
    return std::unique_ptr<backend::Device>(std::move(device));
  }

  /// As long as the runtime that opened it lives.
  [[nodiscard]] null::Device& device(std::size_t index = 0) const { return *opened_[index]; }

 private:
  std::vector<backend::DeviceInfo> infos_;
  null::Options options_;
  std::vector<null::Device*> opened_;
};

/// The CPU back end of the build, to be given beside test devices without the others.
inline std::shared_ptr<backend::Backend> cpu_backend() {
  for (backend::Backend* backend : backend::built_in()) {
    if (backend->name() == "cpu") {
      return {backend, [](backend::Backend*) {}};  // it lives as long as the program
    }
  }
  return nullptr;
}

}  // namespace dotcompute
