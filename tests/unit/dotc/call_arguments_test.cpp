// SPDX-License-Identifier: Apache-2.0
#include "call_arguments.hpp"

#include "unit/dotc/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace dotcompute::dotc {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class CallArgumentsTest : public testing::Test {
 protected:
  [[nodiscard]] std::string refusal() const {
    return refusal_of([&] { const CallArguments arguments(kernel_, options_); });
  }

  Folder folder_;
  std::string floats_ =
      folder_.write("floats.npy",
                    npy_file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
                             std::string("\0\0\x80\x3F\0\0\0\x40", 8)));
  std::string doubles_ = folder_.write(
      "doubles.npy",
      npy_file("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", std::string(16, '\0')));
  KernelMetadata kernel_{.name = "mix",
                         .parameters = {scalar<std::int32_t>("k"), input<float>("x", "n"),
                                        in_out<float>("y", "n"), output<double>("r")}};
  Options options_{.kernel = "mix",
                   .inputs = {{"x", floats_}},
                   .in_outs = {{"y", floats_}},
                   .outputs = {{"r", folder_ / "r.npy"}},
                   .scalars = {{"k", "3"}},
                   .shapes = {{"r", {5, 2, 1}, 2}}};
};

TEST_F(CallArgumentsTest, AreMadeOfTheTypesTheKernelHas) {
  const CallArguments arguments(kernel_, options_);
  const auto named = arguments.named();

  ASSERT_EQ(named.size(), 4U);
  EXPECT_EQ(named[0].name, "k");
  EXPECT_EQ(named[0].value.type(), type_id_of<std::int32_t>);
  EXPECT_EQ(*static_cast<const std::int32_t*>(named[0].value.data()), 3);
  EXPECT_EQ(named[1].value.type(), type_id_of<float>);
  EXPECT_EQ(static_cast<const float*>(named[1].value.data())[1], 2.0F);
  EXPECT_FALSE(named[1].value.is_writable());
  EXPECT_TRUE(named[2].value.is_writable());
  EXPECT_EQ(named[3].value.type(), type_id_of<double>);
  EXPECT_EQ(named[3].value.extents(), (Extents{5, 2, 1}));
  EXPECT_EQ(named[3].value.rank(), 2);
}

TEST_F(CallArgumentsTest, LeaveOutputsWithoutAShapeToTheKernel) {
  options_.shapes.clear();
  CallArguments arguments(kernel_, options_);
  EXPECT_EQ(arguments.named().size(), 3U);

  arguments.add_outputs({{"r", {7, 1, 1}, 1}});

  ASSERT_EQ(arguments.named().size(), 4U);
  EXPECT_EQ(arguments.named()[3].value.extents(), (Extents{7, 1, 1}));
  EXPECT_EQ(arguments.path_of("r"), folder_ / "r.npy");
}

TEST_F(CallArgumentsTest, BeginOutputsWithZeros) {
  options_.shapes = {{"r", {1000, 100, 1}, 2}};
  {
    // What is given back is handed out again.
    const DynamicArray used(ElementType::float64, {1000, 100, 1}, 2);
    std::memset(used.data(), 0xFF, used.bytes());
  }

  const CallArguments arguments(kernel_, options_);

  const auto* const output = static_cast<const double*>(arguments.named()[3].value.data());
  EXPECT_TRUE(std::all_of(output, output + 100'000, [](double value) { return value == 0; }));
}

TEST_F(CallArgumentsTest, WriteOnlyWhatTheKernelWrites) {
  CallArguments arguments(kernel_, options_);
  const std::string before = Folder::read(floats_);
  arguments.open_outputs();
  static_cast<float*>(arguments.named()[2].value.data())[0] = 9.0F;
  EXPECT_EQ(Folder::read(floats_), before);

  arguments.write_outputs();

  EXPECT_NE(Folder::read(floats_), before);
  EXPECT_EQ(read_npy(folder_ / "r.npy", false).extents(), (Extents{5, 2, 1}));
  EXPECT_EQ(folder_.count(), 3);
}

TEST_F(CallArgumentsTest, RefuseAFileOfAnotherTypeAndTellBoth) {
  options_.inputs = {{"x", doubles_}};

  EXPECT_EQ(refusal(), doubles_ +
                           ": expected float32 of 1 axis for parameter 'x' of kernel 'mix', got "
                           "float64 of 1 axis, shape (2,)");
}

TEST_F(CallArgumentsTest, RefuseAnUnknownParameterAndListThoseOfTheKernel) {
  options_.scalars.emplace_back("q", "1");

  EXPECT_EQ(refusal(),
            "--set of kernel 'mix': expected one of its parameters: k, x, y, r, got 'q'");
}

TEST_F(CallArgumentsTest, RefuseAnOptionOfAnotherKindAndNameTheRightOne) {
  options_.inputs.emplace_back("r", floats_);

  EXPECT_EQ(refusal(),
            "--in of kernel 'mix': expected --out for 'r' (out float64 array), got --in");
}

TEST_F(CallArgumentsTest, RefuseAParameterGivenTwice) {
  options_.scalars.emplace_back("k", "4");

  EXPECT_EQ(refusal(), "--set: expected each parameter once, got 'k' twice");
}

TEST_F(CallArgumentsTest, RefuseAMissingParameterAndTellHowToGiveIt) {
  options_.inputs.clear();

  EXPECT_EQ(refusal(),
            "kernel 'mix': expected --in x=FILE.npy for its parameter x (in float32 [n]), got no "
            "argument");
}

TEST_F(CallArgumentsTest, RefuseAValueThatIsNoNumber) {
  options_.scalars = {{"k", "three"}};

  EXPECT_THAT(refusal(), StartsWith("--set k of kernel 'mix': expected an integer from "));
}

TEST_F(CallArgumentsTest, RefuseAShapeForWhatIsNoOutput) {
  options_.shapes = {{"x", {2, 1, 1}, 1}};

  EXPECT_EQ(refusal(), "--shape: expected an output of kernel 'mix', got 'x'");
}

TEST_F(CallArgumentsTest, RefuseKernelsThatTakeStructs) {
  struct Body {
    float mass = 0;
  };
  kernel_.parameters.push_back(input<Body>("bodies"));

  EXPECT_THAT(refusal(), HasSubstr("'bodies', whose elements are structs"));
}

TEST_F(CallArgumentsTest, RefuseAPlaceThatCannotBeWritten) {
  options_.outputs = {{"r", folder_ / "missing/r.npy"}};
  CallArguments arguments(kernel_, options_);

  EXPECT_THAT(refusal_of([&] { arguments.open_outputs(); }),
              StartsWith(folder_ / "missing/r.npy" + ": expected a file that can be written"));
}

}  // namespace
}  // namespace dotcompute::dotc
