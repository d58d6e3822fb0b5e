// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/detail/task_memory.hpp"
#include "dotcompute/detail/task_outcome.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>

namespace dotcompute::detail {

class TaskStateBase;

/// Owns one reference to a state.
template <class State>
class StateReference {
 public:
  constexpr StateReference() noexcept = default;
  /// Takes over a reference that somebody else counted.
  static StateReference adopt(State* state) noexcept { return StateReference(state); }
  /// Counts one more. \pre somebody holds one during the call.
  static StateReference share(State* state) noexcept {
    if (state != nullptr) {
      state->add_reference();
    }
    return StateReference(state);
  }
  StateReference(StateReference&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  StateReference& operator=(StateReference&& other) noexcept {
    if (this != &other) {
      reset();
      state_ = std::exchange(other.state_, nullptr);
    }
    return *this;
  }
  ~StateReference() { reset(); }

  void reset() noexcept {
    if (state_ != nullptr) {
      std::exchange(state_, nullptr)->release();
    }
  }
  [[nodiscard]] State* get() const noexcept { return state_; }
  // The analyser does not follow the count, and takes any release() for the last.
  State* operator->() const noexcept { return state_; }  // NOLINT(clang-analyzer-cplusplus.*)
  State& operator*() const noexcept { return *state_; }
  explicit operator bool() const noexcept { return state_ != nullptr; }

 private:
  explicit StateReference(State* state) noexcept : state_(state) {}

  State* state_ = nullptr;
};

/// What goes on when a task has ended. It lives in whatever waits, so that none is allocated.
class Continuation {
 public:
  Continuation() noexcept = default;
  Continuation(const Continuation&) = delete;
  Continuation& operator=(const Continuation&) = delete;
  virtual ~Continuation() = default;

  /// Called once, on the thread that ended the task.
  virtual void resume() noexcept = 0;

  /// The task that cannot end before this has run, or nullptr if it is none of ours.
  [[nodiscard]] virtual TaskStateBase* downstream() noexcept = 0;

  Continuation* next = nullptr;  ///< In the queue of a thread that will resume it.
};

/// What a pending Task and its producer share: whether it has ended, and who is to be told.
///
/// A task has one consumer: one thread waits or one continuation is attached.
///
/// Threads: the consumer's and the producer's calls may come at the same time.
class TaskStateBase {
 public:
  TaskStateBase(const TaskStateBase&) = delete;
  TaskStateBase& operator=(const TaskStateBase&) = delete;
  virtual ~TaskStateBase() = default;  // destroy() alone calls it

  void add_reference() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      destroy();
    }
  }

  [[nodiscard]] bool is_done() const noexcept {
    return phase_.load(std::memory_order_acquire) == kDone;
  }

  /// Blocks until the task has ended. Before it sleeps it runs, on this thread, whatever work the
  /// task waits for that nobody has started, and looks again when new such work comes up.
  void wait() noexcept;

  /// Blocks, but runs no work, which could overstay. \return is_done().
  bool wait_until(std::chrono::steady_clock::time_point deadline) noexcept;

  /// \return false if the task has ended: `continuation` is then not called.
  [[nodiscard]] bool attach(Continuation& continuation) noexcept;

  /// Tells the consumer that the outcome is stored. A continuation runs inside this call.
  /// \pre called once; the caller holds a reference.
  void publish() noexcept;

  /// Runs own work that nobody has started, and sets `ran` if there was some.
  /// \return the state to go on with, which this one waits for, if any.
  virtual StateReference<TaskStateBase> help(bool& ran) noexcept;

  /// Wakes the thread that sleeps until this task, or one after it, has ended: there may be new
  /// work for it. \pre called by the thread that will end this task or hand it on.
  void wake_to_help() noexcept;

 protected:
  /// \param references how many owners there are from the start.
  explicit TaskStateBase(std::uint32_t references) noexcept : references_(references) {}

 private:
  static constexpr std::uint32_t kPending = 0;
  static constexpr std::uint32_t kSleeping = 1;       // a thread sleeps until the phase changes
  static constexpr std::uint32_t kTimedSleeping = 2;  // likewise, at a parking place
  static constexpr std::uint32_t kContinued = 3;      // continuation_ is set
  static constexpr std::uint32_t kDone = 4;

  virtual void destroy() noexcept = 0;
  [[nodiscard]] bool spin(std::chrono::steady_clock::time_point deadline) const noexcept;
  bool change_phase(std::uint32_t from, std::uint32_t to) noexcept;

  std::atomic<std::uint32_t> phase_{kPending};
  std::atomic<std::uint32_t> references_;
  Continuation* continuation_ = nullptr;  // written before kContinued, read after
};

/// Runs unstarted work that `start` and all it waits for consist of. \return whether it ran any.
bool help_all(TaskStateBase& start) noexcept;

/// A TaskStateBase with room for the outcome.
template <class T>
class TaskState : public TaskStateBase {
 public:
  /// Stores the outcome and publishes it.
  void complete(Outcome<T>&& outcome) noexcept {
    outcome_ = std::move(outcome);
    publish();
  }

  /// \pre is_done(); only the consumer asks.
  [[nodiscard]] Outcome<T>& outcome() noexcept { return outcome_; }

 protected:
  using TaskStateBase::TaskStateBase;

  Outcome<T> outcome_;
};

/// Lets the other parts of the implementation into a Task.
struct TaskAccess {
  template <class T>
  static Task<T> make(StateReference<TaskState<T>> state) noexcept {
    return Task<T>(std::move(state));
  }
  template <class T>
  static Task<T> make(Outcome<T>&& outcome) noexcept {
    return Task<T>(std::move(outcome));
  }
  /// nullptr if the task was made ready.
  template <class T>
  static TaskState<T>* state_of(const Task<T>& task) noexcept {
    return task.state_.get();
  }
  /// \pre the task is ready.
  template <class T>
  static Outcome<T>& outcome_in(Task<T>& task) noexcept {
    return task.state_ ? task.state_->outcome() : task.outcome_;
  }
  /// Leaves the task empty. \pre it is ready.
  template <class T>
  static Outcome<T> take_outcome(Task<T>& task) noexcept {
    Outcome<T> outcome = std::move(outcome_in(task));
    task.state_.reset();
    return outcome;
  }
};

/// The state that another one waits for. It changes, and goes, while waiters look at it.
///
/// Threads: any call at any time.
class Upstream {
 public:
  /// \param state nullptr for none; else somebody holds a reference until it is set again.
  void set(TaskStateBase* state) noexcept;
  [[nodiscard]] StateReference<TaskStateBase> get() noexcept;

 private:
  void lock() noexcept;
  void unlock() noexcept;

  // A lock held for three instructions: a counted reference cannot be read and counted at once.
  std::atomic_flag locked_;
  TaskStateBase* state_ = nullptr;
};

}  // namespace dotcompute::detail
