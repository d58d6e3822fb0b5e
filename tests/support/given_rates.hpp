// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/extension/backend_selector.hpp"

#include <optional>
#include <string_view>

namespace dotcompute {

/// A selector that takes the first device, and knows the same rates of each.
class GivenRates final : public extension::BackendSelector {
 public:
  explicit GivenRates(const DeviceRates& rates) noexcept : rates_(rates) {}

  Result<extension::SelectionDecision> choose(
      const extension::SelectionRequest& /*request*/) noexcept override {
    return extension::SelectionDecision{0, "It is the first."};
  }
  [[nodiscard]] std::optional<DeviceRates> rates(
      std::string_view /*device*/) const noexcept override {
    return rates_;
  }

 private:
  const DeviceRates rates_;
};

}  // namespace dotcompute
