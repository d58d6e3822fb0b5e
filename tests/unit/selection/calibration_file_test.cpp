// SPDX-License-Identifier: Apache-2.0
#include "selection/calibration_file.hpp"

#include "support/code_of.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace dotcompute::core {
namespace {

constexpr DeviceRates kRates{.launch_nanoseconds = 1.5,
                             .copy_nanoseconds = 2,
                             .in_bytes_per_nanosecond = 0.1,
                             .out_bytes_per_nanosecond = 4,
                             .memory_bytes_per_nanosecond = 5,
                             .cache_bytes_per_nanosecond = 6,
                             .float32_operations_per_nanosecond = 7e9,
                             .float64_operations_per_nanosecond = 8,
                             .serial_share = 1.0 / 3,
                             .threads_nanoseconds = 10,
                             .is_measured = true};

class CalibrationFile : public testing::Test {
 protected:
  CalibrationFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rates-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    folder_ = root_ + "/not/there/yet";
  }
  ~CalibrationFile() override { std::filesystem::remove_all(root_); }

  [[nodiscard]] std::string read() const {
    std::ifstream file(calibration_path(folder_, key_), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& text) const {
    std::ofstream(calibration_path(folder_, key_), std::ios::binary) << text;
  }

  CalibrationKey key_{.device = "cpu:0 A", .driver = "1", .host = "A", .quota = "2 of 2"};
  std::string root_;
  std::string folder_;
};

// R4.2
TEST_F(CalibrationFile, GivesBackWhatWasKept) {
  EXPECT_EQ(load_rates(folder_, key_), std::nullopt);

  ASSERT_TRUE(store_rates(folder_, key_, kRates).ok());

  EXPECT_EQ(load_rates(folder_, key_), kRates);
}

// R4.2
TEST_F(CalibrationFile, IsOfNoUseWhenDeviceDriverHostOrQuotaChange) {
  ASSERT_TRUE(store_rates(folder_, key_, kRates).ok());
  for (std::string CalibrationKey::*part : {&CalibrationKey::device, &CalibrationKey::driver,
                                            &CalibrationKey::host, &CalibrationKey::quota}) {
    CalibrationKey other = key_;
    other.*part += "x";

    EXPECT_EQ(load_rates(folder_, other), std::nullopt);
    // Not even where another key's file has come to its name.
    std::filesystem::copy_file(calibration_path(folder_, key_), calibration_path(folder_, other));
    EXPECT_EQ(load_rates(folder_, other), std::nullopt);
  }
}

// R7.1
TEST_F(CalibrationFile, IsOfNoUseWhenItIsTruncated) {
  ASSERT_TRUE(store_rates(folder_, key_, kRates).ok());
  const std::string whole = read();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write(whole.substr(0, size));

    ASSERT_EQ(load_rates(folder_, key_), std::nullopt) << size;
  }
}

// R7.1
TEST_F(CalibrationFile, IsOfNoUseWhenAnyByteIsDamaged) {
  ASSERT_TRUE(store_rates(folder_, key_, kRates).ok());
  const std::string whole = read();
  for (std::size_t position = 0; position < whole.size(); ++position) {
    std::string damaged = whole;
    damaged[position] = static_cast<char>(damaged[position] ^ 0x01);
    write(damaged);

    ASSERT_EQ(load_rates(folder_, key_), std::nullopt) << position;
  }
}

// R7.1
TEST_F(CalibrationFile, IsWrittenAnewWhenItIsDamaged) {
  ASSERT_TRUE(store_rates(folder_, key_, kRates).ok());
  write("garbage");

  ASSERT_TRUE(store_rates(folder_, key_, kRates).ok());

  EXPECT_EQ(load_rates(folder_, key_), kRates);
}

// R4.2
TEST_F(CalibrationFile, IsForItsOwnerAloneAndLeavesNothingElseBehind) {
  ASSERT_TRUE(store_rates(folder_, key_, kRates).ok());

  struct stat status {};
  ASSERT_EQ(stat(folder_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  ASSERT_EQ(stat(calibration_path(folder_, key_).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

// R4.2
TEST_F(CalibrationFile, ThatCannotBeWrittenIsReported) {
  std::ofstream(root_ + "/file") << "no folder";

  EXPECT_EQ(code_of(store_rates(root_ + "/file/below", key_, kRates)),
            ErrorCode::device_unavailable);
}

// R4.2
TEST_F(CalibrationFile, KeepsAKeyWithLineBreaksOnOneLine) {
  key_.driver = "1\nchecksum 0\r";

  ASSERT_TRUE(store_rates(folder_, key_, kRates).ok());

  EXPECT_EQ(load_rates(folder_, key_), kRates);
}

// R4.2
TEST_F(CalibrationFile, AKeyNamesDeviceDriverAndHost) {
  const backend::DeviceInfo device{
      .id = "opencl:0:1", .name = "Card", .driver_version = "3.1", .compute_units = 7};

  const CalibrationKey key = calibration_key_of(device);

  EXPECT_EQ(key.device, "opencl:0:1 Card");
  EXPECT_EQ(key.driver, "3.1");
  EXPECT_NE(key.host, "");
  EXPECT_TRUE(key.quota.ends_with(" of 7"));
}

}  // namespace
}  // namespace dotcompute::core
