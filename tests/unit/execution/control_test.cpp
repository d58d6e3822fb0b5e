// SPDX-License-Identifier: Apache-2.0
#include "support/runtime_test.hpp"

#include <atomic>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace dotcompute {
namespace {

class CallControl : public RuntimeTest {
 protected:
  CallControl() {
    runtime_.kernels().add({.name = "stops_itself", .parameters = {element_wise(in_out<int>("x"))}},
                           [this](ItemRange items, std::span<int> x) {
                             stop_.request_stop();
                             for (auto i = items.begin[0]; i < items.end[0]; ++i) {
                               x[i] = 1;
                             }
                             items_ += items.items();
                           });
  }

  std::stop_source stop_;
  std::atomic<std::uint64_t> items_{0};
};

// R1.6
TEST_F(CallControl, AStoppedTokenEndsTheCallBeforeTheKernelRuns) {
  stop_.request_stop();
  std::vector<int> x(10);

  for (int round = 0; round < 2; ++round) {
    EXPECT_THROW(orchestrator_.with({.stop = stop_.get_token()}).execute("stops_itself", x),
                 OperationCancelled);
  }

  EXPECT_EQ(items_, 0U);
}

// R1.6
TEST_F(CallControl, AStopBetweenChunksEndsARunningKernelEarly) {
  std::vector<int> x(4'000'000);

  const auto error =
      error_of(orchestrator_.with({.stop = stop_.get_token()}).try_execute("stops_itself", x));

  EXPECT_EQ(error.code, ErrorCode::cancelled);
  EXPECT_LT(items_, x.size());
}

// R1.6
TEST_F(CallControl, ACancelledCallReturnsNoResult) {
  stop_.request_stop();
  const std::vector<float> a(10);

  auto task = orchestrator_.with({.stop = stop_.get_token()})
                  .execute_async<std::vector<float>>("vector_add", a, a);

  EXPECT_THROW(std::move(task).get(), OperationCancelled);
}

// R1.6
TEST_F(CallControl, ACancelledCallLeavesNoBufferOnTheDevice) {
  std::vector<int> x(1000);

  const auto error = error_of(orchestrator_.with({.device = "test:0", .stop = stop_.get_token()})
                                  .try_execute("stops_itself", x));

  EXPECT_EQ(error.code, ErrorCode::cancelled);
  runtime_.memory().trim();
  EXPECT_EQ(test_backend_->device(0).live_allocations(), 0U);
}

// R1.7
TEST_F(CallControl, ADeadlineThatHasPassedEndsTheCall) {
  std::vector<float> a(10);
  const std::vector<float> b(10);
  const auto past = std::chrono::steady_clock::now() - std::chrono::seconds(1);

  for (int round = 0; round < 2; ++round) {
    const auto error =
        error_of(orchestrator_.with({.deadline = past}).try_execute("saxpy", 1.0F, b, a));
    EXPECT_EQ(error.code, ErrorCode::deadline_exceeded);
  }
}

// R1.6
TEST_F(CallControl, AThousandCallsGoOnWhenOneIsCancelledAndOneThrows) {
  stop_.request_stop();
  constexpr std::size_t kCalls = 1000;
  std::vector<std::vector<int>> data(kCalls, std::vector<int>(100, 1));
  data[7].assign(100, 13);
  std::vector<std::optional<Task<void>>> tasks(kCalls);
  {
    std::vector<std::jthread> threads;
    for (std::size_t first = 0; first < 4; ++first) {
      threads.emplace_back([&, first] {
        for (std::size_t call = first; call < kCalls; call += 4) {
          CallOptions options;
          if (call == 3) {
            options.stop = stop_.get_token();
          }
          tasks[call] = orchestrator_.with(options).execute_async("thrower", data[call]);
        }
      });
    }
  }

  for (std::size_t call = 0; call < kCalls; ++call) {
    if (call == 3) {
      EXPECT_THROW(tasks[call]->get(), OperationCancelled);
      EXPECT_EQ(data[call][0], 1);
    } else if (call == 7) {
      EXPECT_THROW(tasks[call]->get(), ExecutionException);
    } else {
      tasks[call]->get();
      EXPECT_EQ(data[call], std::vector<int>(100, 2)) << call;
    }
  }
}

}  // namespace
}  // namespace dotcompute
