// SPDX-License-Identifier: Apache-2.0
#include "doctor.hpp"

#include "commands.hpp"
#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>

namespace dotcompute::dotc {
namespace {

using testing::HasSubstr;

// R3.1
TEST(Doctor, SaysHowToGetAMissingLoader) {
  const auto finding = examine_opencl_loader({.opencl_loader = "libNoSuchLoader.so.1"});

  EXPECT_EQ(finding.health, Health::missing);
  EXPECT_THAT(finding.found, HasSubstr("libNoSuchLoader.so.1"));
  EXPECT_EQ(finding.remedy, "apt-get install ocl-icd-libopencl1");
}

// R3.1
TEST(Doctor, FindsALoader) {
  const auto finding = examine_opencl_loader({.opencl_loader = "libc.so.6"});

  EXPECT_EQ(finding.health, Health::ok);
  EXPECT_EQ(finding.remedy, "");
}

// R3.1
TEST(Doctor, SaysHowToGetADriverWhereNoneIsRegistered) {
  const Folder folder;
  std::ignore = folder.write("readme.txt", "libc.so.6\n");

  for (const std::string& place : {folder / "missing", folder / "."}) {
    const auto finding = examine_opencl_drivers({.opencl_vendors = place});

    EXPECT_EQ(finding.health, Health::missing);
    EXPECT_EQ(finding.remedy, "apt-get install pocl-opencl-icd");
  }
}

// R3.1
TEST(Doctor, NamesTheDriverThatCannotBeLoadedBesideTheOthers) {
  const Folder folder;
  std::ignore = folder.write("a.icd", "libc.so.6\n");
  EXPECT_EQ(examine_opencl_drivers({.opencl_vendors = folder / "."}).health, Health::ok);
  std::ignore = folder.write("b.icd", "libNoSuchDriver.so\n");

  const auto finding = examine_opencl_drivers({.opencl_vendors = folder / "."});

  EXPECT_EQ(finding.health, Health::missing);
  EXPECT_THAT(finding.found, testing::StartsWith("a.icd, b.icd (libNoSuchDriver.so"));
  EXPECT_THAT(finding.remedy, HasSubstr("b.icd"));
}

// R3.1
TEST(Doctor, TakesAnIcdFileInPlaceOfTheFolder) {
  const Folder folder;

  const auto finding =
      examine_opencl_drivers({.opencl_vendors = folder.write("a.icd", "libc.so.6\n")});

  EXPECT_EQ(finding.health, Health::ok);
  EXPECT_EQ(finding.found, "a.icd");
}

// R3.1
TEST(Doctor, HandsOnWhyThereIsNoOpenClDevice) {
  const auto none = examine_opencl_devices({{.name = "opencl", .problem = "no platform"}});
  const auto some = examine_opencl_devices({{.name = "opencl", .devices = {"opencl:0:0"}}});
  const auto absent = examine_opencl_devices({{.name = "cpu", .devices = {"cpu:0"}}});

  EXPECT_EQ(none.health, Health::missing);
  EXPECT_EQ(none.found, "no platform");
  EXPECT_EQ(some.health, Health::ok);
  EXPECT_EQ(some.found, "opencl:0:0");
  EXPECT_EQ(absent.health, Health::missing);
}

// R7.1
TEST(Doctor, AcceptsACacheThatCanBeMade) {
  const Folder folder;

  EXPECT_EQ(examine_cache(folder / "a/b").health, Health::ok);
  EXPECT_EQ(folder.count(), 0);
}

// R7.1
TEST(Doctor, SaysHowToMendTheRightsOfTheCache) {
  const Folder folder;
  std::filesystem::create_directory(folder / "programs");
  std::filesystem::permissions(folder / "programs", std::filesystem::perms::all);

  const auto finding = examine_cache(folder / "");

  EXPECT_EQ(finding.health, Health::missing);
  EXPECT_THAT(finding.remedy, HasSubstr("chmod 700 '" + (folder / "programs") + "'"));
}

// R7.1
TEST(Doctor, NamesAFileInThePlaceOfTheCache) {
  const Folder folder;

  const auto finding = examine_cache(folder.write("cache", "a file"));

  EXPECT_EQ(finding.health, Health::missing);
  EXPECT_THAT(finding.found, HasSubstr("Not a directory"));
}

// R3.2
TEST(Doctor, TellsAQuotaBelowTheProcessors) {
  EXPECT_EQ(examine_quota(8, 8).health, Health::ok);
  EXPECT_EQ(examine_quota(2, 8).health, Health::missing);
  EXPECT_THAT(examine_quota(2, 8).found, HasSubstr("2 of 8"));
}

// R6.2
TEST(Doctor, WantsHugePagesOnRequestAtLeast) {
  const Folder folder;
  const auto health = [&](const std::string& modes) {
    return examine_huge_pages({.huge_pages = folder.write("enabled", modes)}).health;
  };

  EXPECT_EQ(health("always [madvise] never\n"), Health::ok);
  EXPECT_EQ(health("[always] madvise never\n"), Health::ok);
  EXPECT_EQ(health("always madvise [never]\n"), Health::missing);
  EXPECT_EQ(examine_huge_pages({.huge_pages = folder / "missing"}).health, Health::missing);
}

// R3.1
TEST(Doctor, IsContentWhereAKernelRuns) {
  const Folder folder;
  const std::string configuration =
      folder.write("c.toml", "[dotcompute]\ndisk_cache = false\ncalibration = false\n");
  std::ostringstream out;

  EXPECT_TRUE(diagnose({.configuration_file = configuration}, out));

  EXPECT_THAT(out.str(), HasSubstr("saxpy has run"));
  EXPECT_THAT(out.str(), testing::EndsWith("Kernels run.\n"));
}

// R3.1
TEST(Doctor, IsNotContentWithoutARuntimeAndTellsTheRestAllTheSame) {
  const Folder folder;
  std::ostringstream out;

  EXPECT_FALSE(diagnose({.configuration_file = folder / "missing.toml", .json = true}, out));

  EXPECT_THAT(out.str(), HasSubstr("\"works\": false"));
  EXPECT_THAT(out.str(), HasSubstr("missing.toml"));
  EXPECT_THAT(out.str(), HasSubstr("\"name\": \"huge pages\""));
}

}  // namespace
}  // namespace dotcompute::dotc
