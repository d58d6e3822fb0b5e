// SPDX-License-Identifier: Apache-2.0
#include "support/runtime_test.hpp"

#include <cstring>
#include <mutex>

namespace dotcompute {
namespace {

class Recorder final : public extension::ExecutionObserver {
 public:
  struct Seen {
    std::string kernel;
    std::string device;
    std::uint32_t attempt;
    std::uint64_t items;
    bool failed;
  };
  void on_finished(const extension::ExecutionRecord& record) noexcept override {
    const std::lock_guard lock(mutex_);
    seen_.push_back({std::string(record.kernel), std::string(record.device), record.attempt,
                     record.items, record.error != nullptr});
  }
  [[nodiscard]] std::vector<Seen> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::vector<Seen> seen_;  // guarded by mutex_
};

/// Retries as often as it is told, on the device or on the CPU.
class Persistent final : public extension::RecoveryPolicy {
 public:
  extension::RecoveryDecision decide(const extension::RecoveryRequest& request) noexcept override {
    requests.push_back(request.error.code);
    if (request.attempt > retries) {
      return {};
    }
    return {action, std::chrono::nanoseconds(1)};
  }
  extension::RecoveryAction action = extension::RecoveryAction::retry;
  std::uint32_t retries = 3;
  std::vector<ErrorCode> requests;
};

/// Finds saxpy wrong if y is not what the kept y and the inputs say.
class SaxpyValidator final : public extension::ResultValidator {
 public:
  [[nodiscard]] bool wants(const KernelMetadata&, std::string_view) noexcept override {
    return wants_all;
  }
  Status validate(const extension::ValidationRequest& request) noexcept override {
    ++validated;
    const auto* x = static_cast<const float*>(request.arguments[1].data);
    const auto* y = static_cast<const float*>(request.arguments[2].data);
    float before = 0;
    std::memcpy(&before, request.before[2].data(), sizeof(before));
    const bool right = y[0] == before + 2 * x[0];
    return right ? success() : Error{ErrorCode::validation_failed, "The result is wrong."};
  }
  bool wants_all = true;
  int validated = 0;
};

class Extensions : public testing::Test {
 protected:
  Runtime make(RuntimeBuilder builder) {
    test_backend_ = std::make_shared<TestBackend>(std::vector<backend::DeviceInfo>{
        TestBackend::separate_memory("test:0"), TestBackend::host_memory("test:1")});
    auto runtime = Runtime::create(builder.without_built_in_backends()
                                       .add_backend(cpu_backend())
                                       .add_backend(test_backend_)
                                       .replace<extension::ExecutionObserver>(recorder_)
                                       .replace<extension::RecoveryPolicy>(policy_)
                                       .replace<extension::ResultValidator>(validator_));
    add_saxpy(runtime.kernels());
    add_vector_add(runtime.kernels());
    return runtime;
  }

  std::shared_ptr<TestBackend> test_backend_;
  std::shared_ptr<Recorder> recorder_ = std::make_shared<Recorder>();
  std::shared_ptr<Persistent> policy_ = std::make_shared<Persistent>();
  std::shared_ptr<SaxpyValidator> validator_ = std::make_shared<SaxpyValidator>();
  std::vector<float> x_{3};
  std::vector<float> y_{1};
};

// R12.2
TEST_F(Extensions, AnObserverIsToldOfEveryAttemptAlsoFailedOnes) {
  auto runtime = make({});
  test_backend_->device(0).fail(null::Operation::launch, ErrorCode::transient, 0, 2);

  runtime.orchestrator().with({.device = "test:0"}).execute("saxpy", 2.0F, x_, y_);

  const auto seen = recorder_->seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_TRUE(seen[0].failed);
  EXPECT_TRUE(seen[1].failed);
  EXPECT_FALSE(seen[2].failed);
  EXPECT_EQ(seen[2].attempt, 3U);
  EXPECT_EQ(seen[2].kernel, "saxpy");
  EXPECT_EQ(seen[2].device, "test:0");
  EXPECT_EQ(seen[2].items, 1U);
}

// R12.2
TEST_F(Extensions, TelemetryTurnedOffTellsObserversNothing) {
  auto runtime = make(RuntimeBuilder().options({.enable_telemetry = false}));

  runtime.orchestrator().execute("saxpy", 2.0F, x_, y_);

  EXPECT_TRUE(recorder_->seen().empty());
}

// R9.7
TEST_F(Extensions, InOutArgumentsAreAppliedOnceHoweverOftenTheCallIsTried) {
  auto runtime = make({});
  runtime.kernels().add({.name = "fails_late", .parameters = {element_wise(in_out<float>("y"))}},
                        [this](ItemId<1> id, std::span<float> y) {
                          y[id[0]] += 1;
                          if (policy_->requests.size() < 2) {
                            throw std::runtime_error("after it wrote");
                          }
                        });

  for (const char* device : {"cpu:0", "test:0", "test:1"}) {
    policy_->requests.clear();
    std::vector<float> y{1, 2, 3};
    runtime.orchestrator().with({.device = device}).execute("fails_late", y);
    EXPECT_EQ(y, (std::vector<float>{2, 3, 4})) << device;
    EXPECT_EQ(policy_->requests.size(), 2U) << device;
  }
}

// R9.7
TEST_F(Extensions, AnOutputThatLiesOnItsInputIsAppliedOnceToo) {
  auto runtime = make({});
  runtime.kernels().add(
      {.name = "in_place",
       .parameters = {element_wise(input<float>("x")), element_wise(output<float>("y"))},
       .allows_overlap = true},
      [this](ItemId<1> id, std::span<const float> x, std::span<float> y) {
        y[id[0]] = x[id[0]] + 1;
        if (policy_->requests.empty()) {
          throw std::runtime_error("after it wrote");
        }
      });
  std::vector<float> y{1, 2, 3};

  runtime.orchestrator().execute("in_place", y, y);

  EXPECT_EQ(y, (std::vector<float>{2, 3, 4}));
}

// R12.2
TEST_F(Extensions, AValidationThatNobodyCanDoIsRefused) {
  auto runtime = Runtime::create();
  add_saxpy(runtime.kernels());

  EXPECT_THROW(runtime.orchestrator().with({.validate = true}).execute("saxpy", 2.0F, x_, y_),
               BindingException);
}

// R9.7
TEST_F(Extensions, AFailedDeviceIsReplacedByTheCpuWithTheSameResult) {
  policy_->action = extension::RecoveryAction::fall_back_to_cpu;
  auto runtime = make(RuntimeBuilder().options({.default_accelerator = AcceleratorType::null}));
  // The third copy is that of the in-out argument back to the host: the kernel has run by then.
  test_backend_->device(0).fail(null::Operation::copy, ErrorCode::device_unavailable, 2, 1000);
  ExecutionReport report;

  runtime.orchestrator().with({.report = &report}).execute("saxpy", 2.0F, x_, y_);

  EXPECT_EQ(y_[0], 7);
  EXPECT_EQ(report.device, "cpu:0");
  EXPECT_TRUE(report.fell_back);
  ASSERT_EQ(report.attempts.size(), 2U);
  EXPECT_EQ(report.attempts[0].device, "test:0");
  EXPECT_FALSE(report.attempts[0].succeeded);
}

// R9.1
TEST_F(Extensions, WhenAllAttemptsFailTheErrorHoldsTheWholeChain) {
  auto runtime = make({});
  test_backend_->device(0).fail(null::Operation::launch, ErrorCode::transient, 0, 100);

  try {
    runtime.orchestrator().with({.device = "test:0"}).execute("saxpy", 2.0F, x_, y_);
    FAIL() << "the device never works";
  } catch (const DeviceException& thrown) {
    EXPECT_TRUE(thrown.is_transient());
    EXPECT_EQ(thrown.attempt(), 4U);
    EXPECT_NE(std::string_view(thrown.what()).find("attempt 3 on test:0"), std::string_view::npos);
  }
  EXPECT_EQ(y_[0], 1);
}

// R12.1
TEST_F(Extensions, RecoveryTurnedOffReportsTheFirstFailure) {
  auto runtime = make(RuntimeBuilder().options({.enable_recovery = false}));
  test_backend_->device(0).fail(null::Operation::launch, ErrorCode::transient);

  EXPECT_THROW(runtime.orchestrator().with({.device = "test:0"}).execute("saxpy", 2.0F, x_, y_),
               DeviceException);
  EXPECT_TRUE(policy_->requests.empty());
}

// R12.2
TEST_F(Extensions, AFailureOfAWarmCallIsRecoveredToo) {
  auto runtime = make(RuntimeBuilder().options({.enable_telemetry = false}));
  const auto warm = runtime.orchestrator().with({.device = "test:1"});
  std::vector<float> out(1);
  warm.execute("vector_add", x_, y_, out);
  warm.execute("vector_add", x_, y_, out);
  test_backend_->device(1).fail(null::Operation::launch, ErrorCode::transient, 0, 2);
  out[0] = 0;

  warm.execute("vector_add", x_, y_, out);

  EXPECT_EQ(out[0], 4);
  EXPECT_EQ(policy_->requests.size(), 2U);
}

// R12.2
TEST_F(Extensions, AValidatorSeesResultsAndWhatInOutArgumentsHeldBefore) {
  auto runtime = make(RuntimeBuilder().options({.enable_debug_validation = true}));
  ExecutionReport report;

  runtime.orchestrator().with({.report = &report}).execute("saxpy", 2.0F, x_, y_);

  EXPECT_EQ(validator_->validated, 1);
  EXPECT_TRUE(report.validated);
  EXPECT_EQ(y_[0], 7);
}

// R12.2
TEST_F(Extensions, AWrongResultFailsTheCall) {
  auto runtime =
      make(RuntimeBuilder().options({.enable_debug_validation = true, .enable_recovery = false}));

  EXPECT_THROW(runtime.orchestrator().execute("saxpy", 5.0F, x_, y_), ValidationException);
}

// R12.2
TEST_F(Extensions, ACallDecidesItselfWhetherItIsValidated) {
  auto runtime = make(RuntimeBuilder().options({.enable_telemetry = false}));

  runtime.orchestrator().execute("saxpy", 2.0F, x_, y_);
  EXPECT_EQ(validator_->validated, 0);
  runtime.orchestrator().with({.validate = true}).execute("saxpy", 2.0F, x_, y_);
  EXPECT_EQ(validator_->validated, 1);
}

class LastDevice final : public extension::BackendSelector {
 public:
  Result<extension::SelectionDecision> choose(
      const extension::SelectionRequest& request) noexcept override {
    ++asked;
    items = request.range.items();
    return extension::SelectionDecision{request.candidates.size() - 1, "It is the last."};
  }
  [[nodiscard]] std::uint64_t epoch() const noexcept override { return current_epoch; }
  int asked = 0;
  std::uint64_t items = 0;
  std::uint64_t current_epoch = 0;
};

// R12.2
TEST_F(Extensions, ASelectorOfOnesOwnIsAskedOncePerEpoch) {
  auto selector = std::make_shared<LastDevice>();
  auto runtime = Runtime::create(RuntimeBuilder().replace<extension::BackendSelector>(selector));
  add_vector_add(runtime.kernels());
  std::vector<float> out(1);

  for (int call = 0; call < 5; ++call) {
    runtime.orchestrator().execute("vector_add", x_, y_, out);
  }
  EXPECT_EQ(selector->asked, 1);
  EXPECT_EQ(selector->items, 1U);
  selector->current_epoch = 1;
  runtime.orchestrator().execute("vector_add", x_, y_, out);
  EXPECT_EQ(selector->asked, 2);
  EXPECT_EQ(&runtime.get<extension::BackendSelector>(), selector.get());
}

/// Each call of the device fails once, at its N-th use, until a run meets no failure.
class PlannedFailures : public testing::TestWithParam<null::Operation> {};

// R9.7
TEST_P(PlannedFailures, OfADriverCallGiveTheRightErrorAndLeakNothing) {
  auto backend = std::make_shared<TestBackend>(
      std::vector<backend::DeviceInfo>{TestBackend::separate_memory("test:0")});
  bool untouched = false;
  for (std::uint64_t call = 0; !untouched; ++call) {
    ASSERT_LT(call, 100U);
    auto runtime = Runtime::create(RuntimeBuilder().add_backend(backend));
    add_saxpy(runtime.kernels());
    std::vector<float> x{1, 2, 3};
    std::vector<float> y{1, 1, 1};
    backend->device().fail(GetParam(), ErrorCode::device_unavailable, call, 1);

    const auto status =
        runtime.orchestrator().with({.device = "test:0"}).try_execute("saxpy", 2.0F, x, y);

    untouched = status.ok();
    if (untouched) {
      EXPECT_EQ(y, (std::vector<float>{3, 5, 7}));
    } else {
      EXPECT_EQ(status.error().code, ErrorCode::device_unavailable);
      EXPECT_EQ(status.error().context.device.view(), "test:0");
      // The device is well again: the same call now works, from the same values.
      EXPECT_TRUE(
          runtime.orchestrator().with({.device = "test:0"}).try_execute("saxpy", 2.0F, x, y).ok());
    }
    runtime.memory().trim();
    EXPECT_EQ(backend->device().live_allocations(), 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryOperation,
                         PlannedFailures,
                         testing::Values(null::Operation::allocate,
                                         null::Operation::compile,
                                         null::Operation::copy,
                                         null::Operation::launch,
                                         null::Operation::wait));

// R7.1
TEST_F(Extensions, AKernelIsCompiledOnceAndACompileErrorIsRemembered) {
  auto runtime = make({});
  const auto forced = runtime.orchestrator().with({.device = "test:0"});
  policy_->retries = 0;
  test_backend_->device(0).fail(null::Operation::compile, ErrorCode::compilation_failed, 0, 1);

  EXPECT_THROW(forced.execute("saxpy", 2.0F, x_, y_), CompilationException);
  // The device would compile it now: it is not asked again.
  EXPECT_THROW(forced.execute("saxpy", 2.0F, x_, y_), CompilationException);
}

}  // namespace
}  // namespace dotcompute
