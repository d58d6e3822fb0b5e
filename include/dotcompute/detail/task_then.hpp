// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/detail/task_state.hpp"

#include <type_traits>
#include <utility>

namespace dotcompute::detail {

/// What `F` returns when called with the value of a Task<T>.
template <class T, class F>
struct ThenResult : std::invoke_result<F, T> {};
template <class F>
struct ThenResult<void, F> : std::invoke_result<F> {};

/// The U of the Task<U> that then(F) of a Task<T> makes, before a Task<Task<U>> is unwrapped.
template <class T, class F>
using ThenValue = typename Yield<std::remove_cvref_t<typename ThenResult<T, F>::type>>::Type;

/// The task that a task holds.
template <class U>
Task<U> unwrap(Task<Task<U>> outer);

/// The outcome of a task after `function`, which a failure skips.
template <class U, class T, class F>
[[nodiscard]] Outcome<U> outcome_after(Outcome<T> outcome, F&& function) noexcept {
  if (!outcome.has_value()) [[unlikely]] {
    return Outcome<U>(ErrorBox(outcome.take_error()));
  }
  if constexpr (std::is_void_v<T>) {
    return outcome_of<U>(std::forward<F>(function));
  } else {
    return outcome_of<U>(std::forward<F>(function), outcome.take_value());
  }
}

/// The state of the task that then() makes of a pending one.
template <class T, class U, class F>
class ThenState final : public TaskState<U>, private Continuation {
 public:
  /// Counts one reference for the consumer and one for the continuation.
  ThenState(Task<T>&& before, F&& function) noexcept
      : TaskState<U>(2), before_(std::move(before)), function_(std::move(function)) {
    upstream_.set(TaskAccess::state_of(before_));
  }

  /// May complete this before it returns.
  void start() noexcept {
    if (!TaskAccess::state_of(before_)->attach(*this)) {
      resume();
    }
  }

  StateReference<TaskStateBase> help([[maybe_unused]] bool& ran) noexcept override {
    return upstream_.get();
  }

 private:
  void resume() noexcept override {
    // Let go of before anything runs, so that a long chain is not kept, nor destroyed, as a whole.
    upstream_.set(nullptr);
    this->complete(outcome_after<U>(TaskAccess::take_outcome(before_), std::move(function_)));
    this->release();
  }

  TaskStateBase* downstream() noexcept override { return this; }
  void destroy() noexcept override { destroy_pooled(this); }

  Task<T> before_;
  F function_;
  Upstream upstream_;
};

}  // namespace dotcompute::detail
