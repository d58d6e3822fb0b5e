// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::core {

/// What calls of drivers and devices are for; a plan may name them so: "discover", "allocate", ...
/// Calls that give something back are never told to fail: what they were to free would be lost.
enum class CallGroup : std::uint8_t { discover, allocate, compile, copy, launch, wait, release };

[[nodiscard]] std::string_view to_string(CallGroup group) noexcept;

/// One call that a plan may concern.
struct CallSite {
  std::string_view backend;   ///< "opencl"
  std::string_view function;  ///< "clCreateBuffer"
  CallGroup group = CallGroup::discover;
  bool only_by_name = false;  ///< No rule meets it that names a group or all.
};

/// How a call is to fail.
struct Fault {
  ErrorCode code = ErrorCode::transient;
  std::optional<std::int64_t> native;  ///< The driver's own number, if the plan names one.
};

/// Which calls are to fail, or to take long. Of the calls that it concerns the first `skip` are left
/// alone, the `count` after them are met.
struct FaultRule {
  static constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();

  std::optional<Fault> fault;  ///< None: the calls are delayed only.
  std::string call = "*";      ///< A function, a group, or "*" for all.
  std::string backend = "*";   ///< A back end's name, or "*".
  std::uint64_t skip = 0;
  std::uint64_t count = 1;
  double probability = 1;  ///< With which a call that would be met is met.
  std::chrono::nanoseconds delay{0};
  /// Not 0: no call fails; instead a device has only so much memory.
  std::size_t memory_limit_bytes = 0;
};

/// Planned failures of drivers and devices, for tests and rehearsals. It decorates the tables of
/// functions that back ends fill from their drivers, and the calls of devices without a driver.
///
/// As text, in DOTCOMPUTE_FAULTS: rules parted by ";", each an error and then options parted by ",".
///
///     oom:skip=3,count=1,backend=opencl;delay:call=copy,delay=2ms,sticky;memory:limit=64MiB;seed=7
///
/// errors: oom, lost, transient, compile, failed, the name of an ErrorCode, a number of the driver's;
///         "delay" fails nothing, "memory" limits what can be allocated.
/// options: call (a function, a group, or *; of oom "allocate" and of compile "compile" unless said),
///         backend, skip, count, sticky (count without end), probability, delay (ns, us, ms, s),
///         limit (bytes, KiB, MiB, GiB). The rule "seed=N" draws other numbers for `probability`.
///
/// Threads: every member may be called from any thread at the same time.
class FaultPlan {
 public:
  using Sleep = void (*)(std::chrono::nanoseconds);

  /// \param sleep what passes the time of a delay; null: the thread sleeps.
  explicit FaultPlan(Sleep sleep = nullptr) noexcept;

  /// \retval ErrorCode::invalid_argument with all mistakes in Error::log, each with the number of the
  ///         character where it begins, from 1 on.
  static Result<std::shared_ptr<FaultPlan>> parse(std::string_view text) noexcept;

  /// \retval ErrorCode::host_memory
  Status add(FaultRule rule) noexcept;

  /// Forgets all rules; what was counted stays.
  void clear() noexcept;

  void set_seed(std::uint64_t seed) noexcept;

  /// Counts a call, passes the time that is planned for it, and says how it is to fail, if it is.
  std::optional<Fault> next(const CallSite& site) noexcept;

  /// Takes `bytes` of what a memory rule leaves the back end's devices; true without such a rule.
  bool take_memory(std::string_view backend, std::size_t bytes) noexcept;

  /// Gives back what take_memory() took.
  void give_back_memory(std::string_view backend, std::size_t bytes) noexcept;

  /// Calls that were told to fail.
  [[nodiscard]] std::uint64_t failures() const noexcept;

 private:
  struct Planned {
    FaultRule rule;
    std::uint64_t calls = 0;
    std::uint64_t met = 0;
    std::size_t memory_bytes = 0;  // taken
  };
  struct Outcome {
    std::optional<Fault> fault;
    std::chrono::nanoseconds delay{0};
  };

  Outcome outcome_of(const CallSite& site) noexcept;
  bool meets(Planned& planned) noexcept;

  const Sleep sleep_;
  mutable std::mutex mutex_;
  std::vector<Planned> rules_;  // guarded by mutex_
  std::mt19937_64 random_{0};   // guarded by mutex_
  std::uint64_t failures_ = 0;  // guarded by mutex_
};

}  // namespace dotcompute::core
