// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/runtime.hpp"

#include "base/try.hpp"
#include "discovery/modules.hpp"
#include "platform/fault_plan.hpp"
#include "runtime/cache_directory.hpp"
#include "runtime/runtime_impl.hpp"
#include "runtime/selector.hpp"
#include "simulated/backend.hpp"

#include "dotcompute/exception.hpp"

#include <chrono>
#include <new>
#include <utility>

namespace dotcompute {
namespace {

std::vector<BufferPool*> pools_of(const core::DeviceSet& devices, const MemoryManager& memory) {
  std::vector<BufferPool*> pools;
  for (std::size_t index = 0; index < devices.size(); ++index) {
    pools.push_back(memory.pool_of(devices[index]));
  }
  return pools;
}

void limit_pools(const MemoryManager& memory,
                 const core::DeviceSet& devices,
                 const RuntimeOptions& options) {
  for (BufferPool* const pool : pools_of(devices, memory)) {
    if (pool != nullptr) {
      pool->set_budget(options.max_device_bytes);
      pool->set_decay({.period = std::chrono::seconds(options.memory_decay_seconds.value())});
    }
  }
}

// The host's memory is that of the whole process, which a runtime leaves alone unless it is told.
void limit_host_memory(const RuntimeOptions& options) noexcept {
  if (options.max_cached_bytes.is_set()) {
    host_memory::set_max_cached_bytes(options.max_cached_bytes);
  }
  if (options.memory_decay_seconds.is_set()) {
    host_memory::set_decay({.period = std::chrono::seconds(options.memory_decay_seconds.value())});
  }
}

std::vector<backend::Device*> pointers_to(const core::DeviceSet& devices) {
  std::vector<backend::Device*> pointers;
  for (std::size_t index = 0; index < devices.size(); ++index) {
    pointers.push_back(&devices[index]);
  }
  return pointers;
}

Result<std::shared_ptr<core::FaultPlan>> planned_faults(std::string_view text) {
  if (text.empty()) {
    return std::shared_ptr<core::FaultPlan>();
  }
  return core::FaultPlan::parse(text);
}

/// What opens the devices of a runtime.
std::vector<backend::Backend*> backends_of(const RuntimeParts& parts) {
  std::vector<backend::Backend*> backends;
  if (parts.built_in_backends) {
    backends.assign(backend::built_in().begin(), backend::built_in().end());
  }
  for (const auto& own : parts.backends) {
    backends.push_back(own.get());
  }
  return backends;
}

/// Adds the devices to be simulated, which have those of the other back ends do their work.
Status add_simulated(RuntimeParts& parts,
                     std::string_view description,
                     std::shared_ptr<core::FaultPlan> faults) {
  if (description.empty()) {
    return success();
  }
  DC_TRY_ASSIGN(auto made, simulated::make_backend(description, {.inner = backends_of(parts),
                                                                 .clock = nullptr,
                                                                 .faults = std::move(faults)}));
  parts.backends.push_back(std::move(made));
  return success();
}

std::unique_ptr<core::DiskCache> make_disk_cache(const RuntimeOptions& options,
                                                 const core::Logger& logger) {
  if (!options.disk_cache) {
    return nullptr;
  }
  auto directory =
      core::cache_directory(options.cache_directory.value(), core::process_environment());
  if (!directory) {
    logger.log(LogLevel::warning, "Compiled programs are not kept: ", directory.error().what, " ",
               directory.error().context.advice.view());
    return nullptr;
  }
  return std::make_unique<core::DiskCache>(
      core::DiskCache::Options{.directory = *std::move(directory),
                               .max_bytes = options.max_disk_cache_bytes},
      logger);
}

core::Hooks hooks_of(const RuntimeParts& parts, const RuntimeOptions& options) {
  core::Hooks hooks;
  if (options.enable_telemetry) {
    hooks.observers = parts.observers;
  }
  hooks.validator = parts.validator;
  hooks.validates_by_default = options.enable_debug_validation;
  if (options.enable_recovery) {
    hooks.recovery = parts.recovery;
  }
  return hooks;
}

}  // namespace

Runtime::Impl::Impl(const RuntimeParts& given,
                    RuntimeOptions resolved,
                    std::shared_ptr<extension::LogSink> log,
                    std::shared_ptr<core::ThreadPool> threads,
                    core::DeviceSet opened)
    : parts(given),
      options(std::move(resolved)),
      sink(std::move(log)),
      logger(sink, options.minimum_log_level),
      disk_cache(make_disk_cache(options, logger)),
      devices(std::move(opened)),
      selector(given.selector != nullptr ? given.selector : core::make_selector(devices)),
      memory(pointers_to(devices), options.max_cached_bytes),
      executor({.registry = registry,
                .devices = devices,
                .pools = pools_of(devices, memory),
                .unified = memory.unified_owner(),
                .selector = selector,
                .rules = {.default_accelerator = options.default_accelerator,
                          .automatic = options.enable_auto_optimization,
                          .strict = options.strict},
                .hooks = hooks_of(given, options),
                .logger = logger,
                .threads = std::move(threads),
                .disk_cache = disk_cache.get()}),
      orchestrator(executor),
      kernels(registry),
      device_manager(devices),
      calibrator(core::make_calibrator(devices, *selector, options, logger)) {}

Runtime::Impl::~Impl() {
  executor.wait_until_idle();
}

Result<std::unique_ptr<Runtime::Impl>> Runtime::Impl::make(RuntimeParts parts) {
  core::ConfigurationSources sources{.environment = core::process_environment()};
  if (!parts.configuration_file.empty()) {
    sources.file = parts.configuration_file;
  }
  DC_TRY_ASSIGN(auto options, core::resolve_options(parts.options, sources));
  auto sink = parts.log;
  if (sink == nullptr) {
    DC_TRY_ASSIGN(sink, core::make_standard_error_sink());
  }
  limit_host_memory(options);
  DC_TRY_ASSIGN(auto threads, core::ThreadPool::shared(options.cpu_threads));
  DC_TRY_ASSIGN(auto faults, planned_faults(options.faults.value()));
  DC_TRY(add_simulated(parts, options.simulated.value(), faults));
  const auto backends = backends_of(parts);
  DC_TRY_ASSIGN(auto devices, core::DeviceSet::open(backends, {.cpu_threads = options.cpu_threads,
                                                               .faults = std::move(faults)}));
  auto impl = std::make_unique<Impl>(parts, std::move(options), std::move(sink), std::move(threads),
                                     std::move(devices));
  limit_pools(impl->memory, impl->devices, impl->options);
  DC_TRY(impl->add_modules());
  return impl;
}

// All modules are tried, so that the problems of all are told at once.
Status Runtime::Impl::add_modules() {
  std::string problems;
  Error first;
  const auto note = [&](Status status, const std::string& module) {
    if (!status) {
      problems += problems.empty() ? "" : "\n";
      problems += module + ": " + status.error().message();
      first = std::move(status.error());
    }
  };
  note(registry.add_modules(core::linked_modules()), "the linked modules");
  for (const ModuleFunction function : parts.modules) {
    note(kernels.try_add_module(function), "a module given in code");
  }
  for (const std::string& path : options.modules.value()) {
    note(kernels.try_load_module(path), path);
  }
  if (problems.empty()) {
    return success();
  }
  Error error{ErrorCode::invalid_argument, "Kernel modules cannot be registered."};
  error.log = std::make_shared<const std::string>(std::move(problems));
  error.cause = first.cause;
  return error;
}

Result<Runtime> Runtime::try_create(const RuntimeBuilder& builder) noexcept {
  try {
    DC_TRY_ASSIGN(auto impl, Impl::make(builder.parts()));
    return Runtime(std::move(impl));
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory for a runtime."};
  }
}

Runtime Runtime::create(const RuntimeBuilder& builder) {
  auto made = try_create(builder);
  if (!made) {
    if (made.error().code == ErrorCode::invalid_argument) {
      throw ConfigurationException(std::move(made.error()));
    }
    throw_error(std::move(made.error()));
  }
  return *std::move(made);
}

Runtime::Runtime(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Runtime::Runtime(Runtime&& other) noexcept = default;
Runtime& Runtime::operator=(Runtime&& other) noexcept = default;
Runtime::~Runtime() = default;

Orchestrator& Runtime::orchestrator() noexcept {
  return impl_->orchestrator;
}
KernelRegistry& Runtime::kernels() noexcept {
  return impl_->kernels;
}
DeviceManager& Runtime::devices() noexcept {
  return impl_->device_manager;
}
MemoryManager& Runtime::memory() noexcept {
  return impl_->memory;
}
const RuntimeOptions& Runtime::options() const noexcept {
  return impl_->options;
}

}  // namespace dotcompute
