// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/element_type.hpp"
#include "dotcompute/base/kernel_metadata.hpp"

#include <array>

namespace dotcompute {
namespace {

constexpr std::array<std::string_view, 8> kAcceleratorNames{
    "automatic", "cpu", "opencl", "cuda", "metal", "vulkan", "interp", "null"};

}  // namespace

std::string_view to_string(AcceleratorType type) noexcept {
  return kAcceleratorNames[static_cast<std::size_t>(type)];
}

std::optional<AcceleratorType> accelerator_type_from(std::string_view name) noexcept {
  for (std::size_t index = 0; index < kAcceleratorNames.size(); ++index) {
    if (kAcceleratorNames[index] == name) {
      return static_cast<AcceleratorType>(index);
    }
  }
  return std::nullopt;
}

KernelBackends backends_of(AcceleratorType type) noexcept {
  switch (type) {
    case AcceleratorType::cpu:
      return KernelBackends::cpu;
    case AcceleratorType::opencl:
      return KernelBackends::opencl;
    case AcceleratorType::cuda:
      return KernelBackends::cuda;
    case AcceleratorType::metal:
      return KernelBackends::metal;
    case AcceleratorType::vulkan:
      return KernelBackends::vulkan;
    case AcceleratorType::interpreter:
      return KernelBackends::interpreter;
    case AcceleratorType::automatic:
    case AcceleratorType::null:
      break;
  }
  return KernelBackends::none;
}

std::string_view to_string(ElementType type) noexcept {
  constexpr std::array<std::string_view, 13> kNames{
      "bool",  "int8",   "uint8",   "int16",   "uint16",  "int32", "uint32",
      "int64", "uint64", "float16", "float32", "float64", "struct"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view to_string(Direction direction) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"in", "out", "inout"};
  return kNames[static_cast<std::size_t>(direction)];
}

std::string_view to_string(AccessPattern pattern) noexcept {
  constexpr std::array<std::string_view, 5> kNames{"irregular", "element_wise", "broadcast",
                                                   "stencil", "reduction"};
  return kNames[static_cast<std::size_t>(pattern)];
}

std::string KernelMetadata::qualified_name() const {
  return name_space.empty() ? name : name_space + "::" + name;
}

}  // namespace dotcompute
