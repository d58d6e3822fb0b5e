// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace dotcompute::core {

/// What the processor of this host says of itself. Texts are empty if it does not tell.
struct CpuInfo {
  std::string name;      ///< "AMD EPYC 7763 64-Core Processor".
  std::string vendor;    ///< "AuthenticAMD", "GenuineIntel", "ARM".
  std::string features;  ///< Instruction sets it and the system can use: "sse2 avx avx2".
};

/// Memory of this host. 0 if the system does not tell.
struct HostMemory {
  std::size_t physical_bytes = 0;
  std::size_t swap_bytes = 0;  ///< What can be paged out, beyond that.
};

/// Asks the processor (cpuid) and the system. May throw std::bad_alloc.
[[nodiscard]] CpuInfo read_cpu_info();

[[nodiscard]] HostMemory read_host_memory() noexcept;

}  // namespace dotcompute::core
