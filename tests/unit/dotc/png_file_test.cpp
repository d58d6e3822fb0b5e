// SPDX-License-Identifier: Apache-2.0
#include "png_file.hpp"

#include "unit/dotc/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>

namespace dotcompute::dotc {
namespace {

using testing::StartsWith;

std::string write_picture(const Folder& folder, const Picture& picture) {
  const std::string path = folder / "a.png";
  NewFile file(path);
  write_png(file, path, picture);
  return path;
}

TEST(PngFile, IsReadAsItWasWritten) {
  const Folder folder;
  Picture picture(5, 7, 3);
  std::iota(picture.begin(), picture.end(), std::uint8_t{100});

  const Picture read = read_png(write_picture(folder, picture));

  EXPECT_EQ(read.extents(), picture.extents());
  EXPECT_TRUE(std::ranges::equal(read, picture));
}

TEST(PngFile, IsRefusedByNameIfItIsCutOrIsNone) {
  const Folder folder;
  const std::string whole = Folder::read(write_picture(folder, Picture::filled(9, 40, 40, 3)));
  for (const std::string& content :
       {std::string(), std::string("no picture"), whole.substr(0, 20), whole.substr(0, 60)}) {
    const std::string path = folder.write("b.png", content);

    EXPECT_THAT(refusal_of([&] { (void)read_png(path); }),
                StartsWith(path + ": expected a PNG picture, got "));
  }
}

}  // namespace
}  // namespace dotcompute::dotc
