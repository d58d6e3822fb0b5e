// SPDX-License-Identifier: Apache-2.0
#include "runtime/runtime_impl.hpp"

#include "dotcompute/exception.hpp"

#include <string_view>

namespace dotcompute {
namespace {

template <class Service>
Service& attached(const std::shared_ptr<Service>& service, std::string_view name) {
  if (service == nullptr) {
    Error error{ErrorCode::invalid_argument, "The runtime has no such service."};
    error.context.expected = name;
    error.context.got = "nothing attached";
    error.context.advice = "Attach one with RuntimeBuilder::replace().";
    throw ConfigurationException(error);
  }
  return *service;
}

}  // namespace

std::vector<backend::DeviceInfo> DeviceManager::devices() const {
  std::vector<backend::DeviceInfo> infos;
  for (std::size_t index = 0; index < devices_->size(); ++index) {
    infos.push_back((*devices_)[index].info());
  }
  return infos;
}

std::vector<BackendStatus> DeviceManager::backends() const {
  return devices_->backends();
}

template <>
Orchestrator& Runtime::get<Orchestrator>() {
  return impl_->orchestrator;
}
template <>
KernelRegistry& Runtime::get<KernelRegistry>() {
  return impl_->kernels;
}
template <>
DeviceManager& Runtime::get<DeviceManager>() {
  return impl_->device_manager;
}
template <>
MemoryManager& Runtime::get<MemoryManager>() {
  return impl_->memory;
}
template <>
const RuntimeOptions& Runtime::get<const RuntimeOptions>() {
  return impl_->options;
}
template <>
extension::BackendSelector& Runtime::get<extension::BackendSelector>() {
  return *impl_->selector;
}
template <>
extension::LogSink& Runtime::get<extension::LogSink>() {
  return *impl_->sink;
}
template <>
extension::ResultValidator& Runtime::get<extension::ResultValidator>() {
  return attached(impl_->parts.validator, "an extension::ResultValidator");
}
template <>
extension::RecoveryPolicy& Runtime::get<extension::RecoveryPolicy>() {
  return attached(impl_->parts.recovery, "an extension::RecoveryPolicy");
}
template <>
extension::ExecutionObserver& Runtime::get<extension::ExecutionObserver>() {
  const auto& observers = impl_->parts.observers;
  return attached(observers.empty() ? nullptr : observers.front(),
                  "an extension::ExecutionObserver");
}

}  // namespace dotcompute
