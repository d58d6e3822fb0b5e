// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/generated/core.hpp"
#include "dotcompute/generated/run.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Stores past the cache. An output that no cache holds is gone from it before anyone reads it, and
// an ordinary store first loads the line that it is about to overwrite: streaming saves a third of
// the traffic of `a + b`. The items write to a block that stays in the first-level cache, which is
// then copied.
namespace dotcompute::generated {
namespace {  // NOLINT(google-build-namespaces)

/// True if `bytes` of output do not fit into the last-level cache.
DC_INLINE bool is_beyond_cache(std::uint64_t bytes) {
#if defined(__x86_64__) && defined(_SC_LEVEL3_CACHE_SIZE)
  constexpr long kUsual = 32L << 20U;
  static const long told = sysconf(_SC_LEVEL3_CACHE_SIZE);
  return bytes > static_cast<std::uint64_t>(told > 0 ? told : kUsual);
#else
  static_cast<void>(bytes);
  return false;
#endif
}

template <class T, int kRank>
DC_INLINE std::uint64_t bytes_of(const Buffer<T, kRank>& buffer) {
  return buffer.size() * sizeof(T);
}

/// Copies to `target` past the cache.
DC_NOINLINE void stream_copy(unsigned char* target, const unsigned char* source, long bytes) {
#if defined(__x86_64__)
#if defined(__AVX__)
  using Line = __m256i;
#else
  using Line = __m128i;
#endif
  constexpr long kLine = 64;
  const long off = static_cast<long>(reinterpret_cast<std::uintptr_t>(target) % kLine);
  const long head = off == 0 ? 0 : (kLine - off < bytes ? kLine - off : bytes);
  __builtin_memcpy(target, source, static_cast<std::size_t>(head));
  long at = head;
  for (; at + kLine <= bytes; at += kLine) {
    for (long part = 0; part < kLine; part += static_cast<long>(sizeof(Line))) {
      Line value;
      __builtin_memcpy(&value, source + at + part, sizeof(value));
#if defined(__AVX__)
      _mm256_stream_si256(reinterpret_cast<__m256i*>(target + at + part), value);
#else
      _mm_stream_si128(reinterpret_cast<__m128i*>(target + at + part), value);
#endif
    }
  }
  __builtin_memcpy(target + at, source + at, static_cast<std::size_t>(bytes - at));
#else
  __builtin_memcpy(target, source, static_cast<std::size_t>(bytes));
#endif
}

/// Makes streamed stores visible to those who see that the body has returned.
DC_INLINE void end_streams(bool streams) {
#if defined(__x86_64__)
  if (streams) {
    _mm_sfence();
  }
#else
  static_cast<void>(streams);
#endif
}

/// An output, and where in it the first of the items that run side by side writes.
template <class T>
struct Stream {
  T* data;
  T* first;
};

template <class T>
DC_INLINE Stream<T> stream_of(T* data, T* first) {
  return {data, first};
}

inline constexpr int kStreamedBytes = 4096;  // of each output in turn

/// Where `stream.data` would be if `stream.first`, moved on by `done` items, were `block`.
template <class T>
DC_INLINE T* moved(const Stream<T>& stream, unsigned char* block, int done) {
  const auto distance = reinterpret_cast<std::uintptr_t>(stream.first + done) -
                        reinterpret_cast<std::uintptr_t>(stream.data);
  return reinterpret_cast<T*>(reinterpret_cast<std::uintptr_t>(block) - distance);
}

template <class... T>
DC_INLINE constexpr int items_of_a_block() {
  int largest = 1;
  ((largest = static_cast<int>(sizeof(T)) > largest ? static_cast<int>(sizeof(T)) : largest), ...);
  return kStreamedBytes / largest / 64 * 64;
}

template <class Run, std::size_t... kPlaces, class... T>
DC_INLINE void run_blocks(Place at,
                          const Run& run,
                          std::index_sequence<kPlaces...> /*places*/,
                          const Stream<T>&... outputs) {
  constexpr int kItems = items_of_a_block<T...>();
  alignas(64) unsigned char blocks[sizeof...(T)][kStreamedBytes];
  for (int done = 0; done < at.count; done += kItems) {
    const int count = at.count - done < kItems ? at.count - done : kItems;
    run(Place{at.x + static_cast<std::uint64_t>(done), at.y, at.z, count},
        moved(outputs, blocks[kPlaces], done)...);
    (stream_copy(reinterpret_cast<unsigned char*>(outputs.first + done), blocks[kPlaces],
                 static_cast<long>(count) * static_cast<long>(sizeof(T))),
     ...);
  }
}

/// Calls run(place, data pointer of each stream) so that the items at `at` are run, in blocks whose
/// output is streamed, or all at once if `streams` is false.
template <class Run, class... T>
DC_INLINE void run_streamed(bool streams, Place at, const Run& run, const Stream<T>&... outputs) {
  if constexpr (items_of_a_block<T...>() > 0) {
    if (streams && at.count >= items_of_a_block<T...>()) {
      run_blocks(at, run, std::index_sequence_for<T...>{}, outputs...);
      return;
    }
  }
  run(at, outputs.data...);
}

}  // namespace
}  // namespace dotcompute::generated
