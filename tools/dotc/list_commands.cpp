// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "describe.hpp"
#include "json.hpp"

#include "dotcompute/exception.hpp"

#include <array>
#include <cstdio>
#include <iomanip>
#include <optional>
#include <ostream>
#include <tuple>
#include <utility>

namespace dotcompute::dotc {
namespace {

std::string mebibytes(std::size_t bytes) {
  return std::to_string(bytes >> 20U) + " MiB";
}

/// What it can, and what it is; those it has, parted by commas.
std::string abilities_of(const backend::DeviceInfo& device) {
  const std::array<std::pair<bool, std::string_view>, 7> abilities{
      {{device.has_float64, "float64"},
       {device.has_float16, "float16"},
       {device.has_int64_atomics, "int64 atomics"},
       {device.host_memory, "works in the host's memory"},
       {device.wraps_host_memory, "wraps the host's memory"},
       {device.copies_beside_launches, "copies beside launches"},
       {device.is_software, "software"}}};
  std::string text;
  for (const auto& [has, name] : abilities) {
    if (has) {
      text.append(text.empty() ? "" : ", ").append(name);
    }
  }
  return text;
}

/// A further line of a device, if it says anything.
void write_line(std::ostream& out, std::string_view text) {
  if (!text.empty()) {
    out << std::setw(12) << "" << text << '\n';
  }
}

void write_pool(JsonWriter& json, const BufferPool& pool) {
  const BufferPoolStats stats = pool.stats();
  json.key("pool")
      .begin_object()
      .field("live_buffers", stats.live_buffers)
      .field("live_bytes", stats.live_bytes)
      .field("requested_bytes", stats.requested_bytes)
      .field("peak_live_bytes", stats.peak_live_bytes)
      .field("cached_bytes", stats.cached_bytes)
      .field("hits", stats.hits)
      .field("misses", stats.misses)
      .field("budget_bytes", pool.budget())
      .end_object();
}

std::string describe_pool(const BufferPool& pool) {
  const BufferPoolStats stats = pool.stats();
  return "pool: " + std::to_string(stats.live_buffers) + " live with " +
         describe_bytes(stats.live_bytes) + ", " + describe_bytes(stats.cached_bytes) + " kept, " +
         std::to_string(stats.hits) + " hits, " + std::to_string(stats.misses) + " misses" +
         (pool.budget() == 0 ? "" : ", at most " + describe_bytes(pool.budget()));
}

void write_device(JsonWriter& json,
                  const backend::DeviceInfo& device,
                  const std::optional<DeviceRates>& rates,
                  const BufferPool* pool) {
  json.begin_object()
      .field("id", device.id)
      .field("type", to_string(device.type))
      .field("name", device.name)
      .field("vendor", device.vendor)
      .field("driver_version", device.driver_version)
      .field("compute_units", device.compute_units)
      .field("memory_bytes", device.memory_bytes)
      .field("max_allocation_bytes", device.max_allocation_bytes)
      .field("alignment_bytes", device.alignment_bytes)
      .field("max_group_size", device.max_group_size)
      .field("max_items", device.max_items)
      .field("features", device.features)
      .field("host_memory", device.host_memory)
      .field("wraps_host_memory", device.wraps_host_memory)
      .field("copies_beside_launches", device.copies_beside_launches)
      .field("has_float64", device.has_float64)
      .field("has_float16", device.has_float16)
      .field("has_int64_atomics", device.has_int64_atomics)
      .field("is_software", device.is_software);
  if (rates) {
    json.key("rates")
        .begin_object()
        .field("measured", rates->is_measured)
        .field("launch_nanoseconds", rates->launch_nanoseconds)
        .field("copy_nanoseconds", rates->copy_nanoseconds)
        .field("in_bytes_per_nanosecond", rates->in_bytes_per_nanosecond)
        .field("out_bytes_per_nanosecond", rates->out_bytes_per_nanosecond)
        .field("memory_bytes_per_nanosecond", rates->memory_bytes_per_nanosecond)
        .field("float32_operations_per_nanosecond", rates->float32_operations_per_nanosecond)
        .field("float64_operations_per_nanosecond", rates->float64_operations_per_nanosecond)
        .end_object();
  }
  if (pool != nullptr) {
    write_pool(json, *pool);
  }
  json.end_object();
}

std::string rounded(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

/// How fast it is, and whether anyone has looked.
std::string describe_rates(const DeviceRates& rates) {
  std::string text = rates.is_measured ? "measured: " : "not measured, taken for its kind: ";
  text += "launch " + rounded(rates.launch_nanoseconds / 1e3) + " us, memory " +
          rounded(rates.memory_bytes_per_nanosecond) + " GB/s, float32 " +
          rounded(rates.float32_operations_per_nanosecond) + " GFLOP/s, float64 " +
          rounded(rates.float64_operations_per_nanosecond) + " GFLOP/s";
  if (rates.in_bytes_per_nanosecond > 0) {
    text += ", copies in " + rounded(rates.in_bytes_per_nanosecond) + " GB/s, out " +
            rounded(rates.out_bytes_per_nanosecond) + " GB/s";
  }
  return text;
}

void write_device(std::ostream& out,
                  const backend::DeviceInfo& device,
                  const std::optional<DeviceRates>& rates,
                  const BufferPool* pool) {
  out << std::left << std::setw(12) << device.id << device.name << ", " << device.compute_units
      << (device.compute_units == 1 ? " compute unit" : " compute units");
  if (device.memory_bytes != 0) {
    out << ", " << mebibytes(device.memory_bytes);
  }
  out << '\n';
  const std::string separator = device.vendor.empty() || device.driver_version.empty() ? "" : ", ";
  write_line(out, device.vendor + separator +
                      (device.driver_version.empty() ? "" : "driver " + device.driver_version));
  write_line(out, "allocations to " + describe_bytes(device.max_allocation_bytes) +
                      ", aligned to " + describe_bytes(device.alignment_bytes) + ", groups to " +
                      std::to_string(device.max_group_size) + " items");
  if (rates) {
    write_line(out, describe_rates(*rates));
  }
  if (pool != nullptr) {
    write_line(out, describe_pool(*pool));
  }
  write_line(out, abilities_of(device));
  write_line(out, device.features);
}

void write_backend(JsonWriter& json, const BackendStatus& status) {
  json.begin_object().field("name", status.name).key("devices").begin_array();
  for (const std::string& id : status.devices) {
    json.value(id);
  }
  json.end_array().field("problem", status.problem).end_object();
}

void write_kernel(JsonWriter& json, const KernelMetadata& kernel) {
  json.begin_object()
      .field("name", kernel.qualified_name())
      .field("backends", describe(kernel.backends))
      .field("dimensions", static_cast<int>(kernel.dimensions))
      .field("is_parallel", kernel.is_parallel)
      .field("version", kernel.version)
      .field("file", kernel.file)
      .field("line", kernel.line)
      .field("operations_per_item", kernel.operations_per_item)
      .field("bytes_per_item", kernel.bytes_per_item);
  json.key("parameters").begin_array();
  for (const Parameter& parameter : kernel.parameters) {
    const bool buffer = parameter.kind == ParameterKind::buffer;
    json.begin_object()
        .field("name", parameter.name)
        .field("kind", buffer ? "buffer" : "scalar")
        .field("type", to_string(parameter.type.element()))
        .field("direction", to_string(parameter.direction));
    if (buffer) {
      json.field("rank", static_cast<int>(parameter.rank))
          .field("extents", parameter.extents)
          .field("access", to_string(parameter.access))
          .field("stencil_radius", parameter.stencil_radius);
    }
    json.end_object();
  }
  json.end_array().end_object();
}

void write_cost(std::ostream& out, const char* what, double per_item) {
  out << "  " << what << " per item: ";
  if (per_item > 0) {
    out << per_item << '\n';
  } else {
    out << "unknown\n";
  }
}

void write_kernel(std::ostream& out, const KernelMetadata& kernel) {
  out << describe(kernel) << '\n';
  for (const Parameter& parameter : kernel.parameters) {
    out << "  " << std::left << std::setw(8) << option_of(parameter) << parameter.name << ": "
        << describe(parameter);
    if (parameter.kind == ParameterKind::buffer) {
      out << ", " << to_string(parameter.access);
      if (parameter.access == AccessPattern::stencil) {
        out << " of radius " << parameter.stencil_radius;
      }
    }
    out << '\n';
  }
  out << "  axes of the launch: " << static_cast<int>(kernel.dimensions)
      << (kernel.is_parallel ? "" : ", on one thread") << '\n';
  out << "  back ends: " << describe(kernel.backends) << '\n';
  write_cost(out, "operations", kernel.operations_per_item);
  write_cost(out, "bytes", kernel.bytes_per_item);
  if (!kernel.file.empty()) {
    out << "  declared at " << kernel.file << ':' << kernel.line << '\n';
  }
}

/// The rates of a device of this runtime; nothing for one that is never chosen automatically.
std::optional<DeviceRates> rates_of(Runtime& runtime, const backend::DeviceInfo& device) {
  return is_chosen_automatically(device.type)
             ? runtime.get<extension::BackendSelector>().rates(device.id)
             : std::nullopt;
}

}  // namespace

void list_devices(Runtime& runtime, const Options& options, std::ostream& out) {
  // A choice has the rates measured or read that nobody has asked for yet.
  std::ignore = runtime.get<extension::BackendSelector>().select_backend({});
  const auto devices = runtime.devices().devices();
  const auto backends = runtime.devices().backends();
  if (options.json) {
    JsonWriter json;
    json.begin_object().key("devices").begin_array();
    for (const auto& device : devices) {
      write_device(json, device, rates_of(runtime, device), runtime.memory().pool_of(device.id));
    }
    json.end_array().key("backends").begin_array();
    for (const auto& backend : backends) {
      write_backend(json, backend);
    }
    out << json.end_array().end_object().text() << '\n';
    return;
  }
  for (const auto& device : devices) {
    write_device(out, device, rates_of(runtime, device), runtime.memory().pool_of(device.id));
  }
  for (const auto& backend : backends) {
    if (!backend.problem.empty()) {
      out << "back end " << backend.name << ": " << backend.problem << '\n';
    }
  }
}

namespace {

void print_source(Runtime& runtime, const Options& options, std::ostream& out) {
  const AcceleratorType backend =
      options.source == "kir" ? AcceleratorType::interpreter : AcceleratorType::opencl;
  auto definition = runtime.kernels().definition(options.kernel, backend);
  if (!definition) {
    throw_error(std::move(definition.error()));
  }
  if (options.json) {
    JsonWriter json;
    json.begin_object()
        .field("backend", to_string(backend))
        .field("entry_point", definition->entry_point)
        .field("source", definition->source);
    out << json.end_object().text() << '\n';
    return;
  }
  out << definition->source;
}

}  // namespace

void list_kernels(Runtime& runtime, const Options& options, std::ostream& out) {
  if (!options.source.empty()) {
    return print_source(runtime, options, out);
  }
  std::vector<std::shared_ptr<const KernelMetadata>> kernels;
  if (options.kernel.empty()) {
    kernels = runtime.kernels().kernels();
  } else {
    auto found = runtime.kernels().find(options.kernel);
    if (!found) {
      throw_error(std::move(found.error()));
    }
    kernels.push_back(*std::move(found));
  }
  if (options.json) {
    JsonWriter json;
    json.begin_array();
    for (const auto& kernel : kernels) {
      write_kernel(json, *kernel);
    }
    out << json.end_array().text() << '\n';
    return;
  }
  for (const auto& kernel : kernels) {
    if (options.kernel.empty()) {
      out << describe(*kernel) << '\n';
    } else {
      write_kernel(out, *kernel);
    }
  }
}

}  // namespace dotcompute::dotc
