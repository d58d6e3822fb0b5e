// SPDX-License-Identifier: Apache-2.0
#include "runtime_setup.hpp"

#include "runtime/cache_directory.hpp"
#include "runtime/configuration.hpp"
#include "usage_error.hpp"

#include "dotcompute/exception.hpp"
#include "dotcompute/kernels.hpp"

#include <filesystem>
#include <utility>

namespace dotcompute::dotc {
namespace {

RuntimeOptions settings_of(const Options& options) {
  RuntimeOptions settings;
  if (options.log_level) {
    settings.minimum_log_level = *options.log_level;
  }
  return settings;
}

}  // namespace

Runtime make_runtime(const Options& options) {
  RuntimeBuilder builder;
  builder.options(settings_of(options)).add_module(&register_kernel_pack);
  if (!options.configuration_file.empty()) {
    builder.configuration_file(options.configuration_file);
  }
  Runtime runtime = Runtime::create(builder);
  for (const std::string& module : options.modules) {
    // The loader takes a bare name for a library of the system; the user means a file.
    const auto path = std::filesystem::absolute(module).string();
    if (const auto loaded = runtime.kernels().try_load_module(path); !loaded) {
      throw UsageError(module + ": " + loaded.error().message());
    }
  }
  return runtime;
}

RuntimeOptions resolve_settings(const Options& options) {
  core::ConfigurationSources sources{.environment = core::process_environment()};
  if (!options.configuration_file.empty()) {
    sources.file = options.configuration_file;
  }
  auto settings = core::resolve_options(settings_of(options), sources);
  if (!settings) {
    throw ConfigurationException(std::move(settings.error()));
  }
  return *std::move(settings);
}

std::string cache_directory_of(const RuntimeOptions& settings) {
  auto directory =
      core::cache_directory(settings.cache_directory.value(), core::process_environment());
  if (!directory) {
    throw UsageError(directory.error().message());
  }
  return *std::move(directory);
}

void check_device(Runtime& runtime, const std::string& id) {
  std::string known;
  for (const auto& device : runtime.devices().devices()) {
    if (id.empty() || device.id == id) {
      return;
    }
    known += (known.empty() ? "" : ", ") + device.id;
  }
  refuse("--device", "one of " + (known.empty() ? "no device" : known), "'" + id + "'");
}

}  // namespace dotcompute::dotc
