// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding/bind.hpp"

#include "dotcompute/base/error.hpp"
#include "dotcompute/host_memory.hpp"

#include <vector>

namespace dotcompute::core {

/// Packed copies of a call's strided arguments, in pooled memory. Kernels see the copies; what they
/// write goes back with scatter(). The memory goes back to its pool with the object.
class PackedArguments {
 public:
  /// Copies every strided argument of `call` and puts the copy's address in its place.
  /// \retval ErrorCode::host_memory
  Status gather(const Signature& signature, BoundCall& call) noexcept;

  /// Writes the copies of what the kernel wrote to where the caller wants it.
  void scatter() const noexcept;

 private:
  struct Packed {
    const Argument* source;
    HostBlock block;
    bool written;
  };
  std::vector<Packed> packed_;
};

}  // namespace dotcompute::core
