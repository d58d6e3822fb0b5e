// SPDX-License-Identifier: Apache-2.0
#include "opencl_test.hpp"
#include "support/code_of.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <stop_token>
#include <thread>

namespace dotcompute::opencl {
namespace {

using Size = std::array<std::uint64_t, 3>;

class OpenClLaunchTest : public OpenClTest {
 protected:
  // One more element than the range has, which has to stay as it is.
  void expect_every_item_once(const Size& size, const std::array<std::uint32_t, 3>& group) {
    const auto program = compile(CountItems::metadata(), CountItems::kText);
    ASSERT_NE(program, nullptr);
    const std::uint64_t items = size[0] * size[1] * size[2];
    const backend::Allocation memory = allocate(std::vector<std::uint32_t>(items + 1));
    const backend::KernelArgument argument{nullptr, {size[2], size[1], size[0]}};

    ASSERT_TRUE(finish(device_->launch({.program = program.get(),
                                        .range = {size},
                                        .group_size = group,
                                        .arguments = std::span(&argument, 1),
                                        .memory = std::span(&memory, 1)}))
                    .ok());

    std::vector<std::uint32_t> expected(items + 1, 1);
    expected.back() = 0;
    EXPECT_EQ(contents<std::uint32_t>(memory), expected)
        << size[0] << "x" << size[1] << "x" << size[2];
    device_->free(memory);
  }
};

// R3.4
TEST_F(OpenClLaunchTest, RunsEveryItemOfOneAxisOnceAndNoneBeyond) {
  for (const std::uint64_t items : {1U, 7U, 63U, 64U, 65U, 1000U, 100'001U}) {
    expect_every_item_once({items, 1, 1}, {64, 1, 1});
  }
}

// R3.4
TEST_F(OpenClLaunchTest, RunsEveryItemOfTwoAxesOnceAndNoneBeyond) {
  for (const Size& size : {Size{7, 1, 1}, Size{1, 7, 1}, Size{40, 25, 1}, Size{301, 33, 1}}) {
    expect_every_item_once(size, {16, 4, 1});
  }
}

// R3.4
TEST_F(OpenClLaunchTest, RunsEveryItemOfThreeAxesOnceAndNoneBeyond) {
  for (const Size& size : {Size{1, 1, 7}, Size{10, 10, 10}, Size{33, 5, 17}}) {
    expect_every_item_once(size, {4, 4, 4});
  }
}

// R3.4
TEST_F(OpenClLaunchTest, ChoosesGroupsWhereNoneAreGiven) {
  expect_every_item_once({1001, 3, 2}, {1, 1, 1});
}

// R3.4
TEST_F(OpenClLaunchTest, MakesGroupsSmallerThatTheDeviceCannotHold) {
  const std::uint32_t most = device_->info().max_group_size;

  expect_every_item_once({100, 40, 1}, {most, 4, 1});
}

// R3.4
TEST_F(OpenClLaunchTest, RunsNothingForARangeWithoutItems) {
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation memory = allocate(std::vector<float>{1, 2});
  const ScaleCall call(memory, memory, 3);

  ASSERT_TRUE(finish(device_->launch(call.request(*program, 0))).ok());

  EXPECT_EQ(contents<float>(memory), (std::vector<float>{1, 2}));
  device_->free(memory);
}

// R6.4
TEST_F(OpenClLaunchTest, RunsAPartOfARangeOnAPartOfTheMemory) {
  constexpr std::size_t kElements = 1000;
  constexpr std::uint64_t kFirst = 300;
  constexpr std::uint64_t kItems = 101;
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  std::vector<float> values(kElements);
  std::iota(values.begin(), values.end(), 0.0F);
  const backend::Allocation in = allocate(values);
  // Room for the part only: its first element is that of item kFirst.
  const backend::Allocation part = allocate(std::vector<float>(kItems, -1.0F));
  ScaleCall call(in, part, 2);
  call.memory[1].offset = -static_cast<std::int64_t>(kFirst * sizeof(float));
  call.arguments[1].extents = {kElements, 1, 1};
  backend::LaunchRequest request = call.request(*program, kItems);
  request.first = {kFirst, 0, 0};

  ASSERT_TRUE(finish(device_->launch(request)).ok());

  const std::vector<float> result = contents<float>(part);
  for (std::size_t i = 0; i < kItems; ++i) {
    ASSERT_EQ(result[i], 2.0F * static_cast<float>(kFirst + i));
  }
  device_->free(in);
  device_->free(part);
}

// R6.6
TEST_F(OpenClLaunchTest, HandsOnIdsAndOffsetsBeyondFourGiga) {
  if (facts_->address_bits < 64) {
    GTEST_SKIP() << device_->info().name << " has ids of 32 bits";
  }
  constexpr std::uint64_t kFirst = std::uint64_t{1} << 33U;
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation memory = allocate(std::vector<float>{1, 2, 3});
  ScaleCall call(memory, memory, 10);
  for (std::size_t index = 0; index < 2; ++index) {
    call.memory[index].offset = -static_cast<std::int64_t>(kFirst * sizeof(float));
    call.arguments[index].extents = {kFirst + 3, 1, 1};
  }
  backend::LaunchRequest request = call.request(*program, 3);
  request.first = {kFirst, 0, 0};

  ASSERT_TRUE(finish(device_->launch(request)).ok());

  EXPECT_EQ(contents<float>(memory), (std::vector<float>{10, 20, 30}));
  device_->free(memory);
}

// R5.1
TEST_F(OpenClLaunchTest, SetsAgainWhatChangedBetweenLaunches) {
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation in = allocate(std::vector<float>{1, 2});
  const backend::Allocation first = allocate(std::vector<float>{0, 0});
  const backend::Allocation second = allocate(std::vector<float>{0, 0});
  const ScaleCall by_two(in, first, 2);
  const ScaleCall by_three(in, second, 3);

  ASSERT_TRUE(finish(device_->launch(by_two.request(*program, 2))).ok());
  ASSERT_TRUE(finish(device_->launch(by_three.request(*program, 2))).ok());
  ASSERT_TRUE(finish(device_->launch(by_two.request(*program, 2))).ok());

  EXPECT_EQ(contents<float>(first), (std::vector<float>{2, 4}));
  EXPECT_EQ(contents<float>(second), (std::vector<float>{3, 6}));
  for (const backend::Allocation& memory : {in, first, second}) {
    device_->free(memory);
  }
}

// R5.1
TEST_F(OpenClLaunchTest, FindsMemoryThatWasFreedAndAllocatedAgainBetweenLaunches) {
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation in = allocate(std::vector<float>{1, 2});
  for (int round = 0; round < 20; ++round) {
    // Most often at the address of the one before.
    const backend::Allocation out = allocate(std::vector<float>{0, 0});
    const ScaleCall call(in, out, 2);

    ASSERT_TRUE(finish(device_->launch(call.request(*program, 2))).ok());

    ASSERT_EQ(contents<float>(out), (std::vector<float>{2, 4})) << round;
    device_->free(out);
  }
  device_->free(in);
}

// R5.1
TEST_F(OpenClLaunchTest, ScalarsOfEveryTypeArriveUnchanged) {
  struct Pair {
    std::int32_t first;
    std::int8_t second;
  };
  const KernelMetadata metadata{
      .name = "collect",
      .parameters = {scalar<bool>("flag"), scalar<std::int8_t>("small"),
                     scalar<std::uint16_t>("medium"), scalar<std::int32_t>("usual"),
                     scalar<std::uint64_t>("large"), scalar<double>("real"), scalar<Pair>("pair"),
                     output<double>("out")},
      .backends = KernelBackends::opencl};
  constexpr std::string_view kText = R"(
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
typedef struct { int first; char second; } pair_type;
typedef struct {
  ulong range[3] __attribute__((aligned(8)));
  uchar flag __attribute__((aligned(8)));
  char small __attribute__((aligned(8)));
  ushort medium __attribute__((aligned(8)));
  int usual __attribute__((aligned(8)));
  ulong large __attribute__((aligned(8)));
  double real __attribute__((aligned(8)));
  pair_type pair __attribute__((aligned(8)));
  ulong out_extents[1] __attribute__((aligned(8)));
  long out_offset __attribute__((aligned(8)));
} collect_arguments;
kernel void collect(global double* out, const collect_arguments dc) {
  if (get_global_id(0) - get_global_offset(0) >= dc.range[0]) return;
  out[0] = dc.flag; out[1] = dc.small; out[2] = dc.medium; out[3] = dc.usual;
  out[4] = dc.large; out[5] = dc.real; out[6] = dc.pair.first; out[7] = dc.pair.second;
  out[8] = dc.out_extents[0];
}
)";
  const auto program = compile(metadata, kText);
  ASSERT_NE(program, nullptr);
  bool flag = true;
  std::int8_t small = -128;
  std::uint16_t medium = 65'535;
  std::int32_t usual = -2'000'000'000;
  std::uint64_t large = std::uint64_t{1} << 63U;
  double real = 0.1;
  Pair pair{7, -7};
  const backend::Allocation out = allocate(std::vector<double>(9));
  const std::array<backend::KernelArgument, 8> arguments{{{&flag, {}},
                                                          {&small, {}},
                                                          {&medium, {}},
                                                          {&usual, {}},
                                                          {&large, {}},
                                                          {&real, {}},
                                                          {&pair, {}},
                                                          {nullptr, {9, 1, 1}}}};
  std::array<backend::Allocation, 8> memory{};
  memory[7] = out;

  ASSERT_TRUE(finish(device_->launch({.program = program.get(),
                                      .range = {{1, 1, 1}},
                                      .arguments = arguments,
                                      .memory = memory}))
                  .ok());

  EXPECT_EQ(contents<double>(out),
            (std::vector<double>{1, -128, 65'535, -2'000'000'000, 0x1p63, 0.1, 7, -7, 9}));
  device_->free(out);
}

// R2.2
TEST_F(OpenClLaunchTest, RunsAKernelThatIsNotParallelAsOneItem) {
  KernelMetadata metadata = CountItems::metadata();
  metadata.is_parallel = false;
  const auto program = compile(metadata, CountItems::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation memory = allocate(std::vector<std::uint32_t>(4));
  const backend::KernelArgument argument{nullptr, {1, 1, 4}};

  ASSERT_TRUE(finish(device_->launch({.program = program.get(),
                                      .range = {{4, 1, 1}},
                                      .group_size = {4, 1, 1},
                                      .arguments = std::span(&argument, 1),
                                      .memory = std::span(&memory, 1)}))
                  .ok());

  EXPECT_EQ(contents<std::uint32_t>(memory), (std::vector<std::uint32_t>{1, 0, 0, 0}));
  device_->free(memory);
}

// R6.4
TEST_F(OpenClLaunchTest, EachLaunchOfAChainSeesWhatTheOneBeforeWrote) {
  constexpr int kLaunches = 10;
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation memory = allocate(std::vector<float>(50'000, 1.0F));
  const ScaleCall call(memory, memory, 2);
  backend::Completion last;

  for (int launch = 0; launch < kLaunches; ++launch) {
    backend::LaunchRequest request = call.request(*program, 50'000);
    request.after = std::span(&last, 1);
    const auto queued = device_->launch(request);
    ASSERT_TRUE(queued.ok());
    last = *queued;
  }
  ASSERT_TRUE(finish(last).ok());

  EXPECT_EQ(contents<float>(memory), std::vector<float>(50'000, 1024.0F));
  device_->free(memory);
}

// R1.11
TEST_F(OpenClLaunchTest, LaunchesOneProgramFromEightThreadsAtOnce) {
  constexpr int kThreads = 8;
  constexpr int kLaunches = 40;
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  std::vector<float> values(1000);
  std::iota(values.begin(), values.end(), 1.0F);
  const backend::Allocation in = allocate(values);
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const backend::Allocation out = allocate(std::vector<float>(values.size()));
      for (int launch = 0; launch < kLaunches; ++launch) {
        const ScaleCall call(in, out, static_cast<float>(thread * kLaunches + launch));
        const bool ran = finish(device_->launch(call.request(*program, values.size()))).ok();
        const std::vector<float> result = contents<float>(out);
        const bool is_right =
            std::equal(result.begin(), result.end(), values.begin(),
                       [&](float scaled, float value) { return scaled == value * call.factor; });
        right += ran && is_right ? 1 : 0;
      }
      device_->free(out);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(right.load(), kThreads * kLaunches);
  device_->free(in);
}

// R5.2
TEST_F(OpenClLaunchTest, RefusesALaunchWithTooFewArgumentsOrTooLittleMemory) {
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation memory = allocate(std::vector<float>(4));
  const ScaleCall call(memory, memory, 2);
  backend::LaunchRequest few_arguments = call.request(*program, 4);
  few_arguments.arguments = few_arguments.arguments.first(2);
  backend::LaunchRequest little_memory = call.request(*program, 4);
  little_memory.memory = little_memory.memory.first(1);

  EXPECT_EQ(code_of(device_->launch(few_arguments)), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(device_->launch(little_memory)), ErrorCode::invalid_argument);
  device_->free(memory);
}

// R1.6
TEST_F(OpenClLaunchTest, RunsNothingIfStoppedBefore) {
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation memory = allocate(std::vector<float>{1});
  const ScaleCall call(memory, memory, 2);
  std::stop_source source;
  source.request_stop();
  const backend::CallControl control{.stop = source.get_token()};
  backend::LaunchRequest request = call.request(*program, 1);
  request.control = &control;

  EXPECT_EQ(code_of(device_->launch(request)), ErrorCode::cancelled);

  EXPECT_EQ(contents<float>(memory), std::vector<float>{1});
  device_->free(memory);
}

// R3.4
TEST_F(OpenClLaunchTest, AMistakeOfAKernelIsFoundByOclgrind) {
  if (device_->info().name.find("Oclgrind") == std::string::npos) {
    GTEST_SKIP() << "only Oclgrind survives a kernel that writes beyond its memory";
  }
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation memory = allocate(std::vector<float>(4));
  const ScaleCall call(memory, memory, 2);

  EXPECT_TRUE(finish(device_->launch(call.request(*program, 5))).ok());
  device_->free(memory);
}

// R5.1
TEST_F(OpenClLaunchTest, TakesABufferWithoutElements) {
  const auto program = compile(CountItems::metadata(), CountItems::kText);
  ASSERT_NE(program, nullptr);
  const backend::Allocation nothing{};
  const backend::KernelArgument argument{nullptr, {0, 1, 1}};

  EXPECT_TRUE(finish(device_->launch({.program = program.get(),
                                      .range = {{0, 1, 1}},
                                      .arguments = std::span(&argument, 1),
                                      .memory = std::span(&nothing, 1)}))
                  .ok());
}

}  // namespace
}  // namespace dotcompute::opencl
