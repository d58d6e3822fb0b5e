// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/detail/task_state.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace dotcompute::detail {

/// Several tasks of different kinds, and the value they make together.
template <class... Ts>
class TaskTuple {
 public:
  using Value = std::tuple<TaskValue<Ts>...>;

  /// One `Slot` for each task; make() gives the first, or nullptr if there is no memory.
  template <class Slot>
  class Slots {
   public:
    Slot* make(std::size_t /*count*/) noexcept { return slots_.data(); }

   private:
    std::array<Slot, sizeof...(Ts)> slots_;
  };

  explicit TaskTuple(Task<Ts>&&... tasks) noexcept : tasks_(std::move(tasks)...) {}

  [[nodiscard]] static constexpr std::size_t size() noexcept { return sizeof...(Ts); }

  template <class F>
  void for_each(F&& function) noexcept {
    std::apply([&](auto&... task) { (function(task), ...); }, tasks_);
  }

  /// The first failure in order, or all values. \pre all tasks are ready.
  [[nodiscard]] Outcome<Value> take_outcome() noexcept {
    std::tuple<Outcome<Ts>...> outcomes = std::apply(
        [](auto&... task) {
          return std::tuple<Outcome<Ts>...>(std::move(TaskAccess::outcome_in(task))...);
        },
        tasks_);
    std::optional<Error> failure;
    const auto look = [&](auto& outcome) {
      if (!outcome.has_value() && !failure) {
        failure = outcome.take_error();
      }
    };
    std::apply([&](auto&... outcome) { (look(outcome), ...); }, outcomes);
    if (failure) {
      return Outcome<Value>(ErrorBox(*std::move(failure)));
    }
    return std::apply(
        [](auto&... outcome) { return Outcome<Value>(Value(outcome.take_value()...)); }, outcomes);
  }

 private:
  std::tuple<Task<Ts>...> tasks_;
};

/// Any number of tasks of one kind, and the value they make together.
template <class T>
class TaskVector {
 public:
  using Value = std::vector<TaskValue<T>>;

  /// As TaskTuple::Slots.
  template <class Slot>
  class Slots {
   public:
    Slot* make(std::size_t count) noexcept {
      slots_.reset(new (std::nothrow) Slot[count]);
      return slots_.get();
    }

   private:
    std::unique_ptr<Slot[]> slots_;  // NOLINT: a Slot cannot be moved, as in a std::vector
  };

  explicit TaskVector(std::vector<Task<T>>&& tasks) noexcept : tasks_(std::move(tasks)) {}

  [[nodiscard]] std::size_t size() const noexcept { return tasks_.size(); }

  template <class F>
  void for_each(F&& function) noexcept {
    for (Task<T>& task : tasks_) {
      function(task);
    }
  }

  /// The first failure in order, or all values. \pre all tasks are ready.
  [[nodiscard]] Outcome<Value> take_outcome() noexcept {
    return outcome_of<Value>([this]() -> Result<Value> {
      Value values;
      values.reserve(tasks_.size());
      for (Task<T>& task : tasks_) {
        auto outcome = std::move(TaskAccess::outcome_in(task));
        if (!outcome.has_value()) {
          return outcome.take_error();
        }
        values.push_back(outcome.take_value());
      }
      return values;
    });
  }

 private:
  std::vector<Task<T>> tasks_;
};

/// The state of the task that when_all() makes of tasks of which some are pending.
///
/// `Tasks` is a TaskTuple or a TaskVector. The tasks stay until this is destroyed, so that waiters
/// may look at their states at any time.
template <class Tasks>
class WhenAllState final : public TaskState<typename Tasks::Value> {
 public:
  /// Counts one reference for the consumer and one for the tasks.
  explicit WhenAllState(Tasks&& tasks) noexcept
      : TaskState<typename Tasks::Value>(2), tasks_(std::move(tasks)) {}

  [[nodiscard]] Tasks& tasks() noexcept { return tasks_; }

  /// May complete this before it returns.
  /// \return false if there is no memory to wait with: nothing has happened then.
  [[nodiscard]] bool start() noexcept {
    OneEnded* next = continuations_.make(tasks_.size());
    if (next == nullptr) {
      return false;
    }
    // One more than there are tasks, so that none of them completes this while others are added.
    running_.store(tasks_.size() + 1, std::memory_order_relaxed);
    tasks_.for_each([&](auto& task) {
      next->all = this;
      if (task.is_ready() || !TaskAccess::state_of(task)->attach(*next)) {
        one_ended();
      }
      ++next;
    });
    one_ended();
    return true;
  }

  StateReference<TaskStateBase> help(bool& ran) noexcept override {
    tasks_.for_each([&](auto& task) {
      if (TaskStateBase* const state = TaskAccess::state_of(task); state && !state->is_done()) {
        ran = help_all(*state) || ran;
      }
    });
    return {};
  }

 private:
  struct OneEnded final : Continuation {
    void resume() noexcept override { all->one_ended(); }
    TaskStateBase* downstream() noexcept override { return all; }
    WhenAllState* all = nullptr;
  };

  void one_ended() noexcept {
    if (running_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      this->complete(tasks_.take_outcome());
      this->release();
    }
  }

  void destroy() noexcept override { destroy_pooled(this); }

  Tasks tasks_;
  typename Tasks::template Slots<OneEnded> continuations_;
  std::atomic<std::size_t> running_{0};
};

}  // namespace dotcompute::detail
