// SPDX-License-Identifier: Apache-2.0
// Calls that wait in a queue, and what the templates of the public API call.
#include "base/try.hpp"
#include "execution/executor.hpp"

#include "dotcompute/base/name_hash.hpp"
#include "dotcompute/detail/dispatch.hpp"
#include "dotcompute/detail/unified_part.hpp"
#include "dotcompute/host_memory.hpp"

#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace dotcompute::core {
namespace {

using dotcompute::detail::CallRequest;
using dotcompute::detail::ResultSlot;

/// Copies of names, scalars and temporaries; arrays with a name stay where they are.
class StoredCall final : public dotcompute::detail::StoredCall {
 public:
  explicit StoredCall(Executor& executor) noexcept : executor_(&executor) {
    executor_->begin_queued();
  }
  StoredCall(const StoredCall&) = delete;
  StoredCall& operator=(const StoredCall&) = delete;
  ~StoredCall() override { end(); }

  /// \throws std::bad_alloc
  Status store(const CallRequest& request) {
    kernel_ = request.kernel;
    if (request.options != nullptr) {
      options_ = *request.options;
      device_ = request.options->device;
      options_->device = device_;
    }
    blocks_.reserve(request.named.size() + request.positional.size());
    parts_.reserve(request.named.size() + request.positional.size());
    names_.reserve(request.named.size());
    named_.reserve(request.named.size());
    for (const NamedArgument& argument : request.named) {
      names_.emplace_back(argument.name);
      named_.emplace_back(names_.back(), argument.value);
      DC_TRY(keep(named_.back().value));
    }
    positional_.assign(request.positional.begin(), request.positional.end());
    for (Argument& argument : positional_) {
      DC_TRY(keep(argument));
    }
    return success();
  }

  Status run(std::span<ResultSlot> results) noexcept override {
    CallRequest request{.kernel = kernel_, .hash = hash_name(kernel_)};
    request.named = named_;
    request.positional = positional_;
    request.results = results;
    request.options = options_ ? &*options_ : nullptr;
    auto status = executor_->run(request);
    end();
    return status;
  }

 private:
  Status keep(Argument& argument) {
    if (argument.kind() == Argument::Kind::unified) {
      // A handle of our own, so that the storage lives until the call ends.
      argument.rebind(&parts_.emplace_back(*argument.part()));
      return success();
    }
    if (!argument.is_borrowed_value() && !argument.is_temporary()) {
      return success();
    }
    const Extents extents = argument.is_temporary() ? argument.extents() : Extents{1, 1, 1};
    DC_TRY_ASSIGN(auto block, HostBlock::take_array(extents, argument.type().size()));
    if (block.bytes() != 0) {
      std::memcpy(block.data(), argument.data(), block.bytes());
      argument.rebind(block.data());
    }
    blocks_.push_back(std::move(block));
    return success();
  }

  // The runtime may go as soon as its last queued call has ended, although the task that holds
  // this object may live on.
  void end() noexcept {
    if (executor_ != nullptr) {
      std::exchange(executor_, nullptr)->end_queued();
    }
  }

  Executor* executor_;
  std::string kernel_;
  std::string device_;
  std::optional<CallOptions> options_;
  std::vector<std::string> names_;
  std::vector<NamedArgument> named_;
  std::vector<Argument> positional_;
  std::vector<HostBlock> blocks_;
  std::vector<dotcompute::detail::UnifiedPart> parts_;
};

}  // namespace

void Executor::end_queued() noexcept {
  if (queued_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    queued_.notify_all();
  }
}

void Executor::wait_until_idle() noexcept {
  for (auto left = queued_.load(std::memory_order_acquire); left != 0;
       left = queued_.load(std::memory_order_acquire)) {
    queued_.wait(left, std::memory_order_acquire);
  }
}

Status Executor::enqueue(ThreadPool::Work work, void* state, Priority priority) noexcept {
  using enum ThreadPool::Priority;
  return parts_.threads->enqueue(work, state,
                                 priority == Priority::low    ? low
                                 : priority == Priority::high ? high
                                                              : normal);
}

}  // namespace dotcompute::core

namespace dotcompute::detail {

Status run(core::Executor& executor, const CallRequest& request) noexcept {
  return executor.run(request);
}

Status run_if_quick(core::Executor& executor, const CallRequest& request, bool& ran) noexcept {
  return executor.run_if_quick(request, ran);
}

Result<std::unique_ptr<StoredCall>> store(core::Executor& executor,
                                          const CallRequest& request) noexcept {
  try {
    auto stored = std::make_unique<core::StoredCall>(executor);
    DC_TRY(stored->store(request));
    return std::unique_ptr<StoredCall>(std::move(stored));
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory for a queued call."};
  }
}

Status enqueue(core::Executor& executor, WorkReference work, Priority priority) noexcept {
  void* state = work.release();
  auto queued = executor.enqueue([](void* released) noexcept { WorkReference::adopt(released)(); },
                                 state, priority);
  if (!queued) {
    // Nobody will take it up: give it back, so that it is not lost.
    std::ignore = WorkReference::adopt(state);
  }
  return queued;
}

}  // namespace dotcompute::detail
