// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/detail/task_coroutine.hpp"
#include "dotcompute/detail/task_outcome.hpp"
#include "dotcompute/detail/task_source.hpp"
#include "dotcompute/detail/task_state.hpp"
#include "dotcompute/detail/task_then.hpp"
#include "dotcompute/detail/task_when_all.hpp"
#include "dotcompute/exception.hpp"

#include <chrono>
#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace dotcompute {

/// A T that is there already or will be later, or the failure that takes its place.
///
/// What it stands for runs whether or not anybody waits; a Task that is destroyed lets it run to
/// its end and drops the value. A Task that is ready when it is made holds its value in place and
/// allocates nothing; the state of a pending one comes from a pool.
///
/// It is also a coroutine type: `Task<int> f() { co_return 1 + co_await g(); }` starts at once, and
/// what it throws becomes its failure.
///
/// A Task gives its value once. After get(), try_get(), then(), co_await or a move it is empty,
/// which get() and try_get() report as ErrorCode::invalid_argument.
///
/// Threads: one at a time. A move of T that throws ends the program.
template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;
  using Value = detail::TaskValue<T>;  ///< T, or std::monostate for void.

  /// An empty one.
  Task() noexcept = default;
  /// A ready one.
  Task(Result<Value> result) noexcept : outcome_(std::move(result)) {}  // NOLINT: on purpose
  /// A failed one, so that a function that returns a Task can hand on an Error.
  Task(Error error) noexcept  // NOLINT: on purpose
      : outcome_(detail::ErrorBox(std::move(error))) {}
  Task(Task&&) noexcept = default;
  Task& operator=(Task&&) noexcept = default;
  ~Task() = default;

  [[nodiscard]] static Task ready(Value value) noexcept {
    return Task(detail::Outcome<T>(std::move(value)));
  }
  [[nodiscard]] static Task ready() noexcept requires std::is_void_v<T> { return ready(Value()); }
  [[nodiscard]] static Task failed(Error error) noexcept { return Task(std::move(error)); }

  /// Whether there is something to wait for or to take.
  [[nodiscard]] bool valid() const noexcept { return state_ || !outcome_.empty(); }

  /// Whether get() would return, or throw, without waiting. Runs nothing.
  [[nodiscard]] bool is_ready() const noexcept { return !state_ || state_->is_done(); }

  /// Blocks until the task is ready. Work of it that no worker has started runs on this thread.
  void wait() const noexcept {
    if (state_) {
      state_->wait();
    }
  }

  /// Waits no longer than `timeout`, and so runs no work itself: where all workers may be waiting,
  /// call wait(). \return is_ready().
  [[nodiscard]] bool wait_for(std::chrono::nanoseconds timeout) const noexcept {
    if (is_ready()) {
      return true;
    }
    using Clock = std::chrono::steady_clock;
    const auto now = Clock::now();
    const bool in_range = timeout < Clock::time_point::max() - now;
    return state_->wait_until(in_range ? now + timeout : Clock::time_point::max());
  }

  /// Waits and gives the value. Throws the exception of the failure, see throw_error().
  T get() {
    auto outcome = wait_and_take();
    if (!outcome.has_value()) [[unlikely]] {
      throw_error(outcome.take_error());
    }
    if constexpr (!std::is_void_v<T>) {
      return outcome.take_value();
    }
  }

  /// Waits and gives the value or the failure.
  Result<Value> try_get() noexcept { return wait_and_take().take_result(); }

  /// Calls `function` with the value, or with nothing for a Task<void>, when it is there: at once
  /// if the task is ready, else on the thread that ends it. A failure skips `function` and becomes
  /// that of the new task, as does what `function` throws.
  ///
  /// \param function returns U, Result<U> or Task<U>, or void or Status. It is destroyed with the
  ///   new task's state. A move of it that throws ends the program.
  /// \return Task<U>, or Task<void>.
  template <class F>
  auto then(F function) noexcept {
    using U = detail::ThenValue<T, F>;
    if constexpr (detail::kIsTask<U>) {
      return detail::unwrap(then_value<U>(std::move(function)));
    } else {
      return then_value<U>(std::move(function));
    }
  }

  /// `co_await std::move(task)` gives the value or throws as get() does. The coroutine goes on at
  /// once if the task is ready, else on the thread that ends it; it must not be destroyed before.
  auto operator co_await() && noexcept { return detail::TaskAwaiter<T>(std::move(*this)); }

 private:
  friend struct detail::TaskAccess;

  explicit Task(detail::StateReference<detail::TaskState<T>> state) noexcept
      : state_(std::move(state)) {}
  explicit Task(detail::Outcome<T>&& outcome) noexcept : outcome_(std::move(outcome)) {}

  detail::Outcome<T> wait_and_take() noexcept {
    wait();
    return detail::TaskAccess::take_outcome(*this);
  }

  template <class U, class F>
  Task<U> then_value(F&& function) noexcept {
    if (is_ready()) {
      auto outcome = detail::TaskAccess::take_outcome(*this);
      return detail::TaskAccess::make(
          detail::outcome_after<U>(std::move(outcome), std::forward<F>(function)));
    }
    using State = detail::ThenState<T, U, std::remove_cvref_t<F>>;
    auto* const state = detail::make_pooled<State>(std::move(*this), std::forward<F>(function));
    if (state == nullptr) [[unlikely]] {
      *this = Task();
      return Task<U>::failed(detail::out_of_task_memory());
    }
    auto consumer = detail::StateReference<detail::TaskState<U>>::adopt(state);
    state->start();
    return detail::TaskAccess::make(std::move(consumer));
  }

  detail::StateReference<detail::TaskState<T>> state_;  // of a task that was not ready when made
  detail::Outcome<T> outcome_;                          // of one that was
};

namespace detail {

template <class U>
Task<U> unwrap(Task<Task<U>> outer) {
  Task<U> inner = co_await std::move(outer);
  if constexpr (std::is_void_v<U>) {
    co_await std::move(inner);
  } else {
    co_return co_await std::move(inner);
  }
}

template <class Tasks>
Task<typename Tasks::Value> when_all_of(Tasks tasks) noexcept {
  using Value = typename Tasks::Value;
  bool all_ready = true;
  tasks.for_each([&](const auto& task) { all_ready = all_ready && task.is_ready(); });
  if (all_ready) {
    return TaskAccess::make(tasks.take_outcome());
  }
  auto* const state = make_pooled<WhenAllState<Tasks>>(std::move(tasks));
  auto consumer = StateReference<TaskState<Value>>::adopt(state);
  if (state != nullptr && state->start()) [[likely]] {
    return TaskAccess::make(std::move(consumer));
  }
  // No memory to be told with: waiting needs none. Without a state, nothing was moved into it.
  const auto unused = StateReference<TaskState<Value>>::adopt(state);
  Tasks& all = state != nullptr ? state->tasks() : tasks;  // NOLINT(bugprone-use-after-move)
  all.for_each([](const auto& task) { task.wait(); });
  return TaskAccess::make(all.take_outcome());
}

}  // namespace detail

/// A task that is ready when all of `tasks` have ended, also those after one that failed, so that
/// nothing still runs then. It holds their values, std::monostate for those of void, or the failure
/// of the first in order that failed.
///
/// If the host has no memory left, waits here instead.
template <class... Ts>
[[nodiscard]] Task<std::tuple<detail::TaskValue<Ts>...>> when_all(Task<Ts>... tasks) noexcept {
  return detail::when_all_of(detail::TaskTuple<Ts...>(std::move(tasks)...));
}

/// The same for any number of tasks of one kind; of none, a ready one.
template <class T>
[[nodiscard]] Task<std::vector<detail::TaskValue<T>>> when_all(
    std::vector<Task<T>> tasks) noexcept {
  return detail::when_all_of(detail::TaskVector<T>(std::move(tasks)));
}

}  // namespace dotcompute
