// SPDX-License-Identifier: Apache-2.0
#include "base/try.hpp"
#include "binding/bind.hpp"
#include "execution/executor.hpp"
#include "execution/given_buffers.hpp"
#include "execution/results.hpp"

#include "dotcompute/orchestrator.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <numeric>
#include <optional>

namespace dotcompute::core {
namespace {

/// As if every output that is not named were asked for as a result.
std::vector<dotcompute::detail::ResultSlot> results_for(const Signature& signature,
                                                        std::span<const NamedArgument> arguments) {
  std::vector<dotcompute::detail::ResultSlot> slots;
  for_each_bit(signature.outputs, [&](std::size_t index) {
    const Signature::Item& item = signature.items[index];
    if (std::ranges::none_of(
            arguments, [&](const NamedArgument& argument) { return argument.name == item.name; })) {
      slots.push_back({.type = item.type});
    }
  });
  return slots;
}

std::string why_not(const backend::DeviceInfo& device, bool usable) {
  if (!usable) {
    return "The kernel has no body for " + std::string(to_string(device.type)) + ".";
  }
  if (device.type == AcceleratorType::null) {
    return "It runs nothing, and only where it is forced.";
  }
  return is_chosen_automatically(device.type) ? "It can run the kernel."
                                              : "It can run the kernel where it is asked for.";
}

}  // namespace

Result<Explanation> Executor::explain(std::string_view kernel,
                                      std::span<const NamedArgument> arguments,
                                      const CallOptions& options) noexcept try {
  const EpochGuard guard;
  const KernelRecord* record = parts_.registry.find(kernel, hash_name(kernel));
  if (record == nullptr) {
    return parts_.registry.not_found(kernel);
  }
  const Signature signature(*record->metadata, record->qualified_name, record->shapes,
                            record->signature);
  auto slots = results_for(signature, arguments);
  CallRequest request{.kernel = kernel, .named = arguments, .results = slots};
  request.options = &options;
  BoundCall call;
  DC_TRY(bind(signature, request, call));
  DC_TRY(solve_results(signature, call));
  DC_TRY(find_range(signature, request, call));

  Explanation explanation;
  explanation.kernel = record->qualified_name;
  explanation.range = call.range;
  std::array<std::size_t, kMaxParameters> sizes;
  const GivenBuffers buffers = given_buffers(signature, call, !options.range, sizes);
  const std::uint64_t bytes =
      std::accumulate(buffers.bytes.begin(), buffers.bytes.end(), std::uint64_t{0});
  for_each_bit(signature.buffers, [&](std::size_t index) {
    const Signature::Item& item = signature.items[index];
    const Extents& extents = call.arguments[index].extents;
    if ((call.returned >> index & 1U) != 0) {
      explanation.outputs.push_back({std::string(item.name), extents, item.rank});
    }
  });
  const KernelBackends bodies = bodies_of(*record);
  StaticVector<DeviceLoad, kMaxDevices> loads;
  for (std::size_t index = 0; index < parts_.devices.size(); ++index) {
    loads.push_back(load_of(buffers, index));
  }
  std::array<std::optional<extension::CostEstimate>, kMaxDevices> estimates;
  DC_TRY_ASSIGN(const auto choice, choose_device(parts_.devices,
                                                 {.kernel = *record->metadata,
                                                  .kernel_name = signature.name,
                                                  .bodies = bodies,
                                                  .range = call.range,
                                                  .buffer_bytes = bytes,
                                                  .loads = loads.all(),
                                                  .estimates = estimates},
                                                 &options, parts_.rules, *parts_.selector));
  explanation.device = parts_.devices[choice.device].info().id;
  explanation.reason = choice.reason;
  if (choice.missed != AcceleratorType::automatic) {
    explanation.reason +=
        " The preferred " + std::string(to_string(choice.missed)) + " cannot run the kernel.";
  }
  for (std::size_t index = 0; index < parts_.devices.size(); ++index) {
    const backend::DeviceInfo& device = parts_.devices[index].info();
    const bool usable = can_run(device, bodies);
    explanation.candidates.push_back(
        {device.id, usable, why_not(device, usable), estimates[index]});
  }
  return explanation;
} catch (const std::bad_alloc&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

Status Executor::precompile(std::string_view kernel, AcceleratorType accelerator) noexcept {
  const EpochGuard guard;
  const KernelRecord* record = parts_.registry.find(kernel, hash_name(kernel));
  if (record == nullptr) {
    return parts_.registry.not_found(kernel);
  }
  DC_TRY_ASSIGN(auto* table, table_of(*record));
  CallOptions options;
  options.force_backend = accelerator;
  DC_TRY_ASSIGN(const auto choice, choose_device(parts_.devices,
                                                 {.kernel = *record->metadata,
                                                  .kernel_name = table->signature.name,
                                                  .bodies = bodies_of(*record)},
                                                 &options, parts_.rules, *parts_.selector));
  backend::Device& device = parts_.devices[choice.device];
  auto program = table->programs.get(choice.device, device, source_for(*record, device.info().type),
                                     parts_.disk_cache);
  if (!program) {
    program.error().context.kernel = table->signature.name;
    program.error().context.device = device.info().id;
    return std::move(program.error());
  }
  return success();
}

Result<std::vector<AcceleratorType>> Executor::supported_accelerators(
    std::string_view kernel) noexcept try {
  const EpochGuard guard;
  const KernelRecord* record = parts_.registry.find(kernel, hash_name(kernel));
  if (record == nullptr) {
    return parts_.registry.not_found(kernel);
  }
  std::vector<AcceleratorType> types;
  for (std::size_t index = 0; index < parts_.devices.size(); ++index) {
    const backend::DeviceInfo& device = parts_.devices[index].info();
    if (device.type != AcceleratorType::null && can_run(device, bodies_of(*record)) &&
        std::ranges::find(types, device.type) == types.end()) {
      types.push_back(device.type);
    }
  }
  return types;
} catch (const std::bad_alloc&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

}  // namespace dotcompute::core
