// SPDX-License-Identifier: Apache-2.0
#include "cpu/device.hpp"
#include "platform/cpu_quota.hpp"
#include "support/code_of.hpp"

#include "dotcompute/backend/backend.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <span>

namespace dotcompute::cpu {

backend::Backend& connect() noexcept;

namespace {

class CpuDeviceTest : public testing::Test {
 protected:
  void SetUp() override {
    auto device = connect().open(0, {.cpu_threads = 3});
    ASSERT_TRUE(device.ok());
    device_ = std::move(*device);
  }

  std::unique_ptr<backend::Device> device_;
};

void do_nothing(const void* /*state*/,
                const backend::KernelArgument* /*arguments*/,
                const ItemRange& /*items*/) {}

// R3.3
TEST_F(CpuDeviceTest, SaysWhatItIs) {
  const backend::DeviceInfo& info = device_->info();

  EXPECT_EQ(info.id, "cpu:0");
  EXPECT_EQ(info.type, AcceleratorType::cpu);
  EXPECT_TRUE(info.host_memory);
  EXPECT_FALSE(info.is_software);
  EXPECT_GT(info.memory_bytes, 0U);
}

// R12.1
TEST_F(CpuDeviceTest, HasAsManyComputeUnitsAsThreadsWereAskedFor) {
  EXPECT_EQ(device_->info().compute_units, 3U);
}

// R3.2
TEST_F(CpuDeviceTest, HasAsManyComputeUnitsAsTheProcessMayUseIfNobodyAsks) {
  const auto device = connect().open(0, {});

  ASSERT_TRUE(device.ok());
  EXPECT_EQ((*device)->info().compute_units, core::cpu_quota());
}

// R12.1
TEST_F(CpuDeviceTest, RefusesMoreThreadsThanAnyMachineHas) {
  EXPECT_EQ(code_of(connect().open(0, {.cpu_threads = 1'000'000})), ErrorCode::invalid_argument);
}

// R9.4
TEST_F(CpuDeviceTest, IsOutOfMemoryWhenAskedForMoreThanTheHostHas) {
  const auto most = static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max());

  for (const std::size_t bytes : {most, std::size_t{1} << 46U}) {
    EXPECT_EQ(code_of(device_->allocate({.bytes = bytes})), ErrorCode::out_of_memory) << bytes;
  }
}

// R6.5
TEST_F(CpuDeviceTest, HasHandlesThatAreAddresses) {
  const auto memory = device_->allocate({.bytes = sizeof(int)});
  ASSERT_TRUE(memory.ok());
  const int sent = 42;
  ASSERT_TRUE(
      device_->copy({.host_source = std::as_bytes(std::span(&sent, 1)), .target = *memory}).ok());

  EXPECT_EQ(*reinterpret_cast<const int*>(static_cast<std::uintptr_t>(memory->handle)), 42);
  device_->free(*memory);
}

// R6.1
TEST_F(CpuDeviceTest, CopiesFromHostToHost) {
  const int sent = 42;
  int received = 0;

  EXPECT_TRUE(device_
                  ->copy({.host_source = std::as_bytes(std::span(&sent, 1)),
                          .host_target = std::as_writable_bytes(std::span(&received, 1))})
                  .ok());

  EXPECT_EQ(received, 42);
}

// R7.2
TEST_F(CpuDeviceTest, NamesTheKernelAndTheLanguageItRefuses) {
  using enum backend::SourceLanguage;
  const KernelMetadata metadata{.name = "saxpy"};
  for (const auto language : {cpp, opencl_c, cuda_cpp, msl, glsl}) {
    const auto program =
        device_->compile({.metadata = &metadata, .language = language, .text = "x"});

    ASSERT_EQ(code_of(program), ErrorCode::compilation_failed);
    EXPECT_EQ(program.error().context.kernel.view(), "saxpy");
    EXPECT_FALSE(program.error().context.got.empty());
  }
  EXPECT_EQ(device_->compile({.metadata = &metadata, .language = msl, .text = "x"})
                .error()
                .context.got.view(),
            "MSL");
}

// R1.5
TEST_F(CpuDeviceTest, KnowsWhatALaunchTakesOnceItHasSeenOne) {
  const KernelMetadata metadata{.name = "nothing"};
  const auto program = device_->compile({.metadata = &metadata, .host = {do_nothing, nullptr}});
  ASSERT_TRUE(program.ok());
  EXPECT_TRUE(std::isinf((*program)->expected_nanoseconds(1)));

  ASSERT_TRUE(device_->launch({.program = program->get()}).ok());

  EXPECT_TRUE(std::isfinite((*program)->expected_nanoseconds(1)));
  EXPECT_EQ((*program)->expected_nanoseconds(0), 0.0);
}

// R1.5
TEST(CpuProgram, ExpectsWorkThatIsSharedToKeepTheCallerShorter) {
  const auto pool = core::ThreadPool::shared(4);
  ASSERT_TRUE(pool.ok());
  const Program parallel({do_nothing, nullptr}, /*is_parallel=*/true, **pool);
  const Program serial({do_nothing, nullptr}, /*is_parallel=*/false, **pool);

  parallel.cost().record(1000, 8e6);
  serial.cost().record(1000, 8e6);

  EXPECT_NEAR(parallel.expected_nanoseconds(1000), 2e6, 1e3);
  EXPECT_NEAR(serial.expected_nanoseconds(1000), 8e6, 1e3);
}

}  // namespace
}  // namespace dotcompute::cpu
