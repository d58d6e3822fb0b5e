// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/detail/call_forms.hpp"
#include "dotcompute/extension/backend_selector.hpp"

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dotcompute {

/// One device as a place for a kernel.
struct CandidateExplanation {
  std::string device;  ///< Id.
  bool usable = false;
  std::string reason;  ///< Why, or why not.
  /// What it is expected to take; nothing for a device that was not weighed against others.
  std::optional<extension::CostEstimate> estimate;
};

/// The shape that an output which is not given would have.
struct OutputShape {
  std::string parameter;
  Extents extents{1, 1, 1};  ///< Slowest axis first.
  int rank = 1;
};

/// Which device a call would run on, and why.
struct Explanation {
  std::string kernel;  ///< Qualified name.
  std::string device;  ///< Id of the device that would be chosen.
  std::string reason;
  LaunchRange range;                 ///< Of the launch that the arguments lead to.
  std::vector<OutputShape> outputs;  ///< Those that would be returned, in parameter order.
  std::vector<CandidateExplanation> candidates;  ///< All devices, in the order of devices().

  /// Several lines for a person to read.
  [[nodiscard]] std::string to_string() const;
};

/// A finished call: its result and its story.
template <class R>
class Executed {
 public:
  Executed(R value, ExecutionReport report)
      : value_(std::move(value)), report_(std::move(report)) {}

  [[nodiscard]] R& value() & noexcept { return value_; }
  [[nodiscard]] R&& value() && noexcept { return std::move(value_); }
  [[nodiscard]] const R& value() const& noexcept { return value_; }
  [[nodiscard]] const ExecutionReport& report() const noexcept { return report_; }

 private:
  R value_;
  ExecutionReport report_;
};
template <>
class Executed<void> {
 public:
  explicit Executed(ExecutionReport report) : report_(std::move(report)) {}
  [[nodiscard]] const ExecutionReport& report() const noexcept { return report_; }

 private:
  ExecutionReport report_;
};

/// Runs kernels by name: finds the kernel, checks and binds the arguments, chooses a device, moves
/// what must move, compiles once, runs, and hands back the result.
///
///     const auto sum = orchestrator.execute<std::vector<float>>("vector_add", {{"a", a}, {"b", b}});
///     orchestrator.execute("saxpy", 2.0F, x, y);             // in parameter order
///     orchestrator.execute(kSaxpy, 2.0F, x, y);              // by handle: checked when compiled
///     auto task = orchestrator.execute_async<float>("mean", x);
///     orchestrator.with({.force_backend = AcceleratorType::cpu}).execute("saxpy", 2.0F, x, y);
///
/// Every form comes as execute(), which throws (see exception.hpp), as try_execute(), which returns
/// a Result, and as execute_async(), which returns a Task. Outputs that are not given are returned,
/// in parameter order. An argument's memory must stay valid until the call, or its task, ends;
/// execute_async() keeps temporaries itself.
///
/// Threads: every member may be called from any thread at the same time.
class Orchestrator : public detail::CallForms<Orchestrator> {
 public:
  explicit Orchestrator(core::Executor& executor) noexcept : executor_(&executor) {}

  /// The same calls with options. `options` is copied; what it points to must outlive the calls.
  [[nodiscard]] OrchestratorWithOptions with(const CallOptions& options) const {
    return OrchestratorWithOptions(*executor_, options);
  }

  /// execute() that also tells which device ran the kernel and why, every attempt, what was moved
  /// and how long it took. Takes the long way each time: for questions, not for inner loops.
  template <Returnable R = void>
  [[nodiscard]] Executed<R> execute_reported(std::string_view kernel,
                                             std::initializer_list<NamedArgument> arguments,
                                             const CallOptions& options = {}) const {
    return reported<R>(options, [&](const OrchestratorWithOptions& orchestrator) {
      return orchestrator.template execute<R>(kernel, arguments);
    });
  }
  template <Returnable R = void, Bindable... Arguments>
  [[nodiscard]] Executed<R> execute_reported(std::string_view kernel,
                                             Arguments&&... arguments) const {
    return reported<R>({}, [&](const OrchestratorWithOptions& orchestrator) {
      return orchestrator.template execute<R>(kernel, std::forward<Arguments>(arguments)...);
    });
  }

  /// Compiles a kernel for the first device of a kind, so that the first call need not.
  /// \throws CompilationException, KernelNotFoundException, DeviceNotAvailableException.
  void precompile(std::string_view kernel, AcceleratorType accelerator) const;
  [[nodiscard]] Status try_precompile(std::string_view kernel,
                                      AcceleratorType accelerator) const noexcept;

  /// The kinds of accelerator that are here and for which the kernel has a body.
  [[nodiscard]] std::vector<AcceleratorType> supported_accelerators(std::string_view kernel) const;

  /// Where the call would run and why, without running it. Returned outputs need no mention.
  [[nodiscard]] Explanation explain(std::string_view kernel,
                                    std::span<const NamedArgument> arguments,
                                    const CallOptions& options = {}) const;
  [[nodiscard]] Explanation explain(std::string_view kernel,
                                    std::initializer_list<NamedArgument> arguments,
                                    const CallOptions& options = {}) const {
    return explain(kernel, std::span(arguments.begin(), arguments.size()), options);
  }

 private:
  friend class detail::CallForms<Orchestrator>;
  [[nodiscard]] core::Executor& executor() const noexcept { return *executor_; }
  [[nodiscard]] static const CallOptions* options() noexcept { return nullptr; }

  template <class R, class Call>
  Executed<R> reported(CallOptions options, Call&& call) const {
    ExecutionReport report;
    options.report = &report;
    if constexpr (std::is_void_v<R>) {
      call(with(options));
      return Executed<void>(std::move(report));
    } else {
      R value = call(with(options));
      return Executed<R>(std::move(value), std::move(report));
    }
  }

  core::Executor* executor_;
};

}  // namespace dotcompute
