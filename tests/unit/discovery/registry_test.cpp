// SPDX-License-Identifier: Apache-2.0
#include "discovery/registry.hpp"

#include "registry_support.hpp"
#include "support/code_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace dotcompute::core {
namespace {

using testing::HasSubstr;

class RegistryTest : public testing::Test {
 protected:
  std::string advice(std::string_view name) const {
    return std::string(registry_.not_found(name).context.advice.view());
  }
  Registry registry_;
};

// R2.7
TEST_F(RegistryTest, FindsAKernelByQualifiedAndByShortName) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "physics::fluids")).ok());

  EXPECT_EQ(found(registry_, "physics::fluids::saxpy"), "physics::fluids::saxpy");
  EXPECT_EQ(found(registry_, "saxpy"), "physics::fluids::saxpy");
  EXPECT_EQ(found(registry_, "fluids::saxpy"), "");
  EXPECT_EQ(found(registry_, ""), "");
}

// R2.7
TEST_F(RegistryTest, FindsNamesOfEveryLength) {
  std::string name = "k";
  for (; name.size() <= 100; name += 'n') {
    ASSERT_TRUE(add(registry_, kernel(name)).ok());
  }

  for (name = "k"; name.size() <= 100; name += 'n') {
    EXPECT_EQ(found(registry_, name), name);
    std::string other = name;
    other[name.size() / 2] = 'x';
    EXPECT_EQ(found(registry_, other), "");
  }
}

// R2.7
TEST_F(RegistryTest, FindsNothingUnderAShortNameThatSeveralHave) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "a")).ok());
  ASSERT_TRUE(add(registry_, kernel("saxpy", "b")).ok());

  EXPECT_EQ(found(registry_, "saxpy"), "");
  EXPECT_EQ(found(registry_, "a::saxpy"), "a::saxpy");
  EXPECT_EQ(found(registry_, "b::saxpy"), "b::saxpy");
}

// R2.7
TEST_F(RegistryTest, GivesAShortNameToTheKernelWithoutNameSpace) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "a")).ok());
  ASSERT_TRUE(add(registry_, kernel("saxpy")).ok());
  ASSERT_TRUE(add(registry_, kernel("saxpy", "b")).ok());

  EXPECT_EQ(found(registry_, "saxpy"), "saxpy");
}

// R2.7
TEST_F(RegistryTest, AShortNameIsUniqueAgainWhenTheOthersAreRemoved) {
  for (const char* name_space : {"", "a", "b", "c"}) {
    ASSERT_TRUE(add(registry_, kernel("saxpy", name_space)).ok());
  }

  ASSERT_TRUE(registry_.remove("saxpy").ok());
  EXPECT_EQ(found(registry_, "saxpy"), "");
  ASSERT_TRUE(registry_.remove("b::saxpy").ok());
  EXPECT_EQ(found(registry_, "saxpy"), "");
  ASSERT_TRUE(registry_.remove("c::saxpy").ok());

  EXPECT_EQ(found(registry_, "saxpy"), "a::saxpy");
}

// R2.7
TEST_F(RegistryTest, ListsTheCandidatesOfAnAmbiguousShortName) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "b")).ok());
  ASSERT_TRUE(add(registry_, kernel("saxpy", "a")).ok());

  const Error error = registry_.not_found("saxpy");

  EXPECT_EQ(error.code, ErrorCode::kernel_not_found);
  EXPECT_EQ(error.what, "Several kernels have this short name.");
  EXPECT_EQ(error.context.kernel.view(), "saxpy");
  EXPECT_EQ(error.context.advice.view(), "Use one of 'a::saxpy', 'b::saxpy'.");
}

// R2.7
TEST_F(RegistryTest, SaysHowManyCandidatesItDoesNotList) {
  for (int index = 100; index < 200; ++index) {
    ASSERT_TRUE(add(registry_, kernel("saxpy", "space" + std::to_string(index))).ok());
  }

  const std::string text = advice("saxpy");

  EXPECT_THAT(text, testing::MatchesRegex("Use one of '.*' and 9[0-9] more\\."));
}

// R2.7
TEST_F(RegistryTest, SuggestsTheNearestNamesForAnUnknownOne) {
  for (const char* name : {"saxpy", "daxpy", "vector_add", "matmul"}) {
    ASSERT_TRUE(add(registry_, kernel(name, "physics")).ok());
  }

  const Error error = registry_.not_found("sapxy");

  EXPECT_EQ(error.code, ErrorCode::kernel_not_found);
  EXPECT_EQ(error.what, "No kernel has this name.");
  EXPECT_EQ(error.context.kernel.view(), "sapxy");
  EXPECT_EQ(error.context.advice.view(), "Did you mean 'saxpy', 'daxpy'?");
}

// R2.7
TEST_F(RegistryTest, SuggestsAQualifiedNameWhereTheShortOneIsAmbiguous) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "a")).ok());
  ASSERT_TRUE(add(registry_, kernel("saxpy", "b")).ok());

  EXPECT_EQ(advice("sapxy"), "Did you mean 'a::saxpy', 'b::saxpy'?");
}

// R2.7
TEST_F(RegistryTest, SuggestsTheKernelWhenOnlyItsNameSpaceIsWrong) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "physics")).ok());

  EXPECT_EQ(advice("mathematics::saxpy"), "Did you mean 'saxpy'?");
}

// R2.7
TEST_F(RegistryTest, SuggestsNothingForANameUnlikeAnyOther) {
  ASSERT_TRUE(add(registry_, kernel("saxpy")).ok());

  EXPECT_EQ(advice("mandelbrot"), "");
}

// R2.7
TEST_F(RegistryTest, SaysThatANameIsEmpty) {
  EXPECT_EQ(registry_.not_found("").what, "The name of a kernel is empty.");
}

// R2.6
TEST_F(RegistryTest, RefusesASecondBodyForTheSameBackEnd) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "a")).ok());
  const std::uint64_t serial = serial_of(registry_, "a::saxpy");

  const Status status = add(registry_, kernel("saxpy", "a"));

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  EXPECT_EQ(status.error().what, "A kernel of this name is already registered.");
  EXPECT_EQ(status.error().context.kernel.view(), "a::saxpy");
  EXPECT_THAT(std::string(status.error().context.advice.view()), HasSubstr("replace()"));
  EXPECT_EQ(serial_of(registry_, "a::saxpy"), serial);
}

// R2.6
TEST_F(RegistryTest, GathersTheBodiesOfOneKernelFromSeveralRegistrations) {
  ASSERT_TRUE(add(registry_, kernel("saxpy")).ok());
  ASSERT_TRUE(add(registry_, text_kernel("saxpy", AcceleratorType::opencl)).ok());
  ASSERT_TRUE(add(registry_, text_kernel("saxpy", AcceleratorType::cuda)).ok());

  const EpochGuard guard;
  const KernelRecord* const record = registry_.find("saxpy", hash_name("saxpy"));
  ASSERT_NE(record, nullptr);
  EXPECT_NE(record->callable.host.function, nullptr);
  EXPECT_EQ(record->definitions.size(), 2U);
  EXPECT_EQ(record->metadata->backends,
            KernelBackends::cpu | KernelBackends::opencl | KernelBackends::cuda);
  EXPECT_EQ(registry_.size(), 1U);
}

// R2.6
TEST_F(RegistryTest, GathersTheBodiesOfOneKernelWithinOneCall) {
  std::vector<KernelRegistration> registrations =
      just(text_kernel("saxpy", AcceleratorType::opencl));
  registrations.push_back(kernel("saxpy"));
  registrations.push_back(text_kernel("saxpy", AcceleratorType::metal));

  ASSERT_TRUE(registry_.add(std::move(registrations)).ok());

  const auto metadata = registry_.find_metadata("saxpy");
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ((*metadata)->backends,
            KernelBackends::cpu | KernelBackends::opencl | KernelBackends::metal);
}

// R2.6
TEST_F(RegistryTest, RefusesBodiesOfOneNameWithOtherParameters) {
  ASSERT_TRUE(add(registry_, kernel("saxpy")).ok());
  KernelRegistration other = text_kernel("saxpy", AcceleratorType::opencl);
  other.metadata.parameters[1] = output<double>("y");

  const Status status = add(registry_, std::move(other));

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  EXPECT_EQ(status.error().context.parameter.view(), "y");
  EXPECT_THAT(std::string(status.error().context.expected.view()), HasSubstr("float32"));
  EXPECT_THAT(std::string(status.error().context.got.view()), HasSubstr("float64"));
}

// R2.5
TEST_F(RegistryTest, RegistersAllOfACallOrNothing) {
  std::vector<KernelRegistration> registrations = just(kernel("good"));
  registrations.push_back(kernel("bad name"));
  registrations.push_back(kernel("good"));

  const Status status = registry_.add(std::move(registrations));

  ASSERT_EQ(code_of(status), ErrorCode::invalid_argument);
  EXPECT_EQ(status.error().what, "The kernels are not registered.");
  ASSERT_NE(status.error().log, nullptr);
  EXPECT_THAT(*status.error().log, HasSubstr("'bad name': The name of a kernel"));
  EXPECT_THAT(*status.error().log, HasSubstr("'good': A kernel of this name is already"));
  EXPECT_EQ(registry_.size(), 0U);
  EXPECT_EQ(found(registry_, "good"), "");
}

// R2.6
TEST_F(RegistryTest, ReplacesAKernelUnderBothItsNames) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "a")).ok());
  const std::uint64_t serial = serial_of(registry_, "saxpy");

  ASSERT_TRUE(registry_.replace(text_kernel("saxpy", AcceleratorType::cuda, "a")).ok());

  EXPECT_NE(serial_of(registry_, "saxpy"), serial);
  EXPECT_EQ(serial_of(registry_, "saxpy"), serial_of(registry_, "a::saxpy"));
  const auto metadata = registry_.find_metadata("a::saxpy");
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ((*metadata)->backends, KernelBackends::cuda);
  EXPECT_EQ(registry_.size(), 1U);
}

// R2.6
TEST_F(RegistryTest, ReplacingKeepsAnAmbiguousShortNameAmbiguous) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "a")).ok());
  ASSERT_TRUE(add(registry_, kernel("saxpy", "b")).ok());

  ASSERT_TRUE(registry_.replace(kernel("saxpy", "a")).ok());
  EXPECT_EQ(found(registry_, "saxpy"), "");
  ASSERT_TRUE(registry_.remove("b::saxpy").ok());

  EXPECT_EQ(found(registry_, "saxpy"), "a::saxpy");
}

// R2.6
TEST_F(RegistryTest, ReplaceAddsAKernelThatIsNotThere) {
  ASSERT_TRUE(registry_.replace(kernel("saxpy")).ok());

  EXPECT_EQ(found(registry_, "saxpy"), "saxpy");
}

// R2.6
TEST_F(RegistryTest, RemovesOnlyByQualifiedName) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "a")).ok());

  const Status by_short_name = registry_.remove("saxpy");

  ASSERT_EQ(code_of(by_short_name), ErrorCode::kernel_not_found);
  EXPECT_EQ(by_short_name.error().context.advice.view(), "Use 'a::saxpy'.");
  EXPECT_TRUE(registry_.remove("a::saxpy").ok());
  EXPECT_EQ(code_of(registry_.remove("a::saxpy")), ErrorCode::kernel_not_found);
  EXPECT_EQ(registry_.size(), 0U);
  EXPECT_EQ(found(registry_, "saxpy"), "");
}

// R2.6
TEST_F(RegistryTest, AKernelInUseOutlivesItsRemoval) {
  auto state = std::make_shared<const int>(1);
  const std::weak_ptr<const int> alive = state;
  KernelRegistration registration = kernel("saxpy");
  registration.callable.state = std::move(state);
  ASSERT_TRUE(add(registry_, std::move(registration)).ok());
  std::optional<EpochGuard> guard;
  guard.emplace();
  const KernelRecord* const record = registry_.find("saxpy", hash_name("saxpy"));
  ASSERT_NE(record, nullptr);

  ASSERT_TRUE(registry_.remove("saxpy").ok());
  EXPECT_EQ(record->qualified_name, "saxpy");
  EXPECT_FALSE(alive.expired());
  guard.reset();
  Epoch::reclaim();

  EXPECT_TRUE(alive.expired());
}

// R2.6
TEST_F(RegistryTest, MayBeUsedByDestructorsOfTheKernelsItFrees) {
  struct Asks {
    explicit Asks(const Registry& asked, std::size_t& told) : registry(asked), size(told) {}
    ~Asks() { size = registry.size(); }
    Asks(const Asks&) = delete;
    Asks& operator=(const Asks&) = delete;
    const Registry& registry;
    std::size_t& size;
  };
  std::size_t size = 0;
  KernelRegistration registration = kernel("asking");
  registration.callable.state = std::make_shared<const Asks>(registry_, size);
  ASSERT_TRUE(add(registry_, std::move(registration)).ok());
  {
    const EpochGuard guard;
    ASSERT_TRUE(registry_.remove("asking").ok());
  }

  // Nobody uses it any more: a change that retires something frees it too. Here it is the table of
  // names that grows, twice, as not every change tries to free what is waiting.
  for (int count = 50; count <= 500; count *= 10) {
    std::vector<KernelRegistration> many;
    for (int index = 0; index < count; ++index) {
      many.push_back(kernel("k" + std::to_string(count) + "_" + std::to_string(index)));
    }
    ASSERT_TRUE(registry_.add(std::move(many)).ok());
  }

  EXPECT_GT(size, 0U);
}

// R2.6
TEST_F(RegistryTest, MetadataMayBeKeptAfterRemoval) {
  ASSERT_TRUE(add(registry_, kernel("saxpy", "a")).ok());
  const auto metadata = registry_.find_metadata("saxpy");
  ASSERT_TRUE(metadata.ok());

  ASSERT_TRUE(registry_.remove("a::saxpy").ok());

  EXPECT_EQ((*metadata)->qualified_name(), "a::saxpy");
  EXPECT_EQ(code_of(registry_.find_metadata("saxpy")), ErrorCode::kernel_not_found);
}

TEST_F(RegistryTest, ListsKernelsByQualifiedName) {
  for (const char* name_space : {"b", "", "a"}) {
    ASSERT_TRUE(add(registry_, kernel("saxpy", name_space)).ok());
  }

  const auto kernels = registry_.kernels();

  ASSERT_TRUE(kernels.ok());
  std::vector<std::string> names;
  for (const auto& metadata : *kernels) {
    names.push_back(metadata->qualified_name());
  }
  EXPECT_THAT(names, testing::ElementsAre("a::saxpy", "b::saxpy", "saxpy"));
}

// R2.7
TEST_F(RegistryTest, SuggestsNothingWhenThereAreNoKernels) {
  EXPECT_EQ(advice("anything"), "");
}

// R2.1
TEST(RegistryDefinitions, GiveTheTextForABackEnd) {
  Registry registry;
  ASSERT_TRUE(add(registry, text_kernel("blur", AcceleratorType::opencl, "images")).ok());

  const auto found = registry.find_definition("blur", AcceleratorType::opencl);

  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->source, "source");
  EXPECT_EQ(found->entry_point, "entry");
}

// R2.1
TEST(RegistryDefinitions, SayThatThereIsNoKernelOrNoText) {
  Registry registry;
  ASSERT_TRUE(add(registry, text_kernel("blur", AcceleratorType::opencl)).ok());

  const auto no_kernel = registry.find_definition("blurr", AcceleratorType::opencl);
  const auto no_text = registry.find_definition("blur", AcceleratorType::cuda);

  ASSERT_FALSE(no_kernel.ok());
  EXPECT_EQ(no_kernel.error().code, ErrorCode::kernel_not_found);
  ASSERT_FALSE(no_text.ok());
  EXPECT_EQ(no_text.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(no_text.error().message().find("cuda"), std::string::npos);
}

}  // namespace
}  // namespace dotcompute::core
