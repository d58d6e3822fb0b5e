// SPDX-License-Identifier: Apache-2.0
// Each allocation of a public operation fails once, at its N-th, until a run meets no failure.
#include "support/heap_probe.hpp"
#include "support/runtime_test.hpp"

#include <functional>

namespace dotcompute {
namespace {

/// \param operation tried on a fresh runtime each time; returns the error, if there was one.
void fail_each_allocation(const std::function<std::optional<Error>(Runtime&)>& operation) {
  bool untouched = false;
  for (std::uint64_t skip = 0; !untouched; ++skip) {
    ASSERT_LT(skip, 2000U);
    auto test_backend = std::make_shared<TestBackend>(
        std::vector<backend::DeviceInfo>{TestBackend::separate_memory("test:0")});
    auto runtime = Runtime::create(RuntimeBuilder()
                                       .without_built_in_backends()
                                       .add_backend(cpu_backend())
                                       .add_backend(test_backend));
    add_saxpy(runtime.kernels());
    add_vector_add(runtime.kernels());
    std::optional<Error> error;
    {
      const PlannedHeapFailure failure(skip);
      error = operation(runtime);
      untouched = !failure.happened();
    }
    if (error) {
      // What is built within a driver or its tables may name the device's memory instead.
      EXPECT_TRUE(error->code == ErrorCode::host_memory || error->code == ErrorCode::out_of_memory)
          << skip << ": " << error->message();
    }
    runtime.memory().trim();
    EXPECT_EQ(test_backend->device().live_allocations(), 0U) << skip;
    // Nothing is broken for good: the same operation now works.
    EXPECT_FALSE(operation(runtime).has_value()) << skip;
  }
}

template <class T>
std::optional<Error> error_in(Result<T> result) {
  return result ? std::nullopt : std::optional(std::move(result.error()));
}

// R9.1
TEST(HeapFailures, OfACallByNameAreReportedAndLeakNothing) {
  const std::vector<float> x(4, 1.0F);
  fail_each_allocation([&](Runtime& runtime) {
    return error_in(
        runtime.orchestrator().try_execute<HostArray<float>>("vector_add", {{"a", x}, {"b", x}}));
  });
}

// R9.1
TEST(HeapFailures, OfACallOnADeviceAreReportedAndLeakNothing) {
  const std::vector<float> x(4, 1.0F);
  std::vector<float> y(4, 1.0F);
  fail_each_allocation([&](Runtime& runtime) {
    return error_in(
        runtime.orchestrator().with({.device = "test:0"}).try_execute("saxpy", 2.0F, x, y));
  });
}

// R9.1
TEST(HeapFailures, OfAStridedCallAreReportedAndLeakNothing) {
  const std::vector<float> x(8, 1.0F);
  std::vector<float> y(4, 1.0F);
  fail_each_allocation([&](Runtime& runtime) {
    return error_in(runtime.orchestrator().try_execute(
        "saxpy", 2.0F, StridedView<const float, 1>{x.data(), {4}, {2}}, y));
  });
}

// R9.1
TEST(HeapFailures, OfAQueuedCallAreReportedAndLeakNothing) {
  std::vector<float> y(4, 1.0F);
  fail_each_allocation([&](Runtime& runtime) -> std::optional<Error> {
    try {
      auto task = runtime.orchestrator().execute_async(
          "saxpy", {{"alpha", 2.0F}, {"x", std::vector<float>(4, 1.0F)}, {"y", y}});
      return error_in(task.try_get());
    } catch (const std::bad_alloc&) {
      return Error{ErrorCode::host_memory, "The temporary itself has no memory."};
    }
  });
}

// R9.1
TEST(HeapFailures, OfPrecompilingAreReportedAndLeakNothing) {
  fail_each_allocation([&](Runtime& runtime) {
    return error_in(runtime.orchestrator().try_precompile("vector_add", AcceleratorType::cpu));
  });
}

}  // namespace
}  // namespace dotcompute
