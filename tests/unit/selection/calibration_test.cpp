// SPDX-License-Identifier: Apache-2.0
#include "selection/calibration.hpp"

#include "selection/calibration_file.hpp"
#include "selection/calibrator.hpp"
#include "simulated/backend.hpp"
#include "support/code_of.hpp"
#include "support/test_backend.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace dotcompute::core {
namespace {

/// A simulated device on a virtual clock, so that every figure is known beforehand.
class Calibration : public testing::Test {
 protected:
  void open(std::string_view description) {
    auto inner = cpu_backend();
    ASSERT_NE(inner, nullptr);
    const auto backend =
        simulated::make_backend(description, {.inner = {inner.get()}, .clock = clock_});
    ASSERT_TRUE(backend.ok()) << backend.error().message();
    ASSERT_TRUE((*backend)->enumerate().ok());
    auto device = (*backend)->open(0, {.cpu_threads = 2});
    ASSERT_TRUE(device.ok());
    device_ = *std::move(device);
  }

  [[nodiscard]] CalibrationOptions options() const {
    return {.now = [this] { return clock_->now(); }};
  }

  std::shared_ptr<VirtualClock> clock_ = std::make_shared<VirtualClock>();
  std::unique_ptr<backend::Device> device_;
};

// R3.3
TEST_F(Calibration, MeasuresWhatADeviceIs) {
  open("latency=20us,copy_latency=4us,in=2GB/s,out=1GB/s,item=2ns");

  const auto rates = measure_rates(*device_, options());

  ASSERT_TRUE(rates.ok()) << rates.error().message();
  EXPECT_NEAR(rates->launch_nanoseconds, 20'002, 1);
  EXPECT_NEAR(rates->copy_nanoseconds, 4'002, 1);
  EXPECT_NEAR(rates->in_bytes_per_nanosecond, 2, 0.01);
  EXPECT_NEAR(rates->out_bytes_per_nanosecond, 1, 0.01);
  EXPECT_NEAR(rates->memory_bytes_per_nanosecond, 6, 0.1);  // 12 bytes an item
  EXPECT_NEAR(rates->float32_operations_per_nanosecond, 128, 2);
  EXPECT_NEAR(rates->float64_operations_per_nanosecond, 128, 2);
  EXPECT_TRUE(rates->is_measured);
  EXPECT_FALSE(rates->is_disturbed);
}

// R4.2
TEST_F(Calibration, TakesNoLongerThanHalfASecondOnADeviceAsFastAsAProcessor) {
  for (const std::string item : {"0.1ns", "1ns", "4ns"}) {
    open("latency=1us,copy_latency=200ns,in=8GB/s,out=8GB/s,item=" + item);
    const auto begin = clock_->now();

    ASSERT_TRUE(measure_rates(*device_, options()).ok());

    EXPECT_LT(clock_->now() - begin, std::chrono::milliseconds(500)) << item;
  }
}

// R4.2
TEST_F(Calibration, NotesThatTheMachineWasBusy) {
  open("latency=1us,copy_latency=1us,in=8GB/s,out=8GB/s,item=1ns");
  std::chrono::nanoseconds lost{0};
  int readings = 0;
  CalibrationOptions disturbed{.now =
                                   [&] {
                                     // Between some pairs of readings, but not between all.
                                     lost += std::chrono::milliseconds(++readings % 7 < 3 ? 0 : 90);
                                     return clock_->now() + lost;
                                   },
                               .budget = std::chrono::hours(1)};

  const auto rates = measure_rates(*device_, disturbed);

  ASSERT_TRUE(rates.ok());
  EXPECT_TRUE(rates->is_disturbed);
}

// R4.2
TEST_F(Calibration, GivesBackAllMemory) {
  open("item=2ns");

  ASSERT_TRUE(measure_rates(*device_, options()).ok());

  EXPECT_EQ(static_cast<simulated::Device&>(*device_).live_allocations(), 0U);
}

// R4.2
TEST_F(Calibration, ASlowDeviceIsNotMeasuredForLong) {
  open("latency=100ms,item=1us");
  const auto begin = clock_->now();

  const auto rates = measure_rates(*device_, options());

  ASSERT_TRUE(rates.ok());
  EXPECT_LT(clock_->now() - begin, std::chrono::seconds(8));
}

// R4.2
TEST_F(Calibration, EndsWhenItIsAskedTo) {
  open("item=2ns");
  std::stop_source source;
  source.request_stop();
  CalibrationOptions stopped = options();
  stopped.stop = source.get_token();

  EXPECT_EQ(code_of(measure_rates(*device_, stopped)), ErrorCode::cancelled);
}

// R4.2
TEST_F(Calibration, TellsOfADeviceThatItHasNoKernelsFor) {
  TestBackend backend({TestBackend::separate_memory("test:0")});
  auto device = backend.open(0, {});
  ASSERT_TRUE(device.ok());

  EXPECT_EQ(code_of(measure_rates(**device, options())), ErrorCode::device_unavailable);
}

// R4.2
TEST_F(Calibration, MeasuresTheCpuOfThisHost) {
  auto backend = cpu_backend();
  ASSERT_NE(backend, nullptr);
  ASSERT_TRUE(backend->enumerate().ok());
  auto device = backend->open(0, {.cpu_threads = 2});
  ASSERT_TRUE(device.ok());

  const auto rates = measure_on_host(**device, {});

  ASSERT_TRUE(rates.ok()) << rates.error().message();
  EXPECT_GT(rates->float32_operations_per_nanosecond, 0);
  EXPECT_GT(rates->memory_bytes_per_nanosecond, 0);
  EXPECT_GT(rates->threads_nanoseconds, 0);
  EXPECT_EQ(rates->in_bytes_per_nanosecond, 0);
}

// R4.2
TEST(CalibrationOfOpenCl, MeasuresADeviceOfThisHost) {
  for (backend::Backend* backend : backend::built_in()) {
    const auto found = backend->enumerate();
    if (backend->name() != "opencl" || !found.ok() || found->devices.empty()) {
      continue;
    }
    auto device = backend->open(0, {});
    ASSERT_TRUE(device.ok()) << device.error().message();

    // Each thing once: what matters here is that its texts compile and run.
    const auto rates = measure_rates(**device, {.budget = std::chrono::nanoseconds(0)});

    ASSERT_TRUE(rates.ok()) << rates.error().message();
    EXPECT_TRUE(rates->is_measured);
    for (const double rate :
         {rates->launch_nanoseconds, rates->copy_nanoseconds, rates->in_bytes_per_nanosecond,
          rates->out_bytes_per_nanosecond, rates->memory_bytes_per_nanosecond,
          rates->float32_operations_per_nanosecond}) {
      EXPECT_GT(rate, 0);
    }
    return;
  }
  GTEST_SKIP() << "There is no OpenCL device.";
}

/// Counts measurements; the rates tell the devices apart.
class Calibrating : public testing::Test {
 protected:
  Calibrating() {
    auto cpu = TestBackend::host_memory("cpu:0");
    cpu.type = AcceleratorType::cpu;
    auto gpu = TestBackend::separate_memory("cuda:0");
    gpu.type = AcceleratorType::cuda;
    gpu.driver_version = "1";
    TestBackend backend({cpu, gpu, TestBackend::host_memory("null:0")});
    for (std::size_t index = 0; index < 3; ++index) {
      auto device = backend.open(index, {});
      EXPECT_TRUE(device.ok());
      infos_.push_back((*device)->info());
      devices_.push_back(*std::move(device));
    }
    std::string pattern = (std::filesystem::temp_directory_path() / "rates-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~Calibrating() override { std::filesystem::remove_all(folder_); }

  // Makes the first choice between two devices, and waits for all that this starts.
  void choose(AnalyticSelector& selector, const std::string& folder) {
    std::vector<backend::Device*> devices;
    for (const auto& device : devices_) {
      devices.push_back(device.get());
    }
    Calibrator calibrator(devices, selector,
                          {.folder = folder,
                           .measure = [this](backend::Device& device,
                                             const std::stop_token&) { return measure(device); }},
                          logger_);
    const KernelMetadata kernel;
    const std::array<extension::SelectionCandidate, 2> candidates{
        {{.device = &infos_[0]}, {.device = &infos_[1]}}};
    EXPECT_TRUE(selector.choose({.kernel = kernel, .candidates = candidates}).ok());
    calibrator.wait();
  }

  Result<MeasuredRates> measure(backend::Device& device) {
    ++measured_;
    if (meanwhile_) {
      meanwhile_(device);
    }
    if (fails_) {
      return Error{ErrorCode::transient, "The device is busy."};
    }
    DeviceRates rates = kRates;
    rates.launch_nanoseconds = device.info().id == "cpu:0" ? 1 : 2;
    return MeasuredRates(rates, is_disturbed_);
  }

  static constexpr DeviceRates kRates{.memory_bytes_per_nanosecond = 3, .is_measured = true};
  std::vector<std::unique_ptr<backend::Device>> devices_;
  std::vector<backend::DeviceInfo> infos_;
  std::string folder_;
  std::atomic<int> measured_{0};
  bool fails_ = false;
  bool is_disturbed_ = false;
  std::function<void(backend::Device&)> meanwhile_;  // what happens while a device is measured
  Logger logger_{nullptr, LogLevel::off};
};

// R4.2
TEST_F(Calibrating, MeasuresEachDeviceThatMayBeChosenOnce) {
  AnalyticSelector selector(infos_);
  const std::uint64_t before = selector.epoch();

  choose(selector, "");

  EXPECT_EQ(measured_, 2);
  EXPECT_EQ(selector.epoch(), before + 2);
  EXPECT_EQ(selector.rates("cpu:0").value().launch_nanoseconds, 1);
  EXPECT_EQ(selector.rates("cuda:0").value().launch_nanoseconds, 2);
}

// R4.2
TEST_F(Calibrating, TakesWhatWasMeasuredBeforeFromTheDisk) {
  AnalyticSelector first(infos_);
  choose(first, folder_);
  AnalyticSelector second(infos_);

  choose(second, folder_);

  EXPECT_EQ(measured_, 2);
  EXPECT_EQ(second.rates("cuda:0").value(), first.rates("cuda:0").value());
}

// R4.2
TEST_F(Calibrating, MeasuresAgainWhenADriverChanges) {
  AnalyticSelector first(infos_);
  choose(first, folder_);
  infos_[1].driver_version = "2";
  TestBackend changed({infos_[1]});
  devices_[1] = *changed.open(0, {});
  AnalyticSelector second(infos_);

  choose(second, folder_);

  EXPECT_EQ(measured_, 3);
}

// R4.2
TEST_F(Calibrating, MeasuresAgainWhatIsDamaged) {
  AnalyticSelector first(infos_);
  choose(first, folder_);
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    std::filesystem::resize_file(file.path(), 10);
  }
  AnalyticSelector second(infos_);
  AnalyticSelector third(infos_);

  choose(second, folder_);
  choose(third, folder_);

  EXPECT_EQ(measured_, 4);
}

// R4.2
TEST_F(Calibrating, MeasuresAgainWhatWasDisturbed) {
  is_disturbed_ = true;
  AnalyticSelector first(infos_);
  choose(first, folder_);
  is_disturbed_ = false;
  AnalyticSelector second(infos_);
  AnalyticSelector third(infos_);

  choose(second, folder_);
  choose(third, folder_);

  EXPECT_EQ(measured_, 4);
}

// R4.2
TEST_F(Calibrating, TakesDisturbedRatesWhereItCannotMeasureAgain) {
  is_disturbed_ = true;
  AnalyticSelector first(infos_);
  choose(first, folder_);
  fails_ = true;
  AnalyticSelector second(infos_);

  choose(second, folder_);

  EXPECT_EQ(second.rates("cuda:0").value(), first.rates("cuda:0").value());
}

// R4.2
TEST_F(Calibrating, DisturbedRatesDoNotTakeThePlaceOfThoseThatAnotherProcessKept) {
  is_disturbed_ = true;
  const DeviceRates others{.launch_nanoseconds = 7, .is_measured = true};
  meanwhile_ = [&](const backend::Device& device) {
    EXPECT_TRUE(store_rates(folder_, calibration_key_of(device.info()), others).ok());
  };
  AnalyticSelector selector(infos_);

  choose(selector, folder_);

  const auto kept = load_rates(folder_, calibration_key_of(infos_[1]));
  ASSERT_TRUE(kept.has_value());
  EXPECT_FALSE(kept->is_disturbed);
  EXPECT_EQ(kept->launch_nanoseconds, 7);
  EXPECT_EQ(selector.rates("cuda:0").value().launch_nanoseconds, 7);
}

// R4.2
TEST_F(Calibrating, AMachineThatStaysBusyIsMeasuredThreeTimes) {
  is_disturbed_ = true;
  for (int program = 0; program < 5; ++program) {
    AnalyticSelector selector(infos_);
    choose(selector, folder_);

    EXPECT_EQ(selector.rates("cuda:0").value().launch_nanoseconds, 2);
  }

  EXPECT_EQ(measured_, 3 * 2);
}

// R4.2
TEST_F(Calibrating, TouchesNoFileWithoutAFolder) {
  AnalyticSelector selector(infos_);

  choose(selector, "");

  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

// R4.2
TEST_F(Calibrating, JudgesADeviceThatCannotBeMeasuredByItsKind) {
  fails_ = true;
  AnalyticSelector selector(infos_);

  choose(selector, folder_);

  EXPECT_FALSE(selector.rates("cuda:0").value().is_measured);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

}  // namespace
}  // namespace dotcompute::core
