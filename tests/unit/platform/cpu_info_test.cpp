// SPDX-License-Identifier: Apache-2.0
#include "platform/cpu_info.hpp"

#include <gtest/gtest.h>

#include <cctype>

namespace dotcompute::core {
namespace {

bool is_printable(const std::string& text) {
  for (const char c : text) {
    if (std::isprint(static_cast<unsigned char>(c)) == 0) {
      return false;
    }
  }
  return true;
}

// R3.3
TEST(CpuInfo, HasTextsWithoutPaddingOrControlCharacters) {
  const CpuInfo info = read_cpu_info();

  for (const std::string& text : {info.name, info.vendor, info.features}) {
    EXPECT_TRUE(is_printable(text)) << text;
    EXPECT_FALSE(text.starts_with(' ') || text.ends_with(' ')) << text;
  }
}

#if defined(__x86_64__)
// R3.3
TEST(CpuInfo, NamesTheProcessorItsVendorAndTheInstructionSetEveryoneHas) {
  const CpuInfo info = read_cpu_info();

  EXPECT_FALSE(info.name.empty());
  EXPECT_EQ(info.vendor.size(), 12U) << info.vendor;
  EXPECT_NE((" " + info.features + " ").find(" sse2 "), std::string::npos) << info.features;
}
#endif

// R3.3
TEST(CpuInfo, KnowsTheMemoryOfTheHost) {
  EXPECT_GT(read_host_memory().physical_bytes, std::size_t{1} << 20U);
}

}  // namespace
}  // namespace dotcompute::core
