// SPDX-License-Identifier: Apache-2.0
#include "arithmetic.kernels.hpp"
#include "black_scholes.kernels.hpp"
#include "callables/pack.hpp"
#include "images.kernels.hpp"
#include "mandelbrot.kernels.hpp"
#include "matmul.kernels.hpp"
#include "n_body.kernels.hpp"
#include "reductions.kernels.hpp"
#include "stencil.kernels.hpp"

#include "dotcompute/kernels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

namespace dotcompute {
namespace {

template <class A, class B>
constexpr bool is_same_handle(const A& a, const B& b) {
  return std::is_same_v<A, B> && a.name() == b.name();
}

// R1.4: the header of the pack is written by hand, for it is read by people.
static_assert(is_same_handle(kernels::kVectorAdd, ::kernels::kVectorAdd));
static_assert(is_same_handle(kernels::kVectorDouble, ::kernels::kVectorDouble));
static_assert(is_same_handle(kernels::kSimpleKernel, ::kernels::kSimpleKernel));
static_assert(is_same_handle(kernels::kSaxpy, ::kernels::kSaxpy));
static_assert(is_same_handle(kernels::kSum, ::kernels::kSum));
static_assert(is_same_handle(kernels::kMean, ::kernels::kMean));
static_assert(is_same_handle(kernels::kMin, ::kernels::kMin));
static_assert(is_same_handle(kernels::kMax, ::kernels::kMax));
static_assert(is_same_handle(kernels::kPartialSums, ::kernels::kPartialSums));
static_assert(is_same_handle(kernels::kPartialMinima, ::kernels::kPartialMinima));
static_assert(is_same_handle(kernels::kPartialMaxima, ::kernels::kPartialMaxima));
static_assert(is_same_handle(kernels::kSumPartials, ::kernels::kSumPartials));
static_assert(is_same_handle(kernels::kMeanPartials, ::kernels::kMeanPartials));
static_assert(is_same_handle(kernels::kMinPartials, ::kernels::kMinPartials));
static_assert(is_same_handle(kernels::kMaxPartials, ::kernels::kMaxPartials));
static_assert(is_same_handle(kernels::kBlackScholes, ::kernels::kBlackScholes));
static_assert(is_same_handle(kernels::kNBodyStep, ::kernels::kNbodyStep));
static_assert(is_same_handle(kernels::kStencil5, ::kernels::kStencil5));
static_assert(is_same_handle(kernels::kMatmul, ::kernels::kMatmul));
static_assert(is_same_handle(kernels::kMandelbrot, ::kernels::kMandelbrot));
static_assert(is_same_handle(kernels::kGrey, ::kernels::kGrey));
static_assert(is_same_handle(kernels::kBlur3, ::kernels::kBlur3));
static_assert(is_same_handle(kernels::kSobel, ::kernels::kSobel));

std::vector<KernelMetadata> metadata_of(void (*add)(KernelModule&)) {
  KernelModule module;
  add(module);
  std::vector<KernelMetadata> list;
  for (KernelRegistration& kernel : module.registrations()) {
    list.push_back(kernel.metadata);
  }
  std::ranges::sort(list, {}, &KernelMetadata::name);
  return list;
}

/// What calls depend on, as one text.
std::string text_of(const Parameter& parameter) {
  std::string text = parameter.name + " " + std::to_string(parameter.type.bits());
  if (parameter.kind == ParameterKind::scalar) {
    return text + " scalar";
  }
  return text + " " + std::string(to_string(parameter.direction)) + " rank " +
         std::to_string(parameter.rank) + " [" + parameter.extents + "]";
}

class PackFacts : public testing::Test {
 protected:
  std::vector<KernelMetadata> proven_ = metadata_of(&register_kernel_pack);
  std::vector<KernelMetadata> told_ = metadata_of(&kernels::register_callables);
};

// R2.2
TEST_F(PackFacts, AreThoseThatAPersonTells) {
  ASSERT_EQ(proven_.size(), told_.size());
  for (std::size_t at = 0; at < told_.size(); ++at) {
    const KernelMetadata& proven = proven_[at];
    const KernelMetadata& told = told_[at];
    ASSERT_EQ(proven.name, told.name);
    EXPECT_EQ(proven.dimensions, told.dimensions) << told.name;
    EXPECT_EQ(proven.is_parallel, told.is_parallel) << told.name;
    ASSERT_EQ(proven.parameters.size(), told.parameters.size()) << told.name;
    for (std::size_t i = 0; i < told.parameters.size(); ++i) {
      EXPECT_EQ(text_of(proven.parameters[i]), text_of(told.parameters[i])) << told.name;
    }
  }
}

// R2.2
TEST_F(PackFacts, SayHowEachBufferIsAccessed) {
  for (std::size_t at = 0; at < told_.size(); ++at) {
    for (std::size_t i = 0; i < told_[at].parameters.size(); ++i) {
      const Parameter& proven = proven_[at].parameters[i];
      const Parameter& told = told_[at].parameters[i];
      // Of the partial results the callables say less than is true.
      const bool is_more = told.access == AccessPattern::irregular && told.name == "partials" &&
                           told.direction == Direction::out;
      EXPECT_EQ(proven.access, is_more ? AccessPattern::element_wise : told.access)
          << told_[at].name << " " << told.name;
      EXPECT_EQ(proven.stencil_radius, told.stencil_radius) << told_[at].name << " " << told.name;
    }
  }
}

// R2.2
TEST_F(PackFacts, CountBytesAndOperations) {
  for (std::size_t at = 0; at < told_.size(); ++at) {
    const KernelMetadata& proven = proven_[at];
    const KernelMetadata& told = told_[at];
    if (told.bytes_per_item == 0) {
      EXPECT_EQ(proven.bytes_per_item, 0) << told.name;
      continue;
    }
    if (told.name.starts_with("partial_")) {
      // At most, with the few that are left over beside strides of eight; comparisons do not count.
      EXPECT_NEAR(proven.bytes_per_item, told.bytes_per_item, 0.01 * told.bytes_per_item)
          << told.name;
      continue;
    }
    EXPECT_EQ(proven.bytes_per_item, told.bytes_per_item) << told.name;
    // A person may leave out a shift, or count a function as more.
    EXPECT_NEAR(proven.operations_per_item, told.operations_per_item,
                0.25 * told.operations_per_item)
        << told.name;
  }
}

}  // namespace
}  // namespace dotcompute
