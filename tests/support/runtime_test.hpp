// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/kernels.hpp"
#include "support/test_backend.hpp"

#include "dotcompute/dotcompute.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace dotcompute {

/// A runtime with the CPU and two test devices: "test:0" with memory of its own, "test:1" on the
/// host's.
class RuntimeTest : public testing::Test {
 protected:
  RuntimeTest() : RuntimeTest(RuntimeBuilder()) {}
  explicit RuntimeTest(RuntimeBuilder builder)
      : test_backend_(std::make_shared<TestBackend>(std::vector<backend::DeviceInfo>{
            TestBackend::separate_memory("test:0"), TestBackend::host_memory("test:1")})),
        runtime_(Runtime::create(builder.without_built_in_backends()
                                     .add_backend(cpu_backend())
                                     .add_backend(test_backend_))),
        orchestrator_(runtime_.orchestrator()) {
    auto& kernels = runtime_.kernels();
    add_vector_add(kernels);
    add_saxpy(kernels);
    add_sum_and_difference(kernels);
    add_matmul(kernels);
    add_block_sums(kernels);
    add_thrower(kernels);
  }

  std::shared_ptr<TestBackend> test_backend_;
  Runtime runtime_;
  Orchestrator& orchestrator_;
};

/// The error of a call that must fail.
template <class T>
Error error_of(const Result<T>& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? Error{} : result.error();
}

}  // namespace dotcompute
