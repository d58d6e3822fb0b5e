// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/backend.hpp"
#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/device_manager.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace dotcompute::core {

/// Most devices a runtime opens; a launch plan has one place for each.
inline constexpr std::size_t kMaxDevices = 15;

/// The open devices of a runtime. Immutable once open() has returned.
class DeviceSet {
 public:
  /// Opens every device of every back end. What cannot be opened is noted in backends(), and hides
  /// nothing else. \retval ErrorCode::host_memory
  static Result<DeviceSet> open(std::span<backend::Backend* const> backends,
                                const backend::DeviceOptions& options) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return devices_.size(); }
  [[nodiscard]] backend::Device& operator[](std::size_t index) const noexcept {
    return *devices_[index];
  }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view id) const noexcept;
  /// The first of a kind.
  [[nodiscard]] std::optional<std::size_t> find(AcceleratorType type) const noexcept;
  [[nodiscard]] const std::vector<BackendStatus>& backends() const noexcept { return backends_; }

 private:
  void open_all(backend::Backend& backend, const backend::DeviceOptions& options);

  std::vector<std::unique_ptr<backend::Device>> devices_;
  std::vector<BackendStatus> backends_;
};

}  // namespace dotcompute::core
