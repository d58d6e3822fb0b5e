// SPDX-License-Identifier: Apache-2.0
#include "runtime/cache_directory.hpp"

#include "configuration_support.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <new>

namespace dotcompute::core {
namespace {

// R7.1
TEST(CacheDirectory, IsTheConfiguredOne) {
  const auto environment = environment_of({{"XDG_CACHE_HOME", "/x"}, {"HOME", "/home/a"}});

  EXPECT_EQ(*cache_directory("/var/cache/app", environment), "/var/cache/app");
}

// R7.1
TEST(CacheDirectory, IsAbsoluteAlsoWhenARelativeOneIsConfigured) {
  EXPECT_EQ(*cache_directory("./a/../b", {}), (std::filesystem::current_path() / "b").string());
}

// R7.1
TEST(CacheDirectory, LiesAmongTheCachesOfTheUser) {
  EXPECT_EQ(*cache_directory("", environment_of({{"XDG_CACHE_HOME", "/x"}, {"HOME", "/home/a"}})),
            "/x/dotcompute");
  EXPECT_EQ(*cache_directory("", environment_of({{"HOME", "/home/a"}})),
            "/home/a/.cache/dotcompute");
}

// R7.1
TEST(CacheDirectory, IgnoresAVariableThatIsEmptyOrRelative) {
  EXPECT_EQ(*cache_directory("", environment_of({{"XDG_CACHE_HOME", ""}, {"HOME", "/home/a"}})),
            "/home/a/.cache/dotcompute");
  EXPECT_EQ(*cache_directory("", environment_of({{"XDG_CACHE_HOME", "x"}, {"HOME", "/home/a"}})),
            "/home/a/.cache/dotcompute");
}

// R7.1
TEST(CacheDirectory, IsNowhereWithoutAHome) {
  const auto directory = cache_directory("", environment_of({}));

  ASSERT_FALSE(directory.ok());
  EXPECT_EQ(directory.error().code, ErrorCode::invalid_argument);
}

// R7.1
TEST(CacheDirectory, ReportsMissingMemoryAsHostMemory) {
  Environment environment;
  environment.value_of = [](std::string_view) -> std::optional<std::string> {
    throw std::bad_alloc();
  };

  EXPECT_EQ(cache_directory("", environment).error().code, ErrorCode::host_memory);
}

}  // namespace
}  // namespace dotcompute::core
