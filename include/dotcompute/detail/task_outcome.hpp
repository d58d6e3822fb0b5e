// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/exception.hpp"

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace dotcompute {

template <class T>
class Task;

namespace detail {

/// An Error in eight bytes: kept in pooled memory, since most tasks have none.
///
/// If there is no memory for it, its code is kept and the rest is lost.
class ErrorBox {
 public:
  explicit ErrorBox(Error&& error) noexcept;
  ErrorBox(ErrorBox&& other) noexcept : bits_(std::exchange(other.bits_, 0)) {}
  ErrorBox& operator=(ErrorBox&&) = delete;
  ~ErrorBox() {
    if (bits_ != 0) {
      destroy();
    }
  }

  /// Leaves the box empty.
  [[nodiscard]] Error take() noexcept;

 private:
  void destroy() noexcept;

  // The address of an Error, or its code in the upper bits and 1 in the lowest; 0 when empty.
  std::uintptr_t bits_ = 0;
};

/// What a Task<T> holds when it has ended; for void, that is std::monostate.
template <class T>
using TaskValue = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// The Error of asking a task that holds nothing.
[[nodiscard]] Error empty_task_error() noexcept;

/// The Error of a task for whose state there is no memory.
[[nodiscard]] Error out_of_task_memory() noexcept;

/// Nothing yet, a value, or an error. Smaller than a Result, which holds its Error in place.
///
/// A move of T that throws ends the program.
template <class T>
class Outcome {
 public:
  using Value = TaskValue<T>;
  static_assert(std::is_object_v<Value> && !std::is_const_v<Value>, "A Task holds an object.");
  static_assert(std::move_constructible<Value>, "The value of a Task can be moved.");
  static_assert(!std::same_as<Value, Error>, "A Task<Error> could not tell failure from success.");

  Outcome() noexcept {}  // NOLINT(modernize-use-equals-default): the union has no default
  explicit Outcome(Value&& value) noexcept : value_(std::move(value)), kind_(Kind::value) {}
  explicit Outcome(ErrorBox error) noexcept : error_(std::move(error)), kind_(Kind::error) {}
  explicit Outcome(Result<Value>&& result) noexcept {
    if (result) {
      std::construct_at(&value_, *std::move(result));
      kind_ = Kind::value;
    } else {
      std::construct_at(&error_, std::move(result.error()));
      kind_ = Kind::error;
    }
  }
  Outcome(Outcome&& other) noexcept { take_from(other); }
  Outcome& operator=(Outcome&& other) noexcept {
    if (this != &other) {
      clear();
      take_from(other);
    }
    return *this;
  }
  ~Outcome() { clear(); }

  [[nodiscard]] bool empty() const noexcept { return kind_ == Kind::none; }
  [[nodiscard]] bool has_value() const noexcept { return kind_ == Kind::value; }

  /// \pre has_value(). Leaves this empty.
  [[nodiscard]] Value take_value() noexcept {
    Value value = std::move(value_);
    clear();
    return value;
  }

  /// \pre !has_value(). Leaves this empty.
  [[nodiscard]] Error take_error() noexcept {
    if (empty()) {
      return empty_task_error();
    }
    Error error = error_.take();
    clear();
    return error;
  }

  [[nodiscard]] Result<Value> take_result() noexcept {
    if (has_value()) [[likely]] {
      return take_value();
    }
    return take_error();
  }

 private:
  enum class Kind : std::uint8_t { none, value, error };

  void take_from(Outcome& other) noexcept {
    if (other.kind_ == Kind::value) [[likely]] {
      std::construct_at(&value_, std::move(other.value_));
    } else if (other.kind_ == Kind::error) {
      std::construct_at(&error_, std::move(other.error_));
    }
    kind_ = other.kind_;
    other.clear();
  }

  void clear() noexcept {
    // The analyser does not know the frames of coroutines, in which it takes all for unset.
    if (kind_ == Kind::value) {  // NOLINT(clang-analyzer-core.UndefinedBinaryOperatorResult)
      std::destroy_at(&value_);
    } else if (kind_ == Kind::error) [[unlikely]] {
      std::destroy_at(&error_);
    }
    kind_ = Kind::none;
  }

  union {
    Value value_;
    ErrorBox error_;
  };
  Kind kind_ = Kind::none;
};

/// What a function of a task may return, and the kind of task that makes: U gives Task<U>,
/// Result<U> gives Task<U>, Status gives Task<void>, and a Task<U> gives Task<U>.
template <class Returned>
struct Yield {
  using Type = Returned;
};
template <class T>
struct Yield<Result<T>> {
  using Type = T;
};
template <>
struct Yield<Status> {
  using Type = void;
};

template <class Returned>
inline constexpr bool kIsResult = false;
template <class T>
inline constexpr bool kIsResult<Result<T>> = true;

template <class Returned>
inline constexpr bool kIsTask = false;
template <class T>
inline constexpr bool kIsTask<Task<T>> = true;

/// Calls `function`; what it returns or throws is the outcome.
template <class U, class F, class... Arguments>
[[nodiscard]] Outcome<U> outcome_of(F&& function, Arguments&&... arguments) noexcept {
  using Returned = std::invoke_result_t<F, Arguments...>;
  try {
    if constexpr (std::is_void_v<Returned>) {
      std::invoke(std::forward<F>(function), std::forward<Arguments>(arguments)...);
      return Outcome<U>(std::monostate{});
    } else if constexpr (kIsResult<std::remove_cvref_t<Returned>>) {
      return Outcome<U>(
          std::invoke(std::forward<F>(function), std::forward<Arguments>(arguments)...));
    } else {
      return Outcome<U>(static_cast<U>(
          std::invoke(std::forward<F>(function), std::forward<Arguments>(arguments)...)));
    }
  } catch (...) {
    return Outcome<U>(ErrorBox(error_from_current_exception()));
  }
}

}  // namespace detail
}  // namespace dotcompute
