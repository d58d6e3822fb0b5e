// SPDX-License-Identifier: Apache-2.0
#include "configuration_support.hpp"
#include "unit/compilation/binary_device.hpp"

#include "dotcompute/dotcompute.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace dotcompute {
namespace {

/// A back end with one BinaryDevice, said to be of OpenCL.
class BinaryBackend final : public backend::Backend {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "binary"; }
  Result<backend::FoundDevices> enumerate() noexcept override {
    return backend::FoundDevices{.devices = {BinaryDevice().info()}};
  }
  Result<std::unique_ptr<backend::Device>> open(std::size_t,
                                                const backend::DeviceOptions&) noexcept override {
    auto device = std::make_unique<BinaryDevice>();
    opened = device.get();
    return std::unique_ptr<backend::Device>(std::move(device));
  }

  BinaryDevice* opened = nullptr;
};

class RuntimeDiskCacheTest : public testing::Test {
 protected:
  /// How often a runtime compiles to precompile the kernel "text".
  int compilations(const RuntimeOptions& options) {
    const auto backend = std::make_shared<BinaryBackend>();
    auto runtime = Runtime::create(
        RuntimeBuilder().options(options).without_built_in_backends().add_backend(backend));
    runtime.kernels().add(
        {.name = "text", .parameters = {input<float>("x")}, .backends = KernelBackends::opencl},
        KernelDefinition{.source = "kernel void text() {}",
                         .entry_point = "text",
                         .backend = AcceleratorType::opencl});
    runtime.orchestrator().precompile("text", AcceleratorType::opencl);
    return backend->opened->compiled();
  }

  core::TemporaryFolder folder_;
};

// R7.1
TEST_F(RuntimeDiskCacheTest, LetsASecondRuntimeCompileNothing) {
  const RuntimeOptions options{.disk_cache = true, .cache_directory = folder_.path_of("cache")};

  EXPECT_EQ(compilations(options), 1);
  EXPECT_EQ(compilations(options), 0);
}

// R7.1
TEST_F(RuntimeDiskCacheTest, TouchesNoFileWhenItIsOff) {
  const RuntimeOptions options{.disk_cache = false, .cache_directory = folder_.path_of("cache")};

  EXPECT_EQ(compilations(options), 1);
  EXPECT_EQ(compilations(options), 1);

  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

// R7.1
TEST_F(RuntimeDiskCacheTest, KeepsNothingBeyondWhatItMay) {
  const RuntimeOptions options{
      .disk_cache = true, .cache_directory = folder_.path_of("cache"), .max_disk_cache_bytes = 10};

  EXPECT_EQ(compilations(options), 1);
  EXPECT_EQ(compilations(options), 1);
}

}  // namespace
}  // namespace dotcompute
