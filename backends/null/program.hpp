// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace dotcompute::null {

/// A kernel of any language; what can be run is its body on the host, if it has one.
class Program final : public backend::Program {
 public:
  /// What a launch needs to know of one parameter.
  struct ParameterSize {
    bool is_buffer = false;
    std::size_t element_bytes = 0;
  };

  Program(const backend::HostKernel& kernel,
          bool is_parallel,
          std::vector<ParameterSize> parameters) noexcept
      : kernel_(kernel), is_parallel_(is_parallel), parameters_(std::move(parameters)) {}

  /// Runs the items of `request` on this thread, in a few boxes between which its control is asked.
  /// \param memory null: on the caller's memory; else on what the request names in there.
  /// \retval ErrorCode::invalid_argument if the request names memory that is not there or is
  ///         smaller than the extents of its argument.
  Status run(const backend::LaunchRequest& request, const Memory* memory) const noexcept;

 private:
  Result<std::vector<backend::KernelArgument>> place(const backend::LaunchRequest& request,
                                                     const Memory& memory) const noexcept;
  Status run_boxes(const backend::LaunchRequest& request,
                   const backend::KernelArgument* arguments) const noexcept;

  const backend::HostKernel kernel_;
  const bool is_parallel_;
  const std::vector<ParameterSize> parameters_;  // empty: the source had no metadata
};

/// Takes every language.
/// \retval ErrorCode::compilation_failed if a host function is null or there is no text.
/// \retval ErrorCode::host_memory if there is no memory for the program.
Result<std::unique_ptr<backend::Program>> compile(const backend::KernelSource& source) noexcept;

}  // namespace dotcompute::null
