// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/argument.hpp"
#include "dotcompute/call_options.hpp"
#include "dotcompute/callable.hpp"
#include "dotcompute/exception.hpp"
#include "dotcompute/host_array.hpp"
#include "dotcompute/kernel_handle.hpp"
#include "dotcompute/kernel_registry.hpp"
#include "dotcompute/memory_manager.hpp"
#include "dotcompute/orchestrator.hpp"
#include "dotcompute/runtime.hpp"
#include "dotcompute/runtime_options.hpp"
#include "dotcompute/task.hpp"

/// The short name used in programs.
namespace dc = dotcompute;
