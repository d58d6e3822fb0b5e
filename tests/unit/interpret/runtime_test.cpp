// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/dotcompute.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace dotcompute {
namespace {

constexpr const char* kTwice = R"(kir 1;
file "twice.cpp";
kernel pack_twice {
  buffer x: const float32 in rank 1 span;
  buffer y: float32 out rank 1 span;
  let i: uint64 = $global_id(0);
  y[i] = x[i] + x[i]; @4:3 3 10 17
}
)";

// A kernel with a body for the interpreter and, if wanted, one for the CPU that gives zeros.
class InterpretedCallTest : public testing::Test {
 protected:
  void add_kernel(bool has_callable) {
    KernelRegistration registration;
    registration.metadata = {.name = "twice",
                             .parameters = {input<float>("x", "n"), output<float>("y", "n")},
                             .backends = KernelBackends::interpreter};
    registration.definitions.push_back({kTwice, "pack_twice", AcceleratorType::interpreter});
    if (has_callable) {
      registration.metadata.backends = KernelBackends::cpu | KernelBackends::interpreter;
      registration.callable = make_callable_kernel(
          [](ItemId<1> id, std::span<const float> /*x*/, std::span<float> y) { y[id[0]] = 0; });
    }
    runtime_.kernels().add(std::move(registration));
  }

  Runtime runtime_ = Runtime::create(RuntimeOptions{});
  Orchestrator& orchestrator_ = runtime_.orchestrator();
  std::vector<float> x_{1, 2, 3};
  ExecutionReport report_;
};

// R1.7
TEST_F(InterpretedCallTest, ACallForcesOrPrefersTheInterpreter) {
  add_kernel(/*has_callable=*/true);

  EXPECT_EQ(orchestrator_.with({.device = "interp:0"}).execute<std::vector<float>>("twice", x_),
            (std::vector<float>{2, 4, 6}));
  EXPECT_EQ(orchestrator_.with({.prefer_backend = AcceleratorType::interpreter})
                .execute<std::vector<float>>("twice", x_),
            (std::vector<float>{2, 4, 6}));
}

// R1.7
TEST_F(InterpretedCallTest, TheInterpreterIsNeverChosenAutomatically) {
  add_kernel(/*has_callable=*/true);

  std::ignore = orchestrator_.with({.report = &report_}).execute<std::vector<float>>("twice", x_);

  EXPECT_EQ(report_.device, "cpu:0");
}

// R1.7
TEST_F(InterpretedCallTest, NotEvenIfNothingElseRunsTheKernel) {
  add_kernel(/*has_callable=*/false);

  const auto result = orchestrator_.try_execute<std::vector<float>>("twice", x_);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::device_unavailable);
}

// R9.1
TEST_F(InterpretedCallTest, AFaultOfTheKernelTellsItsPlace) {
  add_kernel(/*has_callable=*/false);

  const auto result = orchestrator_.with({.device = "interp:0", .range = LaunchRange{{4, 1, 1}}})
                          .try_execute<std::vector<float>>("twice", x_);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::execution_failed);
  EXPECT_NE(result.error().message().find("twice.cpp:4:"), std::string::npos)
      << result.error().message();
}

}  // namespace
}  // namespace dotcompute
