// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/generated/core.hpp"

#include <cstdint>

// How a body takes its box of items apart. The callable that each function is given runs items side
// by side along x:
//
//     items(rows, is_full, is_interior, place)
//
// where the first three are constants, read by a call as std::integral_constant's is.
namespace dotcompute::generated {
namespace {  // NOLINT(google-build-namespaces)

template <int kValue>
struct Number {
  DC_INLINE constexpr int operator()() const { return kValue; }
};
template <bool kValue>
struct Truth {
  DC_INLINE constexpr bool operator()() const { return kValue; }
};

/// The first of the items that are run side by side, and their number along x.
struct Place {
  std::uint64_t x;
  std::uint64_t y;
  std::uint64_t z;
  int count;
};

DC_INLINE Place place(std::int64_t x, std::int64_t y, std::int64_t z, std::int64_t count) {
  return {static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(y),
          static_cast<std::uint64_t>(z), static_cast<int>(count)};
}

/// Ids along one axis, from `begin` to before `end`.
struct Span {
  std::int64_t begin = -kFarAway;
  std::int64_t end = kFarAway;

  DC_INLINE void begin_at(std::int64_t limit) { begin = begin < limit ? limit : begin; }
  DC_INLINE void end_at(std::int64_t limit) { end = limit < end ? limit : end; }
};

/// The box of items of one call of a body, cut to where items have something to do.
struct Box {
  Span axes[3];

  DC_INLINE explicit Box(const ItemRange& range) {
    std::uint64_t begin[3];
    std::uint64_t end[3];
    static_assert(sizeof(range.begin) == sizeof(begin));
    __builtin_memcpy(begin, &range.begin, sizeof(begin));
    __builtin_memcpy(end, &range.end, sizeof(end));
    for (int axis = 0; axis < 3; ++axis) {
      axes[axis].begin_at(limit(begin[axis]));
      axes[axis].end_at(limit(end[axis]));
    }
  }
  DC_INLINE void begin_at(int axis, std::int64_t limit) { axes[axis].begin_at(limit); }
  DC_INLINE void end_at(int axis, std::int64_t limit) { axes[axis].end_at(limit); }
};

/// For kernels that treat no column apart.
inline constexpr auto no_rims = [](std::int64_t /*y*/, std::int64_t /*z*/) { return Span{}; };

/// How many elements from `first` on the next line of the cache begins; 0 if none does so between
/// two elements.
template <class T>
DC_INLINE std::int64_t elements_to_line(const T* first) {
  constexpr std::uintptr_t kLine = 64;
  const std::uintptr_t bytes = (kLine - reinterpret_cast<std::uintptr_t>(first) % kLine) % kLine;
  return bytes % sizeof(T) == 0 ? static_cast<std::int64_t>(bytes / sizeof(T)) : 0;
}
/// For kernels without an output whose lines matter.
inline constexpr auto no_lines = [](std::int64_t /*x*/, std::int64_t /*y*/, std::int64_t /*z*/) {
  return std::int64_t{0};
};

/// The part of `interior` that is in `whole`.
DC_INLINE Span common(Span interior, const Span& whole) {
  interior.begin_at(whole.begin);
  interior.end_at(whole.end);
  return interior;
}

/// Calls run(is_interior, begin, end) for the parts of `whole` before, in and after `interior`.
template <class Run>
DC_INLINE void for_parts(const Span& whole, const Span& part, const Run& run) {
  const Span interior = common(part, whole);
  if (interior.begin >= interior.end) {
    run(Truth<false>{}, whole.begin, whole.end);
    return;
  }
  if (whole.begin < interior.begin) {
    run(Truth<false>{}, whole.begin, interior.begin);
  }
  run(Truth<true>{}, interior.begin, interior.end);
  if (interior.end < whole.end) {
    run(Truth<false>{}, interior.end, whole.end);
  }
}

/// Calls row(y, z) for the rows of `box`.
template <class Row>
DC_INLINE void for_rows(const Box& box, const Row& row) {
  for (std::int64_t z = box.axes[2].begin; z < box.axes[2].end; ++z) {
    for (std::int64_t y = box.axes[1].begin; y < box.axes[1].end; ++y) {
      row(y, z);
    }
  }
}

/// Whole rows at once, in pieces whose length an int holds. The interior of a long row begins where
/// a line of the output does, to_line(x, y, z) items on: a store that spans two lines costs more.
template <class InteriorOf, class ToLine, class Items>
DC_INLINE void run_rows(const Box& box,
                        const InteriorOf& interior_of,
                        const ToLine& to_line,
                        const Items& items) {
  constexpr std::int64_t kPiece = std::int64_t{1} << 30U;
  constexpr std::int64_t kLong = 512;
  for_rows(box, [&](std::int64_t y, std::int64_t z) DC_INLINE_LAMBDA {
    Span interior = common(interior_of(y, z), box.axes[0]);
    if (interior.end - interior.begin >= kLong) {
      interior.begin += to_line(interior.begin, y, z);
    }
    for_parts(box.axes[0], interior,
              [&](auto is_interior, std::int64_t begin, std::int64_t end) DC_INLINE_LAMBDA {
                for (std::int64_t x = begin; x < end; x += kPiece) {
                  const std::int64_t count = end - x < kPiece ? end - x : kPiece;
                  items(Number<1>{}, Truth<false>{}, is_interior, place(x, y, z, count));
                }
              });
  });
}

/// Rows in strips of `kStrip` items, the last of a row perhaps shorter.
template <int kStrip, class InteriorOf, class Items>
DC_INLINE void run_strips(const Box& box, const InteriorOf& interior_of, const Items& items) {
  for_rows(box, [&](std::int64_t y, std::int64_t z) {
    for_parts(box.axes[0], interior_of(y, z),
              [&](auto is_interior, std::int64_t begin, std::int64_t end) {
                std::int64_t x = begin;
                for (; end - x >= kStrip; x += kStrip) {
                  items(Number<1>{}, Truth<true>{}, is_interior, place(x, y, z, kStrip));
                }
                if (x < end) {
                  items(Number<1>{}, Truth<false>{}, is_interior, place(x, y, z, end - x));
                }
              });
  });
}

inline constexpr int kTileRows = 4;

/// Strips of `kTileRows` rows side by side. What a strip's columns load stays in the cache for a
/// block of rows.
template <int kStrip, class InteriorOf, class Items>
DC_INLINE void run_tiles(const Box& box, const InteriorOf& interior_of, const Items& items) {
  constexpr std::int64_t kBlockRows = 64;
  const Span& rows = box.axes[1];
  const auto run_block = [&](std::int64_t first, std::int64_t last, auto is_interior, auto is_full,
                             std::int64_t x, std::int64_t z, std::int64_t count) {
    std::int64_t y = first;
    for (; last - y >= kTileRows; y += kTileRows) {
      items(Number<kTileRows>{}, is_full, is_interior, place(x, y, z, count));
    }
    for (; y < last; ++y) {
      items(Number<1>{}, is_full, is_interior, place(x, y, z, count));
    }
  };
  for (std::int64_t z = box.axes[2].begin; z < box.axes[2].end; ++z) {
    for (std::int64_t y = rows.begin; y < rows.end; y += kBlockRows) {
      const std::int64_t last = rows.end - y < kBlockRows ? rows.end : y + kBlockRows;
      for_parts(box.axes[0], interior_of(0, z),
                [&](auto is_interior, std::int64_t begin, std::int64_t end) {
                  std::int64_t x = begin;
                  for (; end - x >= kStrip; x += kStrip) {
                    run_block(y, last, is_interior, Truth<true>{}, x, z, kStrip);
                  }
                  if (x < end) {
                    run_block(y, last, is_interior, Truth<false>{}, x, z, end - x);
                  }
                });
    }
  }
}

#if defined(__AVX512F__)
inline constexpr int kRegisters = 32;
inline constexpr int kRegisterBytes = 64;
#elif defined(__AVX__)
inline constexpr int kRegisters = 16;
inline constexpr int kRegisterBytes = 32;
#elif defined(__aarch64__)
inline constexpr int kRegisters = 32;
inline constexpr int kRegisterBytes = 16;
#else
inline constexpr int kRegisters = 16;
inline constexpr int kRegisterBytes = 16;
#endif

/// How many lanes a strip has: 32, or fewer if what each keeps (`bytes`, in each of `rows`) would
/// not fit into the registers, but a register's worth at least.
constexpr int strip_lanes(std::uint64_t bytes, int rows) {
  static_cast<void>(bytes);
  static_cast<void>(rows);
  return 32;
}

}  // namespace
}  // namespace dotcompute::generated
