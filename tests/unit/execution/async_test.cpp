// SPDX-License-Identifier: Apache-2.0
#include "support/runtime_test.hpp"

#include <atomic>
#include <latch>
#include <thread>

namespace dotcompute {
namespace {

class AsyncCalls : public RuntimeTest {
 protected:
  AsyncCalls() {
    runtime_.kernels().add(
        {.name = "thread_of", .parameters = {element_wise(in_out<std::uint64_t>("x"))}},
        [this](ItemRange items, std::span<std::uint64_t> x) {
          ran_on_ = std::this_thread::get_id();
          for (auto i = items.begin[0]; i < items.end[0]; ++i) {
            x[i] += 1;
          }
        });
    runtime_.kernels().add(
        {.name = "wait_for_it", .parameters = {in_out<int>("x")}, .is_parallel = false},
        [this](ItemRange, std::span<int> x) {
          gate_.wait();
          x[0] += 1;
        });
  }

  std::atomic<std::thread::id> ran_on_;
  std::latch gate_{1};
};

Task<std::vector<float>> add_twice(Orchestrator& orchestrator,
                                   std::span<const float> a,
                                   std::span<const float> b) {
  const auto once = co_await orchestrator.execute_async<std::vector<float>>("vector_add", a, b);
  co_return co_await orchestrator.execute_async<std::vector<float>>("vector_add", once, b);
}

// R1.5
TEST_F(AsyncCalls, ATaskIsAwaitedByACoroutine) {
  const std::vector<float> a{1, 2};
  const std::vector<float> b{10, 20};

  EXPECT_EQ(add_twice(orchestrator_, a, b).get(), (std::vector<float>{21, 42}));
}

// R1.5
TEST_F(AsyncCalls, EveryFormHasItsTwin) {
  std::vector<float> a{1};
  std::vector<float> b{2};
  std::vector<float> out(1);

  orchestrator_.execute_async("vector_add", {{"a", a}, {"b", b}, {"out", out}}).get();
  EXPECT_EQ(out[0], 3);
  orchestrator_.execute_async("vector_add", b, b, out).get();
  EXPECT_EQ(out[0], 4);
  orchestrator_.execute_async(handles::kVectorAdd, a, a, out).get();
  EXPECT_EQ(out[0], 2);
  EXPECT_EQ(orchestrator_.execute_async<float>(handles::kVectorAdd, a, b).get(), 3);
}

// R1.5
TEST_F(AsyncCalls, AContinuationGetsTheResult) {
  const std::vector<float> a{1, 2};

  auto length = orchestrator_.execute_async<std::vector<float>>("vector_add", a, a)
                    .then([](const std::vector<float>& sum) { return sum[0] + sum[1]; });

  EXPECT_EQ(length.get(), 6);
}

// R1.5
TEST_F(AsyncCalls, AKernelKnownToBeQuickRunsOnTheCallersThread) {
  std::vector<std::uint64_t> x(4);
  orchestrator_.execute("thread_of", x);

  auto task = orchestrator_.execute_async("thread_of", x);

  EXPECT_TRUE(task.is_ready());
  EXPECT_EQ(ran_on_.load(), std::this_thread::get_id());
  task.get();
  EXPECT_EQ(x[0], 2U);
}

// R1.5
TEST_F(AsyncCalls, AQueuedCallDoesNotBlockItsCaller) {
  std::vector<int> x(1);

  auto task = orchestrator_.execute_async("wait_for_it", x);
  // The kernel ends only after this: a call that blocked its caller would never return.
  gate_.count_down();

  task.get();
  EXPECT_EQ(x[0], 1);
}

// R1.5
TEST_F(AsyncCalls, ScalarsAndTemporariesAreKeptForAQueuedCall) {
  std::vector<float> y(3, 1);
  auto task = [&] {
    const float alpha = 2;
    return orchestrator_.execute_async(
        "saxpy", {{"alpha", alpha}, {"x", std::vector<float>{1, 2, 3}}, {"y", y}});
  }();

  task.get();

  EXPECT_EQ(y, (std::vector<float>{3, 5, 7}));
}

struct AddInput {
  std::vector<float> a;
  std::vector<float> b;
};

// R1.5
TEST_F(AsyncCalls, TheMembersOfATemporaryInputAreKeptForAQueuedCall) {
  auto sum = orchestrator_.execute_async<AddInput, std::vector<float>>(
      "vector_add", AddInput{{1, 2, 3}, {10, 20, 30}});
  auto block =
      orchestrator_.execute_async<std::vector<int>, int>("block_sums", std::vector<int>{1, 2, 3});

  EXPECT_EQ(std::move(sum).get(), (std::vector<float>{11, 22, 33}));
  EXPECT_EQ(std::move(block).get(), 6);
}

// R1.5
TEST_F(AsyncCalls, TheRuntimeWaitsForQueuedCallsBeforeItGoes) {
  std::vector<int> x(1);
  std::optional<Runtime> runtime(std::move(runtime_));
  auto task = runtime->orchestrator().execute_async("wait_for_it", x);
  gate_.count_down();

  runtime.reset();

  EXPECT_EQ(x[0], 1);
  task.get();
}

// R1.5
TEST_F(AsyncCalls, AWrongCallFailsThroughItsTask) {
  std::vector<float> a{1};

  EXPECT_THROW(orchestrator_.execute_async<float>("nothing_of_this_name", a).get(),
               KernelNotFoundException);
  EXPECT_THROW(orchestrator_.execute_async("saxpy", 1.0, a, a).get(), BindingException);
}

// R1.5
TEST_F(AsyncCalls, AThrowingKernelFailsItsTaskOnly) {
  std::vector<int> good(100, 1);
  std::vector<int> bad(100, 13);

  auto failing = orchestrator_.execute_async("thrower", bad);
  auto passing = orchestrator_.execute_async("thrower", good);

  EXPECT_THROW(failing.get(), ExecutionException);
  passing.get();
  EXPECT_EQ(good[99], 2);
}

}  // namespace
}  // namespace dotcompute
