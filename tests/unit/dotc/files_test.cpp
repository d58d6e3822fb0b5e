// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"

#include "unit/dotc/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <span>
#include <string>

namespace dotcompute::dotc {
namespace {

using testing::HasSubstr;

void write_text(NewFile& file, std::string_view text) {
  file.write(std::as_bytes(std::span(text)));
}

TEST(NewFile, LeavesTheOldFileUntilItIsCommitted) {
  const Folder folder;
  const std::string path = folder.write("a", "old");
  NewFile file(path);

  write_text(file, "new");
  EXPECT_EQ(Folder::read(path), "old");
  file.commit();

  EXPECT_EQ(Folder::read(path), "new");
  EXPECT_EQ(folder.count(), 1);
}

TEST(NewFile, LeavesNothingBehindIfItIsNotCommitted) {
  const Folder folder;
  {
    NewFile file(folder / "a");
    write_text(file, "half");
    EXPECT_EQ(folder.count(), 1);
  }

  EXPECT_EQ(folder.count(), 0);
}

TEST(NewFile, WritesThroughASymbolicLink) {
  const Folder folder;
  const std::string target = folder.write("target", "old");
  std::filesystem::create_symlink(target, folder / "link");
  NewFile file(folder / "link");

  write_text(file, "new");
  file.commit();

  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(Folder::read(target), "new");
}

TEST(NewFile, RefusesAMissingFolderBeforeAnythingIsWritten) {
  const Folder folder;
  const std::string path = folder / "missing/a.npy";

  EXPECT_EQ(refusal_of([&] { NewFile file(path); }),
            path + ": expected a file that can be written, got No such file or directory");
}

TEST(NewFile, RefusesToReplaceADirectoryOrAPipe) {
  const Folder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);

  EXPECT_THAT(refusal_of([&] { NewFile file(folder / "."); }), HasSubstr("got a directory"));
  EXPECT_THAT(refusal_of([&] { NewFile file(folder / "pipe"); }),
              HasSubstr("got a device or pipe"));
}

TEST(NewFile, RefusesOneNameForTwoFiles) {
  const Folder folder;
  const NewFile first(folder / "a");

  EXPECT_NE(refusal_of([&] { NewFile second(folder / "a"); }), "");
}

TEST(MappedFile, DoesNotWaitForAPipe) {
  const Folder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);

  EXPECT_THAT(refusal_of([&] { MappedFile file(folder / "pipe"); }),
              HasSubstr("got a device or pipe"));
}

TEST(MappedFile, TakesAnEmptyFile) {
  const Folder folder;

  EXPECT_TRUE(MappedFile(folder.write("a", "")).bytes().empty());
}

}  // namespace
}  // namespace dotcompute::dotc
