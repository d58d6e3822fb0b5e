// SPDX-License-Identifier: Apache-2.0
#include "support/heap_probe.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

constinit std::atomic<std::uint64_t> allocations{0};
constinit std::atomic<std::uint64_t> releases{0};
constinit thread_local bool heap_is_empty = false;
constinit thread_local std::uint64_t until_failure = 0;  // 0: none is planned, or it has happened

void* allocate(std::size_t bytes, std::size_t alignment) noexcept {
  if (heap_is_empty || (until_failure != 0 && --until_failure == 0)) {
    return nullptr;
  }
  allocations.fetch_add(1, std::memory_order_relaxed);
  const std::size_t size = (bytes + alignment) / alignment * alignment;
  return std::aligned_alloc(alignment, size);
}

void* allocate_or_throw(std::size_t bytes, std::size_t alignment) {
  void* const memory = allocate(bytes, alignment);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

void release(void* memory) noexcept {
  if (memory != nullptr) {
    releases.fetch_add(1, std::memory_order_relaxed);
    std::free(memory);
  }
}

constexpr std::size_t kDefaultAlignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

void* operator new(std::size_t bytes) {
  return allocate_or_throw(bytes, kDefaultAlignment);
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate(bytes, kDefaultAlignment);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate_or_throw(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes) {
  return allocate_or_throw(bytes, kDefaultAlignment);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate(bytes, kDefaultAlignment);
}
void operator delete(void* memory) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  release(memory);
}
void operator delete[](void* memory) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  release(memory);
}

namespace dotcompute {

std::uint64_t heap_allocations() noexcept {
  return allocations.load(std::memory_order_relaxed);
}

std::uint64_t heap_releases() noexcept {
  return releases.load(std::memory_order_relaxed);
}

EmptyHeap::EmptyHeap() noexcept {
  heap_is_empty = true;
}

EmptyHeap::~EmptyHeap() {
  heap_is_empty = false;
}

PlannedHeapFailure::PlannedHeapFailure(std::uint64_t skip) noexcept {
  until_failure = skip + 1;
}

PlannedHeapFailure::~PlannedHeapFailure() {
  until_failure = 0;
}

bool PlannedHeapFailure::happened() const noexcept {  // NOLINT: asked of the one that lives
  return until_failure == 0;
}

}  // namespace dotcompute
