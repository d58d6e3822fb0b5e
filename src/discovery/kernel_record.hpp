// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/shape_program.hpp"
#include "platform/epoch.hpp"

#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/kernel_registry.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dotcompute::core {

/// What execution keeps with a kernel so that its next call is short. Discovery only owns it.
class KernelPlans {
 public:
  virtual ~KernelPlans() = default;
};

/// A registered kernel. Immutable but for `plans`; freed when it is out of the registry and no call
/// that began before uses it.
struct KernelRecord : Retirable {
  KernelRecord() = default;
  KernelRecord(const KernelRecord&) = delete;
  KernelRecord& operator=(const KernelRecord&) = delete;
  ~KernelRecord() { delete plans.load(std::memory_order_acquire); }

  // First, so that it goes last: the code that destroys a module's callable is the module's own.
  std::shared_ptr<const void> library;  ///< Keeps the code of a loaded module in memory.
  std::shared_ptr<const KernelMetadata> metadata;
  std::string qualified_name;
  CallableKernel callable;                    ///< host.function null: no body for the CPU.
  std::vector<KernelDefinition> definitions;  ///< Bodies as text.
  ShapeProgram shapes;
  std::uint64_t signature = 0;                       ///< signature_of() the parameters.
  std::uint64_t serial = 0;                          ///< Never used twice within a registry.
  mutable std::atomic<KernelPlans*> plans{nullptr};  ///< Set once, by the first call.

  /// The registry's own notes: only Registry reads or writes them, under its mutex.
  struct Links {
    KernelRecord* next = nullptr;  ///< With the same short name.
    KernelRecord* previous = nullptr;
    std::size_t position = 0;  ///< In the registry's list of all kernels.
  };
  mutable Links links;
};

}  // namespace dotcompute::core
