// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api.hpp"
#include "platforms.hpp"

#include "dotcompute/backend/backend.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace dotcompute::opencl {

/// What the loader of OpenCL finds: every device of every platform.
///
/// Threads: every member may be called from any thread at the same time.
class Backend final : public backend::Backend {
 public:
  /// \param library as for dlopen; outlives the back end.
  explicit Backend(const char* library = "libOpenCL.so.1") noexcept : library_(library) {}

  [[nodiscard]] std::string_view name() const noexcept override { return Driver::kName; }
  Result<backend::FoundDevices> enumerate() noexcept override { return find(nullptr); }
  Result<backend::FoundDevices> enumerate_with(core::FaultPlan& faults) noexcept override {
    return find(&faults);
  }
  Result<std::unique_ptr<backend::Device>> open(
      std::size_t index, const backend::DeviceOptions& options) noexcept override;

 private:
  Result<backend::FoundDevices> find(core::FaultPlan* faults) noexcept;

  const char* const library_;
  std::mutex mutex_;
  std::optional<Api> api_;        // guarded by mutex_
  Found found_;                   // guarded by mutex_; of the last enumerate()
  std::optional<Found> planned_;  // guarded by mutex_; of the last enumerate_with()
};

}  // namespace dotcompute::opencl
