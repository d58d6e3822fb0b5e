// SPDX-License-Identifier: Apache-2.0
#include "opencl_test.hpp"
#include "support/code_of.hpp"

#include <functional>

namespace dotcompute::opencl {
namespace {

// More driver calls than any operation makes.
constexpr std::uint64_t kMostCalls = 200;

struct Planned {
  const char* name;
  ErrorCode code;
};

// Fails driver call N of an operation for N = 0, 1, 2... until nothing is left to fail. The operation
// has to succeed, or to fail with the planned error; and to succeed when it is tried again.
class OpenClFaultsTest : public OpenClTest, public testing::WithParamInterface<Planned> {
 protected:
  void SetUp() override {
    OpenClTest::SetUp();
    if (IsSkipped()) {
      return;
    }
    plan_ = std::make_shared<core::FaultPlan>();
    reopen();
    program_ = compile(Scale::metadata(), Scale::kText);
    ASSERT_NE(program_, nullptr);
  }
  void TearDown() override {
    program_.reset();
    device_.reset();
    EXPECT_EQ(equipment::opencl_counts().alive(), 0);
  }

  void reopen() {
    auto device = Device::open(equipment::counted(*equipment::opencl_driver().api), *facts_,
                               {.faults = plan_});
    ASSERT_TRUE(device.ok());
    device_ = *std::move(device);
  }

  // Whether the error is the one that was planned, or that of the work which failed for it.
  [[nodiscard]] static bool is_planned(ErrorCode code) { return code == GetParam().code; }

  void fail_each_call_of(const std::function<Status()>& operation) {
    for (std::uint64_t skip = 0; skip < kMostCalls; ++skip) {
      const std::uint64_t failures = plan_->failures();
      ASSERT_TRUE(
          plan_->add({.fault = core::Fault{.code = GetParam().code, .native = {}}, .skip = skip})
              .ok());
      const Status status = operation();
      plan_->clear();
      if (plan_->failures() == failures) {
        EXPECT_TRUE(status.ok()) << status.error().message();
        EXPECT_GT(skip, 0U) << "The operation makes no driver call.";
        return;
      }
      if (!status.ok()) {
        EXPECT_TRUE(is_planned(status.error().code))
            << "call " << skip << ": " << status.error().message();
      }
      const Status again = operation();
      ASSERT_TRUE(again.ok()) << "after call " << skip << ": " << again.error().message();
    }
    FAIL() << "The operation makes more driver calls than it should.";
  }

  // Waits for what was queued even if a wait fails, as a caller does who wants the memory back.
  [[nodiscard]] Status wait_to_the_end(const Result<backend::Completion>& queued) {
    const Status first = finish(queued);
    if (queued.ok() && !first.ok()) {
      EXPECT_TRUE(finish(queued).ok());
    }
    return first;
  }

  std::shared_ptr<core::FaultPlan> plan_;
  std::unique_ptr<backend::Program> program_;
};

INSTANTIATE_TEST_SUITE_P(AllErrors,
                         OpenClFaultsTest,
                         testing::Values(Planned{"OutOfMemory", ErrorCode::out_of_memory},
                                         Planned{"Lost", ErrorCode::device_unavailable},
                                         Planned{"Transient", ErrorCode::transient}),
                         [](const auto& planned) { return planned.param.name; });

// R9.1
TEST_P(OpenClFaultsTest, Open) {
  fail_each_call_of([this]() -> Status {
    const auto device = Device::open(equipment::counted(*equipment::opencl_driver().api), *facts_,
                                     {.faults = plan_});
    return device.ok() ? success() : Status(device.error());
  });
}

// R9.1
TEST_P(OpenClFaultsTest, Allocate) {
  fail_each_call_of([this]() -> Status {
    const auto memory = device_->allocate({.bytes = 1000});
    if (!memory.ok()) {
      return memory.error();
    }
    device_->free(*memory);
    return success();
  });
}

// R9.1
TEST_P(OpenClFaultsTest, Compile) {
  const KernelMetadata metadata = Scale::metadata();
  fail_each_call_of([&]() -> Status {
    const auto program = device_->compile({.metadata = &metadata,
                                           .language = backend::SourceLanguage::opencl_c,
                                           .text = Scale::kText,
                                           .entry = "scale"});
    return program.ok() ? success() : Status(program.error());
  });
}

// R9.1
TEST_P(OpenClFaultsTest, CompileFromBinary) {
  const KernelMetadata metadata = Scale::metadata();
  const auto binary = program_->binary();
  ASSERT_TRUE(binary.ok());
  fail_each_call_of([&]() -> Status {
    const auto program = device_->compile({.metadata = &metadata,
                                           .language = backend::SourceLanguage::opencl_c,
                                           .text = Scale::kText,
                                           .entry = "scale",
                                           .binary = *binary});
    return program.ok() ? success() : Status(program.error());
  });
}

// R9.1
TEST_P(OpenClFaultsTest, GetBinary) {
  fail_each_call_of([this]() -> Status {
    const auto binary = program_->binary();
    return binary.ok() ? success() : Status(binary.error());
  });
}

// R9.1
TEST_P(OpenClFaultsTest, CopyInAndOut) {
  const std::vector<float> sent{1, 2, 3, 4};
  const backend::Allocation memory = allocate(std::vector<float>(4));
  fail_each_call_of([&]() -> Status {
    std::vector<float> received(4);
    Status status = wait_to_the_end(
        device_->copy({.host_source = std::as_bytes(std::span(sent)), .target = memory}));
    if (status.ok()) {
      status = wait_to_the_end(device_->copy(
          {.host_target = std::as_writable_bytes(std::span(received)), .source = memory}));
    }
    if (status.ok()) {
      EXPECT_EQ(received, sent);
    }
    return status;
  });
  device_->free(memory);
}

// R9.1
TEST_P(OpenClFaultsTest, CopyWithinAnAllocation) {
  const std::vector<float> values{1, 2, 3, 4};
  const backend::Allocation memory = allocate(values);
  backend::Allocation front = memory;
  front.bytes = 12;
  backend::Allocation back = front;
  back.offset = 4;
  fail_each_call_of([&]() -> Status {
    return wait_to_the_end(device_->copy({.source = front, .target = back}));
  });
  device_->free(memory);
}

// R9.1
TEST_P(OpenClFaultsTest, HandOver) {
  if (!device_->info().wraps_host_memory) {
    GTEST_SKIP() << device_->info().name << " does not share the host's memory";
  }
  std::vector<float> own(100);
  const auto memory = device_->allocate(
      {.bytes = own.size() * sizeof(float), .host = reinterpret_cast<std::byte*>(own.data())});
  ASSERT_TRUE(memory.ok());
  fail_each_call_of([&]() -> Status {
    const Status status = wait_to_the_end(
        device_->copy({.host_source = std::as_bytes(std::span(own)), .target = *memory}));
    return status.ok()
               ? wait_to_the_end(device_->copy(
                     {.host_target = std::as_writable_bytes(std::span(own)), .source = *memory}))
               : status;
  });
  device_->free(*memory);
}

// R9.1
TEST_P(OpenClFaultsTest, LaunchAndWait) {
  const backend::Allocation in = allocate(std::vector<float>{1, 2, 3});
  const backend::Allocation out = allocate(std::vector<float>(3));
  float factor = 1;
  fail_each_call_of([&]() -> Status {
    factor += 1;
    const ScaleCall call(in, out, factor);
    const Status status = wait_to_the_end(device_->launch(call.request(*program_, 3)));
    if (status.ok()) {
      // Reading back makes driver calls of its own, which may be those that fail.
      std::vector<float> received(3);
      const auto read = wait_to_the_end(device_->copy(
          {.host_target = std::as_writable_bytes(std::span(received)), .source = out}));
      if (!read.ok()) {
        return read;
      }
      EXPECT_EQ(received, (std::vector<float>{factor, 2 * factor, 3 * factor}));
    }
    return status;
  });
  device_->free(in);
  device_->free(out);
}

// R9.1
TEST_P(OpenClFaultsTest, LaunchAfterACopy) {
  const std::vector<float> sent{1, 2, 3};
  const backend::Allocation memory = allocate(std::vector<float>(3));
  fail_each_call_of([&]() -> Status {
    const auto copied =
        device_->copy({.host_source = std::as_bytes(std::span(sent)), .target = memory});
    if (!copied.ok()) {
      return copied.error();
    }
    const ScaleCall call(memory, memory, 2);
    backend::LaunchRequest request = call.request(*program_, 3);
    request.after = std::span(&*copied, 1);
    const auto launched = device_->launch(request);
    if (!launched.ok()) {
      std::ignore = wait_to_the_end(copied);  // `sent` is used until then
      return launched.error();
    }
    return wait_to_the_end(launched);
  });
  device_->free(memory);
}

}  // namespace
}  // namespace dotcompute::opencl
