// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/buffer_pool.hpp"
#include "dotcompute/host_memory.hpp"

#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace dotcompute::bench {

/// A device whose memory is numbers, so that only the pool's time is counted.
class NumberDevice final : public backend::Device {
 public:
  [[nodiscard]] const backend::DeviceInfo& info() const noexcept override { return info_; }
  Result<backend::Allocation> allocate(
      const backend::AllocationRequest& request) noexcept override {
    return backend::Allocation{next_.fetch_add(1, std::memory_order_relaxed), request.bytes};
  }
  void free(backend::Allocation /*allocation*/) noexcept override {}
  Result<std::unique_ptr<backend::Program>> compile(
      const backend::KernelSource& /*source*/) noexcept override {
    return Error{};
  }
  Result<backend::Completion> copy(const backend::CopyRequest& /*request*/) noexcept override {
    return backend::Completion{};
  }
  Result<backend::Completion> launch(const backend::LaunchRequest& /*request*/) noexcept override {
    return backend::Completion{};
  }
  Result<bool> wait(backend::Completion /*completion*/,
                    std::chrono::nanoseconds /*timeout*/) noexcept override {
    return true;
  }

 private:
  backend::DeviceInfo info_{.id = "number:0", .max_allocation_bytes = std::size_t{1} << 40U};
  std::atomic<std::uint64_t> next_{1};
};

/// The pool of a device's memory.
class DevicePoolAllocator {
 public:
  using Block = PooledBuffer;
  static constexpr bool kIsPool = true;
  Block take(std::size_t bytes) { return *pool_.take(bytes); }
  void give_back(Block& block, std::size_t /*bytes*/) { block = Block(); }
  void take_and_give_back(std::size_t bytes) {
    auto buffer = pool_.take(bytes);
    benchmark::DoNotOptimize(&buffer);
  }

 private:
  NumberDevice device_;
  BufferPool pool_{device_, std::size_t{1} << 40U};
};

/// The pool of the host's memory.
class HostPoolAllocator {
 public:
  using Block = void*;
  static constexpr bool kIsPool = true;
  Block take(std::size_t bytes) { return host_memory::take(bytes); }
  void give_back(Block& block, std::size_t bytes) { host_memory::give_back(block, bytes); }
  void take_and_give_back(std::size_t bytes) {
    Block block = take(bytes);
    benchmark::DoNotOptimize(block);
    give_back(block, bytes);
  }
};

/// malloc() and free().
class SystemAllocator {
 public:
  using Block = void*;
  static constexpr bool kIsPool = false;
  Block take(std::size_t bytes) { return std::malloc(bytes); }
  void give_back(Block& block, std::size_t /*bytes*/) { std::free(block); }
  void take_and_give_back(std::size_t bytes) {
    Block block = take(bytes);
    benchmark::DoNotOptimize(block);
    give_back(block, bytes);
  }
};

/// tcmalloc beside the system's allocator, loaded when asked for.
class Tcmalloc {
 public:
  using Block = void*;
  static constexpr bool kIsPool = false;

  [[nodiscard]] static bool is_there() { return functions().take != nullptr; }
  Block take(std::size_t bytes) { return take_(bytes); }
  void give_back(Block& block, std::size_t /*bytes*/) { give_back_(block); }
  void take_and_give_back(std::size_t bytes) {
    Block block = take(bytes);
    benchmark::DoNotOptimize(block);
    give_back(block, bytes);
  }

 private:
  struct Functions {
    void* (*take)(std::size_t) = nullptr;
    void (*give_back)(void*) = nullptr;
  };
  static const Functions& functions() {
    static const Functions loaded = [] {
      Functions found;
      if (void* const library = dlopen("libtcmalloc_minimal.so.4", RTLD_NOW | RTLD_LOCAL)) {
        found.take = reinterpret_cast<void* (*)(std::size_t)>(dlsym(library, "tc_malloc"));
        found.give_back = reinterpret_cast<void (*)(void*)>(dlsym(library, "tc_free"));
      }
      return found;
    }();
    return loaded;
  }

  void* (*const take_)(std::size_t) = functions().take;
  void (*const give_back_)(void*) = functions().give_back;
};

}  // namespace dotcompute::bench
