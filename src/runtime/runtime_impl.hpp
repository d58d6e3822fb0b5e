// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compilation/disk_cache.hpp"
#include "discovery/registry.hpp"
#include "execution/executor.hpp"
#include "platform/device_set.hpp"
#include "platform/log.hpp"
#include "platform/thread_pool.hpp"
#include "runtime/configuration.hpp"
#include "selection/calibrator.hpp"
#include "selection/selection.hpp"

#include "dotcompute/runtime.hpp"

#include <memory>

namespace dotcompute {

/// The parts in the order in which each needs those above it, so that they go the other way round.
struct Runtime::Impl {
  Impl(const RuntimeParts& given,
       RuntimeOptions resolved,
       std::shared_ptr<extension::LogSink> log,
       std::shared_ptr<core::ThreadPool> threads,
       core::DeviceSet opened);
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  /// \throws std::bad_alloc
  static Result<std::unique_ptr<Impl>> make(RuntimeParts parts);
  Status add_modules();

  RuntimeParts parts;  // keeps the services given by the user
  RuntimeOptions options;
  std::shared_ptr<extension::LogSink> sink;
  core::Logger logger;
  std::unique_ptr<core::DiskCache> disk_cache;  // null: off
  core::DeviceSet devices;
  std::shared_ptr<extension::BackendSelector> selector;
  MemoryManager memory;
  core::Registry registry;
  core::Executor executor;
  Orchestrator orchestrator;
  KernelRegistry kernels;
  DeviceManager device_manager;
  std::unique_ptr<core::Calibrator> calibrator;  // null: devices are not measured
};

}  // namespace dotcompute
