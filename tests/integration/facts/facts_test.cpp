// SPDX-License-Identifier: Apache-2.0
// What facts claim is done: a kernel is run in pieces, each with no more memory than its facts say
// that it needs, and has to give what a run of the whole gives.
#include "analysis/access.hpp"
#include "integration/facts/pack_kernels.hpp"
#include "interpret/interpret.hpp"
#include "support/random_kernel.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute {
namespace {

PackKernel pack_kernel(const std::string& name) {
  for (PackKernel& kernel : pack()) {
    if (kernel.metadata().name == name) {
      return std::move(kernel);
    }
  }
  throw std::invalid_argument(name);
}

// What pieces made according to `metadata` get wrong of `body`.
std::optional<std::string> wrong_in_pieces(const KernelMetadata& metadata,
                                           const Body& body,
                                           float most) {
  const std::vector<Values> values = values_for(metadata);
  const LaunchRange range = range_for(metadata, values);
  const auto whole = run_whole(metadata, body, values, range);
  const auto pieces = run_in_pieces(metadata, body, values, range, 4);
  if (!whole || !pieces) {
    return (whole ? pieces : whole).error().message();
  }
  return difference(metadata, *whole, *pieces, most);
}

// R2.2
TEST(Facts, LetEachKernelOfThePackRunInPieces) {
  std::size_t count = 0;
  for (const PackKernel& kernel : pack()) {
    const KernelMetadata& metadata = kernel.metadata();
    if (is_splittable(metadata)) {
      ++count;
      EXPECT_EQ(wrong_in_pieces(metadata, kernel.interpreter(), 0), std::nullopt) << metadata.name;
      // Compilers round some items' sums otherwise than others'.
      EXPECT_EQ(wrong_in_pieces(metadata, kernel.cpu(), 1e-4F), std::nullopt) << metadata.name;
    }
  }
  // All but the eight reductions in one pass, which one item does.
  EXPECT_EQ(count, pack().size() - 8);
}

// R2.2
TEST(Facts, ThatClaimTooMuchAreFound) {
  for (const char* name : {"stencil5", "blur3", "sobel"}) {
    const PackKernel kernel = pack_kernel(name);
    KernelMetadata wrong = kernel.metadata();
    ASSERT_EQ(wrong.parameters[0].access, AccessPattern::stencil) << name;
    wrong.parameters[0].access = AccessPattern::element_wise;

    EXPECT_NE(wrong_in_pieces(wrong, kernel.interpreter(), 0), std::nullopt) << name;
  }
  const PackKernel bodies = pack_kernel("nbody_step");
  KernelMetadata wrong = bodies.metadata();
  wrong.parameters[0].access = AccessPattern::stencil;
  wrong.parameters[0].stencil_radius = 1;
  EXPECT_NE(wrong_in_pieces(wrong, bodies.interpreter(), 0), std::nullopt);
}

// Metadata of a kernel of spans and scalars, as its registration would have it.
KernelMetadata metadata_of(const kir::Module& module, const kir::Function& kernel) {
  const analysis::KernelFacts facts = analysis::analyse(module, kernel);
  KernelMetadata metadata{.name = kernel.name, .is_parallel = facts.is_parallel};
  for (std::size_t i = 0; i < kernel.parameters.size(); ++i) {
    const kir::Variable& parameter = *kernel.parameters[i];
    const bool is_buffer = parameter.kind == kir::VariableKind::buffer;
    metadata.parameters.push_back(
        {.name = parameter.name,
         .type = parameter.type.element,
         .kind = is_buffer ? ParameterKind::buffer : ParameterKind::scalar,
         .direction = facts.parameters[i].direction,
         .access = facts.parameters[i].pattern,
         .stencil_radius = facts.parameters[i].stencil_radius});
  }
  return metadata;
}

// R2.2
TEST(Facts, LetRandomKernelsRunInPieces) {
  constexpr std::size_t kSize = 40;
  std::size_t split = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const auto module = random_kernel(seed, {.has_floats = false});
    const kir::Function& function = *module->functions.back();
    const KernelMetadata metadata = metadata_of(*module, function);
    if (!is_splittable(metadata)) {
      continue;
    }
    ++split;
    const auto kernel = interpret::Kernel::make(*module, function);
    ASSERT_TRUE(kernel.ok()) << "seed " << seed;
    std::vector<Values> values;
    for (const Parameter& parameter : metadata.parameters) {
      const std::size_t count = parameter.kind == ParameterKind::buffer ? kSize : 1;
      Values& one = values.emplace_back();
      one.extents = {count, 1, 1};
      one.bytes.resize(count * parameter.type.size());
      for (std::size_t at = 0; at < one.bytes.size(); ++at) {
        const bool is_bool = parameter.type.element() == ElementType::boolean;
        one.bytes[at] = static_cast<std::byte>(is_bool ? at % 2 : at * 7 + seed);
      }
    }
    const Body body = [&](const auto& arguments, const ItemRange& items) {
      return kernel->run(arguments, items);
    };

    const auto whole = run_whole(metadata, body, values, {{kSize, 1, 1}});
    const auto pieces = run_in_pieces(metadata, body, values, {{kSize, 1, 1}}, 3);

    ASSERT_TRUE(whole.ok()) << "seed " << seed << ": " << whole.error().message();
    ASSERT_TRUE(pieces.ok()) << "seed " << seed << ": " << pieces.error().message();
    EXPECT_EQ(difference(metadata, *whole, *pieces, 0), std::nullopt) << "seed " << seed;
  }
  EXPECT_GT(split, 20U);
}

}  // namespace
}  // namespace dotcompute
