// SPDX-License-Identifier: Apache-2.0
#include "support/runtime_test.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>

namespace dotcompute {
namespace {

void add_one_kernel(KernelModule& module) {
  module.add({.name = "from_module", .parameters = {element_wise(in_out<int>("x"))}},
             [](ItemId<1> id, std::span<int> x) { x[id[0]] += 1; });
}

void add_two_wrong_kernels(KernelModule& module) {
  module.add({.name = "wrong name", .parameters = {input<int>("x")}},
             [](ItemRange, std::span<const int>) {});
  module.add({.name = "wrong_count", .parameters = {input<int>("x"), input<int>("y")}},
             [](ItemRange, std::span<const int>) {});
}

// R12.2
TEST(Runtimes, TheMinimalOneHasTheCpuAndRunsAKernel) {
  auto runtime = Runtime::create();
  add_saxpy(runtime.kernels());
  std::vector<float> y{1};

  runtime.orchestrator().execute("saxpy", 2.0F, std::vector<float>{3}, y);

  EXPECT_EQ(y[0], 7);
  EXPECT_EQ(runtime.devices().devices().front().id, "cpu:0");
}

// R12.2
TEST(Runtimes, EachServiceIsFoundByItsType) {
  auto runtime = Runtime::create();

  EXPECT_EQ(&runtime.get<Orchestrator>(), &runtime.orchestrator());
  EXPECT_EQ(&runtime.get<KernelRegistry>(), &runtime.kernels());
  EXPECT_EQ(&runtime.get<DeviceManager>(), &runtime.devices());
  EXPECT_EQ(&runtime.get<MemoryManager>(), &runtime.memory());
  EXPECT_EQ(&runtime.get<const RuntimeOptions>(), &runtime.options());
  EXPECT_THROW(std::ignore = &runtime.get<extension::ResultValidator>(), ConfigurationException);
}

// R12.1
TEST(Runtimes, SimulateTheDevicesOfTheirOptions) {
  auto runtime = Runtime::create(RuntimeBuilder().options(
      {.simulated = "inner=cpu:0,memory=4MiB,engines=1;inner=cpu:0,latency=1us"}));
  add_saxpy(runtime.kernels());

  for (const std::string device : {"sim:0", "sim:1"}) {
    std::vector<float> y{1};
    runtime.orchestrator()
        .with({.device = device})
        .execute("saxpy", 2.0F, std::vector<float>{3}, y);
    EXPECT_EQ(y[0], 7) << device;
  }
  for (const backend::DeviceInfo& device : runtime.devices().devices()) {
    EXPECT_EQ(device.memory_bytes == 4U << 20U, device.id == "sim:0") << device.id;
  }
}

// R12.1
TEST(Runtimes, TellWhichDeviceOfTheirOptionsIsNotThereToBeSimulated) {
  auto runtime = Runtime::create(RuntimeBuilder().options({.simulated = "inner=cuda:9"}));

  const auto backends = runtime.devices().backends();

  EXPECT_EQ(backends.back().name, "simulated");
  EXPECT_NE(backends.back().problem.find("cuda:9"), std::string::npos) << backends.back().problem;
}

// R2.5
TEST(Runtimes, RegisterTheModulesOfTheirBuilder) {
  auto runtime = Runtime::create(RuntimeBuilder().add_module(&add_one_kernel));
  std::vector<int> x{1};

  runtime.orchestrator().execute("from_module", x);

  EXPECT_EQ(x[0], 2);
}

// R2.5
TEST(Runtimes, ReportAllProblemsOfAModuleAtOnce) {
  try {
    auto runtime = Runtime::create(RuntimeBuilder().add_module(&add_two_wrong_kernels));
    FAIL() << "both kernels are wrong";
  } catch (const ConfigurationException& thrown) {
    const std::string_view message = thrown.what();
    EXPECT_NE(message.find("wrong name"), std::string_view::npos);
    EXPECT_NE(message.find("wrong_count"), std::string_view::npos);
  }
}

class ConfigurationFile : public testing::Test {
 protected:
  void write(std::string_view text) { std::ofstream(path_) << text; }
  void TearDown() override { std::filesystem::remove(path_); }

  const std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) /
      ("dotcompute_" + std::to_string(::getpid()) + "_runtime.toml");
};

// R12.2
TEST_F(ConfigurationFile, SaysEverythingOfACompleteRuntime) {
  write("[dotcompute]\ncpu_threads = 1\nenable_telemetry = false\n");

  auto runtime = Runtime::create_complete(path_.string());

  EXPECT_EQ(runtime.options().cpu_threads, 1U);
  EXPECT_FALSE(runtime.options().enable_telemetry);
  EXPECT_EQ(runtime.devices().devices().front().compute_units, 1U);
}

// R12.1
TEST_F(ConfigurationFile, GivesWayToCode) {
  write("[dotcompute]\ncpu_threads = 2\nstrict = true\n");

  auto runtime = Runtime::create(
      RuntimeBuilder().options({.cpu_threads = 1}).configuration_file(path_.string()));

  EXPECT_EQ(runtime.options().cpu_threads, 1U);
  EXPECT_TRUE(runtime.options().strict);
}

// R12.1
TEST_F(ConfigurationFile, WithSeveralProblemsTellsAllOfThem) {
  write("[dotcompute]\ncpu_threads = -1\nno_such_option = 3\n");

  try {
    auto runtime = Runtime::create_complete(path_.string());
    FAIL() << "the file is wrong";
  } catch (const ConfigurationException& thrown) {
    EXPECT_NE(std::string_view(thrown.what()).find("cpu_threads"), std::string_view::npos);
    EXPECT_NE(std::string_view(thrown.what()).find("no_such_option"), std::string_view::npos);
  }
}

class Lines final : public extension::LogSink {
 public:
  void write(LogLevel level, std::string_view message) noexcept override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(level, message);
  }
  [[nodiscard]] std::vector<std::pair<LogLevel, std::string>> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<LogLevel, std::string>> lines_;  // guarded by mutex_
};

// R12.2
TEST(Runtimes, WarnOnceForAKernelThatCannotRunWhereItIsPreferred) {
  auto lines = std::make_shared<Lines>();
  auto runtime = Runtime::create(RuntimeBuilder()
                                     .options({.default_accelerator = AcceleratorType::cuda})
                                     .replace<extension::LogSink>(lines));
  add_saxpy(runtime.kernels());
  std::vector<float> y{1};

  for (int call = 0; call < 3; ++call) {
    runtime.orchestrator().execute("saxpy", 2.0F, std::vector<float>{3}, y);
  }

  ASSERT_EQ(lines->lines().size(), 1U);
  EXPECT_EQ(lines->lines()[0].first, LogLevel::warning);
  EXPECT_NE(lines->lines()[0].second.find("cuda"), std::string::npos);
}

// R12.2
TEST(Runtimes, LiveSideBySideWithKernelsOfTheirOwn) {
  auto first = Runtime::create();
  auto second = Runtime::create();
  add_saxpy(first.kernels());
  std::vector<float> y{1};

  EXPECT_EQ(second.kernels().size() + 1, first.kernels().size());
  EXPECT_THROW(second.orchestrator().execute("saxpy", 1.0F, y, y), KernelNotFoundException);
}

TEST(Runtimes, AResultOutlivesItsRuntime) {
  HostArray<float> sum;
  {
    auto runtime = Runtime::create();
    add_vector_add(runtime.kernels());
    sum = runtime.orchestrator().execute<HostArray<float>>("vector_add", std::vector<float>{1},
                                                           std::vector<float>{2});
  }
  EXPECT_EQ(sum[0], 3);
}

}  // namespace
}  // namespace dotcompute
