// SPDX-License-Identifier: Apache-2.0
#include "describe.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace dotcompute::dotc {

std::string describe(const Parameter& parameter) {
  std::string type(to_string(parameter.type.element()));
  if (parameter.kind == ParameterKind::scalar) {
    return type;
  }
  const std::string text = std::string(to_string(parameter.direction)) + " " + type;
  if (!parameter.extents.empty()) {
    return text + " [" + parameter.extents + "]";
  }
  const std::string axes =
      parameter.rank == 1 ? "" : ", " + std::to_string(parameter.rank) + " axes";
  return text + (parameter.access == AccessPattern::element_wise ? " per item" : " array") + axes;
}

std::string describe(const KernelMetadata& kernel) {
  std::string text = kernel.qualified_name() + "(";
  std::string separator;
  for (const Parameter& parameter : kernel.parameters) {
    text += separator + parameter.name + ": " + describe(parameter);
    separator = ", ";
  }
  return text + ")";
}

std::string describe(const LaunchRange& range) {
  std::string text = std::to_string(range.size[0]);
  const std::size_t axes = range.size[2] != 1 ? 3 : range.size[1] != 1 ? 2 : 1;
  for (std::size_t axis = 1; axis < axes; ++axis) {
    text += " x " + std::to_string(range.size[axis]);
  }
  return text;
}

std::string describe(KernelBackends backends) {
  constexpr std::array<std::pair<KernelBackends, std::string_view>, 6> kNames{
      {{KernelBackends::cpu, "cpu"},
       {KernelBackends::opencl, "opencl"},
       {KernelBackends::cuda, "cuda"},
       {KernelBackends::metal, "metal"},
       {KernelBackends::vulkan, "vulkan"},
       {KernelBackends::interpreter, "interp"}}};
  std::string text;
  for (const auto& [backend, name] : kNames) {
    if ((backends & backend) != KernelBackends::none) {
      text += (text.empty() ? "" : " | ");
      text += name;
    }
  }
  return text.empty() ? "none" : text;
}

std::string describe(std::chrono::nanoseconds duration) {
  constexpr std::array<const char*, 4> kUnits{"ns", "us", "ms", "s"};
  auto value = static_cast<double>(duration.count());
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000.0;
    ++unit;
  }
  const int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  std::array<char, 40> text{};
  // Not to be cut: below 2^63 ns, so at most 10 digits and a unit.
  std::snprintf(text.data(), text.size(), "%.*f %s", decimals, value, kUnits[unit]);
  return text.data();
}

std::string describe_bytes(std::uint64_t bytes) {
  constexpr std::array<const char*, 7> kUnits{"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 40> text{};
  // Not to be cut: below 2^64 bytes, so at most 9 digits, a point and a unit.
  std::snprintf(text.data(), text.size(), "%.3g %s", value, kUnits[unit]);
  return text.data();
}

std::string option_of(const Parameter& parameter) {
  if (parameter.kind == ParameterKind::scalar) {
    return "--set";
  }
  switch (parameter.direction) {
    case Direction::in:
      return "--in";
    case Direction::out:
      return "--out";
    case Direction::inout:
      break;
  }
  return "--inout";
}

}  // namespace dotcompute::dotc
