// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/detail/task_state.hpp"

#include <atomic>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace dotcompute {

namespace detail {

/// The state of a task that a TaskSource completes.
template <class T>
class SourceState final : public TaskState<T> {
 public:
  SourceState() noexcept : TaskState<T>(1) {}

 private:
  void destroy() noexcept override { destroy_pooled(this); }
};

/// Work that is run once, by whoever claims it first.
///
/// Threads: any call at any time.
class WorkItem {
 public:
  WorkItem(const WorkItem&) = delete;
  WorkItem& operator=(const WorkItem&) = delete;

  /// True for one caller only, who then runs or abandons the work.
  [[nodiscard]] bool try_claim() noexcept {
    return !claimed_.load(std::memory_order_relaxed) &&
           !claimed_.exchange(true, std::memory_order_acq_rel);
  }
  /// \return whether it was this call that ran it.
  bool run_if_unclaimed() noexcept {
    const bool won = try_claim();
    if (won) {
      run();
    }
    return won;
  }

  /// \pre the caller has claimed the work.
  virtual void run() noexcept = 0;
  /// Ends the task with a failure instead. \pre the caller has claimed the work.
  virtual void abandon() noexcept = 0;
  virtual void release_work() noexcept = 0;

 protected:
  WorkItem() noexcept = default;
  ~WorkItem() = default;

 private:
  std::atomic<bool> claimed_{false};
};

[[nodiscard]] Error abandoned_work_error() noexcept;
[[nodiscard]] Error abandoned_source_error() noexcept;

/// The state of a task whose work a worker or a waiter runs.
template <class T, class F>
class WorkState final : public TaskState<T>, public WorkItem {
 public:
  /// Counts one reference for the consumer and one for the WorkReference.
  explicit WorkState(F&& function) noexcept
      : TaskState<T>(2), function_(std::in_place, std::move(function)) {}

  StateReference<TaskStateBase> help(bool& ran) noexcept override {
    ran = run_if_unclaimed() || ran;
    return {};
  }
  void run() noexcept override {
    Outcome<T> outcome = outcome_of<T>(*std::move(function_));
    finish(std::move(outcome));
  }
  void abandon() noexcept override { finish(Outcome<T>(ErrorBox(abandoned_work_error()))); }
  void release_work() noexcept override { this->release(); }

 private:
  void finish(Outcome<T> outcome) noexcept {
    // What the function holds is let go of before anybody hears that the work has ended.
    function_.reset();
    this->complete(std::move(outcome));
  }
  void destroy() noexcept override { destroy_pooled(this); }

  std::optional<F> function_;
};

}  // namespace detail

/// Completes a pending Task from anywhere: the producer's half.
///
/// A source destroyed before complete() fails its task with ErrorCode::internal.
///
/// Threads: one at a time; the task may be used by another at the same time.
template <class T>
class TaskSource {
 public:
  /// If the host has no memory left, task() is a failed one and complete() does nothing.
  TaskSource() noexcept : state_(State::adopt(detail::make_pooled<detail::SourceState<T>>())) {
    if (state_) {
      task_ = detail::TaskAccess::make(State::share(state_.get()));
    } else {
      task_ = Task<T>::failed(detail::out_of_task_memory());
    }
  }
  TaskSource(TaskSource&&) noexcept = default;
  TaskSource& operator=(TaskSource&& other) noexcept {
    if (this != &other) {
      abandon();
      state_ = std::move(other.state_);
      task_ = std::move(other.task_);
    }
    return *this;
  }
  ~TaskSource() { abandon(); }

  /// The task; an empty one at the second call.
  [[nodiscard]] Task<T> task() noexcept { return std::move(task_); }

  /// Ends the task. A continuation of it runs inside this call. Calls after the first do nothing.
  void complete(Result<detail::TaskValue<T>> result) noexcept {
    if (const auto state = std::move(state_)) {
      state->complete(detail::Outcome<T>(std::move(result)));
    }
  }
  void complete() noexcept requires std::is_void_v<T> { complete(success()); }

 private:
  using State = detail::StateReference<detail::TaskState<T>>;

  void abandon() noexcept {
    if (const auto state = std::move(state_)) {
      state->complete(detail::Outcome<T>(detail::ErrorBox(detail::abandoned_source_error())));
    }
  }

  State state_;
  Task<T> task_;
};

/// The right to start the work of a claimable task, for a queue of workers. Eight bytes, move-only.
///
/// One destroyed without a call, while no waiter has claimed the work, fails the task with
/// ErrorCode::internal, so that no continuation waits for ever.
///
/// Threads: one at a time; the task may be used by others at the same time.
class [[nodiscard]] WorkReference {
 public:
  constexpr WorkReference() noexcept = default;
  WorkReference(WorkReference&& other) noexcept : item_(std::exchange(other.item_, nullptr)) {}
  WorkReference& operator=(WorkReference&& other) noexcept {
    if (this != &other) {
      drop();
      item_ = std::exchange(other.item_, nullptr);
    }
    return *this;
  }
  ~WorkReference() { drop(); }

  /// Takes over a pointer that release() gave.
  static WorkReference adopt(void* released) noexcept {
    return WorkReference(static_cast<detail::WorkItem*>(released));
  }
  /// Gives the right away as a plain pointer, which adopt() must get back once.
  [[nodiscard]] void* release() noexcept { return std::exchange(item_, nullptr); }

  /// Runs the work unless it has been claimed already. Const because some queues call so.
  void operator()() const noexcept {
    if (item_ != nullptr) {
      item_->run_if_unclaimed();
    }
  }

  /// False when it was moved from, or when there was no memory for the task.
  explicit operator bool() const noexcept { return item_ != nullptr; }

 private:
  template <class T, class F>
  friend std::pair<Task<T>, WorkReference> make_claimable_task(F function) noexcept;

  explicit WorkReference(detail::WorkItem* item) noexcept : item_(item) {}
  void drop() noexcept {
    // The analyser loses the members of a pair that is taken apart.
    if (item_ != nullptr) {  // NOLINT(clang-analyzer-core.UndefinedBinaryOperatorResult)
      if (item_->try_claim()) {
        item_->abandon();
      }
      std::exchange(item_, nullptr)->release_work();
    }
  }

  detail::WorkItem* item_ = nullptr;
};

static_assert(sizeof(WorkReference) == sizeof(void*));

/// Makes a pending task whose work is run once: by the worker that calls the WorkReference, or by
/// the thread that waits for the task, whichever comes first. So a wait never depends on a worker
/// that has not started, and waiting inside a worker cannot block all of them.
///
/// \param function returns Result<T>, or Status for a Task<void>; what it throws fails the task. It
///   is destroyed before the task ends. A move of it that throws ends the program.
/// \return a failed task and an empty reference if the host has no memory left.
template <class T, class F>
[[nodiscard]] std::pair<Task<T>, WorkReference> make_claimable_task(F function) noexcept {
  static_assert(std::same_as<std::invoke_result_t<F>, Result<detail::TaskValue<T>>>);
  auto* const state = detail::make_pooled<detail::WorkState<T, F>>(std::move(function));
  if (state == nullptr) [[unlikely]] {
    return {Task<T>::failed(detail::out_of_task_memory()), WorkReference()};
  }
  auto consumer = detail::StateReference<detail::TaskState<T>>::adopt(state);
  return {detail::TaskAccess::make(std::move(consumer)), WorkReference(state)};
}

}  // namespace dotcompute
