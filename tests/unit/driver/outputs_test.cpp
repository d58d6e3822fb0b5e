// SPDX-License-Identifier: Apache-2.0
#include "driver/outputs.hpp"

#include "unit/driver/scratch.hpp"

namespace dotcompute::driver {
namespace {

class OutputsTest : public ScratchTest {};

// R2.1
TEST_F(OutputsTest, AFileThatHoldsTheTextKeepsItsTime) {
  write("out.cpp", "the same");
  const auto before = age("out.cpp");

  write_if_changed(path_of("out.cpp"), "the same");

  EXPECT_EQ(time_of("out.cpp"), before);
}

TEST_F(OutputsTest, AFileThatHoldsAnotherTextIsReplaced) {
  write("out.cpp", "the same");
  const auto before = age("out.cpp");

  write_if_changed(path_of("out.cpp"), "another");

  EXPECT_EQ(content_of("out.cpp"), "another");
  EXPECT_GT(time_of("out.cpp"), before);
}

TEST_F(OutputsTest, DirectoriesAreMade) {
  write_if_changed(path_of("a/b/out.cpp"), "text");

  EXPECT_EQ(content_of("a/b/out.cpp"), "text");
}

TEST_F(OutputsTest, AFileThatCannotBeWrittenIsSaid) {
  write("file", "");

  EXPECT_THROW(write_if_changed(path_of("file/out.cpp"), "text"), OutputError);
}

TEST_F(OutputsTest, TouchMakesAFileOrGivesItTheTimeOfNow) {
  touch(path_of("stamp"));
  const auto before = age("stamp");

  touch(path_of("stamp"));

  EXPECT_GT(time_of("stamp"), before);
}

TEST(Depfile, NamesEachFileOnceAndEscapesWhatMakeReads) {
  EXPECT_EQ(depfile_text("out dir/a", {"b.hpp", "a$.hpp", "b.hpp"}),
            "out\\ dir/a: \\\n  a$$.hpp \\\n  b.hpp\n");
  EXPECT_EQ(depfile_text("a", {"b#.hpp"}), "a: \\\n  b\\#.hpp\n");
}

}  // namespace
}  // namespace dotcompute::driver
