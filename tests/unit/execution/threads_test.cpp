// SPDX-License-Identifier: Apache-2.0
#include "support/runtime_test.hpp"

#include <atomic>
#include <thread>

namespace dotcompute {
namespace {

class ManyThreads : public RuntimeTest {
 protected:
  template <class Body>
  void on_threads(int count, Body body) {
    std::vector<std::jthread> threads;
    for (int number = 0; number < count; ++number) {
      threads.emplace_back([body, number] { body(number); });
    }
  }
};

// R1.11
TEST_F(ManyThreads, CallOneOrchestratorAtTheSameTimeEachWithItsOwnResult) {
  on_threads(8, [this](int number) {
    const std::vector<float> x(64, static_cast<float>(number));
    for (int call = 0; call < 500; ++call) {
      const auto sum = orchestrator_.execute<std::vector<float>>("vector_add", x, x);
      ASSERT_EQ(sum[63], 2 * static_cast<float>(number));
    }
  });
}

// R12.3
TEST_F(ManyThreads, LargeCallsAtTheSameTimeShareTheWorkers) {
  on_threads(4, [this](int number) {
    const std::vector<float> x(300'000, static_cast<float>(number));
    for (int call = 0; call < 5; ++call) {
      const auto sum = orchestrator_.execute_async<std::vector<float>>("vector_add", x, x).get();
      ASSERT_EQ(sum[299'999], 2 * static_cast<float>(number));
    }
  });
}

// R1.11
TEST_F(ManyThreads, MayCallWhileOthersRegisterReplaceAndRemove) {
  std::atomic<bool> done{false};
  const auto register_version = [this](int version) {
    runtime_.kernels().replace(
        {.name = "changing",
         .parameters = {element_wise(output<int>("out", "n")), scalar<int>("n")}},
        [version](ItemId<1> id, std::span<int> out, int) { out[id[0]] = version; });
  };
  register_version(0);
  std::jthread changer([&] {
    for (int version = 1; version < 300; ++version) {
      register_version(version);
      if (version % 10 == 0) {
        runtime_.kernels().remove("changing");
        register_version(version);
      }
    }
    done = true;
  });

  on_threads(3, [&](int) {
    int last = 0;
    while (!done) {
      const auto result = orchestrator_.try_execute<std::vector<int>>("changing", 50);
      if (!result) {
        ASSERT_EQ(result.error().code, ErrorCode::kernel_not_found);
        continue;
      }
      // One version did the whole call, and versions only go up.
      ASSERT_EQ(*result, std::vector<int>(50, result->front()));
      ASSERT_GE(result->front(), last);
      last = result->front();
    }
  });
}

// R7.1
TEST_F(ManyThreads, AskForTheSameKernelFirstAndItIsCompiledOnce) {
  const auto forced = orchestrator_.with({.device = "test:1"});
  // The second compilation would fail.
  test_backend_->device(1).fail(null::Operation::compile, ErrorCode::compilation_failed, 1, 100);
  std::atomic<int> failures{0};

  on_threads(8, [&](int) {
    std::vector<float> x(8);
    std::vector<float> y(8);
    failures += forced.try_execute("saxpy", 1.0F, x, y).ok() ? 0 : 1;
  });

  EXPECT_EQ(failures, 0);
}

// R1.11
TEST_F(ManyThreads, AKernelMayCallTheOrchestratorItself) {
  runtime_.kernels().add({.name = "outer", .parameters = {element_wise(in_out<float>("x"))}},
                         [this](ItemRange items, std::span<float> x) {
                           const auto part = x.subspan(items.begin[0], items.items());
                           const std::vector<float> ones(part.size(), 1.0F);
                           orchestrator_.execute("saxpy", 1.0F, ones, part);
                         });
  std::vector<float> x(200'000);

  for (int call = 0; call < 3; ++call) {
    orchestrator_.execute("outer", x);
  }

  EXPECT_EQ(x, std::vector<float>(200'000, 3.0F));
}

}  // namespace
}  // namespace dotcompute
