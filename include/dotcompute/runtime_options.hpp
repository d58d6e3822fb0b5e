// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/extension/log_sink.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dotcompute {

/// A value of the configuration that knows whether somebody set it, so that a setting made in code
/// wins over the environment and the file even when it equals the default.
template <class T>
class Setting {
 public:
  /// A default: any other source overrides it.
  [[nodiscard]] static Setting by_default(T value) {
    Setting setting(std::move(value));
    setting.is_set_ = false;
    return setting;
  }

  Setting(T value) : value_(std::move(value)), is_set_(true) {}  // NOLINT: on purpose

  /// A list: `.modules = {"a.so", "b.so"}`, also `{}`, which asks for none.
  template <class List = T>
  requires std::same_as<List, std::vector<typename List::value_type>> Setting(
      std::initializer_list<typename List::value_type> values)
      : value_(values), is_set_(true) {}

  /// A text: `.cache_directory = "/var/cache/app"`.
  template <class Text>
  requires(std::same_as<T, std::string> && !std::same_as<Text, std::string> &&
           std::convertible_to<const Text&, std::string_view>)
      Setting(const Text& text)  // NOLINT: on purpose
      : value_(std::string_view(text)), is_set_(true) {}

  /// A pointer would turn into a bool without a word: `.strict = "false"` would be true.
  template <class U>
  requires std::same_as<T, bool> Setting(const U* value)
  = delete;  // NOLINT(google-explicit-constructor): must catch these

  operator const T&() const noexcept { return value_; }  // NOLINT: on purpose
  [[nodiscard]] const T& value() const noexcept { return value_; }
  /// False only for a default.
  [[nodiscard]] bool is_set() const noexcept { return is_set_; }

 private:
  T value_;
  bool is_set_;
};

/// How a runtime is set up. Every field can also come from the environment and from a TOML file;
/// precedence, highest first: code, environment, file, default. docs/configuration.md has the rest.
struct RuntimeOptions {
  /// Where kernels run when the call does not say; a preference, not a force.
  Setting<AcceleratorType> default_accelerator =
      Setting<AcceleratorType>::by_default(AcceleratorType::automatic);
  /// False: nothing is counted, timed or traced.
  Setting<bool> enable_telemetry = Setting<bool>::by_default(true);
  /// True: results are checked against a second run of the kernel on the CPU.
  Setting<bool> enable_debug_validation = Setting<bool>::by_default(false);
  /// False: the default accelerator if set, else the CPU.
  Setting<bool> enable_auto_optimization = Setting<bool>::by_default(true);
  /// False: the first failure is reported, whatever recovery policy is attached.
  Setting<bool> enable_recovery = Setting<bool>::by_default(true);
  /// True: a preference that cannot be met is an error, not a warning and another device.
  Setting<bool> strict = Setting<bool>::by_default(false);
  /// Log lines below this level are not written.
  Setting<LogLevel> minimum_log_level = Setting<LogLevel>::by_default(LogLevel::information);
  /// Threads of the CPU back end, up to 4096; 0 is as many as the process may use.
  Setting<std::uint32_t> cpu_threads = Setting<std::uint32_t>::by_default(0);
  /// Freed memory kept for reuse, per device, in bytes.
  Setting<std::uint64_t> max_cached_bytes =
      Setting<std::uint64_t>::by_default(std::uint64_t{1} << 30U);
  /// Taken from each device with memory of its own at any time, in use and kept together, in bytes;
  /// 0 is no limit.
  Setting<std::uint64_t> max_device_bytes = Setting<std::uint64_t>::by_default(0);
  /// Kept memory that was not needed for so many seconds goes back to device and host, up to 86400;
  /// 0 keeps it.
  Setting<std::uint32_t> memory_decay_seconds = Setting<std::uint32_t>::by_default(10);
  /// False: programs and measured rates are neither read from the disk nor kept there, and no file
  /// of the cache is touched.
  Setting<bool> disk_cache = Setting<bool>::by_default(true);
  /// Where they are kept; empty is $XDG_CACHE_HOME/dotcompute, else ~/.cache/dotcompute. Made when
  /// first written to, for its owner alone.
  Setting<std::string> cache_directory = Setting<std::string>::by_default({});
  /// Compiled programs kept on the disk, in bytes; the least recently used go first.
  Setting<std::uint64_t> max_disk_cache_bytes =
      Setting<std::uint64_t>::by_default(std::uint64_t{1} << 30U);
  /// False: devices are not measured, and chosen by rates that their kind suggests.
  Setting<bool> calibration = Setting<bool>::by_default(true);
  /// Failures that drivers shall report, for tests: "oom:skip=3,count=1,backend=opencl;seed=7".
  Setting<std::string> faults = Setting<std::string>::by_default({});
  /// Devices to be simulated beside those that are here, parted by semicolons, such as
  /// "inner=cpu:0,latency=20us,in=12GB/s,out=12GB/s,speed=8,memory=4GiB": backends/simulated/README.md
  /// has all names.
  Setting<std::string> simulated = Setting<std::string>::by_default({});
  /// Shared libraries with kernels, loaded when the runtime is made. None twice, none empty.
  Setting<std::vector<std::string>> modules = Setting<std::vector<std::string>>::by_default({});
};

}  // namespace dotcompute
