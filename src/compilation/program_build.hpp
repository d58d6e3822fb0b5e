// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compilation/disk_cache.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"

#include <memory>
#include <optional>

namespace dotcompute::core {

/// One kernel on its way to a program: from the disk if that has it, else from its text.
///
/// Lifetime: what it is made of outlives it. While it lives after build(), other processes that want
/// the same program wait for keep().
class ProgramBuild {
 public:
  /// \param disk null is no disk cache.
  ProgramBuild(backend::Device& device,
               const backend::KernelSource& source,
               DiskCache* disk) noexcept;

  /// Blocks, possibly for seconds. \retval as Device::compile().
  Result<std::unique_ptr<backend::Program>> build() noexcept;

  /// Writes a program to the disk if build() has compiled it.
  void keep(const backend::Program& program) noexcept;

 private:
  std::unique_ptr<backend::Program> from(const StoredProgram& stored) noexcept;

  backend::Device& device_;
  const backend::KernelSource& source_;
  DiskCache* disk_;
  std::optional<ProgramKey> key_;  // nothing if the disk has no part in it
  BuildLock lock_;
  bool keeps_ = false;
};

}  // namespace dotcompute::core
