// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/backend.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/device_manager.hpp"
#include "dotcompute/extension/backend_selector.hpp"
#include "dotcompute/extension/execution_observer.hpp"
#include "dotcompute/extension/log_sink.hpp"
#include "dotcompute/extension/recovery_policy.hpp"
#include "dotcompute/extension/result_validator.hpp"
#include "dotcompute/kernel_registry.hpp"
#include "dotcompute/memory_manager.hpp"
#include "dotcompute/orchestrator.hpp"
#include "dotcompute/runtime_options.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute {

/// Everything a runtime is made of. RuntimeBuilder fills it; a null service is the built-in one or,
/// for validation, telemetry and recovery, none.
struct RuntimeParts {
  RuntimeOptions options;
  std::string configuration_file;  ///< TOML; empty: the one that DOTCOMPUTE_CONFIG names, if any.
  std::vector<ModuleFunction> modules;
  std::vector<std::shared_ptr<backend::Backend>> backends;  ///< Beside those of the build.
  bool built_in_backends = true;
  std::shared_ptr<extension::BackendSelector> selector;
  std::shared_ptr<extension::ResultValidator> validator;
  std::shared_ptr<extension::RecoveryPolicy> recovery;
  std::shared_ptr<extension::LogSink> log;
  std::vector<std::shared_ptr<extension::ExecutionObserver>> observers;
};

/// Says what a runtime is made of, step by step.
class RuntimeBuilder {
 public:
  RuntimeBuilder& options(RuntimeOptions options) {
    parts_.options = std::move(options);
    return *this;
  }
  RuntimeBuilder& configuration_file(std::string path) {
    parts_.configuration_file = std::move(path);
    return *this;
  }
  /// Kernels that are registered when the runtime is made.
  RuntimeBuilder& add_module(ModuleFunction function) {
    parts_.modules.push_back(function);
    return *this;
  }
  /// A back end beside those of the build. Several runtimes may share it.
  RuntimeBuilder& add_backend(std::shared_ptr<backend::Backend> backend) {
    parts_.backends.push_back(std::move(backend));
    return *this;
  }
  /// Only the back ends given with add_backend().
  RuntimeBuilder& without_built_in_backends() {
    parts_.built_in_backends = false;
    return *this;
  }
  RuntimeBuilder& add_observer(std::shared_ptr<extension::ExecutionObserver> observer) {
    parts_.observers.push_back(std::move(observer));
    return *this;
  }

  /// Puts `own` in the place of a service: an extension::BackendSelector, ResultValidator,
  /// RecoveryPolicy, LogSink, or ExecutionObserver (in the place of all observers).
  template <class Service>
  RuntimeBuilder& replace(std::shared_ptr<Service> own) {
    if constexpr (std::derived_from<Service, extension::BackendSelector>) {
      parts_.selector = std::move(own);
    } else if constexpr (std::derived_from<Service, extension::ResultValidator>) {
      parts_.validator = std::move(own);
    } else if constexpr (std::derived_from<Service, extension::RecoveryPolicy>) {
      parts_.recovery = std::move(own);
    } else if constexpr (std::derived_from<Service, extension::LogSink>) {
      parts_.log = std::move(own);
    } else {
      static_assert(std::derived_from<Service, extension::ExecutionObserver>,
                    "No service of the runtime has this interface.");
      parts_.observers.assign(1, std::move(own));
    }
    return *this;
  }

  [[nodiscard]] const RuntimeParts& parts() const noexcept { return parts_; }

 private:
  RuntimeParts parts_;
};

/// Holds the parts of DotCompute together. Several runtimes may live side by side.
///
/// Threads: any, except for moving and destroying it.
/// Lifetime: outlives what its services hand out, except results. Its destructor waits for
/// asynchronous calls that are queued or run.
class Runtime {
 public:
  /// The defaults, the environment, and the kernel modules linked into the program.
  /// \throws ConfigurationException listing all that is wrong.
  [[nodiscard]] static Runtime create() { return create(RuntimeBuilder()); }
  [[nodiscard]] static Runtime create(RuntimeOptions options) {
    return create(RuntimeBuilder().options(std::move(options)));
  }
  [[nodiscard]] static Runtime create(const RuntimeBuilder& builder);
  /// Everything from a TOML file; see docs/configuration.md.
  [[nodiscard]] static Runtime create_complete(const std::string& configuration_file) {
    return create(RuntimeBuilder().configuration_file(configuration_file));
  }
  [[nodiscard]] static Result<Runtime> try_create(const RuntimeBuilder& builder) noexcept;

  Runtime(Runtime&& other) noexcept;
  Runtime& operator=(Runtime&& other) noexcept;
  ~Runtime();

  [[nodiscard]] Orchestrator& orchestrator() noexcept;
  [[nodiscard]] KernelRegistry& kernels() noexcept;
  [[nodiscard]] DeviceManager& devices() noexcept;
  [[nodiscard]] MemoryManager& memory() noexcept;
  /// As resolved from code, environment, file and defaults.
  [[nodiscard]] const RuntimeOptions& options() const noexcept;

  /// One service by its type: Orchestrator, KernelRegistry, DeviceManager, MemoryManager,
  /// RuntimeOptions, or an interface of extension/.
  /// \throws ConfigurationException for an extension that is not attached.
  template <class Service>
  [[nodiscard]] Service& get();

 private:
  struct Impl;
  explicit Runtime(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

template <>
Orchestrator& Runtime::get<Orchestrator>();
template <>
KernelRegistry& Runtime::get<KernelRegistry>();
template <>
DeviceManager& Runtime::get<DeviceManager>();
template <>
MemoryManager& Runtime::get<MemoryManager>();
template <>
const RuntimeOptions& Runtime::get<const RuntimeOptions>();
template <>
extension::BackendSelector& Runtime::get<extension::BackendSelector>();
template <>
extension::ResultValidator& Runtime::get<extension::ResultValidator>();
template <>
extension::RecoveryPolicy& Runtime::get<extension::RecoveryPolicy>();
template <>
extension::LogSink& Runtime::get<extension::LogSink>();
template <>
extension::ExecutionObserver& Runtime::get<extension::ExecutionObserver>();

}  // namespace dotcompute
