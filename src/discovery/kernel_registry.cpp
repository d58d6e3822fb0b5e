// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/kernel_registry.hpp"

#include "discovery/registry.hpp"

#include "dotcompute/exception.hpp"

#include <new>
#include <utility>

namespace dotcompute {
namespace {

void throw_if_failed(const Status& status) {
  if (!status) {
    throw_error(status.error());
  }
}

}  // namespace

void KernelRegistry::add(KernelRegistration registration) {
  throw_if_failed(try_add(std::move(registration)));
}

Status KernelRegistry::try_add(KernelRegistration registration) noexcept {
  try {
    std::vector<KernelRegistration> registrations;
    registrations.push_back(std::move(registration));
    return registry_->add(std::move(registrations));
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

void KernelRegistry::replace(KernelRegistration registration) {
  throw_if_failed(try_replace(std::move(registration)));
}

Status KernelRegistry::try_replace(KernelRegistration registration) noexcept {
  return registry_->replace(std::move(registration));
}

void KernelRegistry::remove(std::string_view qualified_name) {
  throw_if_failed(try_remove(qualified_name));
}

Status KernelRegistry::try_remove(std::string_view qualified_name) noexcept {
  return registry_->remove(qualified_name);
}

void KernelRegistry::prefer(std::string_view name, AcceleratorType accelerator) {
  throw_if_failed(try_prefer(name, accelerator));
}

Status KernelRegistry::try_prefer(std::string_view name, AcceleratorType accelerator) noexcept {
  return registry_->prefer(name, accelerator);
}

void KernelRegistry::add_module(ModuleFunction function) {
  throw_if_failed(try_add_module(function));
}

Status KernelRegistry::try_add_module(ModuleFunction function) noexcept {
  return registry_->add_module(function);
}

void KernelRegistry::load_module(const std::string& path) {
  throw_if_failed(try_load_module(path));
}

Status KernelRegistry::try_load_module(const std::string& path) noexcept {
  return registry_->load_module(path);
}

Result<std::shared_ptr<const KernelMetadata>> KernelRegistry::find(
    std::string_view name) const noexcept {
  return registry_->find_metadata(name);
}

Result<KernelDefinition> KernelRegistry::definition(std::string_view name,
                                                    AcceleratorType backend) const noexcept {
  return registry_->find_definition(name, backend);
}

std::vector<std::shared_ptr<const KernelMetadata>> KernelRegistry::kernels() const {
  auto kernels = registry_->kernels();
  if (!kernels) {
    throw_error(kernels.error());
  }
  return *std::move(kernels);
}

std::size_t KernelRegistry::size() const noexcept {
  return registry_->size();
}

}  // namespace dotcompute
