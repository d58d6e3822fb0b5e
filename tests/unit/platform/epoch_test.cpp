// SPDX-License-Identifier: Apache-2.0
#include "platform/epoch.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace dotcompute::core {
namespace {

/// Counts how many of its kind live.
struct Counted : Retirable {
  explicit Counted(std::atomic<int>& count) : live(count) { ++live; }
  ~Counted() { --live; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  std::atomic<int>& live;
};

// R2.6
TEST(Epoch, FreesAtOnceWhenNobodyReads) {
  std::atomic<int> live{0};

  Epoch::retire(new Counted(live));

  EXPECT_EQ(live, 0);
  EXPECT_EQ(Epoch::pending(), 0U);
}

// R2.6
TEST(Epoch, KeepsWhatAReaderMayHaveFoundUntilItIsDone) {
  std::atomic<int> live{0};
  std::optional<EpochGuard> guard;
  guard.emplace();

  Epoch::retire(new Counted(live));
  Epoch::reclaim();
  const int live_while_read = live;
  guard.reset();
  Epoch::reclaim();

  EXPECT_EQ(live_while_read, 1);
  EXPECT_EQ(live, 0);
}

// R2.6
TEST(Epoch, KeepsWhatAReaderOnAnotherThreadMayHaveFound) {
  std::atomic<int> live{0};
  std::latch reading(1);
  std::latch retired(1);
  std::thread reader([&] {
    const EpochGuard guard;
    reading.count_down();
    retired.wait();
  });
  reading.wait();

  Epoch::retire(new Counted(live));
  Epoch::reclaim();
  const int live_while_read = live;
  retired.count_down();
  reader.join();
  Epoch::reclaim();

  EXPECT_EQ(live_while_read, 1);
  EXPECT_EQ(live, 0);
}

// R2.6
TEST(Epoch, IsNotHeldUpByReadersThatBeganLater) {
  std::atomic<int> live{0};
  std::optional<EpochGuard> early;
  early.emplace();
  std::latch go(1);
  std::latch reading(1);
  std::latch done(1);
  std::thread late([&] {
    go.wait();
    const EpochGuard guard;
    reading.count_down();
    done.wait();
  });
  Epoch::retire(new Counted(live));
  go.count_down();
  reading.wait();

  early.reset();
  Epoch::reclaim();
  const int live_while_late_reads = live;
  done.count_down();
  late.join();

  EXPECT_EQ(live_while_late_reads, 0);
}

// R2.6
TEST(Epoch, NestedGuardsHoldUntilTheOutermostEnds) {
  std::atomic<int> live{0};
  std::optional<EpochGuard> outer;
  outer.emplace();
  { const EpochGuard inner; }

  Epoch::retire(new Counted(live));
  Epoch::reclaim();
  const int live_while_read = live;
  outer.reset();
  Epoch::reclaim();

  EXPECT_EQ(live_while_read, 1);
  EXPECT_EQ(live, 0);
}

TEST(Epoch, TakesObjectsOfAnyType) {
  static std::atomic<int> freed{0};
  struct Plain {
    ~Plain() { ++freed; }
  };

  Epoch::retire(new Plain);
  Epoch::retire(static_cast<const Plain*>(nullptr));

  EXPECT_EQ(freed, 1);
}

TEST(Epoch, MayRetireFromADestructor) {
  std::atomic<int> live{0};
  struct Outer : Retirable {
    explicit Outer(std::atomic<int>& count) : inner(new Counted(count)) {}
    ~Outer() { Epoch::retire(inner); }
    Outer(const Outer&) = delete;
    Outer& operator=(const Outer&) = delete;
    const Counted* inner;
  };

  Epoch::retire(new Outer(live));
  Epoch::reclaim();

  EXPECT_EQ(live, 0);
}

TEST(Epoch, ServesManyThreadsOneAfterTheOther) {
  std::atomic<int> live{0};
  for (int round = 0; round < 100; ++round) {
    std::thread([&] {
      const EpochGuard guard;
      Epoch::retire(new Counted(live));
    }).join();
  }

  Epoch::reclaim();

  EXPECT_EQ(live, 0);
}

TEST(Epoch, ServesGuardsInDestructorsOfThreadLocals) {
  std::atomic<int> live{0};
  struct AtThreadEnd {
    std::atomic<int>* count = nullptr;
    ~AtThreadEnd() {
      const EpochGuard guard;
      Epoch::retire(new Counted(*count));
    }
  };
  std::thread([&] {
    thread_local AtThreadEnd at_end;
    at_end.count = &live;
    const EpochGuard guard;
  }).join();

  Epoch::reclaim();

  EXPECT_EQ(live, 0);
}

// R2.6
TEST(Epoch, ReadersNeverSeeFreedObjects) {
  struct Value : Retirable {
    explicit Value(std::uint64_t number) : first(number), second(~number) {}
    ~Value() { first = second = 0; }
    std::uint64_t first;
    std::uint64_t second;
  };
  std::atomic<const Value*> shared{new Value(1)};
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> torn{0};
  std::vector<std::thread> readers;
  std::latch reading(2);
  for (int index = 0; index < 2; ++index) {
    readers.emplace_back([&] {
      for (bool first = true; !stop; first = false) {
        const EpochGuard guard;
        const Value* const value = shared.load(std::memory_order_acquire);
        torn += value->first == ~value->second ? 0U : 1U;
        if (first) {
          reading.count_down();
        }
      }
    });
  }
  reading.wait();

  for (std::uint64_t number = 2; number < 5000; ++number) {
    Epoch::retire(shared.exchange(new Value(number), std::memory_order_acq_rel));
  }
  stop = true;
  for (std::thread& reader : readers) {
    reader.join();
  }
  delete shared.load();
  Epoch::reclaim();

  EXPECT_EQ(torn, 0U);
  EXPECT_EQ(Epoch::pending(), 0U);
}

}  // namespace
}  // namespace dotcompute::core
