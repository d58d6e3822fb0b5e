// SPDX-License-Identifier: Apache-2.0
#include "platform/cpu_quota.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace dotcompute::core {
namespace {

namespace fs = std::filesystem;

class CpuQuotaTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() /
              ("dotcompute_cpu_quota_" + std::to_string(getpid()) + "_" + info->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  [[nodiscard]] CgroupFiles files() const {
    return {.membership = (folder_ / "membership").string(), .root = (folder_ / "root").string()};
  }

  fs::path folder_;
};

// R3.2
TEST_F(CpuQuotaTest, KnowsNoLimitWithoutControlGroups) {
  EXPECT_EQ(cgroup_cpu_limit(files()), std::nullopt);
}

// R3.2
TEST_F(CpuQuotaTest, ReadsTheLimitOfVersion2) {
  write("membership", "0::/app\n");
  write("root/app/cpu.max", "150000 100000\n");

  EXPECT_EQ(cgroup_cpu_limit(files()), 1.5);
}

// R3.2
TEST_F(CpuQuotaTest, TakesMaxForNoLimit) {
  write("membership", "0::/app\n");
  write("root/app/cpu.max", "max 100000\n");

  EXPECT_EQ(cgroup_cpu_limit(files()), std::nullopt);
}

// R3.2
TEST_F(CpuQuotaTest, TakesTheSmallestLimitUpToTheRoot) {
  write("membership", "0::/outer/inner\n");
  write("root/outer/inner/cpu.max", "400000 100000\n");
  write("root/outer/cpu.max", "300000 100000\n");

  EXPECT_EQ(cgroup_cpu_limit(files()), 3.0);
}

// R3.2
TEST_F(CpuQuotaTest, FindsTheLimitOfAContainerWhoseRootIsItsGroup) {
  write("membership", "0::/docker/0123\n");
  write("root/cpu.max", "50000 100000\n");

  EXPECT_EQ(cgroup_cpu_limit(files()), 0.5);
}

// R3.2
TEST_F(CpuQuotaTest, ReadsTheLimitOfVersion1) {
  write("membership", "4:memory:/app\n3:cpu,cpuacct:/app\n");
  write("root/cpu,cpuacct/app/cpu.cfs_quota_us", "250000\n");
  write("root/cpu,cpuacct/app/cpu.cfs_period_us", "100000\n");

  EXPECT_EQ(cgroup_cpu_limit(files()), 2.5);
}

// R3.2
TEST_F(CpuQuotaTest, TakesMinusOneOfVersion1ForNoLimit) {
  write("membership", "3:cpu:/\n");
  write("root/cpu/cpu.cfs_quota_us", "-1\n");
  write("root/cpu/cpu.cfs_period_us", "100000\n");

  EXPECT_EQ(cgroup_cpu_limit(files()), std::nullopt);
}

// R3.2
TEST_F(CpuQuotaTest, IgnoresFilesThatHoldSomethingElse) {
  write("membership", "nonsense\n0::/app\n:\n");
  write("root/app/cpu.max", "many few\n");

  EXPECT_EQ(cgroup_cpu_limit(files()), std::nullopt);
}

// R3.2
TEST_F(CpuQuotaTest, NeverFallsBelowOneThread) {
  write("membership", "0::/\n");
  write("root/cpu.max", "1000 100000\n");

  EXPECT_EQ(cpu_quota(files()), 1U);
}

// R3.2
TEST_F(CpuQuotaTest, RoundsTheLimitUpButNotAboveTheProcessors) {
  write("membership", "0::/\n");
  write("root/cpu.max", "150000 100000\n");

  EXPECT_EQ(cpu_quota(files()), std::min(2U, std::thread::hardware_concurrency()));
}

// R3.2
TEST_F(CpuQuotaTest, CountsOnlyTheProcessorsTheThreadMayUse) {
  std::uint32_t counted = 0;

  std::thread([&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
    counted = cpu_quota(files());
  }).join();

  EXPECT_EQ(counted, 1U);
}

}  // namespace
}  // namespace dotcompute::core
