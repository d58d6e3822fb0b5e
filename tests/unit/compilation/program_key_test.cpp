// SPDX-License-Identifier: Apache-2.0
#include "compilation/program_key.hpp"

#include "binary_device.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dotcompute::core {
namespace {

class ProgramKeyTest : public testing::Test {
 protected:
  [[nodiscard]] std::string name() const { return key_of(source_, info_)->file_name; }

  backend::DeviceInfo info_{.name = "device", .driver_version = "1"};
  backend::KernelSource source_ = source_of("kernel void f() {}");
};

// R7.1
TEST_F(ProgramKeyTest, IsTheSameForTheSame) {
  const auto before = name();
  info_.id = "another place among the devices";
  const std::string copy(source_.text);
  source_.text = copy;

  EXPECT_EQ(name(), before);
  EXPECT_EQ(name().size(), 32 + kProgramEnding.size());
}

// R7.1
TEST_F(ProgramKeyTest, ChangesWithEachPartOfTheSource) {
  const auto before = name();
  source_.text = "kernel void f() { }";
  const auto text = name();
  source_ = source_of("kernel void f() {}");
  source_.entry = "g";
  const auto entry = name();
  source_ = source_of("kernel void f() {}");
  source_.language = backend::SourceLanguage::cuda_cpp;

  EXPECT_NE(text, before);
  EXPECT_NE(entry, before);
  EXPECT_NE(name(), before);
}

// R7.1
TEST_F(ProgramKeyTest, ChangesWithEachPartOfTheDevice) {
  const auto before = name();
  for (std::string backend::DeviceInfo::*const part :
       {&backend::DeviceInfo::name, &backend::DeviceInfo::vendor,
        &backend::DeviceInfo::driver_version, &backend::DeviceInfo::features}) {
    info_ = {.name = "device", .driver_version = "1"};
    info_.*part += "x";

    EXPECT_NE(name(), before) << info_.*part;
  }
  info_ = {.type = AcceleratorType::opencl, .name = "device", .driver_version = "1"};
  EXPECT_NE(name(), before);
}

// R7.1
TEST_F(ProgramKeyTest, KeepsPartsApartThatLookAlikeWhenJoined) {
  info_ = {.name = "a\nvendor  b", .vendor = "c"};
  const auto first = name();
  info_ = {.name = "a", .vendor = "b\nvendor  c"};

  EXPECT_NE(name(), first);
}

// R7.1
TEST_F(ProgramKeyTest, SaysWithWhichVersionOfTheLibraryItWasMade) {
  EXPECT_TRUE(key_of(source_, info_)->text.starts_with(version_line()));
}

// R7.1
TEST_F(ProgramKeyTest, IsForLanguagesThatDriversCompile) {
  EXPECT_TRUE(is_kept(backend::SourceLanguage::opencl_c));
  EXPECT_TRUE(is_kept(backend::SourceLanguage::cpp));
  EXPECT_FALSE(is_kept(backend::SourceLanguage::host_function));
  EXPECT_FALSE(is_kept(backend::SourceLanguage::kir));
}

}  // namespace
}  // namespace dotcompute::core
