// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arguments.hpp"
#include "context.hpp"
#include "queues.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace dotcompute::opencl {

/// A kernel object and the arguments that are set on it, so that a launch sets only what changed.
/// One thread at a time may use it: OpenCL's kernel objects are not safe for more.
class KernelObject {
 public:
  /// May throw std::bad_alloc. \param kernel becomes this object's.
  KernelObject(const Api& api, cl_kernel kernel, const ArgumentLayout& layout);
  ~KernelObject();
  KernelObject(const KernelObject&) = delete;
  KernelObject& operator=(const KernelObject&) = delete;

  [[nodiscard]] cl_kernel get() const noexcept { return kernel_; }

  /// Sets the arguments of a launch. \pre as for ArgumentLayout::pack().
  /// \return CL_SUCCESS, or the code of the argument that could not be set.
  cl_int set_arguments(const ArgumentLayout& layout,
                       const backend::LaunchRequest& request) noexcept;

 private:
  static constexpr std::uint64_t kUnset = ~std::uint64_t{0};

  cl_int set_buffers(const ArgumentLayout& layout, const backend::LaunchRequest& request) noexcept;

  const Api& api_;
  const cl_kernel kernel_;
  std::vector<std::uint64_t> memory_;  // Block::id of each buffer; 0 for none
  std::vector<std::byte> packed_;      // what is set
  std::vector<std::byte> wanted_;      // where the next launch's is written
  bool is_packed_set_ = false;
};

/// A kernel built by the driver of one device.
class Program final : public backend::Program {
 public:
  Program(std::shared_ptr<const Context> context,
          const KernelMetadata& metadata,
          std::string entry);
  ~Program() override;

  [[nodiscard]] Result<std::vector<std::byte>> binary() const noexcept override;

  /// Queues a launch. \retval ErrorCode::invalid_argument if the request does not fit the kernel's
  /// parameters or the device.
  Result<backend::Completion> launch(const backend::LaunchRequest& request,
                                     Queues& queues) const noexcept;

  /// Builds the text or takes the binary; once, before any launch.
  Status build(const backend::KernelSource& source) noexcept;

 private:
  struct Geometry {
    std::array<std::size_t, 3> offset{};
    std::array<std::size_t, 3> global{};
    std::array<std::size_t, 3> local{};
  };

  Status create(const backend::KernelSource& source) noexcept;
  Status create_from_binary(std::span<const std::byte> binary) noexcept;
  Status check_kernel() noexcept;
  Error build_error(cl_int code, const backend::KernelSource& source) const noexcept;
  Result<std::unique_ptr<KernelObject>> create_kernel() const noexcept;
  Result<std::unique_ptr<KernelObject>> take_kernel() const noexcept;
  void give_back(std::unique_ptr<KernelObject> kernel) const noexcept;
  [[nodiscard]] Status check(const backend::LaunchRequest& request) const noexcept;
  [[nodiscard]] Geometry geometry_of(const backend::LaunchRequest& request) const noexcept;
  [[nodiscard]] std::array<std::size_t, 3> group_of(
      const backend::LaunchRequest& request) const noexcept;

  const std::shared_ptr<const Context> context_;
  const ArgumentLayout layout_;
  const std::string entry_;
  const bool is_parallel_;
  const bool is_group_free_;  // the text works with groups of any size
  cl_program program_ = nullptr;
  std::size_t max_group_items_ = 1;  // of this kernel
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<KernelObject>> idle_;  // guarded by mutex_
};

/// \retval ErrorCode::compilation_failed if `source` is no OpenCL C or does not build: Error::log then
///         has the driver's log and the numbered text.
/// \retval ErrorCode::invalid_argument if `source.binary` is not of this device and driver.
Result<std::unique_ptr<backend::Program>> compile(const backend::KernelSource& source,
                                                  std::shared_ptr<const Context> context) noexcept;

}  // namespace dotcompute::opencl
