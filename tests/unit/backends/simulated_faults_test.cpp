// SPDX-License-Identifier: Apache-2.0
#include "simulated/backend.hpp"
#include "support/test_backend.hpp"
#include "unit/backends/simulated_support.hpp"

namespace dotcompute {
namespace {

using SimulatedFaults = SimulatedTest;
using Values = std::vector<std::int32_t>;

// R9.1
TEST_F(SimulatedFaults, WorkThatFailsIsToldToWhoWaitsForIt) {
  open("");
  ASSERT_TRUE(
      faults_->add({.fault = core::Fault{ErrorCode::device_unavailable, 7}, .call = "run_copy"})
          .ok());
  const Values values(4);
  const auto copied = upload(values, allocate(16));
  ASSERT_TRUE(copied.ok());

  const auto waited = device_->wait(*copied, kForEver);

  ASSERT_EQ(code_of(waited), ErrorCode::device_unavailable);
  EXPECT_EQ(waited.error().native, 7);
  EXPECT_EQ(code_of(device_->wait(*copied, kForEver)), ErrorCode::device_unavailable);
}

// R9.1
TEST_F(SimulatedFaults, WhatComesAfterFailedWorkFailsAndIsNotBegun) {
  open("");
  const auto program = compile();
  const auto memory = allocate(16);
  Values values{5, 5, 5, 5};
  ASSERT_TRUE(finishes(upload(values, memory)));
  ASSERT_TRUE(
      faults_->add({.fault = core::Fault{ErrorCode::transient, {}}, .call = "run_launch"}).ok());
  const auto first = launch(*program, memory, 4);
  ASSERT_TRUE(first.ok());
  const auto second = launch(*program, memory, 4, std::span(&*first, 1));
  ASSERT_TRUE(second.ok());

  EXPECT_EQ(code_of(device_->wait(*second, kForEver)), ErrorCode::transient);

  ASSERT_TRUE(finishes(download(memory, values)));
  EXPECT_EQ(values, Values(4, 5));
}

// R9.1
TEST_F(SimulatedFaults, FailuresAreToldHoweverMuchIsQueuedAfterThem) {
  open("");
  ASSERT_TRUE(
      faults_->add({.fault = core::Fault{ErrorCode::transient, {}}, .call = "run_copy"}).ok());
  const Values values(4);
  const auto memory = allocate(16);
  const auto failed = upload(values, memory);
  ASSERT_TRUE(failed.ok());
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(finishes(upload(values, memory)));
  }

  EXPECT_EQ(code_of(device_->wait(*failed, kForEver)), ErrorCode::transient);
}

// R9.4
TEST_F(SimulatedFaults, APlannedLimitOfMemoryHolds) {
  open("");
  ASSERT_TRUE(faults_->add({.backend = "simulated", .memory_limit_bytes = 100}).ok());

  const auto first = allocate(64);
  EXPECT_EQ(code_of(device_->allocate({.bytes = 64})), ErrorCode::out_of_memory);
  device_->free(first);
  EXPECT_TRUE(device_->allocate({.bytes = 64}).ok());
}

class EveryCall : public SimulatedTest {
 protected:
  // Upload, launch and download; the first error of whatever is called or waited for.
  Status round_trip(Values& values) {
    const KernelMetadata metadata{.name = "kernel", .parameters = {in_out<std::int32_t>("x")}};
    auto program = device_->compile({.metadata = &metadata, .host = {&add_one, nullptr}});
    if (!program) {
      return program.error();
    }
    const auto memory = device_->allocate({.bytes = 16});
    if (!memory) {
      return memory.error();
    }
    const Status status = move_and_run(**program, *memory, values);
    device_->free(*memory);
    return status;
  }

 private:
  Status move_and_run(const backend::Program& program,
                      const backend::Allocation& memory,
                      Values& values) {
    auto queued = upload(values, memory);
    if (queued) {
      auto launched = launch(program, memory, 4, std::span(&*queued, 1));
      std::ignore = device_->wait(*queued, kForEver);  // whatever it says, the launch says too
      queued = std::move(launched);
    }
    if (!queued) {
      return queued.error();
    }
    if (const auto waited = device_->wait(*queued, kForEver); !waited) {
      std::ignore = device_->wait(*queued, kForEver);  // the memory is used until then
      return waited.error();
    }
    const auto back = download(memory, values);
    if (!back) {
      return back.error();
    }
    const auto waited = device_->wait(*back, kForEver);
    std::ignore = device_->wait(*back, kForEver);
    return waited ? success() : Status(waited.error());
  }
};

// R9.1
TEST_F(EveryCall, ThatFailsGivesItsErrorLeavesNothingBehindAndWorksTheNextTime) {
  open("");
  std::uint64_t failed = 0;
  for (std::uint64_t call = 0; call < 64; ++call) {
    const std::uint64_t before = faults_->failures();
    faults_->clear();
    ASSERT_TRUE(faults_->add({.fault = core::Fault{ErrorCode::transient, {}}, .skip = call}).ok());
    Values values(4);

    const Status status = round_trip(values);

    const bool met = faults_->failures() > before;
    failed += met ? 1 : 0;
    EXPECT_EQ(device_->live_allocations(), 0U) << call;
    faults_->clear();
    if (!status) {
      EXPECT_EQ(code_of(status), ErrorCode::transient) << call;
      values = Values(4);
      ASSERT_TRUE(round_trip(values).ok()) << call;
    }
    EXPECT_EQ(values, Values(4, 1)) << call;
    if (!met) {
      break;
    }
  }
  EXPECT_GE(failed, 10U);
}

// R3.1
TEST(SimulatedBackend, TellsOfADeviceThatIsNotThereToDoTheWork) {
  const auto backend =
      simulated::make_backend("inner=cuda:7;inner=test:0", {.inner = {}, .clock = nullptr});
  ASSERT_TRUE(backend.ok());

  const auto found = (*backend)->enumerate();

  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->devices.empty());
  ASSERT_EQ(found->notes.size(), 2U);
  EXPECT_EQ(found->notes[0], "sim:0: there is no device cuda:7 to do the work");
  EXPECT_EQ(code_of((*backend)->open(0, {})), ErrorCode::invalid_argument);
}

/// Has no device when it is searched with a plan.
class LostWithAPlan final : public backend::Backend {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return inner_.name(); }
  Result<backend::FoundDevices> enumerate() noexcept override { return inner_.enumerate(); }
  Result<backend::FoundDevices> enumerate_with(core::FaultPlan& /*plan*/) noexcept override {
    return Error{ErrorCode::device_unavailable, "planned"};
  }
  Result<std::unique_ptr<backend::Device>> open(
      std::size_t index, const backend::DeviceOptions& options) noexcept override {
    return inner_.open(index, options);
  }

 private:
  TestBackend inner_{{TestBackend::host_memory("test:0")}};
};

// R3.1
TEST(SimulatedBackend, IsSearchedWithThePlanOfWhoSearches) {
  LostWithAPlan inner;
  core::FaultPlan plan;
  const auto backend = simulated::make_backend("inner=test:0", {.inner = {&inner}});
  ASSERT_TRUE(backend.ok());

  EXPECT_EQ((*backend)->enumerate()->devices.size(), 1U);
  EXPECT_TRUE((*backend)->enumerate_with(plan)->devices.empty());
}

// R3.1
TEST(SimulatedBackend, OpensTheDeviceThatEachProfileNames) {
  TestBackend inner({TestBackend::host_memory("test:0"), TestBackend::separate_memory("test:1")});
  const auto backend = simulated::make_backend("inner=test:1,memory=2MiB;inner=gone;inner=test:0",
                                               {.inner = {&inner}});
  ASSERT_TRUE(backend.ok());
  const auto found = (*backend)->enumerate();
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->devices.size(), 2U);

  const auto first = (*backend)->open(0, {});
  const auto second = (*backend)->open(1, {});

  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ((*first)->info().id, "sim:0");
  EXPECT_EQ((*first)->info().memory_bytes, std::size_t{2} << 20U);
  EXPECT_EQ((*second)->info().id, "sim:2");
  EXPECT_EQ((*backend)->device(1), second->get());
}

}  // namespace
}  // namespace dotcompute
