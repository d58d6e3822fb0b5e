// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "discovery/registry.hpp"
#include "execution/hooks.hpp"
#include "execution/launch_plan.hpp"
#include "platform/device_set.hpp"
#include "platform/log.hpp"
#include "platform/thread_pool.hpp"
#include "selection/selection.hpp"
#include "transfer/pipeline.hpp"

#include "dotcompute/base/error.hpp"
#include "dotcompute/buffer_pool.hpp"
#include "dotcompute/call_options.hpp"
#include "dotcompute/detail/call_request.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace dotcompute {
struct Explanation;
}

namespace dotcompute::core {

struct BoundCall;
struct ColdCall;
struct UnifiedOwner;

/// Takes calls through the system.
///
/// Threads: every member may be called from any thread at the same time.
/// Lifetime: what it refers to outlives it. wait_until_idle() before it goes.
class Executor {
 public:
  using CallRequest = dotcompute::detail::CallRequest;

  struct Parts {
    Registry& registry;
    const DeviceSet& devices;
    std::vector<BufferPool*> pools;  ///< One for each device, in their order; null for the host's.
    UnifiedOwner& unified;           ///< Of the runtime's unified buffers.
    std::shared_ptr<extension::BackendSelector> selector;
    SelectionRules rules;
    Hooks hooks;
    Logger& logger;
    std::shared_ptr<ThreadPool> threads;
    DiskCache* disk_cache = nullptr;  ///< Null: programs are kept in memory only.
  };

  explicit Executor(Parts parts) noexcept
      : parts_(std::move(parts)),
        watches_all_(parts_.hooks.watch(false)),
        watches_inouts_(parts_.hooks.watch(true)) {}
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Runs a call to its end: the short way if the kernel has been here before (warm_call.cpp), else
  /// the whole way (cold_call.cpp).
  Status run(const CallRequest& request) noexcept;

  /// run(), if it is known that the caller's thread will not be kept for long.
  Status run_if_quick(const CallRequest& request, bool& ran) noexcept;

  Status precompile(std::string_view kernel, AcceleratorType accelerator) noexcept;
  Result<std::vector<AcceleratorType>> supported_accelerators(std::string_view kernel) noexcept;
  Result<Explanation> explain(std::string_view kernel,
                              std::span<const NamedArgument> arguments,
                              const CallOptions& options) noexcept;

  Status enqueue(ThreadPool::Work work, void* state, Priority priority) noexcept;

  /// A queued call counts as unfinished from begin to end.
  void begin_queued() noexcept { queued_.fetch_add(1, std::memory_order_relaxed); }
  void end_queued() noexcept;
  void wait_until_idle() noexcept;

 private:
  [[nodiscard]] std::size_t slot_of(const CallOptions& options) const noexcept;
  const LaunchPlan* find_plan(const KernelPlanTable& table,
                              const CallOptions* options,
                              std::uint64_t items,
                              const BoundCall* call) const noexcept;
  [[nodiscard]] const LaunchPlan* find_plan_of(const KernelPlanTable& table,
                                               const Situation& situation,
                                               std::uint64_t epoch) const noexcept;
  /// Of each parameter, the devices that have its unified buffer; 0 for those not asked for.
  using Holders = std::array<std::uint32_t, kMaxParameters>;
  [[nodiscard]] Holders holders_of(const BoundCall& call, std::uint32_t parameters) const noexcept;
  /// \param counting parameters for which it matters where they are: `holders` has them.
  [[nodiscard]] static Situation situation_of(const BoundCall& call,
                                              std::uint32_t counting,
                                              const Holders& holders) noexcept;
  [[nodiscard]] bool is_watched(const KernelPlanTable& table) const noexcept {
    return watches_all_ || (watches_inouts_ && table.signature.inouts != 0);
  }
  Status run_hot(const KernelRecord& record,
                 const LaunchPlan& plan,
                 const CallRequest& request,
                 std::uint64_t items) noexcept;
  Status run_warm(const KernelRecord& record,
                  KernelPlanTable& table,
                  const CallRequest& request,
                  bool* only_if_quick) noexcept;
  Status launch_warm(const KernelRecord& record,
                     const KernelPlanTable& table,
                     const LaunchPlan& plan,
                     const CallRequest& request,
                     BoundCall& call,
                     const backend::CallControl* control) noexcept;
  Status launch_with_memory(const Signature& signature,
                            const LaunchPlan& plan,
                            const CallRequest& request,
                            BoundCall& call,
                            backend::LaunchRequest& launch) noexcept;
  [[nodiscard]] Status check_owners(const BoundCall& call) const noexcept;
  [[nodiscard]] ChunkPlan find_chunks(const Signature& signature,
                                      const BoundCall& call,
                                      const GivenBuffers& buffers,
                                      const backend::Device& device,
                                      bool is_whole) const noexcept;
  static Status run_cut(backend::Device& device,
                        DeviceArguments& arguments,
                        const backend::LaunchRequest& launch,
                        const ChunkPlan& plan) noexcept;

  // The whole way; see cold_call.cpp and attempts.cpp.
  Status run_cold(const KernelRecord* record,
                  const CallRequest& request,
                  const Error* warm_failure = nullptr) noexcept;
  Status prepare(ColdCall& call) noexcept;
  Status choose(ColdCall& call) noexcept;
  Status run_attempts(ColdCall& call, const Error* warm_failure) noexcept;
  Status attempt(ColdCall& call) noexcept;
  [[nodiscard]] std::uint32_t whereabouts_that_count(
      const GivenBuffers& buffers,
      std::span<const std::optional<extension::CostEstimate>> estimates) const noexcept;
  [[nodiscard]] DeviceLoad load_of(const GivenBuffers& buffers, std::size_t device) const noexcept;
  Status compile(ColdCall& call) noexcept;
  Status upload(ColdCall& call) noexcept;
  Status launch_and_wait(ColdCall& call) noexcept;
  Status download(ColdCall& call) noexcept;
  Status validate(ColdCall& call) noexcept;
  Status next_attempt(ColdCall& call, Error error) noexcept;
  Status fall_back_to_cpu(ColdCall& call) noexcept;
  void observe(ColdCall& call, const Error* error) noexcept;
  void publish_plan(const ColdCall& call) noexcept;
  void write_report(const ColdCall& call) noexcept;

  Parts parts_;
  const bool watches_all_;     // Hooks::watch() of kernels without in-out arguments,
  const bool watches_inouts_;  // and of those with
  std::atomic<std::uint64_t> queued_{0};
  /// What each device is expected to need for the calls that it has not finished.
  std::array<std::atomic<std::int64_t>, kMaxDevices> queued_nanoseconds_{};
};

/// The plan table of a kernel, made when it is first asked for. \retval ErrorCode::host_memory
Result<KernelPlanTable*> table_of(const KernelRecord& record) noexcept;

/// The bodies a kernel has, as a set.
[[nodiscard]] KernelBackends bodies_of(const KernelRecord& record) noexcept;

/// The body of a kernel for a kind of device.
[[nodiscard]] backend::KernelSource source_for(const KernelRecord& record,
                                               AcceleratorType type) noexcept;

}  // namespace dotcompute::core
