// SPDX-License-Identifier: Apache-2.0
#include "compilation/program_cache.hpp"

#include "binary_device.hpp"
#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace dotcompute::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ProgramCacheTest : public CacheTest {
 protected:
  /// What a process that begins now gets for `text`; `device` tells how.
  std::string get(BinaryDevice& device, std::string_view text) {
    ProgramCache programs;
    const auto program = programs.get(0, device, source_of(text), &disk_);
    return program ? dotcompute::text_of(*program) : program.error().message();
  }

  DiskCache disk_{options(), logger_};
};

// R7.1
TEST_F(ProgramCacheTest, CompilesOnceForAllLaterProcesses) {
  BinaryDevice first;
  BinaryDevice second;

  EXPECT_EQ(get(first, "a"), "a");
  EXPECT_EQ(get(second, "a"), "a");

  EXPECT_EQ(first.compiled(), 1);
  EXPECT_EQ(second.compiled(), 0);
  EXPECT_EQ(second.loaded(), 1);
}

// R7.1
TEST_F(ProgramCacheTest, AsksTheDiskOncePerProcess) {
  BinaryDevice device;
  ProgramCache programs;

  const auto first = programs.get(0, device, source_of("a"), &disk_);
  const auto again = programs.get(0, device, source_of("a"), &disk_);

  EXPECT_EQ(*first, *again);
  EXPECT_EQ(device.compiled(), 1);
  EXPECT_EQ(device.loaded(), 0);
  EXPECT_EQ(disk_.stats().stored, 1U);
}

// R7.1
TEST_F(ProgramCacheTest, CompilesAnotherTextAnew) {
  BinaryDevice device;
  std::ignore = get(device, "a");

  EXPECT_EQ(get(device, "b"), "b");

  EXPECT_EQ(device.compiled(), 2);
}

// R7.1
TEST_F(ProgramCacheTest, CompilesAnewForAnotherDriver) {
  BinaryDevice old_driver("driver 1");
  BinaryDevice new_driver("driver 2");
  std::ignore = get(old_driver, "a");

  EXPECT_EQ(get(new_driver, "a"), "a");

  EXPECT_EQ(new_driver.compiled(), 1);
}

// R7.1
TEST_F(ProgramCacheTest, ReplacesABinaryThatTheDeviceRefuses) {
  BinaryDevice device;
  const auto key = key_of(source_of("a"), device.info());
  ASSERT_TRUE(key.ok());
  disk_.store(*key, bytes_of("of another world"));

  EXPECT_EQ(get(device, "a"), "a");
  EXPECT_EQ(device.compiled(), 1);
  EXPECT_EQ(get(device, "a"), "a");

  EXPECT_EQ(device.compiled(), 1);
  EXPECT_EQ(device.loaded(), 1);
  EXPECT_EQ(device.refused(), 1);
}

// R7.1
TEST_F(ProgramCacheTest, TakesNoLockForAProgramThatTheDiskHas) {
  BinaryDevice device;
  disk_.store(*key_of(source_of("a"), device.info()), bytes_of("driver 1:a"));

  EXPECT_EQ(get(device, "a"), "a");

  EXPECT_EQ(device.loaded(), 1);
  EXPECT_EQ(files().size(), 1U);
}

// R7.1
TEST_F(ProgramCacheTest, CompilesWhereTheDeviceRefusesEveryBinary) {
  BinaryDevice device;
  device.refuses_binaries = true;

  EXPECT_EQ(get(device, "a"), "a");
  EXPECT_EQ(get(device, "a"), "a");

  EXPECT_EQ(device.compiled(), 2);
}

// R7.1
TEST_F(ProgramCacheTest, ReplacesADamagedFile) {
  BinaryDevice device;
  std::ignore = get(device, "a");
  const auto path = folder() / files(kProgramEnding).at(0);
  write_file(path, "garbage");

  EXPECT_EQ(get(device, "a"), "a");
  EXPECT_EQ(get(device, "a"), "a");

  EXPECT_EQ(device.compiled(), 2);
  EXPECT_EQ(device.loaded(), 1);
}

// R7.1
TEST_F(ProgramCacheTest, TakesNoLockWhereADeviceIsKnownToHaveNoBinaries) {
  BinaryDevice device;
  device.gives_binary = false;
  std::ignore = get(device, "a");
  std::filesystem::remove(folder() / "lock");

  EXPECT_EQ(get(device, "a"), "a");

  EXPECT_EQ(device.compiled(), 2);
  EXPECT_EQ(files("lock").size(), 0U);
}

// R7.1
TEST_F(ProgramCacheTest, TouchesNoFileWithoutADisk) {
  BinaryDevice device;
  ProgramCache programs;

  const auto program = programs.get(0, device, source_of("a"));

  ASSERT_TRUE(program.ok());
  EXPECT_FALSE(std::filesystem::exists(directory_));
}

// R7.1
TEST_F(ProgramCacheTest, TouchesNoFileForAHostFunction) {
  BinaryDevice device;
  ProgramCache programs;
  auto source = source_of("");
  source.language = backend::SourceLanguage::host_function;

  const auto program = programs.get(0, device, source, &disk_);

  ASSERT_TRUE(program.ok());
  EXPECT_FALSE(std::filesystem::exists(directory_));
}

// R7.1
TEST_F(ProgramCacheTest, CompilesOnWhenTheDirectoryCannotBeUsed) {
  write_file(directory_, "a file");
  BinaryDevice device;

  EXPECT_EQ(get(device, "a"), "a");
  EXPECT_EQ(get(device, "b"), "b");

  EXPECT_EQ(log_->lines().size(), 1U);
}

// R7.1
TEST_F(ProgramCacheTest, BuildsWithoutTheLockWhenAnotherHoldsItTooLong) {
  auto impatient = options();
  impatient.max_wait = std::chrono::milliseconds(0);
  DiskCache disk(impatient, logger_);
  BinaryDevice device;
  const auto key = key_of(source_of("a"), device.info());
  const auto held = disk_.lock(*key);
  ProgramCache programs;

  const auto program = programs.get(0, device, source_of("a"), &disk);

  ASSERT_TRUE(program.ok());
  EXPECT_EQ(device.compiled(), 1);
}

// R7.1
TEST_F(ProgramCacheTest, BuildsOnceForManyThreads) {
  BinaryDevice device;
  ProgramCache programs;
  std::array<const backend::Program*, 8> got{};
  std::vector<std::thread> threads;
  for (auto& place : got) {
    threads.emplace_back([&] {
      const auto program = programs.get(0, device, source_of("a"), &disk_);
      place = program ? *program : nullptr;
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(device.compiled(), 1);
  for (const auto* program : got) {
    EXPECT_EQ(program, got[0]);
    EXPECT_NE(program, nullptr);
  }
}

// R7.2
TEST_F(ProgramCacheTest, RemembersThatASourceIsWrong) {
  BinaryDevice device;
  ProgramCache programs;

  const auto first = programs.get(0, device, source_of("error\n"), &disk_);
  const auto again = programs.get(0, device, source_of("error\n"), &disk_);

  ASSERT_FALSE(first.ok());
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(first.error().code, ErrorCode::compilation_failed);
  EXPECT_EQ(again.error().message(), first.error().message());
  EXPECT_EQ(device.compiled(), 1);
  EXPECT_THAT(files(kProgramEnding), IsEmpty());
}

}  // namespace
}  // namespace dotcompute::core
