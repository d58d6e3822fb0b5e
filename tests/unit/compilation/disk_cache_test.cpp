// SPDX-License-Identifier: Apache-2.0
#include "compilation/disk_cache.hpp"

#include "support.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>

namespace dotcompute::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DiskCacheTest : public CacheTest {
 protected:
  void set_used(const ProgramKey& key, time_t used) const {
    const std::array<timespec, 2> times{{{used, 0}, {used, 0}}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path_of(key).c_str(), times.data(), 0), 0);
  }
};

// R7.1
TEST_F(DiskCacheTest, GivesWhatAnotherKept) {
  DiskCache(options(), logger_).store(key_named("a"), bytes_of("program a"));
  DiskCache cache(options(), logger_);

  EXPECT_EQ(text_of(cache.find(key_named("a"))), "program a");
  EXPECT_EQ(text_of(cache.find(key_named("b"))), "none");
  EXPECT_EQ(cache.stats().hits, 1U);
}

// R7.1
TEST_F(DiskCacheTest, MakesNoFolderByLooking) {
  DiskCache cache(options(), logger_);

  EXPECT_EQ(text_of(cache.find(key_named("a"))), "none");

  EXPECT_FALSE(std::filesystem::exists(directory_));
  EXPECT_THAT(log_->lines(), IsEmpty());
}

// R7.1
TEST_F(DiskCacheTest, KnowsThatAProgramHasNoBytes) {
  DiskCache cache(options(), logger_);
  cache.store(key_named("a"), {});

  const auto stored = cache.find(key_named("a"));

  ASSERT_TRUE(stored.has_value());
  EXPECT_TRUE(stored->binary().empty());
}

// R7.1
TEST_F(DiskCacheTest, IgnoresAFileWithAnyByteDamagedAndWritesItAnew) {
  DiskCache cache(options(), logger_);
  const auto key = key_named("a");
  cache.store(key, bytes_of("program"));
  const std::string whole = read_file(path_of(key));

  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(~damaged[i]);
    write_file(path_of(key), damaged);
    ASSERT_EQ(text_of(cache.find(key)), "none") << "byte " << i;
  }

  cache.store(key, bytes_of("program"));
  EXPECT_EQ(text_of(cache.find(key)), "program");
  EXPECT_THAT(log_->lines(), IsEmpty());
}

// R7.1
TEST_F(DiskCacheTest, IgnoresAFileCutToAnyLength) {
  DiskCache cache(options(), logger_);
  const auto key = key_named("a");
  cache.store(key, bytes_of("program"));
  const std::string whole = read_file(path_of(key));

  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    write_file(path_of(key), std::string_view(whole).substr(0, bytes));
    ASSERT_EQ(text_of(cache.find(key)), "none") << bytes << " bytes";
  }
}

// R7.1
TEST_F(DiskCacheTest, IgnoresTheProgramOfAnotherKeyUnderTheSameName) {
  DiskCache cache(options(), logger_);
  auto key = key_named("a");
  cache.store(key, bytes_of("program"));
  key.text += " another";

  EXPECT_EQ(text_of(cache.find(key)), "none");
}

// R7.1
TEST_F(DiskCacheTest, KeepsNoMoreThanItMayAndTheMostRecentlyUsed) {
  auto limited = options();
  limited.max_bytes = 350;
  DiskCache cache(limited, logger_);
  const std::string text(60, 'x');  // about 100 bytes in a file
  for (const char* const name : {"a", "b", "c"}) {
    cache.store(key_named(name), bytes_of(text));
  }
  set_used(key_named("a"), 10);
  set_used(key_named("b"), 20);
  set_used(key_named("c"), 30);
  std::ignore = cache.find(key_named("a"));  // now the most recent

  cache.store(key_named("d"), bytes_of(text));

  EXPECT_EQ(text_of(cache.find(key_named("a"))), text);
  EXPECT_EQ(text_of(cache.find(key_named("b"))), "none");
  EXPECT_EQ(text_of(cache.find(key_named("c"))), text);
  EXPECT_EQ(text_of(cache.find(key_named("d"))), text);
}

// R7.1
TEST_F(DiskCacheTest, DoesNotEmptyItselfForAProgramThatIsTooLarge) {
  auto limited = options();
  limited.max_bytes = 300;
  DiskCache cache(limited, logger_);
  cache.store(key_named("a"), bytes_of("small"));

  cache.store(key_named("b"), bytes_of(std::string(300, 'x')));

  EXPECT_EQ(text_of(cache.find(key_named("a"))), "small");
  EXPECT_EQ(text_of(cache.find(key_named("b"))), "none");
}

// R7.1
TEST_F(DiskCacheTest, WarnsOnceOfADirectoryThatCannotBeUsed) {
  write_file(directory_, "a file");
  DiskCache cache(options(), logger_);

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(text_of(cache.find(key_named("a"))), "none");
    EXPECT_FALSE(cache.lock(key_named("a")).is_held());
    cache.store(key_named("a"), bytes_of("program"));
  }

  EXPECT_THAT(log_->lines(), ElementsAre(HasSubstr("Not a directory")));
  EXPECT_EQ(cache.stats().stored, 0U);
}

// R7.1
TEST_F(DiskCacheTest, WarnsOnceOfADiskThatIsFullAndKeepsWhatItHas) {
  auto failing = options();
  bool full = false;
  failing.writer = [&full](int file, const void* bytes, std::size_t count) {
    errno = ENOSPC;
    return full ? std::ptrdiff_t{-1} : std::ptrdiff_t{::write(file, bytes, count)};
  };
  DiskCache cache(failing, logger_);
  cache.store(key_named("a"), bytes_of("program a"));
  full = true;

  cache.store(key_named("a"), bytes_of("other"));
  cache.store(key_named("b"), bytes_of("program b"));

  EXPECT_EQ(text_of(cache.find(key_named("a"))), "program a");
  EXPECT_EQ(text_of(cache.find(key_named("b"))), "none");
  EXPECT_THAT(log_->lines(), ElementsAre(HasSubstr("No space left")));
}

// R7.1
TEST_F(DiskCacheTest, ForgetsAProgram) {
  DiskCache cache(options(), logger_);
  cache.store(key_named("a"), bytes_of("program a"));
  cache.store(key_named("b"), bytes_of("program b"));

  cache.forget(key_named("a"));

  EXPECT_THAT(files(), ElementsAre("b.program"));
}

// R7.1
TEST_F(DiskCacheTest, LocksAProgramForOneAtATime) {
  auto impatient = options();
  impatient.max_wait = std::chrono::milliseconds(0);
  DiskCache one(impatient, logger_);
  DiskCache other(impatient, logger_);

  {
    const auto held = one.lock(key_named("a"));
    ASSERT_TRUE(held.is_held());
    EXPECT_FALSE(other.lock(key_named("a")).is_held());
    EXPECT_FALSE(one.lock(key_named("a")).is_held());
    EXPECT_TRUE(other.lock(key_named("b")).is_held());
  }

  EXPECT_TRUE(other.lock(key_named("a")).is_held());
}

// R7.1
TEST_F(DiskCacheTest, WaitsForAProgramThatIsBeingBuilt) {
  DiskCache one(options(), logger_);
  DiskCache other(options(), logger_);
  std::string found;
  std::thread waits;
  {
    const auto held = one.lock(key_named("a"));
    waits = std::thread([&] {
      const auto lock = other.lock(key_named("a"));
      found = text_of(other.find(key_named("a")));
    });
    one.store(key_named("a"), bytes_of("program a"));
  }
  waits.join();

  EXPECT_EQ(found, "program a");
}

}  // namespace
}  // namespace dotcompute::core
