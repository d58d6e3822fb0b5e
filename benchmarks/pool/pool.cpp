// SPDX-License-Identifier: Apache-2.0
// What a pool hit costs: a block taken and given back, once the pool has met its size. Beside it the
// same with malloc() and with tcmalloc.
#include "allocators.hpp"

#include "dotcompute/host_memory.hpp"

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace dotcompute::bench {
namespace {

constexpr std::size_t kKiB = std::size_t{1} << 10U;
constexpr std::size_t kMiB = std::size_t{1} << 20U;
constexpr std::size_t kLive = 1'000'000;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

template <class Allocator>
void same_thread(benchmark::State& state, std::size_t bytes) {
  Allocator allocator;
  for (int count = 0; count < 100; ++count) {
    allocator.take_and_give_back(bytes);
  }
  for (auto _ : state) {
    allocator.take_and_give_back(bytes);
  }
}

/// Blocks go from the thread that takes them to one that gives them back, a thousand at a time. Each
/// thread's part is timed alone, so that the way between them does not count.
template <class Allocator>
void cross_thread(benchmark::State& state, std::size_t bytes) {
  constexpr std::size_t kBatch = 1000;
  Allocator allocator;
  std::vector<typename Allocator::Block> blocks(kBatch);
  std::atomic<int> turn{0};  // 0: take, 1: give back, 2: end
  double seconds = 0;
  const auto give_all_back = [&] {
    const auto begin = Clock::now();
    for (auto& block : blocks) {
      allocator.give_back(block, bytes);
    }
    seconds += seconds_since(begin);
  };
  std::jthread other([&] {
    for (;;) {
      turn.wait(0);
      if (turn.load() == 2) {
        return;
      }
      give_all_back();
      turn = 0;
      turn.notify_one();
    }
  });
  const auto pass_a_batch = [&] {
    seconds = 0;
    const auto begin = Clock::now();
    for (auto& block : blocks) {
      block = allocator.take(bytes);
    }
    seconds += seconds_since(begin);
    turn = 1;
    turn.notify_one();
    turn.wait(1);
    return seconds / kBatch;
  };
  pass_a_batch();
  for (auto _ : state) {
    state.SetIterationTime(pass_a_batch());
  }
  turn = 2;
  turn.notify_one();
}

/// With a million blocks live: takes some and gives them back, the last first.
template <class Allocator>
void live_last_first(benchmark::State& state) {
  constexpr std::size_t kAtATime = 1000;
  constexpr std::size_t kBytes = 256;
  Allocator allocator;
  std::vector<typename Allocator::Block> live(kLive);
  std::generate(live.begin(), live.end(), [&] { return allocator.take(kBytes); });
  std::vector<typename Allocator::Block> blocks(kAtATime);
  const auto once = [&] {
    for (auto& block : blocks) {
      block = allocator.take(kBytes);
    }
    for (std::size_t index = kAtATime; index-- > 0;) {
      allocator.give_back(blocks[index], kBytes);
    }
  };
  once();
  for (auto _ : state) {
    const auto begin = Clock::now();
    once();
    state.SetIterationTime(seconds_since(begin) / kAtATime);
  }
  for (auto& block : live) {
    allocator.give_back(block, kBytes);
  }
}

/// With a million blocks live: gives back any of them and takes one in its place.
template <class Allocator>
void live_in_random_order(benchmark::State& state) {
  constexpr std::size_t kAtATime = 10'000;
  constexpr std::size_t kBytes = 256;
  Allocator allocator;
  std::vector<typename Allocator::Block> live(kLive);
  std::generate(live.begin(), live.end(), [&] { return allocator.take(kBytes); });
  std::mt19937 random(1);
  std::vector<std::size_t> order(kAtATime);
  for (auto _ : state) {
    std::generate(order.begin(), order.end(), [&] { return random() % kLive; });
    const auto begin = Clock::now();
    for (const std::size_t index : order) {
      allocator.give_back(live[index], kBytes);
      live[index] = allocator.take(kBytes);
    }
    state.SetIterationTime(seconds_since(begin) / kAtATime);
  }
  for (auto& block : live) {
    allocator.give_back(block, kBytes);
  }
}

/// Of ten million buffers of a device: what each costs.
struct BookKeeping {
  double bytes_live = 0;  ///< While it is used, what its holder needs included.
  double bytes_kept = 0;  ///< While the pool keeps it.
  double take_seconds = 0;
};

double heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks) + static_cast<double>(info.hblkhd);
}

BookKeeping keep_books() {
  constexpr std::size_t kMany = 10'000'000;
  DevicePoolAllocator allocator;
  std::vector<DevicePoolAllocator::Block> live(kMany);
  allocator.take_and_give_back(256);  // what this thread has of pools that are gone goes now
  const double before = heap_bytes();
  const auto bytes_of_one = [&] { return (heap_bytes() - before) / static_cast<double>(kMany); };
  BookKeeping books;
  const auto begin = Clock::now();
  std::generate(live.begin(), live.end(), [&] { return allocator.take(256); });
  books.take_seconds = seconds_since(begin) / static_cast<double>(kMany);
  books.bytes_live = sizeof(DevicePoolAllocator::Block) + bytes_of_one();
  for (auto& block : live) {
    allocator.give_back(block, 256);
  }
  books.bytes_kept = bytes_of_one();
  return books;
}

/// Once for all that is told of it, as it takes a second.
const BookKeeping& books() {
  static const BookKeeping kept = keep_books();
  return kept;
}

/// Bytes stand as nanoseconds.
void live_1e7(benchmark::State& state, double BookKeeping::*member, double unit) {
  for (auto _ : state) {
    state.SetIterationTime(books().*member * unit);
  }
}

constexpr std::size_t kBigBytes = 64 * kMiB;

/// A block whose pages are there, as whoever used it before has touched them.
void big_block_of_pool(benchmark::State& state) {
  const auto touch = [](void* block) { std::fill_n(static_cast<char*>(block), kBigBytes, '\1'); };
  void* const first = host_memory::take(kBigBytes);
  touch(first);
  host_memory::give_back(first, kBigBytes);
  for (auto _ : state) {
    void* block = host_memory::take(kBigBytes);
    benchmark::DoNotOptimize(block);
    host_memory::give_back(block, kBigBytes);
  }
}

/// \param allocator with fresh pages, which writing to each of them makes ready.
template <class Allocator>
void big_block_touched(benchmark::State& state) {
  constexpr std::size_t kPage = 4 * kKiB;
  Allocator allocator;
  for (auto _ : state) {
    void* block = allocator.take(kBigBytes);
    for (std::size_t offset = 0; offset < kBigBytes; offset += kPage) {
      static_cast<volatile char*>(block)[offset] = 1;
    }
    allocator.give_back(block, kBigBytes);
  }
}

template <class Allocator>
void add(const std::string& name) {
  for (const std::size_t bytes :
       {std::size_t{256}, 4 * kKiB, 64 * kKiB, kMiB, 8 * kMiB, kBigBytes}) {
    benchmark::RegisterBenchmark(
        ("pool/same_thread/" + name + "/" + std::to_string(bytes)).c_str(),
        [bytes](benchmark::State& state) { same_thread<Allocator>(state, bytes); })
        ->Iterations(bytes < kMiB || Allocator::kIsPool ? 100'000 : 2'000)
        ->UseRealTime();
  }
  benchmark::RegisterBenchmark(("pool/cross_thread/" + name).c_str(),
                               [](benchmark::State& state) { cross_thread<Allocator>(state, 256); })
      ->Iterations(200)
      ->UseManualTime();
  benchmark::RegisterBenchmark(("pool/live_1e6/last_first/" + name).c_str(),
                               [](benchmark::State& state) { live_last_first<Allocator>(state); })
      ->Iterations(100)
      ->UseManualTime();
  benchmark::RegisterBenchmark(
      ("pool/live_1e6/random/" + name).c_str(),
      [](benchmark::State& state) { live_in_random_order<Allocator>(state); })
      ->Iterations(20)
      ->UseManualTime();
}

void add_book_keeping() {
  struct Told {
    const char* name;
    double BookKeeping::*member;
    double unit;
  };
  constexpr double kByte = 1e-9;
  for (const Told& told : {Told{"bytes_live", &BookKeeping::bytes_live, kByte},
                           Told{"bytes_kept", &BookKeeping::bytes_kept, kByte},
                           Told{"first_take", &BookKeeping::take_seconds, 1}}) {
    benchmark::RegisterBenchmark(
        (std::string("pool/live_1e7/") + told.name).c_str(),
        [told](benchmark::State& state) { live_1e7(state, told.member, told.unit); })
        ->Iterations(1)
        ->UseManualTime();
  }
}

void add_big_blocks() {
  benchmark::RegisterBenchmark("pool/big_block/host", &big_block_of_pool)
      ->Iterations(100'000)
      ->UseRealTime();
  benchmark::RegisterBenchmark("pool/big_block/malloc", &big_block_touched<SystemAllocator>)
      ->Iterations(3)
      ->UseRealTime();
  if (Tcmalloc::is_there()) {
    benchmark::RegisterBenchmark("pool/big_block/tcmalloc", &big_block_touched<Tcmalloc>)
        ->Iterations(3)
        ->UseRealTime();
  }
}

}  // namespace
}  // namespace dotcompute::bench

int main(int argc, char** argv) {
  using namespace dotcompute::bench;
  add<DevicePoolAllocator>("device");
  add<HostPoolAllocator>("host");
  add<SystemAllocator>("malloc");
  if (Tcmalloc::is_there()) {
    add<Tcmalloc>("tcmalloc");
  }
  add_book_keeping();
  add_big_blocks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
