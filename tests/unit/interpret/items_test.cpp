// SPDX-License-Identifier: Apache-2.0
#include "support/code_of.hpp"
#include "support/interpreted.hpp"

#include <numeric>
#include <thread>

namespace dotcompute::interpret {
namespace {

constexpr const char* kSaxpy = R"(
kernel saxpy {
  scalar alpha: float32;
  buffer x: const float32 in rank 1 span;
  buffer y: float32 inout rank 1 span;
  let i: uint64 = $global_id(0);
  if (i >= $extent(y)) {
    return;
  }
  y[i] = (alpha * x[i]) + y[i];
}
)";

class ItemsSizeTest : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Sizes, ItemsSizeTest, testing::Values(0, 1, 7, 1000, 1'000'001));

// R2.4
TEST_P(ItemsSizeTest, EveryItemRunsOnceInOrderAndShuffled) {
  const std::size_t size = GetParam();
  float alpha = 2;
  std::vector<float> x(size);
  std::iota(x.begin(), x.end(), 1.0F);
  for (const std::optional<std::uint64_t> seed : {std::optional<std::uint64_t>(), {7U}, {8U}}) {
    std::vector<float> y(size, 0.5F);

    const Status status = run(kSaxpy, Arguments().scalar(alpha).buffer(x).buffer(y), items_of(size),
                              {.shuffle_seed = seed});

    ASSERT_TRUE(status.ok());
    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_EQ(y[i], 2 * x[i] + 0.5F) << i;
    }
  }
}

// R2.4
TEST(ItemsTest, IdsAreThoseOfTheItemItsGroupAndTheLaunch) {
  // For item (5, 7) of 10 x 8 in groups of 4 x 3.
  std::vector<std::uint64_t> out(18);
  std::string text = "kernel k dimensions 3 { buffer out: uint64 out rank 1 span;\n";
  int place = 0;
  for (const char* const query :
       {"global_id", "local_id", "group_id", "global_size", "local_size", "group_count"}) {
    for (int axis = 0; axis < 3; ++axis) {
      text += "out[" + std::to_string(place++) + "_i32] = $" + query + "(" + std::to_string(axis) +
              ");\n";
    }
  }

  const Status status =
      run(text + "}", Arguments().buffer(out), {.begin = {5, 7, 0}, .end = {6, 8, 1}},
          {.range = {10, 8, 1}, .group_size = {4, 3, 1}});

  ASSERT_TRUE(status.ok());
  EXPECT_EQ(out, (std::vector<std::uint64_t>{5, 7, 0, 1, 1, 0, 1, 2, 0,  //
                                             10, 8, 1, 4, 3, 1, 3, 3, 1}));
}

// R2.4
TEST(ItemsTest, GroupsAreAsTheKernelSaysUnlessTheLaunchSaysMore) {
  std::vector<std::uint64_t> out(2);
  const char* const kText =
      "kernel k group 8 0 0 { buffer out: uint64 out rank 1 span;"
      "out[0_i32] = $local_size(0); out[1_i32] = $global_size(0); }";

  ASSERT_TRUE(run(kText, Arguments().buffer(out), items_of(3)).ok());
  EXPECT_EQ(out, (std::vector<std::uint64_t>{8, 3}));

  ASSERT_TRUE(run(kText, Arguments().buffer(out), items_of(3), {.group_size = {2, 0, 0}}).ok());
  EXPECT_EQ(out, (std::vector<std::uint64_t>{2, 3}));
}

// R2.4
TEST(ItemsTest, OneKernelRunsOnSeveralThreads) {
  const std::optional<Kernel> kernel = kernel_of(kSaxpy);
  ASSERT_TRUE(kernel.has_value());
  constexpr std::size_t kSize = 4096;
  float alpha = 2;
  std::vector<float> x(kSize, 3.0F);
  std::vector<float> y(kSize, 0.5F);
  const Arguments arguments = Arguments().scalar(alpha).buffer(x).buffer(y);
  std::array<bool, 4> ok{};

  std::vector<std::thread> threads;
  for (std::size_t part = 0; part < ok.size(); ++part) {
    threads.emplace_back([&, part] {
      const std::uint64_t begin = part * kSize / ok.size();
      ok[part] = kernel
                     ->run(arguments.list(),
                           {.begin = {begin, 0, 0}, .end = {begin + kSize / ok.size(), 1, 1}})
                     .ok();
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(ok, (std::array<bool, 4>{true, true, true, true}));
  EXPECT_EQ(y, std::vector<float>(kSize, 6.5F));
}

// R2.4
TEST(ItemsTest, TheKernelOutlivesItsModule) {
  std::optional<Kernel> kernel = kernel_of(kSaxpy);  // its module is gone by now
  ASSERT_TRUE(kernel.has_value());
  const Kernel moved = std::move(*kernel);
  kernel.reset();

  EXPECT_EQ(moved.name(), "saxpy");
}

// R2.4
TEST(ItemsTest, ThereIsAnArgumentForEachParameter) {
  std::vector<float> x(1);

  EXPECT_EQ(code_of(run(kSaxpy, Arguments().buffer(x))), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace dotcompute::interpret
