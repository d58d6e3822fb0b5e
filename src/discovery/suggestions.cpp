// SPDX-License-Identifier: Apache-2.0
#include "discovery/suggestions.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace dotcompute::core {
namespace {

constexpr std::size_t kMaxCompared = 127;
using Row = std::array<std::uint8_t, kMaxCompared + 2>;

}  // namespace

NameSketch sketch_of(std::string_view name) noexcept {
  NameSketch sketch{};
  for (const char c : name.substr(0, kMaxCompared)) {
    // 127 letters at most: no counter overflows.
    ++sketch[static_cast<unsigned char>(c) & 15U];
  }
  return sketch;
}

// Optimal string alignment: three rows of the usual table, and of each only the cells at most
// `limit` off the diagonal, as those beyond are above it.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) noexcept {
  a = a.substr(0, kMaxCompared);
  b = b.substr(0, kMaxCompared);
  if (a.size() > b.size()) {
    std::swap(a, b);
  }
  if (b.size() - a.size() > limit) {
    return limit + 1;
  }
  const auto far = static_cast<std::uint8_t>(std::min<std::size_t>(limit + 1, kMaxCompared + 1));
  std::array<Row, 3> rows;
  Row* before = rows.data();
  Row* last = before + 1;
  Row* row = last + 1;
  before->fill(far);
  for (std::size_t at = 0; at <= b.size(); ++at) {
    (*last)[at] = static_cast<std::uint8_t>(std::min<std::size_t>(at, far));
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::size_t begin = i > limit ? i - limit : 1;
    const std::size_t end = std::min(b.size(), i + limit);
    (*row)[begin - 1] = begin == 1 ? static_cast<std::uint8_t>(std::min<std::size_t>(i, far)) : far;
    std::uint8_t least = (*row)[begin - 1];
    for (std::size_t j = begin; j <= end; ++j) {
      const bool equal = a[i - 1] == b[j - 1];
      unsigned cell = (*last)[j - 1] + (equal ? 0U : 1U);
      cell = std::min(cell, std::min<unsigned>((*row)[j - 1], (*last)[j]) + 1U);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cell = std::min(cell, (*before)[j - 2] + 1U);
      }
      (*row)[j] = static_cast<std::uint8_t>(std::min<unsigned>(cell, far));
      least = std::min(least, (*row)[j]);
    }
    (*row)[end + 1] = far;  // the next row looks one cell further
    if (least == far &&
        *std::min_element(last->begin() + static_cast<std::ptrdiff_t>(begin - 1),
                          last->begin() + static_cast<std::ptrdiff_t>(end + 1)) == far) {
      return limit + 1;
    }
    Row* const spare = before;
    before = last;
    last = row;
    row = spare;
  }
  return (*last)[b.size()];
}

}  // namespace dotcompute::core
