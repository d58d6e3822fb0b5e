// SPDX-License-Identifier: Apache-2.0
#include "integration/facts/pack_kernels.hpp"

#include "kir/parse.hpp"

#include "dotcompute/kernels.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace dotcompute {
namespace {

constexpr std::size_t kSide = 31;     // rows and columns
constexpr std::size_t kItems = 9000;  // of a row; three blocks of the reductions
constexpr std::size_t kBodies = 100;  // each looks at all others

template <class T>
void fill_with(std::vector<std::byte>& bytes, T scale) {
  for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    const auto value = static_cast<T>(static_cast<T>(at * 7 % 101 + 1) * scale);
    std::memcpy(bytes.data() + at, &value, sizeof(T));
  }
}

void fill(Values& values, ElementType type) {
  switch (type) {
    case ElementType::float32:
      return fill_with<float>(values.bytes, 0.25F);
    case ElementType::float64:
      return fill_with<double>(values.bytes, 0.01);
    case ElementType::uint8:
      return fill_with<std::uint8_t>(values.bytes, 3);
    case ElementType::uint64:
      return fill_with<std::uint64_t>(values.bytes, 100);
    default:
      return fill_with<std::int32_t>(values.bytes, 30);
  }
}

Extents extents_for(const KernelMetadata& kernel, const Parameter& parameter) {
  if (parameter.kind == ParameterKind::scalar) {
    return {1, 1, 1};
  }
  if (parameter.rank > 1) {
    return {kSide, kSide, parameter.rank == 3 ? 3U : 1U};
  }
  if (parameter.name == "partials" && parameter.direction != Direction::in) {
    return {(kItems + 4095) / 4096, 1, 1};
  }
  if (!kernel.is_parallel && parameter.direction != Direction::in) {
    return {1, 1, 1};
  }
  return {kernel.name == "nbody_step" ? kBodies : kItems, 1, 1};
}

}  // namespace

std::vector<Values> values_for(const KernelMetadata& kernel) {
  std::vector<Values> list;
  for (const Parameter& parameter : kernel.parameters) {
    Values& values = list.emplace_back();
    values.extents = extents_for(kernel, parameter);
    values.bytes.resize(values.extents[0] * values.extents[1] * values.extents[2] *
                        parameter.type.size());
    fill(values, parameter.type.element());
  }
  return list;
}

LaunchRange range_for(const KernelMetadata& kernel, const std::vector<Values>& values) {
  LaunchRange range;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Parameter& parameter = kernel.parameters[i];
    if (parameter.kind == ParameterKind::buffer && parameter.direction != Direction::in) {
      for (std::size_t axis = 0; axis < parameter.rank; ++axis) {
        range.size[axis] = values[i].extents[parameter.rank - 1U - axis];
      }
      break;
    }
  }
  return range;
}

std::optional<std::string> difference(const KernelMetadata& kernel,
                                      const std::vector<Values>& a,
                                      const std::vector<Values>& b,
                                      float most) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Parameter& parameter = kernel.parameters[i];
    if (parameter.type.element() != ElementType::float32 || most == 0) {
      if (a[i].bytes != b[i].bytes) {
        return parameter.name;
      }
      continue;
    }
    for (std::size_t at = 0; at < a[i].bytes.size(); at += sizeof(float)) {
      float x = 0;
      float y = 0;
      std::memcpy(&x, a[i].bytes.data() + at, sizeof(float));
      std::memcpy(&y, b[i].bytes.data() + at, sizeof(float));
      const bool is_near = std::fabs(x - y) <= most * (std::fabs(x) + 1);
      if (!is_near && !(std::isnan(x) && std::isnan(y))) {
        return parameter.name + " at " + std::to_string(at / sizeof(float));
      }
    }
  }
  return std::nullopt;
}

PackKernel::PackKernel(KernelRegistration given) : registration(std::move(given)) {
  module = kir::parse(definition(AcceleratorType::interpreter).source).module;
  interpreted = std::make_unique<interpret::Kernel>(
      std::move(*interpret::Kernel::make(*module, *module->functions.back())));
}

const KernelDefinition& PackKernel::definition(AcceleratorType backend) const {
  const auto found = std::find_if(registration.definitions.begin(), registration.definitions.end(),
                                  [&](const auto& one) { return one.backend == backend; });
  if (found == registration.definitions.end()) {
    throw std::invalid_argument("the kernel has no such text");
  }
  return *found;
}

Body PackKernel::interpreter() const {
  return [this](const auto& arguments, const ItemRange& items) {
    return interpreted->run(arguments, items);
  };
}

Body PackKernel::cpu() const {
  return [this](const auto& arguments, const ItemRange& items) {
    const backend::HostKernel& host = registration.callable.host;
    host.function(host.state, arguments.data(), items);
    return success();
  };
}

std::vector<PackKernel> pack() {
  KernelModule module;
  register_kernel_pack(module);
  std::vector<PackKernel> kernels;
  for (KernelRegistration& registration : module.registrations()) {
    kernels.emplace_back(std::move(registration));
  }
  return kernels;
}

}  // namespace dotcompute
