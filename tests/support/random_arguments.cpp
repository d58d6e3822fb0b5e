// SPDX-License-Identifier: Apache-2.0
#include "support/random_arguments.hpp"

#include "kir/scalar.hpp"
#include "support/random_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

namespace dotcompute {
namespace {

std::uint64_t random_bits(RandomNumbers& numbers, ElementType type) {
  const std::uint64_t wide = numbers.next();
  if (kir::is_floating(type)) {
    return kir::bits_of(type, (static_cast<double>(wide % 8001) - 4000.0) / 4.0);
  }
  return kir::canonical_bits(type, numbers.one_in(2) ? wide : wide % 100);
}

bool are_same(ElementType type, std::uint64_t a, std::uint64_t b) {
  const auto is_nan = [type](std::uint64_t bits) {
    return kir::is_floating(type) && std::isnan(kir::floating_value(type, bits));
  };
  return a == b || (is_nan(a) && is_nan(b));
}

}  // namespace

RandomArguments::RandomArguments(const kir::Function& kernel, std::size_t size, std::uint64_t seed)
    : kernel_(kernel), size_(size) {
  RandomNumbers numbers(seed);
  for (const auto& parameter : kernel.parameters) {
    const std::size_t bytes = size_of(parameter->type.element);
    const std::size_t count = parameter->kind == kir::VariableKind::buffer ? size : 1;
    // At least one, so that an address is there to be given.
    std::vector<std::byte>& elements = bytes_.emplace_back(std::max(count, std::size_t{1}) * bytes);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t bits = random_bits(numbers, parameter->type.element);
      std::memcpy(elements.data() + i * bytes, &bits, bytes);
    }
  }
}

std::vector<backend::KernelArgument> RandomArguments::list() {
  std::vector<backend::KernelArgument> arguments;
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    const bool is_buffer = kernel_.parameters[i]->kind == kir::VariableKind::buffer;
    arguments.push_back(
        {.data = bytes_[i].data(), .extents = {is_buffer ? size_ : std::size_t{1}, 1, 1}});
  }
  return arguments;
}

std::string RandomArguments::difference(const RandomArguments& other) const {
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    const kir::Variable& parameter = *kernel_.parameters[i];
    const std::size_t bytes = size_of(parameter.type.element);
    for (std::size_t at = 0; at < bytes_[i].size(); at += bytes) {
      std::uint64_t a = 0;
      std::uint64_t b = 0;
      std::memcpy(&a, bytes_[i].data() + at, bytes);
      std::memcpy(&b, other.bytes_[i].data() + at, bytes);
      if (!are_same(parameter.type.element, a, b)) {
        std::ostringstream text;
        text << parameter.name << "[" << at / bytes << "]: 0x" << std::hex << a << " and 0x" << b;
        return text.str();
      }
    }
  }
  return "";
}

}  // namespace dotcompute
