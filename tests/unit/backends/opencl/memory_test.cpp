// SPDX-License-Identifier: Apache-2.0
#include "opencl_test.hpp"
#include "support/code_of.hpp"

#include <numeric>

namespace dotcompute::opencl {
namespace {

// A driver that knows the address of a map only when the map has run, as Rusticl of Mesa 22.3 does.
cl_int unmap_if_mapped(cl_command_queue queue,
                       cl_mem memory,
                       void* address,
                       cl_uint waits,
                       const cl_event* wait_list,
                       cl_event* event) {
  const Api& driver = *equipment::opencl_driver().api;
  cl_int status = CL_QUEUED;
  driver.get_event_info(wait_list[0], CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status), &status,
                        nullptr);
  return status == CL_COMPLETE
             ? driver.enqueue_unmap(queue, memory, address, waits, wait_list, event)
             : CL_INVALID_VALUE;
}

class OpenClMemoryTest : public OpenClTest {
 protected:
  void SetUp() override {
    OpenClTest::SetUp();
    if (IsSkipped()) {
      return;
    }
    auto device = Device::open(equipment::counted(*equipment::opencl_driver().api), *facts_, {});
    ASSERT_TRUE(device.ok());
    device_ = *std::move(device);
  }

  static equipment::OpenClCounts& counts() { return equipment::opencl_counts(); }
};

class OpenClWrappedMemoryTest : public OpenClMemoryTest {
 protected:
  void SetUp() override {
    OpenClMemoryTest::SetUp();
    if (!IsSkipped() && !device_->info().wraps_host_memory) {
      GTEST_SKIP() << device_->info().name << " does not share the host's memory";
    }
  }
};

// R6.5
TEST_F(OpenClWrappedMemoryTest, AKernelWorksInTheHostsOwnMemoryAndNothingIsCopied) {
  const auto program = compile(Scale::metadata(), Scale::kText);
  ASSERT_NE(program, nullptr);
  std::vector<float> own(1000, 1.0F);
  const std::size_t bytes = own.size() * sizeof(float);
  const auto memory =
      device_->allocate({.bytes = bytes, .host = reinterpret_cast<std::byte*>(own.data())});
  ASSERT_TRUE(memory.ok());
  const long copies_before = counts().reads + counts().writes;
  std::iota(own.begin(), own.end(), 0.0F);

  const auto handed_in =
      device_->copy({.host_source = std::as_bytes(std::span(own)), .target = *memory});
  ASSERT_TRUE(handed_in.ok());
  const ScaleCall call(*memory, *memory, 2);
  backend::LaunchRequest request = call.request(*program, own.size());
  request.after = std::span(&*handed_in, 1);
  const auto launched = device_->launch(request);
  ASSERT_TRUE(launched.ok());
  ASSERT_TRUE(finish(device_->copy({.host_target = std::as_writable_bytes(std::span(own)),
                                    .source = *memory,
                                    .after = std::span(&*launched, 1)}))
                  .ok());

  for (std::size_t i = 0; i < own.size(); ++i) {
    ASSERT_EQ(own[i], 2.0F * static_cast<float>(i));
  }
  EXPECT_EQ(counts().reads + counts().writes, copies_before);
  device_->free(*memory);
}

// R6.5
TEST_F(OpenClWrappedMemoryTest, IsHandedOverByADriverThatKnowsAMapOnlyOnceItHasRun) {
  Api api = *equipment::opencl_driver().api;
  api.enqueue_unmap.bind(&unmap_if_mapped);
  auto device = Device::open(api, *facts_, {});
  ASSERT_TRUE(device.ok());
  device_ = *std::move(device);
  std::vector<std::uint32_t> own(1000, 7);
  const auto memory = device_->allocate({.bytes = own.size() * sizeof(std::uint32_t),
                                         .host = reinterpret_cast<std::byte*>(own.data())});
  ASSERT_TRUE(memory.ok());

  const auto handed_in =
      device_->copy({.host_source = std::as_bytes(std::span(own)), .target = *memory});
  ASSERT_TRUE(handed_in.ok());
  EXPECT_TRUE(finish(device_->copy({.host_target = std::as_writable_bytes(std::span(own)),
                                    .source = *memory,
                                    .after = std::span(&*handed_in, 1)}))
                  .ok());

  device_->free(*memory);
}

// R6.5
TEST_F(OpenClWrappedMemoryTest, APartOfItIsHandedOverInPlaceToo) {
  std::vector<std::uint32_t> own(100, 7);
  const auto memory = device_->allocate({.bytes = own.size() * sizeof(std::uint32_t),
                                         .host = reinterpret_cast<std::byte*>(own.data())});
  ASSERT_TRUE(memory.ok());
  backend::Allocation part = *memory;
  part.offset = 40;
  part.bytes = 80;
  const long copies_before = counts().reads + counts().writes;

  ASSERT_TRUE(
      finish(device_->copy({.host_target = std::as_writable_bytes(std::span(own).subspan(10, 20)),
                            .source = part}))
          .ok());

  EXPECT_EQ(counts().reads + counts().writes, copies_before);
  EXPECT_EQ(own, std::vector<std::uint32_t>(100, 7));
  device_->free(*memory);
}

// R6.5
TEST_F(OpenClWrappedMemoryTest, OtherMemoryOfTheHostIsCopiedToIt) {
  std::vector<std::uint32_t> own(16, 1);
  const std::vector<std::uint32_t> other(16, 2);
  const auto memory = device_->allocate({.bytes = own.size() * sizeof(std::uint32_t),
                                         .host = reinterpret_cast<std::byte*>(own.data())});
  ASSERT_TRUE(memory.ok());

  ASSERT_TRUE(
      finish(device_->copy({.host_source = std::as_bytes(std::span(other)), .target = *memory}))
          .ok());

  EXPECT_EQ(contents<std::uint32_t>(*memory), other);
  device_->free(*memory);
}

// R5.2
TEST_F(OpenClMemoryTest, WrapsNothingOnADeviceWithMemoryOfItsOwn) {
  DeviceFacts facts = *facts_;
  facts.info.wraps_host_memory = false;
  open(facts);
  std::array<std::byte, 64> own{};

  EXPECT_EQ(code_of(device_->allocate({.bytes = own.size(), .host = own.data()})),
            ErrorCode::invalid_argument);
}

// R6.1
TEST_F(OpenClMemoryTest, CopiesAPartOntoAnOverlappingPartOfTheSameAllocation) {
  std::vector<std::uint32_t> values(100);
  std::iota(values.begin(), values.end(), 0U);
  const backend::Allocation memory = allocate(values);
  backend::Allocation source = memory;
  source.bytes = 240;
  backend::Allocation target = source;
  target.offset = 80;

  ASSERT_TRUE(finish(device_->copy({.source = source, .target = target})).ok());

  std::copy_backward(values.begin(), values.begin() + 60, values.begin() + 80);
  EXPECT_EQ(contents<std::uint32_t>(memory), values);
  device_->free(memory);
}

// R5.2
TEST_F(OpenClMemoryTest, RefusesCopiesBeforeOrBeyondAnAllocation) {
  std::array<std::byte, 8> host{};
  const backend::Allocation memory = allocate(std::vector<std::uint32_t>(4));
  backend::Allocation before = memory;
  before.offset = -4;
  backend::Allocation beyond = memory;
  beyond.offset = 12;

  for (const backend::Allocation& part : {before, beyond}) {
    EXPECT_EQ(code_of(device_->copy({.host_source = host, .target = part})),
              ErrorCode::invalid_argument);
    EXPECT_EQ(code_of(device_->copy({.host_target = host, .source = part})),
              ErrorCode::invalid_argument);
    EXPECT_EQ(code_of(device_->copy({.source = part, .target = memory})),
              ErrorCode::invalid_argument);
  }
  device_->free(memory);
}

// R9.4
TEST_F(OpenClMemoryTest, IsOutOfMemoryBeyondAPlannedLimit) {
  auto plan = core::FaultPlan::parse("memory:limit=1MiB,backend=opencl");
  ASSERT_TRUE(plan.ok());
  open(*facts_, *plan);

  const auto first = device_->allocate({.bytes = std::size_t{1} << 20U});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(code_of(device_->allocate({.bytes = 1})), ErrorCode::out_of_memory);
  device_->free(*first);
  const auto again = device_->allocate({.bytes = 1});
  ASSERT_TRUE(again.ok());
  device_->free(*again);
}

// R6.1
TEST_F(OpenClMemoryTest, GivesBackAllThatItTookOfTheDriver) {
  const long before = counts().alive();
  {
    auto device = Device::open(equipment::counted(*equipment::opencl_driver().api), *facts_, {});
    ASSERT_TRUE(device.ok());
    device_ = *std::move(device);
    const auto program = compile(Scale::metadata(), Scale::kText);
    ASSERT_NE(program, nullptr);
    const backend::Allocation memory = allocate(std::vector<float>(10));
    const ScaleCall call(memory, memory, 2);
    ASSERT_TRUE(device_->launch(call.request(*program, 10)).ok());  // not waited for
    EXPECT_GT(counts().alive(), 0);
    device_->free(memory);
  }
  device_.reset();

  EXPECT_LE(counts().alive(), before);
  EXPECT_EQ(counts().alive(), 0);
}

}  // namespace
}  // namespace dotcompute::opencl
