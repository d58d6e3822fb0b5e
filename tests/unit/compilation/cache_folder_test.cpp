// SPDX-License-Identifier: Apache-2.0
#include "compilation/cache_folder.hpp"

#include "support.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <string>

namespace dotcompute::core {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

class CacheFolderTest : public CacheTest {
 protected:
  [[nodiscard]] CacheFolder make() const { return *CacheFolder::make(directory_.string()); }

  /// A file of `bytes`, last used so many seconds after 1970.
  void add(const std::string& name, std::size_t bytes, time_t used) const {
    write_file(folder() / name, std::string(bytes, 'x'));
    const std::array<timespec, 2> times{{{used, 0}, {used, 0}}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder() / name).c_str(), times.data(), 0), 0);
  }

  [[nodiscard]] unsigned mode_of(const std::filesystem::path& path) const {
    struct stat facts {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
    return facts.st_mode & 0777U;
  }
};

// R7.1
TEST_F(CacheFolderTest, IsNotMadeByOpening) {
  const auto folder = CacheFolder::open(directory_.string());

  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().native, ENOENT);
  EXPECT_FALSE(std::filesystem::exists(directory_));
}

// R7.1
TEST_F(CacheFolderTest, IsMadeForItsOwnerAloneWithAllItLiesIn) {
  directory_ /= "a/b";

  ASSERT_TRUE(CacheFolder::make(directory_.string()).ok());

  EXPECT_EQ(mode_of(folder()), 0700U);
  EXPECT_EQ(mode_of(directory_), 0700U);
  EXPECT_EQ(mode_of(directory_.parent_path()), 0700U);
  directory_ = directory_.parent_path().parent_path();  // to be removed
}

// R7.1
TEST_F(CacheFolderTest, WritesFilesForTheirOwnerAlone) {
  const auto bytes = bytes_of("content");
  const std::array<std::span<const std::byte>, 1> parts{bytes};

  ASSERT_TRUE(make().write("a.program", parts, &::write).ok());

  EXPECT_EQ(mode_of(folder() / "a.program"), 0600U);
  EXPECT_EQ(read_file(folder() / "a.program"), "content");
  EXPECT_THAT(files(), UnorderedElementsAre("a.program"));
}

// R7.1
TEST_F(CacheFolderTest, IsRefusedWhenOthersMayWriteIt) {
  std::ignore = make();
  for (const auto right :
       {std::filesystem::perms::group_write, std::filesystem::perms::others_write}) {
    std::filesystem::permissions(folder(), std::filesystem::perms::owner_all | right);

    EXPECT_FALSE(CacheFolder::open(directory_.string()).ok());
    EXPECT_FALSE(CacheFolder::make(directory_.string()).ok());
  }
}

// R7.1
TEST_F(CacheFolderTest, IsRefusedWhenItIsAnotherUsers) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "only root can give a folder to another user";
  }
  std::ignore = make();
  ASSERT_EQ(::chown(folder().c_str(), 65534, 65534), 0);

  const auto folder = CacheFolder::make(directory_.string());

  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().native, EPERM);
}

// R7.1
TEST_F(CacheFolderTest, IsRefusedWhenItIsALinkToAnotherPlace) {
  std::filesystem::create_directories(directory_ / "elsewhere");
  std::filesystem::permissions(directory_ / "elsewhere", std::filesystem::perms::owner_all);
  std::filesystem::create_directory_symlink("elsewhere", folder());

  EXPECT_FALSE(CacheFolder::open(directory_.string()).ok());
}

// R7.1
TEST_F(CacheFolderTest, TellsAFileInItsPlace) {
  write_file(directory_, "a file");

  const auto folder = CacheFolder::make(directory_.string());

  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().native, ENOTDIR);
}

// R7.1
TEST_F(CacheFolderTest, ListsProgramsAndNothingElse) {
  const auto cache = make();
  add("a.program", 5, 10);
  add("notes.txt", 5, 10);
  std::filesystem::create_directory(folder() / "b.program");
  std::filesystem::create_symlink("a.program", folder() / "c.program");

  const auto programs = cache.programs();

  ASSERT_TRUE(programs.ok());
  ASSERT_EQ(programs->size(), 1U);
  EXPECT_EQ((*programs)[0].name, "a.program");
  EXPECT_EQ((*programs)[0].bytes, 5U);
  EXPECT_EQ((*programs)[0].used, std::chrono::seconds(10));
}

// R7.1
TEST_F(CacheFolderTest, KnowsWhenAFileWasUsed) {
  const auto cache = make();
  add("a.program", 5, 10);

  cache.mark_used("a.program");

  EXPECT_GT((*cache.programs())[0].used, std::chrono::seconds(10));
}

// R7.1
TEST_F(CacheFolderTest, DoesNotReadWhatIsNoProgram) {
  const auto cache = make();
  add("short.program", 5, 10);
  add("long.program", 100, 10);
  std::filesystem::create_directory(folder() / "folder.program");
  ASSERT_EQ(::mkfifo((folder() / "pipe.program").c_str(), 0600), 0);

  for (const char* const name :
       {"short.program", "long.program", "folder.program", "pipe.program", "missing.program"}) {
    const auto content = cache.read(name);
    ASSERT_TRUE(content.ok()) << name;
    EXPECT_FALSE(content->has_value()) << name;
  }
}

// R7.1
TEST_F(CacheFolderTest, ShrinksByWhatWasUsedLeastRecently) {
  const auto cache = make();
  add("a.program", 100, 30);
  add("b.program", 100, 10);
  add("c.program", 100, 20);
  add("d.program", 100, 40);

  const auto removed = cache.shrink(250);

  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(removed->files, 2U);
  EXPECT_EQ(removed->bytes, 200U);
  EXPECT_THAT(files(), UnorderedElementsAre("a.program", "d.program"));
}

// R7.1
TEST_F(CacheFolderTest, DoesNotShrinkBelowWhatItMayHave) {
  const auto cache = make();
  add("a.program", 100, 30);
  add("b.program", 150, 10);

  EXPECT_EQ(cache.shrink(250)->files, 0U);
  EXPECT_EQ(files().size(), 2U);
}

// R7.1
TEST_F(CacheFolderTest, RemovesWhatAProcessLeftThatDiedWhileItWrote) {
  const auto cache = make();
  add(".new-old", 100, 10);

  ASSERT_TRUE(cache.shrink(1000).ok());

  EXPECT_THAT(files(), IsEmpty());
}

// R7.1
TEST_F(CacheFolderTest, LeavesAloneWhatAnotherProcessWrites) {
  const auto cache = make();
  add(".new-slow", 100, 10);
  add(".new-fresh", 100, ::time(nullptr));
  const FileDescriptor writes(::open((folder() / ".new-slow").c_str(), O_WRONLY | O_CLOEXEC));
  ASSERT_EQ(::flock(writes.number(), LOCK_EX), 0);

  ASSERT_TRUE(cache.shrink(1000).ok());

  EXPECT_THAT(files(), UnorderedElementsAre(".new-slow", ".new-fresh"));
}

// R7.1
TEST_F(CacheFolderTest, WritesOnWhereAWriteEndsEarly) {
  const auto bytes = bytes_of("0123456789");
  const std::array<std::span<const std::byte>, 2> parts{bytes, bytes};
  int calls = 0;
  const FileWriter three_at_once = [&calls](int file, const void* from, std::size_t count) {
    if (++calls % 2 == 0) {
      errno = EINTR;
      return std::ptrdiff_t{-1};
    }
    return std::ptrdiff_t{::write(file, from, std::min<std::size_t>(count, 3))};
  };

  ASSERT_TRUE(make().write("a.program", parts, three_at_once).ok());

  EXPECT_EQ(read_file(folder() / "a.program"), "01234567890123456789");
}

// R7.1
TEST_F(CacheFolderTest, LeavesTheOldFileAndNoOtherWhenTheDiskIsFull) {
  const auto cache = make();
  const auto bytes = bytes_of("0123456789");
  const std::array<std::span<const std::byte>, 2> parts{bytes, bytes};
  ASSERT_TRUE(cache.write("a.program", std::span(parts).first(1), &::write).ok());

  for (int room = 0; room < 20; ++room) {
    std::ptrdiff_t left = room;
    const FileWriter full = [&left](int file, const void* from, std::size_t count) {
      const auto written = std::min<std::ptrdiff_t>(left, static_cast<std::ptrdiff_t>(count));
      left -= written;
      errno = ENOSPC;
      return written == 0 ? -1 : ::write(file, from, static_cast<std::size_t>(written));
    };

    const auto status = cache.write("a.program", parts, full);

    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().native, ENOSPC);
    EXPECT_EQ(read_file(folder() / "a.program"), "0123456789");
    EXPECT_EQ(files().size(), 1U);
  }
}

}  // namespace
}  // namespace dotcompute::core
