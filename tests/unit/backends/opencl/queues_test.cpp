// SPDX-License-Identifier: Apache-2.0
#include "opencl/queues.hpp"

#include "opencl_test.hpp"
#include "support/code_of.hpp"

#include <array>
#include <thread>

namespace dotcompute::opencl {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Commands that end when the test says so.
class OpenClQueuesTest : public OpenClTest {
 protected:
  void SetUp() override {
    OpenClTest::SetUp();
    if (!IsSkipped()) {
      open_queues(*facts_);
    }
  }
  void TearDown() override {
    if (gate_ != nullptr) {
      let_go();
      std::ignore = context_->api().release_event(gate_);
    }
    queues_.reset();
    if (memory_ != nullptr) {
      std::ignore = context_->api().release_memory(memory_);
    }
  }

  void open_queues(const DeviceFacts& facts, std::shared_ptr<core::FaultPlan> plan = nullptr) {
    auto context = Context::open(*equipment::opencl_driver().api, facts, std::move(plan));
    ASSERT_TRUE(context.ok());
    context_ = *context;
    auto queues = Queues::open(context_);
    ASSERT_TRUE(queues.ok());
    queues_ = *std::move(queues);
    cl_int code = CL_SUCCESS;
    memory_ = context_->api().create_buffer(context_->handle(), CL_MEM_READ_WRITE,
                                            kWords * sizeof(word_), nullptr, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    gate_ = context_->api().create_user_event(context_->handle(), &code);
    ASSERT_EQ(code, CL_SUCCESS);
  }

  // A command that waits for the gate and writes one word.
  Result<backend::Completion> submit_gated(std::size_t word = 0) {
    return queues_->submit(
        Lane::copy_in, {}, [this, word](cl_command_queue queue, const EventList&, cl_event* event) {
          return context_->api().enqueue_write(queue, memory_, CL_FALSE, word * sizeof(word_),
                                               sizeof(word_), &word_, 1, &gate_, event);
        });
  }
  Result<backend::Completion> submit(std::span<const backend::Completion> after = {},
                                     Lane lane = Lane::copy_out) {
    // Each reads to a place of its own, as commands that nothing orders run at the same time.
    std::uint32_t* const target = &received_.at(submitted_++ % kPlaces);
    return queues_->submit(
        lane, after,
        [this, target](cl_command_queue queue, const EventList& waits, cl_event* event) {
          return context_->api().enqueue_read(queue, memory_, CL_FALSE, 0, sizeof(*target), target,
                                              waits.count(), waits.data(), event);
        });
  }
  void let_go(cl_int status = CL_COMPLETE) {
    if (!is_open_) {
      is_open_ = true;
      std::ignore = context_->api().set_user_event(gate_, status);
    }
  }

  static constexpr std::size_t kWords = 40;
  static constexpr std::size_t kPlaces = 4096;

  std::shared_ptr<const Context> context_;
  std::unique_ptr<Queues> queues_;
  cl_mem memory_ = nullptr;
  cl_event gate_ = nullptr;
  bool is_open_ = false;
  std::uint32_t word_ = 42;
  std::array<std::uint32_t, kPlaces> received_{};
  std::size_t submitted_ = 0;
};

// R1.5
TEST_F(OpenClQueuesTest, ATimeoutLeavesTheCommandRunning) {
  const auto queued = submit_gated();
  ASSERT_TRUE(queued.ok());

  for (const nanoseconds timeout :
       {nanoseconds(0), nanoseconds(-1), nanoseconds(milliseconds(1))}) {
    const auto waited = queues_->wait(*queued, timeout);
    ASSERT_TRUE(waited.ok());
    EXPECT_FALSE(*waited);
  }
  let_go();

  const auto waited = queues_->wait(*queued, nanoseconds::max());
  ASSERT_TRUE(waited.ok());
  EXPECT_TRUE(*waited);
}

// R1.5
TEST_F(OpenClQueuesTest, AWaitThatSleepsIsWokenByTheEndOfTheCommand) {
  const auto queued = submit_gated();
  ASSERT_TRUE(queued.ok());
  ASSERT_FALSE(*queues_->wait(*queued, milliseconds(1)));
  std::thread opener([this] { let_go(); });

  const auto waited = queues_->wait(*queued, std::chrono::minutes(2));

  opener.join();
  ASSERT_TRUE(waited.ok());
  EXPECT_TRUE(*waited);
}

// R9.1
TEST_F(OpenClQueuesTest, AWaitThatSleepsEndsWhenTheCommandFails) {
  const auto queued = submit_gated();
  ASSERT_TRUE(queued.ok());
  ASSERT_FALSE(*queues_->wait(*queued, milliseconds(1)));
  std::thread opener([this] { let_go(/*status=*/-9999); });

  const auto waited = queues_->wait(*queued, std::chrono::minutes(2));

  opener.join();
  EXPECT_EQ(code_of(waited), ErrorCode::execution_failed);
}

// R6.1
TEST_F(OpenClQueuesTest, ACommandBeginsAfterThoseThatItNames) {
  const auto first = submit_gated();
  ASSERT_TRUE(first.ok());

  const auto second = submit(std::span(&*first, 1));

  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(*queues_->wait(*second, milliseconds(1)));
  let_go();
  ASSERT_TRUE(queues_->wait(*second, nanoseconds::max()).ok());
  EXPECT_EQ(received_.at((submitted_ - 1) % kPlaces), 42U);
}

// R6.1
TEST_F(OpenClQueuesTest, ACommandWaitsForAnyNumberOfOthers) {
  std::vector<backend::Completion> after;
  for (std::size_t command = 0; command < kWords; ++command) {
    const auto queued = submit_gated(command);
    ASSERT_TRUE(queued.ok());
    after.push_back(*queued);
  }

  const auto last = submit(after);

  ASSERT_TRUE(last.ok());
  EXPECT_FALSE(*queues_->wait(*last, milliseconds(1)));
  let_go();
  EXPECT_TRUE(queues_->wait(*last, nanoseconds::max()).ok());
}

// R6.1
TEST_F(OpenClQueuesTest, ADeviceWithoutOutOfOrderQueuesCopiesBesideWhatWaits) {
  DeviceFacts facts = *facts_;
  facts.has_out_of_order_queues = false;
  TearDown();
  is_open_ = false;
  open_queues(facts);
  const auto gated = submit_gated();
  ASSERT_TRUE(gated.ok());

  const auto beside = submit({}, Lane::launch);
  const auto behind = submit(std::span(&*gated, 1), Lane::copy_out);

  ASSERT_TRUE(beside.ok() && behind.ok());
  EXPECT_TRUE(*queues_->wait(*beside, nanoseconds::max()));
  EXPECT_FALSE(*queues_->wait(*behind, nanoseconds(0)));
  let_go();
  EXPECT_TRUE(*queues_->wait(*behind, nanoseconds::max()));
  EXPECT_EQ(received_.at((submitted_ - 1) % kPlaces), 42U);
}

// R6.6
TEST_F(OpenClQueuesTest, HoldsNoEventOfACommandThatWasWaitedFor) {
  for (int command = 0; command < 200; ++command) {
    const auto queued = submit();
    ASSERT_TRUE(queued.ok());
    ASSERT_TRUE(queues_->wait(*queued, nanoseconds::max()).ok());
  }

  EXPECT_EQ(queues_->timeline().held(), 0U);
}

// R6.6
TEST_F(OpenClQueuesTest, LetsGoOfEventsThatNobodyWaitsFor) {
  backend::Completion last;
  for (int command = 0; command < 500; ++command) {
    const auto queued = submit(std::span(&last, 1));
    ASSERT_TRUE(queued.ok());
    last = *queued;
  }
  ASSERT_TRUE(queues_->wait(last, nanoseconds::max()).ok());

  // All have ended; each new command lets go of two old ones.
  for (int command = 0; command < 500; ++command) {
    const auto queued = submit();
    ASSERT_TRUE(queued.ok());
    ASSERT_TRUE(queues_->wait(*queued, nanoseconds::max()).ok());
  }

  EXPECT_EQ(queues_->timeline().held(), 0U);
}

// R6.1
TEST_F(OpenClQueuesTest, WhatEndedLongAgoIsDone) {
  const auto first = submit();
  ASSERT_TRUE(first.ok());
  for (int command = 0; command < 300; ++command) {
    const auto queued = submit();
    ASSERT_TRUE(queued.ok());
    ASSERT_TRUE(queues_->wait(*queued, nanoseconds::max()).ok());
  }

  const auto waited = queues_->wait(*first, nanoseconds(0));

  ASSERT_TRUE(waited.ok());
  EXPECT_TRUE(*waited);
}

// R5.2
TEST_F(OpenClQueuesTest, RefusesACompletionThatItHasNotGiven) {
  const backend::Completion unknown{1000};

  EXPECT_EQ(code_of(queues_->wait(unknown, nanoseconds(0))), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(submit(std::span(&unknown, 1))), ErrorCode::invalid_argument);
}

// R9.1
TEST_F(OpenClQueuesTest, EveryWaitForACommandThatFailedTellsHow) {
  const auto failed = submit_gated();
  ASSERT_TRUE(failed.ok());
  let_go(/*status=*/-9999);

  const auto first = code_of(queues_->wait(*failed, nanoseconds::max()));
  for (int command = 0; command < 100; ++command) {
    const auto other = submit();
    ASSERT_TRUE(other.ok() && queues_->wait(*other, nanoseconds::max()).ok());
  }

  EXPECT_EQ(first, ErrorCode::execution_failed);
  EXPECT_EQ(code_of(queues_->wait(*failed, nanoseconds(0))), ErrorCode::execution_failed);
  EXPECT_EQ(code_of(submit(std::span(&*failed, 1))), ErrorCode::execution_failed);
}

// R9.1
TEST_F(OpenClQueuesTest, AFlushThatFailsIsMadeUpForByTheWait) {
  auto plan = core::FaultPlan::parse("transient:call=clFlush,count=2");
  ASSERT_TRUE(plan.ok());
  TearDown();
  is_open_ = false;
  open_queues(*facts_, *plan);

  const auto queued = submit();
  ASSERT_TRUE(queued.ok());

  EXPECT_EQ(code_of(queues_->wait(*queued, nanoseconds::max())), ErrorCode::transient);
  const auto waited = queues_->wait(*queued, nanoseconds::max());
  ASSERT_TRUE(waited.ok());
  EXPECT_TRUE(*waited);
}

}  // namespace
}  // namespace dotcompute::opencl
