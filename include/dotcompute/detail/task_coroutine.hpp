// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/detail/task_state.hpp"
#include "dotcompute/exception.hpp"

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <utility>

namespace dotcompute::detail {

template <class T>
class TaskPromise;

/// What a coroutine and the one that awaits it share, besides the value.
class CoroutineUpstream {
 public:
  /// \param state what the coroutine is about to wait for, or nullptr when that has ended.
  void wait_for(TaskStateBase* state) noexcept { upstream_.set(state); }

 protected:
  ~CoroutineUpstream() = default;

  Upstream upstream_;
};

/// Ends a coroutine: its task is completed while its frame, which holds the outcome, is left to
/// the consumer.
struct FinalAwaiter {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> coroutine) const noexcept {
    Promise& promise = coroutine.promise();
    promise.publish();
    promise.release();  // may destroy the frame, and this awaiter with it
  }
  void await_resume() const noexcept {}
};

/// The frame of a coroutine that returns a Task is itself the state of that task.
template <class T>
class CoroutineState : public TaskState<T>, public CoroutineUpstream {
 public:
  // noexcept and not throwing, so that running out of memory becomes a failed Task.
  static void* operator new(std::size_t bytes) noexcept { return take_task_memory(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept {
    give_back_task_memory(frame, bytes);
  }
  static Task<T> get_return_object_on_allocation_failure() noexcept { return out_of_task_memory(); }

  Task<T> get_return_object() noexcept {
    return TaskAccess::make(StateReference<TaskState<T>>::adopt(this));
  }
  [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
  [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept {
    this->outcome_ = Outcome<T>(ErrorBox(error_from_current_exception()));
  }

  StateReference<TaskStateBase> help([[maybe_unused]] bool& ran) noexcept override {
    return this->upstream_.get();
  }

 protected:
  // One reference is the Task's, the other that of the running coroutine.
  CoroutineState() noexcept : TaskState<T>(2) {}

 private:
  void destroy() noexcept override {
    auto& promise = static_cast<TaskPromise<T>&>(*this);
    std::coroutine_handle<TaskPromise<T>>::from_promise(promise).destroy();
  }
};

template <class T>
class TaskPromise final : public CoroutineState<T> {
 public:
  template <class Returned = T>
  requires std::convertible_to<Returned, T>
  void return_value(Returned&& value) {
    this->outcome_ = Outcome<T>(static_cast<T>(std::forward<Returned>(value)));
  }
};

template <>
class TaskPromise<void> final : public CoroutineState<void> {
 public:
  void return_void() noexcept { this->outcome_ = Outcome<void>(std::monostate{}); }
};

/// Waits for a Task in any coroutine, its own kind or another library's.
template <class T>
class TaskAwaiter final : private Continuation {
 public:
  explicit TaskAwaiter(Task<T>&& task) noexcept : task_(std::move(task)) {}

  [[nodiscard]] bool await_ready() const noexcept { return task_.is_ready(); }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> coroutine) noexcept {
    coroutine_ = coroutine;
    TaskStateBase* const awaited = TaskAccess::state_of(task_);
    if constexpr (std::derived_from<Promise, CoroutineUpstream>) {
      Promise& promise = coroutine.promise();
      waiting_ = &promise;
      downstream_ = &promise;
      promise.wait_for(awaited);
      promise.wake_to_help();
    }
    // After this another thread may have resumed the coroutine and ended it.
    return awaited->attach(*this);
  }

  T await_resume() {
    if (waiting_ != nullptr) {
      waiting_->wait_for(nullptr);
    }
    return task_.get();
  }

 private:
  void resume() noexcept override { coroutine_.resume(); }
  TaskStateBase* downstream() noexcept override { return downstream_; }

  Task<T> task_;
  std::coroutine_handle<> coroutine_;
  CoroutineUpstream* waiting_ = nullptr;
  TaskStateBase* downstream_ = nullptr;
};

}  // namespace dotcompute::detail
