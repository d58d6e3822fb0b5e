// SPDX-License-Identifier: Apache-2.0
#include "driver/compile.hpp"

#include "driver/outputs.hpp"
#include "unit/driver/scratch.hpp"

#include <sstream>

namespace dotcompute::driver {
namespace {

constexpr const char* kDouble = R"(#include <dotcompute/kernel.hpp>
DC_KERNEL void twice(std::span<const float> x, std::span<float> y) {
  const std::size_t i = dc::global_id();
  if (i >= y.size()) {
    return;
  }
  y[i] = 2.0F * x[i];
}
)";

class CompileTest : public ScratchTest {
 protected:
  Options options(std::vector<std::string> files) const {
    return {.files = std::move(files),
            .output_directory = path_of("out"),
            .name = "test",
            .root = path_of(""),
            .depfile = path_of("out/depfile"),
            .stamp = path_of("out/stamp"),
            .include_directories = {DC_INCLUDE_DIRECTORY}};
  }
  bool run(const Options& options) {
    out_.str({});
    problems_.str({});
    return compile(options, out_, problems_);
  }

  std::ostringstream out_;
  std::ostringstream problems_;
};

// R2.1
TEST_F(CompileTest, WritesThreeFilesForEachSource) {
  ASSERT_TRUE(run(options({write("twice.cpp", kDouble)}))) << problems_.str();

  EXPECT_NE(content_of("out/twice.kernels.cpp").find(".name = \"twice\""), std::string::npos);
  EXPECT_NE(content_of("out/twice.kernels.hpp").find("kTwice"), std::string::npos);
  EXPECT_NE(content_of("out/twice.cpu.cpp").find("test_twice"), std::string::npos);
}

TEST_F(CompileTest, NamesNoDirectoryOfThisMachineInWhatIsWritten) {
  ASSERT_TRUE(run(options({write("twice.cpp", kDouble)})));

  for (const char* name : {"out/twice.kernels.cpp", "out/twice.kernels.hpp", "out/twice.cpu.cpp"}) {
    EXPECT_EQ(content_of(name).find(path_of("")), std::string::npos) << name;
  }
}

TEST_F(CompileTest, KeepsWhatDidNotChange) {
  const Options again = options({write("twice.cpp", kDouble)});
  ASSERT_TRUE(run(again));
  const auto text = age("out/twice.cpu.cpp");
  const auto stamp = age("out/stamp");

  ASSERT_TRUE(run(again));

  EXPECT_EQ(time_of("out/twice.cpu.cpp"), text);
  EXPECT_GT(time_of("out/stamp"), stamp);
}

TEST_F(CompileTest, ReportsTheMistakesOfAllFilesAndWritesNothing) {
  const auto first = write("first.cpp",
                           "#include <dotcompute/kernel.hpp>\nDC_KERNEL void a(int* x) "
                           "{ *x = 1; }\n");
  const auto second = write("second.cpp", "int main( {}\n");

  EXPECT_FALSE(run(options({first, second, write("twice.cpp", kDouble)})));

  EXPECT_NE(problems_.str().find("first.cpp:2:"), std::string::npos) << problems_.str();
  EXPECT_NE(problems_.str().find("second.cpp:1:"), std::string::npos) << problems_.str();
  EXPECT_FALSE(std::filesystem::exists(path_of("out")));
}

TEST_F(CompileTest, TwoKernelsOfOneNameAreAMistake) {
  EXPECT_FALSE(run(options({write("one.cpp", kDouble), write("two.cpp", kDouble)})));

  EXPECT_NE(problems_.str().find("is already in"), std::string::npos) << problems_.str();
}

// R2.1
TEST_F(CompileTest, KernelsOfOneNameInTwoNamespacesAreTwo) {
  const std::string other =
      std::string(kDouble).insert(std::string(kDouble).find("DC_KERNEL"), "namespace other {\n") +
      "}\n";

  EXPECT_TRUE(run(options({write("one.cpp", kDouble), write("two.cpp", other)})))
      << problems_.str();
}

// R2.1
TEST_F(CompileTest, AFileMayHaveANameThatIsNoIdentifier) {
  ASSERT_TRUE(run(options({write("my-own.kernels.cpp", kDouble)}))) << problems_.str();

  EXPECT_NE(content_of("out/my-own.kernels.cpu.cpp").find("test_my_own_kernels"),
            std::string::npos);
}

TEST_F(CompileTest, TheRootOfFileNamesNeedsNoSlash) {
  Options one = options({write("twice.cpp", kDouble)});
  one.root = path_of("");
  if (one.root.ends_with('/')) {
    one.root.pop_back();
  }

  ASSERT_TRUE(run(one));

  EXPECT_NE(content_of("out/twice.kernels.cpp").find("\"twice.cpp\""), std::string::npos)
      << content_of("out/twice.kernels.cpp");
}

TEST_F(CompileTest, TheDepfileNamesAllThatWasRead) {
  write("factor.hpp", "constexpr float kFactor = 2.0F;\n");
  std::string text = kDouble;
  text.insert(0, "#include \"factor.hpp\"\n");

  ASSERT_TRUE(run(options({write("twice.cpp", text)}))) << problems_.str();

  const std::string depfile = content_of("out/depfile");
  EXPECT_TRUE(depfile.starts_with(path_of("out/stamp") + ":"));
  EXPECT_NE(depfile.find("factor.hpp"), std::string::npos);
  EXPECT_NE(depfile.find("dotcompute/kernel.hpp"), std::string::npos);
}

TEST_F(CompileTest, AFunctionThatRegistersAllIsWrittenIfAskedFor) {
  Options all = options({write("twice.cpp", kDouble)});
  all.function = "physics::register_kernels";

  ASSERT_TRUE(run(all));

  EXPECT_NE(content_of("out/registration.cpp").find("namespace physics"), std::string::npos);
  EXPECT_EQ(content_of("out/twice.kernels.cpp").find("DC_KERNEL_MODULE"), std::string::npos);
}

TEST_F(CompileTest, OneTextGoesToStandardOutput) {
  Options one = options({write("twice.cpp", kDouble)});
  one.emit = Emit::kir;

  ASSERT_TRUE(run(one));

  EXPECT_TRUE(out_.str().starts_with("kir 1;"));
  EXPECT_FALSE(std::filesystem::exists(path_of("out")));
}

// R2.1
TEST_F(CompileTest, TheTextForOpenClIsRegisteredAndPrinted) {
  Options one = options({write("twice.cpp", kDouble)});
  ASSERT_TRUE(run(one)) << problems_.str();
  const std::string registration = content_of("out/twice.kernels.cpp");
  one.emit = Emit::opencl;

  ASSERT_TRUE(run(one)) << problems_.str();

  EXPECT_NE(out_.str().find("// twice.cpp:2\n"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("kernel void twice("), std::string::npos) << out_.str();
  EXPECT_NE(registration.find("R\"opencl(" + out_.str() + ")opencl\""), std::string::npos);
  EXPECT_NE(registration.find("AcceleratorType::opencl"), std::string::npos);
}

// R2.1
TEST_F(CompileTest, SaysOfWhichKernelThereIsNoTextForOpenCl) {
  const auto file = write("wide.cpp", R"(#include <dotcompute/kernel.hpp>
struct alignas(16) Wide {
  float x;
};
DC_KERNEL void scaled(Wide by, std::span<float> y) {
  const std::size_t i = dc::global_id();
  if (i >= y.size()) {
    return;
  }
  y[i] = by.x * y[i];
}
)");

  ASSERT_TRUE(run(options({file}))) << problems_.str();

  EXPECT_NE(problems_.str().find("wide.cpp:5:"), std::string::npos) << problems_.str();
  EXPECT_NE(problems_.str().find("note: kernel 'scaled' has no body for OpenCL"), std::string::npos)
      << problems_.str();
  EXPECT_EQ(content_of("out/wide.kernels.cpp").find("AcceleratorType::opencl"), std::string::npos);
}

}  // namespace
}  // namespace dotcompute::driver
