// SPDX-License-Identifier: Apache-2.0
#include "platform/cpu_info.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string_view>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__linux__)
#include <sys/sysinfo.h>
#endif

namespace dotcompute::core {
namespace {

[[maybe_unused]] std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank(" \t\0", 3);
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) {
    return {};
  }
  return std::string(text.substr(begin, text.find_last_not_of(kBlank) - begin + 1));
}

#if defined(__x86_64__)

struct Registers {
  std::uint32_t eax = 0;
  std::uint32_t ebx = 0;
  std::uint32_t ecx = 0;
  std::uint32_t edx = 0;
};

Registers ask(std::uint32_t leaf) {
  Registers answer;
  // A leaf that the processor does not have leaves zeros.
  static_cast<void>(__get_cpuid(leaf, &answer.eax, &answer.ebx, &answer.ecx, &answer.edx));
  return answer;
}

template <std::size_t Count>
std::string text_of(const std::array<std::uint32_t, Count>& words) {
  std::array<char, Count * sizeof(std::uint32_t)> bytes{};
  std::memcpy(bytes.data(), words.data(), bytes.size());
  const std::string_view text(bytes.data(), bytes.size());
  return trimmed(text.substr(0, text.find('\0')));
}

std::string vendor() {
  const Registers answer = ask(0);
  return text_of(std::array{answer.ebx, answer.edx, answer.ecx});
}

// Source: AMD64 Architecture Programmer's Manual, volume 3, appendix E.4.2: the name in three leaves.
std::string brand() {
  std::array<std::uint32_t, 12> words{};
  for (std::size_t i = 0; i < 3; ++i) {
    const Registers answer = ask(0x80000002U + static_cast<std::uint32_t>(i));
    words[4 * i] = answer.eax;
    words[4 * i + 1] = answer.ebx;
    words[4 * i + 2] = answer.ecx;
    words[4 * i + 3] = answer.edx;
  }
  return text_of(words);
}

// The built-in also asks whether the system saves the wide registers.
std::string features() {
  std::string list;
  const auto add = [&list](bool has, std::string_view name) {
    if (has) {
      list.append(list.empty() ? "" : " ").append(name);
    }
  };
  __builtin_cpu_init();
  add(__builtin_cpu_supports("sse2") != 0, "sse2");
  add(__builtin_cpu_supports("sse4.2") != 0, "sse4.2");
  add(__builtin_cpu_supports("avx") != 0, "avx");
  add(__builtin_cpu_supports("avx2") != 0, "avx2");
  add(__builtin_cpu_supports("fma") != 0, "fma");
  add(__builtin_cpu_supports("bmi2") != 0, "bmi2");
  add(__builtin_cpu_supports("avx512f") != 0, "avx512f");
  add(__builtin_cpu_supports("avx512dq") != 0, "avx512dq");
  add(__builtin_cpu_supports("avx512bw") != 0, "avx512bw");
  add(__builtin_cpu_supports("avx512vl") != 0, "avx512vl");
  return list;
}

#else

// The value of the first line of /proc/cpuinfo that begins with `key`.
std::string line_of(std::string_view key) {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos && line.starts_with(key)) {
      return trimmed(std::string_view(line).substr(colon + 1));
    }
  }
  return {};
}

std::string vendor() {
  return line_of("CPU implementer") == "0x41" ? "ARM" : line_of("CPU implementer");
}

std::string brand() {
  return line_of("model name");
}

std::string features() {
  return line_of("Features");
}

#endif

}  // namespace

CpuInfo read_cpu_info() {
  return {.name = brand(), .vendor = vendor(), .features = features()};
}

HostMemory read_host_memory() noexcept {
  HostMemory memory;
#if defined(__linux__)
  struct sysinfo system {};
  if (sysinfo(&system) == 0) {
    memory.physical_bytes = static_cast<std::size_t>(system.totalram) * system.mem_unit;
    memory.swap_bytes = static_cast<std::size_t>(system.totalswap) * system.mem_unit;
  }
#endif
  return memory;
}

}  // namespace dotcompute::core
