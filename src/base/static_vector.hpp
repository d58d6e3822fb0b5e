// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <utility>

namespace dotcompute::core {

/// Up to `kCapacity` elements without memory from the heap. Those that are not there cost nothing.
template <class T, std::size_t kCapacity>
class StaticVector {
 public:
  StaticVector() noexcept {}  // NOLINT: `= default` would have `StaticVector{}` clear the storage
  StaticVector(const StaticVector&) = delete;
  StaticVector& operator=(const StaticVector&) = delete;
  ~StaticVector() { clear(); }

  /// \pre size() < kCapacity
  T& push_back(T value) noexcept {
    assert(count_ < kCapacity);
    return *std::construct_at(data() + count_++, std::move(value));
  }

  /// Destroys all elements, the last one first.
  void clear() noexcept {
    while (count_ != 0) {
      std::destroy_at(data() + --count_);
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] bool full() const noexcept { return count_ == kCapacity; }
  [[nodiscard]] std::span<T> all() noexcept { return {data(), count_}; }
  [[nodiscard]] std::span<const T> all() const noexcept {
    return {const_cast<StaticVector*>(this)->data(), count_};
  }

 private:
  [[nodiscard]] T* data() noexcept { return std::launder(reinterpret_cast<T*>(storage_.data())); }

  std::size_t count_ = 0;
  alignas(T) std::array<std::byte, kCapacity * sizeof(T)> storage_;
};

}  // namespace dotcompute::core
