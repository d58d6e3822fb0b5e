// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "discovery/registry.hpp"
#include "platform/epoch.hpp"

#include "dotcompute/base/name_hash.hpp"
#include "dotcompute/kernel_registry.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dotcompute::core {

/// x in, y out, float, a body for the CPU.
inline KernelRegistration kernel(std::string name, std::string name_space = {}) {
  KernelRegistration registration;
  registration.metadata.name = std::move(name);
  registration.metadata.name_space = std::move(name_space);
  registration.metadata.parameters = {input<float>("x"), output<float>("y")};
  registration.callable =
      make_callable_kernel([](const ItemRange&, std::span<const float>, std::span<float>) {});
  return registration;
}

/// The same parameters, a body as text.
inline KernelRegistration text_kernel(std::string name,
                                      AcceleratorType backend,
                                      std::string name_space = {}) {
  KernelRegistration registration = kernel(std::move(name), std::move(name_space));
  registration.callable = {};
  registration.metadata.backends = backends_of(backend);
  registration.definitions = {{"source", "entry", backend}};
  return registration;
}

inline std::vector<KernelRegistration> just(KernelRegistration registration) {
  std::vector<KernelRegistration> registrations;
  registrations.push_back(std::move(registration));
  return registrations;
}

inline Status add(Registry& registry, KernelRegistration registration) {
  return registry.add(just(std::move(registration)));
}

/// The qualified name of what a name leads to; empty if nothing.
inline std::string found(const Registry& registry, std::string_view name) {
  const EpochGuard guard;
  const KernelRecord* const record = registry.find(name, hash_name(name));
  return record != nullptr ? record->qualified_name : "";
}

inline std::uint64_t serial_of(const Registry& registry, std::string_view name) {
  const EpochGuard guard;
  const KernelRecord* const record = registry.find(name, hash_name(name));
  return record != nullptr ? record->serial : 0;
}

}  // namespace dotcompute::core
