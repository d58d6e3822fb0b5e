// SPDX-License-Identifier: Apache-2.0
#include "memory/host_source.hpp"

#include "memory/size_classes.hpp"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace dotcompute::core {
namespace {

constexpr std::size_t kMappedFrom = std::size_t{1} << 20U;
constexpr std::size_t kHugeFrom = std::size_t{2} << 20U;
constexpr std::size_t kHugePage = std::size_t{2} << 20U;

std::byte* map(std::size_t bytes) noexcept {
  void* const begin =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return begin == MAP_FAILED ? nullptr : static_cast<std::byte*>(begin);
}

void unmap(std::byte* begin, std::size_t bytes) noexcept {
  if (bytes != 0) {
    munmap(begin, bytes);
  }
}

// On a multiple of the huge page, as the kernel gives huge pages to whole ones only.
std::byte* map_huge(std::size_t bytes) noexcept {
  std::byte* const begin = map(bytes + kHugePage);
  if (begin == nullptr) {
    return map(bytes);
  }
  const std::size_t before =
      (kHugePage - reinterpret_cast<std::uintptr_t>(begin) % kHugePage) % kHugePage;
  std::byte* const block = begin + before;
  unmap(begin, before);
  unmap(block + bytes, kHugePage - before);
#ifdef MADV_HUGEPAGE
  // Refused by a kernel without huge pages, which serves small ones as well.
  madvise(block, bytes, MADV_HUGEPAGE);
#endif
  return block;
}

// Aligned by hand: aligned_alloc() splits and joins free chunks at every call, which makes it
// several times as slow as malloc(). What malloc() gave is noted before the block, where at least
// 16 bytes are free.
void* allocate_aligned(std::size_t bytes) noexcept {
  void* const begin = std::malloc(bytes + kMinBlockBytes);
  if (begin == nullptr) {
    return nullptr;
  }
  static_assert(alignof(std::max_align_t) >= sizeof(begin));
  const std::size_t offset =
      kMinBlockBytes - reinterpret_cast<std::uintptr_t>(begin) % kMinBlockBytes;
  std::byte* const block = static_cast<std::byte*>(begin) + offset;
  std::memcpy(block - sizeof(begin), &begin, sizeof(begin));
  return block;
}

void free_aligned(void* block) noexcept {
  void* begin = nullptr;
  std::memcpy(&begin, static_cast<std::byte*>(block) - sizeof(begin), sizeof(begin));
  std::free(begin);
}

}  // namespace

void* allocate_from_system(void* /*state*/, std::size_t bytes) noexcept {
  if (bytes < kMappedFrom) {
    return allocate_aligned(bytes);
  }
  return bytes < kHugeFrom ? map(bytes) : map_huge(bytes);
}

void release_to_system(void* /*state*/, void* block, std::size_t bytes) noexcept {
  if (bytes < kMappedFrom) {
    free_aligned(block);
  } else {
    unmap(static_cast<std::byte*>(block), bytes);
  }
}

}  // namespace dotcompute::core
