// SPDX-License-Identifier: Apache-2.0
// What a warm call may not do is counted, not timed: heap allocations and mutex locks of the thread.
#include "support/heap_probe.hpp"
#include "support/runtime_test.hpp"

#include <dlfcn.h>
#include <pthread.h>

#include <cstdint>

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define DC_COUNTS_LOCKS 1
#endif

namespace {

[[maybe_unused]] thread_local std::uint64_t locks = 0;

}  // namespace

#if defined(DC_COUNTS_LOCKS)
// Stands before that of the C library, as the sanitizers' own does: under them nothing is counted.
extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  using Lock = int (*)(pthread_mutex_t*);
  static const auto kReal = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  ++locks;
  return kReal(mutex);
}
#endif

namespace dotcompute {
namespace {

class WarmCalls : public RuntimeTest {
 protected:
  template <class Call>
  void expect_quiet(std::uint64_t allowed_allocations, Call&& call) {
    for (int warming = 0; warming < 600; ++warming) {  // past the sampled timings, too
      call();
    }
    const auto allocations_before = heap_allocations();
    const auto locks_before = locks;
    for (int round = 0; round < 600; ++round) {
      call();
    }
    EXPECT_EQ(heap_allocations() - allocations_before, 600 * allowed_allocations);
    EXPECT_EQ(locks - locks_before, 0U);
  }

  std::vector<float> x_ = std::vector<float>(16, 1.0F);
  std::vector<float> y_ = std::vector<float>(16, 2.0F);
  std::vector<float> out_ = std::vector<float>(16);
};

#if defined(DC_COUNTS_LOCKS)
TEST(Counting, SeesAnAllocationAndALock) {
  const auto allocations_before = heap_allocations();
  const auto locks_before = locks;

  auto* number = new int(1);
  asm volatile("" : : "r"(number) : "memory");  // or a compiler may leave the pair of calls out
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);

  EXPECT_EQ(heap_allocations() - allocations_before, 1U);
  EXPECT_EQ(locks - locks_before, 1U);
  delete number;
}
#endif

// R6.2
TEST_F(WarmCalls, ByNameAllocateNothingAndTakeNoLock) {
  expect_quiet(0, [&] { orchestrator_.execute("saxpy", {{"alpha", 1.0F}, {"x", x_}, {"y", y_}}); });
}

// R6.2
TEST_F(WarmCalls, ByHandleAllocateNothingAndTakeNoLock) {
  expect_quiet(0, [&] { orchestrator_.execute(handles::kVectorAdd, x_, y_, out_); });
}

// R6.2
TEST_F(WarmCalls, WithOptionsAllocateNothingAndTakeNoLock) {
  const auto forced = orchestrator_.with({.force_backend = AcceleratorType::cpu});
  expect_quiet(0, [&] { forced.execute(handles::kVectorAdd, x_, y_, out_); });
}

// R6.2
TEST_F(WarmCalls, AReturnedVectorAllocatesOnce) {
  expect_quiet(1, [&] {
    std::ignore = orchestrator_.execute<std::vector<float>>(handles::kVectorAdd, x_, y_);
  });
}

// R6.2
TEST_F(WarmCalls, AReturnedHostArrayComesFromThePool) {
  expect_quiet(0, [&] {
    std::ignore = orchestrator_.execute<HostArray<float>>("vector_add", {{"a", x_}, {"b", y_}});
  });
}

// R1.5
TEST_F(WarmCalls, AnAsynchronousCallThatIsQuickAllocatesNothing) {
  expect_quiet(0, [&] { orchestrator_.execute_async(handles::kVectorAdd, x_, y_, out_).get(); });
}

// R3.2
TEST_F(WarmCalls, TheCpuWorksOnTheCallersMemory) {
  const float* seen_input = nullptr;
  float* seen_output = nullptr;
  runtime_.kernels().add(
      {.name = "addresses",
       .parameters = {element_wise(input<float>("x")), element_wise(output<float>("y"))}},
      [&](ItemRange, std::span<const float> x, std::span<float> y) {
        seen_input = x.data();
        seen_output = y.data();
      });

  for (int round = 0; round < 3; ++round) {
    orchestrator_.execute("addresses", x_, y_);
    EXPECT_EQ(seen_input, x_.data());
    EXPECT_EQ(seen_output, y_.data());
    const auto result = orchestrator_.execute<std::vector<float>>("addresses", x_);
    EXPECT_EQ(seen_output, result.data());
  }
}

}  // namespace
}  // namespace dotcompute
