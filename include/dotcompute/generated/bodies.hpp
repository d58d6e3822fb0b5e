// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"

#include <cstdint>

// A file that is compiled for one instruction set must not leave functions behind that the linker
// may take for those of other files: it sees the declarations only.
#if !defined(DC_INSTRUCTION_SET)
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#endif

/// What the kernel compiler's CPU code and its registration hand each other.
namespace dotcompute::generated {

/// The bodies of one file's kernels for one instruction set, in the order of the file.
struct BodyTable {
  const backend::HostFunction* bodies = nullptr;
  std::uint32_t count = 0;
};

/// What the CPU code of kernels is compiled for; each includes those before it, on its processor.
enum class InstructionSet : std::uint8_t {
  baseline,  ///< What every processor of the architecture has: x86-64, or anything else.
  v3,        ///< x86-64-v3: AVX2, FMA, BMI.
  v4,        ///< x86-64-v4: AVX-512 F, BW, CD, DQ, VL.
  neon,      ///< AArch64 with Advanced SIMD.
};

#if !defined(DC_INSTRUCTION_SET)

namespace detail {

/// The best instruction set of this machine.
[[nodiscard]] inline InstructionSet best_instruction_set() noexcept {
#if defined(__x86_64__)
  const auto has = [](auto... answers) { return (... && (answers != 0)); };
  const bool v3 = has(__builtin_cpu_supports("avx2"), __builtin_cpu_supports("fma"),
                      __builtin_cpu_supports("bmi"), __builtin_cpu_supports("bmi2"));
  const bool v4 = v3 && has(__builtin_cpu_supports("avx512f"), __builtin_cpu_supports("avx512bw"),
                            __builtin_cpu_supports("avx512cd"), __builtin_cpu_supports("avx512dq"),
                            __builtin_cpu_supports("avx512vl"));
  return v4 ? InstructionSet::v4 : v3 ? InstructionSet::v3 : InstructionSet::baseline;
#elif defined(__aarch64__)
  return InstructionSet::neon;
#else
  return InstructionSet::baseline;
#endif
}

/// `best`, or what the environment variable DOTCOMPUTE_INSTRUCTION_SET names if that is less; what
/// it names is not asked of a machine that lacks it.
[[nodiscard]] inline InstructionSet lowered_by_environment(InstructionSet best) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"baseline", "v3", "v4", "neon"};
  const char* wanted = std::getenv("DOTCOMPUTE_INSTRUCTION_SET");
  if (wanted == nullptr) {
    return best;
  }
  const auto* const name = std::find(kNames.begin(), kNames.end(), std::string_view(wanted));
  const auto place = static_cast<std::size_t>(name - kNames.begin());
  return place < static_cast<std::size_t>(best) && best != InstructionSet::neon
             ? static_cast<InstructionSet>(place)
         : place == 0 ? InstructionSet::baseline
                      : best;
}

}  // namespace detail

/// The instruction set whose bodies this process runs, found out once: the machine's best, or less
/// if the environment variable DOTCOMPUTE_INSTRUCTION_SET (baseline, v3, v4, neon) asks for less.
///
/// Threads: any.
[[nodiscard]] inline InstructionSet instruction_set() noexcept {
  static const InstructionSet found =
      detail::lowered_by_environment(detail::best_instruction_set());
  return found;
}

#endif

}  // namespace dotcompute::generated
