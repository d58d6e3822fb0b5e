// SPDX-License-Identifier: Apache-2.0
#include "cost_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dotcompute::cpu {

CostModel::CostModel() noexcept {
  for (auto& cost : per_item_) {
    cost.store(std::numeric_limits<float>::infinity(), std::memory_order_relaxed);
  }
}

double CostModel::expected_nanoseconds(std::uint64_t items) const noexcept {
  if (items == 0) {
    return 0;
  }
  const std::size_t own = bucket_of(items);
  const auto total = [&](std::size_t bucket) {
    return static_cast<double>(per_item_[bucket].load(std::memory_order_relaxed)) *
           static_cast<double>(items);
  };
  // Smaller launches first: what they take an item is rather too much than too little.
  for (std::size_t bucket = own + 1; bucket-- > 0;) {
    if (const double nanoseconds = total(bucket); std::isfinite(nanoseconds)) {
      return nanoseconds;
    }
  }
  for (std::size_t bucket = own + 1; bucket < kBuckets; ++bucket) {
    if (const double nanoseconds = total(bucket); std::isfinite(nanoseconds)) {
      return nanoseconds;
    }
  }
  return std::numeric_limits<double>::infinity();
}

void CostModel::record(std::uint64_t items, double nanoseconds) noexcept {
  constexpr float kMostAtOnce = 4;
  constexpr float kWeightUp = 0.25F;
  constexpr float kWeightDown = 0.5F;  // a thread may lose time to others, but never gains any
  auto& cost = per_item_[bucket_of(items)];
  const auto sample = static_cast<float>(nanoseconds / static_cast<double>(items));
  const float known = cost.load(std::memory_order_relaxed);
  if (!std::isfinite(known)) {
    cost.store(sample, std::memory_order_relaxed);
    return;
  }
  // The floor lets a figure of zero, from a clock too coarse, grow again.
  const float bounded = std::min(sample, kMostAtOnce * std::max(known, 1e-3F));
  const float weight = bounded > known ? kWeightUp : kWeightDown;
  cost.store(known + weight * (bounded - known), std::memory_order_relaxed);
}

}  // namespace dotcompute::cpu
