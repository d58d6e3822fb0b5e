// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dotcompute {

/// The kinds of accelerator a kernel can run on.
enum class AcceleratorType : std::uint8_t {
  automatic,  ///< Whichever is expected to finish first.
  cpu,
  opencl,
  cuda,
  metal,
  vulkan,
  interpreter,  ///< "interp": the reference, slow and checked. Never chosen automatically.
  null,  ///< Runs nothing; for tests and for measuring our own overhead. Never chosen automatically.
};

/// "automatic", "cpu", "opencl", ...
[[nodiscard]] std::string_view to_string(AcceleratorType type) noexcept;

/// The reverse of to_string(); nothing if `name` is no accelerator's.
[[nodiscard]] std::optional<AcceleratorType> accelerator_type_from(std::string_view name) noexcept;

/// A set of back ends, written `KernelBackends::cpu | KernelBackends::cuda`.
enum class KernelBackends : std::uint8_t {
  none = 0,
  cpu = 1,
  opencl = 2,
  cuda = 4,
  metal = 8,
  vulkan = 16,
  interpreter = 32,
};

[[nodiscard]] constexpr KernelBackends operator|(KernelBackends a, KernelBackends b) noexcept {
  return static_cast<KernelBackends>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
[[nodiscard]] constexpr KernelBackends operator&(KernelBackends a, KernelBackends b) noexcept {
  return static_cast<KernelBackends>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}

/// False for those that run a kernel only where they are asked for by name.
[[nodiscard]] constexpr bool is_chosen_automatically(AcceleratorType type) noexcept {
  return type != AcceleratorType::interpreter && type != AcceleratorType::null;
}

/// The one-element set of `type`; `none` for `automatic` and `null`.
[[nodiscard]] KernelBackends backends_of(AcceleratorType type) noexcept;

}  // namespace dotcompute
