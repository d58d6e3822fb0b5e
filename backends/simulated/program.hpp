// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace dotcompute::simulated {

/// A launch as it waits to be run: what the request names is kept here, except its control.
struct QueuedLaunch {
  backend::LaunchRequest request;  ///< Of the inner program, without what is beside.
  std::vector<backend::KernelArgument> arguments;
  std::vector<backend::Allocation> memory;  ///< As the inner device knows it.
  std::vector<std::byte> scalars;
};

/// A program of the inner device.
class Program final : public backend::Program {
 public:
  /// What a launch needs to know of one parameter.
  struct ParameterSize {
    bool is_buffer = false;
    std::size_t bytes = 0;  ///< Of one element or of the scalar.
  };

  Program(std::unique_ptr<backend::Program> inner, std::vector<ParameterSize> parameters) noexcept
      : inner_(std::move(inner)), parameters_(std::move(parameters)) {}

  [[nodiscard]] Result<std::vector<std::byte>> binary() const noexcept override {
    return inner_->binary();
  }

  /// The request as it is to be run on the inner device.
  /// \param in_place the inner device works on addresses of the host.
  /// \retval ErrorCode::invalid_argument if it names memory that is not there or is smaller than the
  ///         extents of its argument.
  Result<std::shared_ptr<QueuedLaunch>> prepare(const backend::LaunchRequest& request,
                                                const Memory& memory,
                                                bool in_place) const noexcept;

 private:
  Status place(QueuedLaunch& launch,
               const backend::LaunchRequest& request,
               const Memory& memory,
               bool in_place) const;
  void keep_scalars(QueuedLaunch& launch) const;

  const std::unique_ptr<backend::Program> inner_;
  const std::vector<ParameterSize> parameters_;  // empty: the source had no metadata
};

/// Compiles on the inner device.
Result<std::unique_ptr<backend::Program>> compile(backend::Device& inner,
                                                  const backend::KernelSource& source) noexcept;

}  // namespace dotcompute::simulated
