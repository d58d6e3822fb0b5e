// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace dotcompute::core {

/// Where a host pool gets its blocks. Replaced in tests, to count and to fail.
///
/// Threads: both functions are called from any thread at the same time.
struct HostSource {
  /// \param bytes a size of block_bytes().
  /// \return memory on a multiple of 64 bytes; null if the host has none.
  void* (*allocate)(void* state, std::size_t bytes) noexcept = nullptr;
  /// \param bytes as given to `allocate`.
  void (*release)(void* state, void* block, std::size_t bytes) noexcept = nullptr;
  void* state = nullptr;
};

/// The heap for blocks below 1 MiB; for the others pages of their own, huge ones from 2 MiB up.
void* allocate_from_system(void* state, std::size_t bytes) noexcept;
void release_to_system(void* state, void* block, std::size_t bytes) noexcept;

inline constexpr HostSource kSystemSource{&allocate_from_system, &release_to_system, nullptr};

}  // namespace dotcompute::core
