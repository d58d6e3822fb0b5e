// SPDX-License-Identifier: Apache-2.0
#include "runtime_setup.hpp"

#include "usage_error.hpp"

#include "dotcompute/kernels.hpp"

#include <filesystem>

namespace dotcompute::dotc {

Runtime make_runtime(const Options& options) {
  RuntimeOptions settings;
  if (options.log_level) {
    settings.minimum_log_level = *options.log_level;
  }
  RuntimeBuilder builder;
  builder.options(settings).add_module(&register_kernel_pack);
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
