// SPDX-License-Identifier: Apache-2.0
#include "opencl/platforms.hpp"

#include "opencl/backend.hpp"
#include "opencl/vendors.hpp"
#include "opencl_test.hpp"
#include "support/code_of.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace dotcompute::opencl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A loader with three platforms: "B" with two devices, "A" with one, "Empty" with none.
struct FakeLoader {
  static inline std::array<int, 6> objects{};
  static inline cl_int platforms_code = CL_SUCCESS;
  static inline bool has_compiler = true;

  static cl_platform_id platform(std::size_t index) {
    return reinterpret_cast<cl_platform_id>(&objects[index]);
  }
  static cl_device_id device(std::size_t index) {
    return reinterpret_cast<cl_device_id>(&objects[3 + index]);
  }

  static cl_int get_platform_ids(cl_uint, cl_platform_id* ids, cl_uint* count) {
    if (platforms_code != CL_SUCCESS) {
      return platforms_code;
    }
    for (std::size_t index = 0; ids != nullptr && index < 3; ++index) {
      ids[index] = platform(index);
    }
    if (count != nullptr) {
      *count = 3;
    }
    return CL_SUCCESS;
  }

  static cl_int answer(std::string_view text, std::size_t room, void* value, std::size_t* size) {
    if (value != nullptr) {
      std::memset(value, 0, room);
      std::memcpy(value, text.data(), std::min(text.size(), room));
    }
    if (size != nullptr) {
      *size = text.size() + 1;
    }
    return CL_SUCCESS;
  }

  static cl_int get_platform_info(
      cl_platform_id id, cl_platform_info, std::size_t room, void* value, std::size_t* size) {
    return answer(id == platform(0) ? "B" : id == platform(1) ? "A" : "Empty", room, value, size);
  }

  static cl_int get_device_ids(
      cl_platform_id id, cl_device_type, cl_uint, cl_device_id* ids, cl_uint* count) {
    if (id == platform(2)) {
      return CL_DEVICE_NOT_FOUND;
    }
    const cl_uint devices = id == platform(0) ? 2 : 1;
    for (cl_uint index = 0; ids != nullptr && index < devices; ++index) {
      ids[index] = device(id == platform(0) ? index : 2);
    }
    if (count != nullptr) {
      *count = devices;
    }
    return CL_SUCCESS;
  }

  static cl_int get_device_info(
      cl_device_id id, cl_device_info what, std::size_t room, void* value, std::size_t* size) {
    switch (what) {
      case CL_DEVICE_NAME:
        return answer(id == device(2) ? "llvmpipe (LLVM 15)" : "  A   GPU ", room, value, size);
      case CL_DEVICE_EXTENSIONS:
        return answer("cl_khr_fp64 cl_khr_int64_base_atomics cl_khr_fp16_not", room, value, size);
      case CL_DEVICE_OPENCL_C_VERSION:
        return answer("OpenCL C 1.1 fake", room, value, size);
      case CL_DEVICE_VENDOR:
      case CL_DRIVER_VERSION:
      case CL_DEVICE_VERSION:
        return answer("fake", room, value, size);
      default:
        break;
    }
    cl_ulong number = what == CL_DEVICE_TYPE ? CL_DEVICE_TYPE_GPU : 1;
    number = what == CL_DEVICE_COMPILER_AVAILABLE ? (has_compiler ? 1 : 0) : number;
    number = what == CL_DEVICE_MEM_BASE_ADDR_ALIGN ? 1024 : number;
    number = what == CL_DEVICE_HOST_UNIFIED_MEMORY ? 0 : number;
    std::memcpy(value, &number, std::min(room, sizeof(number)));
    return CL_SUCCESS;
  }

  static Api api() {
    platforms_code = CL_SUCCESS;
    has_compiler = true;
    Api table;
    table.get_platform_ids.bind(&get_platform_ids);
    table.get_platform_info.bind(&get_platform_info);
    table.get_device_ids.bind(&get_device_ids);
    table.get_device_info.bind(&get_device_info);
    return table;
  }
};

std::vector<std::string> ids_of(const Found& found) {
  std::vector<std::string> ids;
  for (const DeviceFacts& facts : found.devices) {
    ids.push_back(facts.info.id);
  }
  return ids;
}

// R3.1
TEST(OpenClPlatforms, NumbersPlatformsByTheirNamesAndDevicesAsTheyCome) {
  const auto found = find_devices(FakeLoader::api());

  ASSERT_TRUE(found.ok());
  EXPECT_THAT(ids_of(*found), ElementsAre("opencl:0:0", "opencl:1:0", "opencl:1:1"));
  EXPECT_EQ(found->devices[0].device, FakeLoader::device(2));
}

// R3.1
TEST(OpenClPlatforms, APlatformWithoutADeviceIsNotedAndHidesNothing) {
  const auto found = find_devices(FakeLoader::api());

  ASSERT_TRUE(found.ok());
  EXPECT_THAT(found->notes, ElementsAre("The platform \"Empty\" has no device."));
  EXPECT_EQ(found->devices.size(), 3U);
}

// R3.1
TEST(OpenClPlatforms, ALoaderWithoutPlatformsIsNoFailure) {
  const Api api = FakeLoader::api();
  FakeLoader::platforms_code = -1001;

  const auto found = find_devices(api);

  ASSERT_TRUE(found.ok());
  EXPECT_THAT(found->devices, IsEmpty());
  EXPECT_THAT(found->notes, ElementsAre(HasSubstr("finds no platform")));
}

// R3.1
TEST(OpenClPlatforms, ALoaderThatFailsIsReported) {
  const Api api = FakeLoader::api();
  FakeLoader::platforms_code = CL_OUT_OF_HOST_MEMORY;

  EXPECT_EQ(code_of(find_devices(api)), ErrorCode::out_of_memory);
}

// R3.1
TEST(OpenClPlatforms, ADeviceWithoutACompilerIsNotedAndLeftOut) {
  const Api api = FakeLoader::api();
  FakeLoader::has_compiler = false;

  const auto found = find_devices(api);

  ASSERT_TRUE(found.ok());
  EXPECT_THAT(found->devices, IsEmpty());
  EXPECT_THAT(found->notes, testing::Contains(HasSubstr("has no compiler")));
}

// R3.3
TEST(OpenClPlatforms, TellsTheFactsOfADevice) {
  const auto found = find_devices(FakeLoader::api());
  ASSERT_TRUE(found.ok());
  const DeviceFacts& facts = found->devices[1];

  EXPECT_EQ(facts.info.name, "A GPU");
  EXPECT_EQ(facts.info.driver_version, "fake (fake)");
  EXPECT_EQ(facts.info.alignment_bytes, 128U);
  EXPECT_TRUE(facts.info.has_float64);
  EXPECT_FALSE(facts.info.has_float16);
  EXPECT_FALSE(facts.info.has_int64_atomics);
  EXPECT_FALSE(facts.info.wraps_host_memory);
  EXPECT_FALSE(facts.info.is_software);
  EXPECT_FALSE(facts.takes_opencl_c_12);
}

// R3.3
TEST(OpenClPlatforms, KnowsSoftwareThatCallsItselfAGpu) {
  const auto found = find_devices(FakeLoader::api());
  ASSERT_TRUE(found.ok());

  EXPECT_TRUE(found->devices[0].info.is_software);
}

// R3.1
TEST(OpenClPlatforms, AnyQueryThatFailsLeavesTheOtherDevicesAlone) {
  Api api = FakeLoader::api();
  // The first device's facts take a few queries: the second of them fails.
  const auto plan = core::FaultPlan::parse("transient:call=clGetDeviceInfo,skip=1");
  ASSERT_TRUE(plan.ok());
  api.for_each([&](auto& call) { call.attach(plan->get()); });

  const auto found = find_devices(api);

  ASSERT_TRUE(found.ok());
  EXPECT_THAT(ids_of(*found), ElementsAre("opencl:1:0", "opencl:1:1"));
  EXPECT_EQ(found->notes.size(), 2U);
}

// R3.1
TEST(OpenClBackend, AMissingLoaderIsAReasonNotACrash) {
  Backend backend("/nowhere/libOpenCL.so.1");

  const auto found = backend.enumerate();

  ASSERT_EQ(code_of(found), ErrorCode::device_unavailable);
  EXPECT_THAT(found.error().message(), HasSubstr("/nowhere/libOpenCL.so.1"));
  EXPECT_EQ(code_of(backend.open(0, {})), ErrorCode::invalid_argument);
}

// R3.1
TEST(OpenClBackend, ALibraryThatIsNoLoaderIsAReasonToo) {
  Backend backend("libm.so.6");

  const auto found = backend.enumerate();

  ASSERT_EQ(code_of(found), ErrorCode::device_unavailable);
  EXPECT_THAT(found.error().message(), HasSubstr("clGetPlatformIDs"));
}

class OpenClVendors : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("dotcompute_vendors_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }

  std::filesystem::path folder_;
};

// R3.1
TEST_F(OpenClVendors, AFileThatNamesAMissingLibraryIsNoted) {
  write("broken.icd", "libno_such_driver.so.9\n");
  write("good.icd", "libm.so.6\n");
  write("other.txt", "libno_such_driver.so.9\n");

  EXPECT_THAT(
      vendor_problems(folder_.string()),
      ElementsAre(testing::AllOf(HasSubstr("broken.icd"), HasSubstr("libno_such_driver.so.9"))));
}

// R3.1
TEST_F(OpenClVendors, AnEmptyFileIsNoted) {
  write("empty.icd", "");

  EXPECT_THAT(vendor_problems((folder_ / "empty.icd").string()),
              ElementsAre(HasSubstr("cannot be read or is empty")));
}

// R3.1
TEST_F(OpenClVendors, AMissingFolderIsNoted) {
  EXPECT_THAT(vendor_problems((folder_ / "none").string()), ElementsAre(HasSubstr("no folder")));
}

// R3.1
TEST_F(OpenClVendors, ALibraryInPlaceOfAFolderIsTried) {
  EXPECT_THAT(vendor_problems("libm.so.6"), IsEmpty());
  EXPECT_THAT(vendor_problems("libno_such_driver.so"), ElementsAre(HasSubstr("libno_such_driver")));
}

class OpenClDriverTest : public OpenClTest {};

// R3.1
TEST_F(OpenClDriverTest, PoclIsSoftwareThatSharesTheHostsMemory) {
  const DeviceFacts* const pocl = equipment::find_device("pthread");
  if (pocl == nullptr) {
    GTEST_SKIP() << equipment::opencl_driver().problem;
  }

  EXPECT_TRUE(pocl->info.is_software);
  EXPECT_TRUE(pocl->info.wraps_host_memory);
  EXPECT_FALSE(pocl->info.copies_beside_launches);
  EXPECT_EQ(pocl->info.type, AcceleratorType::opencl);
}

// R3.1
TEST_F(OpenClDriverTest, PoclIsTwoDevicesWhereItIsToldSo) {
  if (equipment::find_device("pthread") == nullptr) {
    GTEST_SKIP() << equipment::opencl_driver().problem;
  }

  EXPECT_NE(equipment::find_device("basic"), nullptr);
}

// R3.1
TEST_F(OpenClDriverTest, ASearchThatWasToFailDoesNotChangeWhatOthersFound) {
  Backend backend;
  const auto found = backend.enumerate();
  ASSERT_TRUE(found.ok());
  const auto plan = core::FaultPlan::parse("lost:call=clGetDeviceIDs,sticky");
  ASSERT_TRUE(plan.ok());

  const auto planned = backend.enumerate_with(**plan);

  ASSERT_TRUE(planned.ok());
  EXPECT_TRUE(planned->devices.empty());
  EXPECT_FALSE(backend.open(0, {.faults = *plan}).ok());
  const auto device = backend.open(0, {});
  ASSERT_TRUE(device.ok());
  EXPECT_EQ((*device)->info().id, found->devices[0].id);
}

}  // namespace
}  // namespace dotcompute::opencl
