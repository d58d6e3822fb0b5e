// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace dotcompute::core {

/// The bytes from `begin` to before `end` of a buffer.
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  [[nodiscard]] constexpr std::uint64_t size() const noexcept { return end - begin; }
  [[nodiscard]] constexpr bool empty() const noexcept { return begin >= end; }
  [[nodiscard]] constexpr bool overlaps(const ByteRange& other) const noexcept {
    return begin < other.end && other.begin < end;
  }
  [[nodiscard]] constexpr bool contains(const ByteRange& other) const noexcept {
    return begin <= other.begin && other.end <= end;
  }
  friend constexpr bool operator==(const ByteRange&, const ByteRange&) noexcept = default;
};

/// A set of bytes, kept as sorted runs that neither overlap nor touch. Two runs fit without memory of
/// their own, so that a buffer which is used as a whole never allocates for its bookkeeping.
///
/// add() and remove() make at most one run more, for which reserve() must have made room: so what
/// follows work that is queued already cannot fail.
class ByteRangeSet {
 public:
  ByteRangeSet() noexcept = default;
  ByteRangeSet(const ByteRangeSet&) = delete;
  ByteRangeSet& operator=(const ByteRangeSet&) = delete;
  ~ByteRangeSet() = default;

  /// Makes room for `more` runs beside those there are.
  /// \retval ErrorCode::host_memory, with nothing changed.
  Status reserve(std::size_t more) noexcept;

  /// \pre reserve(1)
  void add(ByteRange range) noexcept;
  /// \pre reserve(1)
  void remove(ByteRange range) noexcept;

  [[nodiscard]] std::span<const ByteRange> runs() const noexcept { return {runs_, count_}; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] bool contains(ByteRange range) const noexcept {
    return range.empty() || run_end(range.begin) >= range.end;
  }
  /// Where the run that `position` lies in ends; `position` itself if it lies in none.
  [[nodiscard]] std::uint64_t run_end(std::uint64_t position) const noexcept;
  /// The first byte of the set at `position` or after it; `none` if there is no such byte.
  [[nodiscard]] std::uint64_t next(std::uint64_t position, std::uint64_t none) const noexcept;
  /// How many bytes of `range` are in the set.
  [[nodiscard]] std::uint64_t bytes_in(ByteRange range) const noexcept;

 private:
  static constexpr std::size_t kInline = 2;

  /// The first run that ends behind `position`.
  [[nodiscard]] std::size_t find(std::uint64_t position) const noexcept;
  void replace(std::size_t first, std::size_t last, std::span<const ByteRange> with) noexcept;

  std::array<ByteRange, kInline> inline_runs_{};
  std::unique_ptr<ByteRange[]>
      heap_runs_;  // NOLINT(modernize-avoid-c-arrays): unset, unlike a vector
  ByteRange* runs_ = inline_runs_.data();
  std::size_t count_ = 0;
  std::size_t capacity_ = kInline;
};

}  // namespace dotcompute::core
