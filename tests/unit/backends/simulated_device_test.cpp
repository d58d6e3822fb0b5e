// SPDX-License-Identifier: Apache-2.0
#include "unit/backends/simulated_support.hpp"

#include <atomic>
#include <thread>

namespace dotcompute {
namespace {

using SimulatedDevice = SimulatedTest;
using Values = std::vector<std::int32_t>;

// R3.3
TEST_F(SimulatedDevice, ALaunchTakesItsLatencyAndTheTimeOfItsItems) {
  open("latency=20us,item=2ns");
  const auto program = compile();
  const auto memory = allocate(4000);

  EXPECT_TRUE(finishes(launch(*program, memory, 1000)));

  EXPECT_EQ(clock_->now(), 22us);
}

// R3.3
TEST_F(SimulatedDevice, ACopyTakesItsLatencyAndTheTimeOfItsBytes) {
  open("copy_latency=5us,in=1GB/s,out=500MB/s");
  const Values sent(250);
  Values received(250);
  const auto memory = allocate(1000);

  EXPECT_TRUE(finishes(upload(sent, memory)));
  EXPECT_EQ(clock_->now(), 6us);
  EXPECT_TRUE(finishes(download(memory, received)));
  EXPECT_EQ(clock_->now(), 13us);
}

// R3.3
TEST_F(SimulatedDevice, ALaunchTakesTheInnerDevicesTimeOverTheSpeed) {
  open("speed=0.001");
  struct Spinner {
    std::atomic<std::int64_t> nanoseconds{0};
  } spinner;
  const auto spin = [](const void* state, const backend::KernelArgument*, const ItemRange&) {
    const auto begin = std::chrono::steady_clock::now();
    auto& own = *static_cast<Spinner*>(const_cast<void*>(state));  // NOLINT: the test's own
    own.nanoseconds += nanoseconds(std::chrono::steady_clock::now() - begin).count();
  };
  const auto program = compile(spin, &spinner);

  EXPECT_TRUE(finishes(launch(*program, allocate(64), 4)));

  EXPECT_GE(clock_->now().count(), 1000 * spinner.nanoseconds.load());
}

class Pipelines : public SimulatedTest {
 protected:
  static constexpr int kChunks = 6;

  // Three stages of 10 us for each chunk, each stage after the one before.
  nanoseconds run(std::string_view description) {
    open(description);
    const auto program = compile();
    const Values sent(1000);
    std::vector<Values> received(kChunks, Values(1000));
    std::vector<backend::Completion> last;
    for (int chunk = 0; chunk < kChunks; ++chunk) {
      const auto memory = allocate(4000);
      const auto up = upload(sent, memory);
      EXPECT_TRUE(up.ok());
      const auto run = launch(*program, memory, 1000, std::span(&*up, 1));
      EXPECT_TRUE(run.ok());
      const auto down =
          download(memory, received[static_cast<std::size_t>(chunk)], std::span(&*run, 1));
      EXPECT_TRUE(down.ok());
      last.push_back(*down);
    }
    for (const backend::Completion& completion : last) {
      EXPECT_TRUE(device_->wait(completion, kForEver).ok());
    }
    EXPECT_EQ(received, std::vector<Values>(kChunks, Values(1000, 1)));
    return clock_->now();
  }
};

// R6.4
TEST_F(Pipelines, TwoCopyEnginesRunBesideLaunchesAndEachOther) {
  EXPECT_EQ(run("in=400MB/s,out=400MB/s,item=10ns,engines=2"), (kChunks + 2) * 10us);
}

// R6.4
TEST_F(Pipelines, OneCopyEngineTakesItsCopiesInTurn) {
  EXPECT_GE(run("in=400MB/s,out=400MB/s,item=10ns,engines=1"), 2 * kChunks * 10us);
  EXPECT_TRUE(device_->info().copies_beside_launches);
}

// R6.4
TEST_F(Pipelines, WithoutCopyEnginesEverythingTakesItsTurn) {
  EXPECT_EQ(run("in=400MB/s,out=400MB/s,item=10ns,engines=0"), 3 * kChunks * 10us);
  EXPECT_FALSE(device_->info().copies_beside_launches);
}

// R3.1
TEST_F(SimulatedDevice, WaitingLetsNoMoreTimePassThanItIsGiven) {
  open("latency=20us,item=1ns");
  const auto program = compile();
  const auto launched = launch(*program, allocate(4000), 1000);
  ASSERT_TRUE(launched.ok());

  EXPECT_FALSE(*device_->wait(*launched, 0ns));
  EXPECT_EQ(clock_->now(), 0us);
  EXPECT_FALSE(*device_->wait(*launched, 15us));
  EXPECT_EQ(clock_->now(), 15us);
  EXPECT_TRUE(*device_->wait(*launched, 15us));
  EXPECT_EQ(clock_->now(), 21us);
  EXPECT_TRUE(*device_->wait(*launched, 0ns));
}

// R3.1
TEST_F(SimulatedDevice, IsDoneNoSoonerThanItsTimeOnTheClockOfTheHost) {
  const auto profiles = simulated::read_profiles("latency=300us");
  ASSERT_TRUE(profiles.ok());
  device_ =
      std::make_unique<simulated::Device>(std::make_unique<null::Device>(backend::DeviceInfo{
                                              .max_allocation_bytes = 4096, .host_memory = true}),
                                          simulated::Parts{.profile = profiles->front()});
  const auto program = compile();
  const auto memory = allocate(64);
  const auto begin = std::chrono::steady_clock::now();

  const auto launched = launch(*program, memory, 4);
  EXPECT_TRUE(finishes(launched));

  EXPECT_GE(std::chrono::steady_clock::now() - begin, 300us);
}

// R3.1
TEST_F(SimulatedDevice, KernelsWorkInTheDevicesOwnMemory) {
  open("");
  const auto program = compile();
  const auto memory = allocate(16);
  Values values{1, 2, 3, 4};
  ASSERT_TRUE(finishes(upload(values, memory)));

  ASSERT_TRUE(finishes(launch(*program, memory, 4)));

  EXPECT_EQ(values, (Values{1, 2, 3, 4}));
  ASSERT_TRUE(finishes(download(memory, values)));
  EXPECT_EQ(values, (Values{2, 3, 4, 5}));
}

// R3.1
TEST_F(SimulatedDevice, AHandleIsNeitherAnAddressNorOneOfTheInnerDevice) {
  open("");
  const auto own = allocate(64);
  const auto of_inner = inner_->allocate({.bytes = 64});
  ASSERT_TRUE(of_inner.ok());
  const Values values(4);

  EXPECT_LT(own.handle, 4096U);
  EXPECT_EQ(code_of(upload(values, *of_inner)), ErrorCode::invalid_argument);
  inner_->free(*of_inner);
}

// R6.4
TEST_F(SimulatedDevice, WorkSeesWhatItComesAfter) {
  open("item=1ns");
  constexpr int kLaunches = 200;
  const auto program = compile();
  const auto memory = allocate(16);
  Values values{0, 0, 0, 0};
  auto last = upload(values, memory);
  for (int i = 0; i < kLaunches; ++i) {
    ASSERT_TRUE(last.ok());
    last = i % 2 == 0 ? launch(*program, memory, 4, std::span(&*last, 1))
                      : download(memory, values, std::span(&*last, 1));
  }

  EXPECT_TRUE(finishes(last));

  EXPECT_EQ(values, Values(4, kLaunches / 2));
}

// R3.1
TEST_F(SimulatedDevice, ALaunchKeepsItsScalars) {
  open("item=1ns");
  const KernelMetadata metadata{
      .name = "fill", .parameters = {output<std::int32_t>("x"), scalar<std::int32_t>("value")}};
  const auto fill = [](const void*, const backend::KernelArgument* arguments, const ItemRange&) {
    *static_cast<std::int32_t*>(arguments[0].data) =
        *static_cast<const std::int32_t*>(arguments[1].data);
  };
  const auto program = device_->compile({.metadata = &metadata, .host = {fill, nullptr}});
  ASSERT_TRUE(program.ok());
  const auto blocker = compile();
  const std::array<backend::Allocation, 2> memory{{allocate(4), {}}};
  std::int32_t value = 7;
  const std::array<backend::KernelArgument, 2> arguments{
      {{nullptr, {1, 1, 1}}, {&value, {1, 1, 1}}}};
  const auto launched = device_->launch(
      {.program = program->get(), .range = {{1, 1, 1}}, .arguments = arguments, .memory = memory});
  value = 8;
  Values received(1);

  EXPECT_TRUE(finishes(download(memory[0], received, std::span(&*launched, 1))));

  EXPECT_EQ(received, Values{7});
}

// R5.2
TEST_F(SimulatedDevice, RefusesAnArgumentThatReachesBeyondItsMemory) {
  open("");
  const auto program = compile();

  EXPECT_EQ(code_of(launch(*program, allocate(12), 4)), ErrorCode::invalid_argument);
}

// R6.2
TEST_F(SimulatedDevice, HasNoMoreMemoryThanItsProfileSays) {
  open("memory=1MiB");
  const auto first = allocate(std::size_t{1} << 19U);

  EXPECT_EQ(code_of(device_->allocate({.bytes = (std::size_t{1} << 19U) + 1})),
            ErrorCode::out_of_memory);
  device_->free(first);
  EXPECT_NE(allocate(std::size_t{1} << 20U).handle, 0U);
  EXPECT_EQ(device_->info().memory_bytes, std::size_t{1} << 20U);
}

// R6.2
TEST_F(SimulatedDevice, GivesTheInnerDeviceBackItsMemory) {
  open("");
  const auto first = allocate(64);
  device_->free(first);
  device_->free(first);

  EXPECT_EQ(device_->live_allocations(), 0U);
  EXPECT_EQ(inner_->live_allocations(), 0U);
}

// R11.1
TEST_F(SimulatedDevice, CountsWhatItWasAskedFor) {
  open("");
  const auto program = compile();
  const auto memory = allocate(16);
  const auto other = allocate(16);
  Values values(4);
  ASSERT_TRUE(finishes(upload(values, memory)));
  ASSERT_TRUE(finishes(launch(*program, memory, 4)));
  ASSERT_TRUE(finishes(device_->copy({.source = memory, .target = other})));
  ASSERT_TRUE(finishes(download(other, values)));

  const simulated::Counts counts = device_->counts();

  EXPECT_EQ(counts.launches, 1U);
  EXPECT_EQ(counts.copies_in, 1U);
  EXPECT_EQ(counts.copies_within, 1U);
  EXPECT_EQ(counts.bytes_in, 16U);
  EXPECT_EQ(counts.bytes_out, 16U);
}

// R12.3
TEST_F(SimulatedDevice, FinishesWhatIsQueuedBeforeItGoes) {
  open("item=1ns");
  const auto program = compile();
  const auto memory = allocate(16);
  Values values{0, 0, 0, 0};
  auto last = upload(values, memory);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(last.ok());
    last = launch(*program, memory, 4, std::span(&*last, 1));
  }
  ASSERT_TRUE(download(memory, values, std::span(&*last, 1)).ok());

  device_.reset();

  EXPECT_EQ(values, Values(4, 100));
}

// R12.3
TEST_F(SimulatedDevice, TakesTheWorkOfManyThreadsAtOnce) {
  open("in=1GB/s,out=1GB/s,item=1ns");
  const auto program = compile();
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      const auto memory = allocate(16);
      for (std::int32_t round = 0; round < 50; ++round) {
        Values values(4, thread + round);
        const auto up = upload(values, memory);
        const auto run = launch(*program, memory, 4, std::span(&*up, 1));
        const bool done = finishes(download(memory, values, std::span(&*run, 1)));
        right += done && values == Values(4, thread + round + 1) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(right.load(), 8 * 50);
}

}  // namespace
}  // namespace dotcompute
