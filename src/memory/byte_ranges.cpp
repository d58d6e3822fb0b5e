// SPDX-License-Identifier: Apache-2.0
#include "memory/byte_ranges.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

namespace dotcompute::core {

Status ByteRangeSet::reserve(std::size_t more) noexcept {
  if (count_ + more <= capacity_) [[likely]] {
    return success();
  }
  const std::size_t capacity = std::max(count_ + more, 2 * capacity_);
  // NOLINTNEXTLINE(modernize-avoid-c-arrays): as in the header
  std::unique_ptr<ByteRange[]> larger(new (std::nothrow) ByteRange[capacity]);
  if (larger == nullptr) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
  std::copy_n(runs_, count_, larger.get());
  heap_runs_ = std::move(larger);
  runs_ = heap_runs_.get();
  capacity_ = capacity;
  return success();
}

std::size_t ByteRangeSet::find(std::uint64_t position) const noexcept {
  const auto all = runs();
  const auto found = std::partition_point(
      all.begin(), all.end(), [position](const ByteRange& run) { return run.end <= position; });
  return static_cast<std::size_t>(found - all.begin());
}

// Puts `with` in the place of the runs from `first` to before `last`.
void ByteRangeSet::replace(std::size_t first,
                           std::size_t last,
                           std::span<const ByteRange> with) noexcept {
  const std::size_t count = count_ - (last - first) + with.size();
  assert(count <= capacity_);
  if (first + with.size() <= last) {
    std::copy(runs_ + last, runs_ + count_, runs_ + first + with.size());
  } else {
    std::copy_backward(runs_ + last, runs_ + count_, runs_ + count);
  }
  std::copy(with.begin(), with.end(), runs_ + first);
  count_ = count;
}

void ByteRangeSet::add(ByteRange range) noexcept {
  if (range.empty()) {
    return;
  }
  // A run that only touches the range becomes one with it.
  const std::size_t first = range.begin == 0 ? 0 : find(range.begin - 1);
  std::size_t last = first;
  for (; last < count_ && runs_[last].begin <= range.end; ++last) {
    range.begin = std::min(range.begin, runs_[last].begin);
    range.end = std::max(range.end, runs_[last].end);
  }
  replace(first, last, std::span(&range, 1));
}

void ByteRangeSet::remove(ByteRange range) noexcept {
  if (range.empty()) {
    return;
  }
  const std::size_t first = find(range.begin);
  std::size_t last = first;
  std::array<ByteRange, 2> kept;
  std::size_t kept_count = 0;
  for (; last < count_ && runs_[last].begin < range.end; ++last) {
    if (runs_[last].begin < range.begin) {
      kept[kept_count++] = {runs_[last].begin, range.begin};
    }
    if (runs_[last].end > range.end) {
      kept[kept_count++] = {range.end, runs_[last].end};
    }
  }
  replace(first, last, std::span(kept).first(kept_count));
}

std::uint64_t ByteRangeSet::run_end(std::uint64_t position) const noexcept {
  const std::size_t index = find(position);
  return index < count_ && runs_[index].begin <= position ? runs_[index].end : position;
}

std::uint64_t ByteRangeSet::next(std::uint64_t position, std::uint64_t none) const noexcept {
  const std::size_t index = find(position);
  return index < count_ ? std::max(runs_[index].begin, position) : none;
}

std::uint64_t ByteRangeSet::bytes_in(ByteRange range) const noexcept {
  std::uint64_t bytes = 0;
  for (std::size_t index = find(range.begin); index < count_ && runs_[index].begin < range.end;
       ++index) {
    bytes += std::min(runs_[index].end, range.end) - std::max(runs_[index].begin, range.begin);
  }
  return bytes;
}

}  // namespace dotcompute::core
