// SPDX-License-Identifier: Apache-2.0
#include "unit/kernels/pack_support.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace dotcompute {
namespace {

TEST(KernelPack, SaysWhereEachKernelIsDeclared) {
  KernelModule module;

  register_kernel_pack(module);

  std::set<std::string> names;
  for (const KernelRegistration& kernel : module.registrations()) {
    EXPECT_TRUE(kernel.metadata.file.starts_with("kernels/")) << kernel.metadata.name;
    EXPECT_GT(kernel.metadata.line, 0U) << kernel.metadata.name;
    EXPECT_NE(kernel.callable.host.function, nullptr) << kernel.metadata.name;
    names.insert(kernel.metadata.qualified_name());
  }
  EXPECT_EQ(names.size(), module.registrations().size());
  for (const char* name :
       {"vector_add", "vector_double", "simple_kernel", "saxpy", "sum", "min", "max", "mean",
        "partial_sums", "sum_partials", "black_scholes", "nbody_step", "stencil5", "grey", "blur3",
        "sobel", "matmul", "mandelbrot"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

// R1.4
TEST(KernelPack, HasHandlesThatFitItsKernels) {
  KernelModule module;
  register_kernel_pack(module);
  const auto fits = [&](const auto& handle) {
    const auto& kernels = module.registrations();
    const auto found = std::ranges::find_if(kernels, [&](const KernelRegistration& kernel) {
      return kernel.metadata.name == handle.name();
    });
    return found != kernels.end() && signature_of(found->metadata.parameters) == handle.signature();
  };

  EXPECT_TRUE(fits(kernels::kVectorAdd));
  EXPECT_TRUE(fits(kernels::kVectorDouble));
  EXPECT_TRUE(fits(kernels::kSimpleKernel));
  EXPECT_TRUE(fits(kernels::kSaxpy));
  EXPECT_TRUE(fits(kernels::kSum));
  EXPECT_TRUE(fits(kernels::kMean));
  EXPECT_TRUE(fits(kernels::kMin));
  EXPECT_TRUE(fits(kernels::kMax));
  EXPECT_TRUE(fits(kernels::kPartialSums));
  EXPECT_TRUE(fits(kernels::kPartialMinima));
  EXPECT_TRUE(fits(kernels::kPartialMaxima));
  EXPECT_TRUE(fits(kernels::kSumPartials));
  EXPECT_TRUE(fits(kernels::kMeanPartials));
  EXPECT_TRUE(fits(kernels::kMinPartials));
  EXPECT_TRUE(fits(kernels::kMaxPartials));
  EXPECT_TRUE(fits(kernels::kBlackScholes));
  EXPECT_TRUE(fits(kernels::kNBodyStep));
  EXPECT_TRUE(fits(kernels::kStencil5));
  EXPECT_TRUE(fits(kernels::kMatmul));
  EXPECT_TRUE(fits(kernels::kMandelbrot));
  EXPECT_TRUE(fits(kernels::kGrey));
  EXPECT_TRUE(fits(kernels::kBlur3));
  EXPECT_TRUE(fits(kernels::kSobel));
}

// R5.2
TEST(KernelPack, TakesArraysWithoutElements) {
  Runtime runtime = Runtime::create(RuntimeBuilder().add_module(&register_kernel_pack));
  const std::vector<float> nothing;

  EXPECT_TRUE(runtime.orchestrator().execute<std::vector<float>>("vector_double", nothing).empty());
  EXPECT_EQ(runtime.orchestrator().execute<double>("sum", nothing), 0.0);
}

}  // namespace
}  // namespace dotcompute
