// SPDX-License-Identifier: Apache-2.0
#include "memory/host_pool.hpp"
#include "unit/memory/planned_source.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <vector>

namespace dotcompute::core {
namespace {

struct Live {
  unsigned char* begin = nullptr;
  std::size_t bytes = 0;
  unsigned char pattern = 0;
};

// Small ones mostly; some at the border to blocks that are kept in another way.
rc::Gen<std::size_t> any_size() {
  return rc::gen::weightedOneOf<std::size_t>(
      {{8, rc::gen::inRange<std::size_t>(0, 3000)},
       {2, rc::gen::inRange<std::size_t>(60'000, 70'000)},
       {1, rc::gen::inRange<std::size_t>((1U << 20U) - 3, (1U << 20U) + 3)}});
}

bool is_intact(const Live& live) {
  return std::all_of(live.begin, live.begin + live.bytes,
                     [&](unsigned char byte) { return byte == live.pattern; });
}

using Ranges = std::map<std::uintptr_t, std::uintptr_t>;  // begin -> end

bool is_free(const Ranges& ranges, std::uintptr_t begin, std::uintptr_t end) {
  const auto next = ranges.lower_bound(begin);
  return (next == ranges.end() || next->first >= end) &&
         (next == ranges.begin() || std::prev(next)->second <= begin);
}

// R6.2
RC_GTEST_PROP(HostPoolPropertyTest, LiveBlocksNeverOverlapAndKeepWhatIsWritten, ()) {
  PlannedSource source;
  HostPool pool(source.source(), *rc::gen::element<std::size_t>(0, 100'000, 1U << 24U));
  std::vector<Live> all;
  Ranges ranges;
  const auto steps =
      *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
  for (const std::uint32_t step : steps) {
    if (step % 16 == 0) {
      pool.trim();
    } else if (step % 16 < 7 && !all.empty()) {
      std::swap(all[step / 16 % all.size()], all.back());
      const Live live = all.back();
      all.pop_back();
      RC_ASSERT(is_intact(live));
      ranges.erase(reinterpret_cast<std::uintptr_t>(live.begin));
      pool.give_back(live.begin, live.bytes);
    } else {
      const std::size_t bytes = *any_size();
      const Live live{static_cast<unsigned char*>(pool.take(bytes)), bytes,
                      static_cast<unsigned char>(step / 16)};
      RC_ASSERT(live.begin != nullptr);
      const auto begin = reinterpret_cast<std::uintptr_t>(live.begin);
      const auto end = begin + std::max<std::size_t>(bytes, 1);
      RC_ASSERT(is_free(ranges, begin, end));
      ranges.emplace(begin, end);
      std::fill_n(live.begin, bytes, live.pattern);
      all.push_back(live);
    }
  }
  RC_ASSERT(pool.stats().live_blocks == all.size());
  for (const Live& live : all) {
    RC_ASSERT(is_intact(live));
    pool.give_back(live.begin, live.bytes);
  }
  pool.trim();
  RC_ASSERT(source.live_blocks() == 0);
}

}  // namespace
}  // namespace dotcompute::core
