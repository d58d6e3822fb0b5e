// SPDX-License-Identifier: Apache-2.0
#include "binary_device.hpp"
#include "compilation/program_cache.hpp"
#include "support.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace dotcompute::core {
namespace {

/// The status of a process that ran to its end.
int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

pid_t start(const std::function<int()>& work) {
  const pid_t process = ::fork();
  if (process == 0) {
    ::_exit(work());
  }
  return process;
}

class ProcessesTest : public CacheTest {
 protected:
  void SetUp() override {
    // The folder of the programs must stay as a fresh user's is: not there.
    for (const std::string& file : {counts_, begun_}) {
      write_file(file, "");
    }
  }
  void TearDown() override {
    for (const std::string& file : {counts_, begun_}) {
      std::filesystem::remove(file);
    }
  }

  /// 0 if a process gets the program of `text`.
  /// \param others so many processes have begun before its compilation ends.
  int get(const std::string& text, std::size_t others = 0) const {
    BinaryDevice device;
    device.on_compile = [&] {
      count(counts_);
      while (read_file(begun_).size() < others) {
        ::sched_yield();
      }
    };
    count(begun_);
    DiskCache disk(options(), logger_);
    ProgramCache programs;
    const auto program = programs.get(0, device, source_of(text), &disk);
    return program && dotcompute::text_of(*program) == text ? 0 : 1;
  }
  static void count(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    std::ignore = ::write(file.number(), "x", 1);
  }

  /// Gets the program of "text", and dies when so many bytes of its file are written.
  [[nodiscard]] int get_and_die_after(std::size_t room) const {
    auto dying = options();
    dying.writer = [&room](int file, const void* bytes, std::size_t count) {
      const std::size_t part = std::min(count, room);
      std::ignore = ::write(file, bytes, part);
      room -= part;
      if (part < count) {
        std::ignore = ::raise(SIGKILL);
      }
      return static_cast<std::ptrdiff_t>(part);
    };
    BinaryDevice device;
    DiskCache disk(dying, logger_);
    ProgramCache programs;
    return programs.get(0, device, source_of("text"), &disk) ? 0 : 1;
  }
  [[nodiscard]] std::size_t compilations() const { return read_file(counts_).size(); }

  std::string counts_ = directory_.string() + ".counts";
  std::string begun_ = directory_.string() + ".begun";
};

// R7.1
TEST_F(ProcessesTest, FiftyThatStartColdCompileEachProgramOnce) {
  constexpr std::size_t kCount = 50;
  std::vector<pid_t> processes;
  for (std::size_t i = 0; i < kCount; ++i) {
    processes.push_back(start([&, i] { return get(i % 2 == 0 ? "even" : "odd", kCount); }));
  }

  for (const pid_t process : processes) {
    EXPECT_EQ(wait_for(process), 0);
  }

  EXPECT_EQ(compilations(), 2U);
  EXPECT_EQ(files(kProgramEnding).size(), 2U);
}

// R7.1
TEST_F(ProcessesTest, OneThatIsKilledAnywhereInItsWriteHarmsNoOther) {
  int killed = 0;
  for (std::size_t room = 0;; room += 23) {
    const int status = wait_for(start([&] { return get_and_die_after(room); }));
    if (!WIFSIGNALED(status)) {
      break;  // there was room for the whole file
    }
    ++killed;
    ASSERT_TRUE(files(kProgramEnding).empty()) << room;
  }

  EXPECT_GT(killed, 3);
  EXPECT_EQ(get("text"), 0);
  EXPECT_EQ(compilations(), 0U);  // the last one was not killed
}

// R7.1
TEST_F(ProcessesTest, OneThatIsKilledLeavesNoLock) {
  const auto key = key_named("a");
  const pid_t holder = start([&] {
    DiskCache disk(options(), logger_);
    const auto lock = disk.lock(key);
    if (lock.is_held()) {
      std::ignore = ::raise(SIGKILL);
    }
    return 1;
  });
  ASSERT_TRUE(WIFSIGNALED(wait_for(holder)));
  auto impatient = options();
  impatient.max_wait = std::chrono::milliseconds(0);
  DiskCache disk(impatient, logger_);

  EXPECT_TRUE(disk.lock(key).is_held());
}

// R7.1
TEST_F(ProcessesTest, AChildDoesNotKeepTheLockOfItsParent) {
  std::array<int, 2> gate{};
  ASSERT_EQ(::pipe(gate.data()), 0);
  auto impatient = options();
  impatient.max_wait = std::chrono::milliseconds(0);
  DiskCache disk(impatient, logger_);
  pid_t child = 0;
  {
    const auto lock = disk.lock(key_named("a"));
    child = start([&] {
      ::close(gate[1]);
      char byte = 0;
      return static_cast<int>(::read(gate[0], &byte, 1));
    });
  }

  EXPECT_TRUE(disk.lock(key_named("a")).is_held());

  ::close(gate[0]);
  ::close(gate[1]);
  EXPECT_EQ(wait_for(child), 0);
}

}  // namespace
}  // namespace dotcompute::core
