// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "png_file.hpp"
#include "unit/dotc/support.hpp"

#include "dotcompute/kernels.hpp"
#include "dotcompute/runtime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <sstream>
#include <string>

namespace dotcompute::dotc {
namespace {

using testing::HasSubstr;

class DemoTest : public testing::Test {
 protected:
  DemoTest() {
    Picture picture(20, 30, 3);
    std::iota(picture.begin(), picture.end(), std::uint8_t{0});
    NewFile file(options_.photograph);
    write_png(file, options_.photograph, picture);
  }

  Folder folder_;
  Runtime runtime_ = Runtime::create(RuntimeBuilder().add_module(&register_kernel_pack));
  Options options_{.picture = folder_ / "out.png", .photograph = folder_ / "in.png"};
  std::ostringstream out_;
};

TEST_F(DemoTest, WritesThePictureBesideItsEdgesAndSaysThatTheyAreRight) {
  EXPECT_TRUE(show_demo(runtime_, options_, out_));

  EXPECT_THAT(out_.str(), HasSubstr("checked: ok"));
  EXPECT_EQ(read_png(options_.picture).extents(), (Extents{20, 60, 3}));
}

TEST_F(DemoTest, SaysThatAStageIsWrong) {
  const auto sobel = runtime_.kernels().find("sobel");
  ASSERT_TRUE(sobel.ok());
  KernelMetadata metadata = **sobel;
  runtime_.kernels().replace(
      metadata, [](ItemId<2> id, in<std::uint8_t, 2> image, out<std::uint8_t, 2> result) {
        result(id[1], id[0]) = image(id[1], id[0]);
      });

  EXPECT_FALSE(show_demo(runtime_, options_, out_));

  EXPECT_THAT(out_.str(), HasSubstr("checked: FAILED"));
  EXPECT_THAT(out_.str(), HasSubstr("pixels differ"));
}

}  // namespace
}  // namespace dotcompute::dotc
