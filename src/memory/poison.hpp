// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

// Tells the address sanitizer which bytes of a pool nobody may touch. Without it, nothing.
#if defined(__SANITIZE_ADDRESS__)
#define DC_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DC_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef DC_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace dotcompute::core {

inline void poison([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef DC_ADDRESS_SANITIZER
  __asan_poison_memory_region(begin, bytes);
#endif
}

inline void unpoison([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef DC_ADDRESS_SANITIZER
  __asan_unpoison_memory_region(begin, bytes);
#endif
}

}  // namespace dotcompute::core
