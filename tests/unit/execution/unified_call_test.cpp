// SPDX-License-Identifier: Apache-2.0
// Unified buffers as arguments and results.
#include "support/code_of.hpp"
#include "support/heap_probe.hpp"
#include "support/runtime_test.hpp"

#include <numeric>
#include <vector>

namespace dotcompute {
namespace {

const CallOptions kOnOwnMemory{.device = "test:0"};
const CallOptions kOnHostMemory{.device = "test:1"};
const CallOptions kOnCpu{.device = "cpu:0"};

class UnifiedCallTest : public RuntimeTest {
 protected:
  static constexpr std::size_t kCount = 1000;

  using RuntimeTest::RuntimeTest;

  UnifiedBuffer<float> ramp() {
    std::vector<float> values(kCount);
    std::iota(values.begin(), values.end(), 0.0F);
    return runtime_.memory().unified_from(values);
  }
  UnifiedBuffer<float> constant(float value) {
    return runtime_.memory().unified_from(std::vector<float>(kCount, value));
  }
  static std::vector<float> ramp_plus(float added) {
    std::vector<float> values(kCount);
    std::iota(values.begin(), values.end(), added);
    return values;
  }
};

// R1.9
TEST_F(UnifiedCallTest, AreArgumentsOnEveryDevice) {
  for (const CallOptions* device : {&kOnOwnMemory, &kOnHostMemory, &kOnCpu}) {
    const auto a = ramp();
    const auto b = constant(1.0F);
    auto out = runtime_.memory().allocate_unified<float>(kCount);

    orchestrator_.execute("vector_add", {{"a", a}, {"b", b}, {"out", out}}, *device);

    EXPECT_EQ(out.to_vector(), ramp_plus(1.0F)) << device->device;
  }
}

// R6.5
TEST_F(UnifiedCallTest, TheCpuWorksInTheBuffersOwnMemory) {
  const auto a = ramp();
  const auto b = constant(1.0F);
  auto out = runtime_.memory().allocate_unified<float>(kCount);

  orchestrator_.execute("vector_add", {{"a", a}, {"b", b}, {"out", out}}, kOnCpu);

  EXPECT_EQ(out.to_vector(), ramp_plus(1.0F));
  EXPECT_EQ(a.traffic(), BufferTraffic{});
  EXPECT_EQ(out.traffic(), BufferTraffic{});
}

// R6.1
TEST_F(UnifiedCallTest, AChainOfKernelsOnADeviceMovesNothingBetweenThem) {
  const auto x = constant(1.0F);
  auto y = ramp();
  orchestrator_.execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, kOnOwnMemory);
  const auto before = runtime_.memory().stats().unified;

  for (int link = 0; link < 10; ++link) {
    orchestrator_.execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, kOnOwnMemory);
  }

  EXPECT_EQ(runtime_.memory().stats().unified, before);
  EXPECT_EQ(y.to_vector(), ramp_plus(11.0F));
}

// R6.1
TEST_F(UnifiedCallTest, OnlyWhatIsReadAndStaleMoves) {
  const auto a = ramp();
  const auto b = constant(1.0F);
  auto out = runtime_.memory().allocate_unified<float>(kCount);
  ExecutionReport report;
  CallOptions options = kOnOwnMemory;
  options.report = &report;

  orchestrator_.execute("vector_add", {{"a", a}, {"b", b}, {"out", out}}, options);

  EXPECT_EQ(report.bytes_to_device, 2 * kCount * sizeof(float));
  EXPECT_EQ(report.bytes_from_device, 0U);
  EXPECT_EQ(out.traffic(), BufferTraffic{});
}

// R6.1
TEST_F(UnifiedCallTest, StayCoherentWhenDevicesTakeTurns) {
  const auto x = constant(1.0F);
  auto y = ramp();

  for (int turn = 0; turn < 4; ++turn) {
    for (const CallOptions* device : {&kOnOwnMemory, &kOnCpu, &kOnHostMemory}) {
      orchestrator_.execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, *device);
    }
  }

  EXPECT_EQ(y.to_vector(), ramp_plus(12.0F));
}

// R1.9
TEST_F(UnifiedCallTest, MixWithArraysOfTheCaller) {
  const auto a = ramp();
  const std::vector<float> b(kCount, 1.0F);
  std::vector<float> out(kCount);

  for (int call = 0; call < 2; ++call) {  // the second is the warm one
    std::fill(out.begin(), out.end(), 0.0F);
    orchestrator_.execute("vector_add", {{"a", a}, {"b", b}, {"out", out}}, kOnOwnMemory);

    EXPECT_EQ(out, ramp_plus(1.0F));
  }
}

// R1.9
TEST_F(UnifiedCallTest, AreReturnedWhereTheKernelWroteThem) {
  for (int call = 0; call < 2; ++call) {
    const auto a = ramp();
    const auto b = constant(1.0F);

    const auto out =
        orchestrator_.with(kOnOwnMemory).execute<UnifiedBuffer<float>>("vector_add", a, b);

    EXPECT_EQ(out.traffic(), BufferTraffic{});
    EXPECT_EQ(out.size(), kCount);
    EXPECT_EQ(out.to_vector(), ramp_plus(1.0F));
  }
}

// R1.9
TEST_F(UnifiedCallTest, AreReturnedWithTheKernelsShape) {
  const auto a = runtime_.memory().allocate_unified<float>(5, 7);
  const auto b = runtime_.memory().allocate_unified<float>(7, 3);

  const auto c = orchestrator_.execute<UnifiedBuffer<float>>("matmul", {{"a", a}, {"b", b}});

  EXPECT_EQ(c.rank(), 2);
  EXPECT_EQ(c.extents(), (Extents{5, 3, 1}));
}

// R1.4
TEST_F(UnifiedCallTest, FitTypedHandles) {
  const auto a = ramp();
  const auto b = constant(1.0F);
  auto out = runtime_.memory().allocate_unified<float>(kCount);

  orchestrator_.with(kOnOwnMemory).execute(handles::kVectorAdd, a, b, out);

  EXPECT_EQ(out.to_vector(), ramp_plus(1.0F));
}

// R6.1
TEST_F(UnifiedCallTest, SlicesOfOneBufferAreInputAndOutput) {
  auto all = runtime_.memory().unified_from(std::vector<float>(3 * kCount, 1.0F));

  orchestrator_.execute("vector_add",
                        {{"a", all.slice(0, kCount)},
                         {"b", all.slice(kCount, kCount)},
                         {"out", all.slice(2 * kCount, kCount)}},
                        kOnOwnMemory);

  const auto values = all.to_vector();
  EXPECT_EQ(values[2 * kCount - 1], 1.0F);
  EXPECT_EQ(values[2 * kCount], 2.0F);
  EXPECT_EQ(values.back(), 2.0F);
}

// R5.2
TEST_F(UnifiedCallTest, RefusesSlicesThatOverlapWhereOneIsWritten) {
  auto all = runtime_.memory().unified_from(std::vector<float>(2 * kCount, 1.0F));
  const auto b = constant(1.0F);

  const auto refused = orchestrator_.try_execute(
      "vector_add",
      {{"a", all.slice(0, kCount)}, {"b", b}, {"out", all.slice(kCount - 1, kCount)}});

  EXPECT_EQ(error_of(refused).code, ErrorCode::invalid_argument);
}

// R5.1
TEST_F(UnifiedCallTest, OneBufferMayBeReadByTwoParameters) {
  const auto a = ramp();

  const auto out = orchestrator_.with(kOnOwnMemory).execute<std::vector<float>>("vector_add", a, a);

  EXPECT_EQ(out[10], 20.0F);
}

// R5.1
TEST_F(UnifiedCallTest, OneBufferMayBeInputAndOutputOfAKernelThatAllowsIt) {
  runtime_.kernels().add(
      {.name = "doubled",
       .parameters = {element_wise(input<float>("x")), element_wise(output<float>("out"))},
       .allows_overlap = true},
      [](ItemId<1> id, std::span<const float> x, std::span<float> out) {
        out[id[0]] = 2 * x[id[0]];
      });
  for (const CallOptions* device : {&kOnOwnMemory, &kOnCpu}) {
    auto x = ramp();

    orchestrator_.execute("doubled", {{"x", x}, {"out", x}}, *device);

    EXPECT_EQ(x.to_vector()[21], 42.0F) << device->device;
  }
}

// R5.2
TEST_F(UnifiedCallTest, RefusesAConstBufferForAnOutput) {
  const auto a = ramp();

  const auto refused = orchestrator_.try_execute("vector_add", a, a, a);

  EXPECT_EQ(error_of(refused).code, ErrorCode::invalid_argument);
  EXPECT_EQ(refused.error().context.parameter.view(), "out");
}

// R5.2
TEST_F(UnifiedCallTest, RefusesABufferOfAnotherRuntime) {
  auto other = Runtime::create();
  const auto foreign = other.memory().unified_from(std::vector<float>(kCount));
  const auto own = ramp();
  auto out = runtime_.memory().allocate_unified<float>(kCount);

  for (int call = 0; call < 2; ++call) {
    const auto refused =
        orchestrator_.try_execute("vector_add", {{"a", foreign}, {"b", own}, {"out", out}});

    EXPECT_EQ(error_of(refused).code, ErrorCode::invalid_argument);
    orchestrator_.execute("vector_add", {{"a", own}, {"b", own}, {"out", out}});
  }
}

// R5.2
TEST_F(UnifiedCallTest, RefusesABufferThatTheHostIsUsing) {
  auto y = ramp();
  const auto x = constant(1.0F);
  const auto held = y.map();

  const auto refused = orchestrator_.try_execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}});

  EXPECT_EQ(error_of(refused).code, ErrorCode::invalid_argument);
  EXPECT_EQ(held[3], 3.0F);
}

// R1.10
TEST_F(UnifiedCallTest, ElementsOutsideTheRangeStayAsTheyWere) {
  const auto a = ramp();
  const auto b = constant(1.0F);
  auto out = constant(7.0F);
  CallOptions options = kOnOwnMemory;
  options.range = LaunchRange{{10, 1, 1}};

  orchestrator_.execute("vector_add", {{"a", a}, {"b", b}, {"out", out}}, options);

  EXPECT_EQ(out.to_vector()[9], 10.0F);
  EXPECT_EQ(out.to_vector()[10], 7.0F);
}

// R1.5
TEST_F(UnifiedCallTest, AQueuedCallKeepsTheStorageOfASlice) {
  auto y = ramp();
  const auto x = constant(1.0F);

  auto task = orchestrator_.execute_async(
      "saxpy", {{"alpha", 1.0F}, {"x", x.slice(0, 10)}, {"y", y.slice(0, 10)}}, kOnOwnMemory);
  task.get();

  EXPECT_EQ(y.to_vector()[9], 10.0F);
  EXPECT_EQ(y.to_vector()[10], 10.0F);
}

// R6.2
TEST_F(UnifiedCallTest, AWarmCallOnResidentBuffersTakesNothingFromTheHeap) {
  const auto x = constant(1.0F);
  auto y = ramp();
  const auto call = [&] {
    orchestrator_.execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, kOnCpu);
  };
  call();
  call();
  const std::uint64_t before = heap_allocations();

  for (int repeat = 0; repeat < 100; ++repeat) {
    call();
  }

  EXPECT_EQ(heap_allocations(), before);
}

// R9.7
TEST_F(UnifiedCallTest, AFailedCallLosesNothingAndTheNextIsRight) {
  using null::Operation;
  for (const Operation operation : {Operation::allocate, Operation::copy, Operation::launch}) {
    for (std::uint64_t call = 0; call < 4; ++call) {
      const auto a = ramp();
      const auto b = constant(1.0F);
      auto out = runtime_.memory().allocate_unified<float>(kCount);
      runtime_.memory().trim();
      test_backend_->device().fail(operation, ErrorCode::transient, call, 1);

      const auto first =
          orchestrator_.try_execute("vector_add", {{"a", a}, {"b", b}, {"out", out}}, kOnOwnMemory);
      test_backend_->device().fail(operation, ErrorCode::transient, 0, 0);
      orchestrator_.execute("vector_add", {{"a", a}, {"b", b}, {"out", out}}, kOnOwnMemory);

      EXPECT_EQ(out.to_vector(), ramp_plus(1.0F)) << first.ok();
      EXPECT_EQ(a.to_vector(), ramp_plus(0.0F));
    }
  }
}

class AlwaysAgain final : public extension::RecoveryPolicy {
 public:
  extension::RecoveryDecision decide(const extension::RecoveryRequest&) noexcept override {
    return {.action = extension::RecoveryAction::retry};
  }
};

class UnifiedRecoveryTest : public UnifiedCallTest {
 protected:
  UnifiedRecoveryTest()
      : UnifiedCallTest(
            RuntimeBuilder().replace<extension::RecoveryPolicy>(std::make_shared<AlwaysAgain>())) {}
};

// R9.7
TEST_F(UnifiedRecoveryTest, ASecondAttemptStartsFromTheSameInOutValues) {
  const auto x = constant(1.0F);
  auto y = ramp();
  orchestrator_.execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, kOnOwnMemory);
  test_backend_->device().fail(null::Operation::wait, ErrorCode::execution_failed, 0, 1);

  orchestrator_.execute("saxpy", {{"alpha", 1.0F}, {"x", x}, {"y", y}}, kOnOwnMemory);

  EXPECT_EQ(y.to_vector(), ramp_plus(2.0F));
}

/// Notes what it is shown.
class Witness final : public extension::ResultValidator {
 public:
  bool wants(const KernelMetadata&, std::string_view) noexcept override { return true; }
  Status validate(const extension::ValidationRequest& request) noexcept override {
    const auto* y = static_cast<const float*>(request.arguments[2].data);
    const auto* before = reinterpret_cast<const float*>(request.before[2].data());
    seen = y[5];
    seen_before = before[5];
    return success();
  }
  float seen = 0;
  float seen_before = 0;
};

// R8.1
TEST(UnifiedValidation, ShowsTheValidatorWhatTheDeviceWroteAndWhatWasThereBefore) {
  const auto witness = std::make_shared<Witness>();
  const auto backend = std::make_shared<TestBackend>(
      std::vector<backend::DeviceInfo>{TestBackend::separate_memory("test:0")});
  auto runtime = Runtime::create(RuntimeBuilder()
                                     .without_built_in_backends()
                                     .add_backend(backend)
                                     .replace<extension::ResultValidator>(witness));
  add_saxpy(runtime.kernels());
  const auto x = runtime.memory().unified_from(std::vector<float>(10, 1.0F));
  auto y = runtime.memory().unified_from(std::vector<float>(10, 5.0F));
  CallOptions options = kOnOwnMemory;
  options.validate = true;

  runtime.orchestrator().execute("saxpy", {{"alpha", 2.0F}, {"x", x}, {"y", y}}, options);

  EXPECT_EQ(witness->seen, 7.0F);
  EXPECT_EQ(witness->seen_before, 5.0F);
}

}  // namespace
}  // namespace dotcompute
