// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/fixed_text.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace dotcompute {

/// What went wrong, told apart by what the caller can do about it.
enum class ErrorCode : std::uint8_t {
  invalid_argument,    ///< The call is wrong and will fail every time.
  kernel_not_found,    ///< No kernel of that name is registered, or several are.
  compilation_failed,  ///< The kernel's source is wrong; see Error::log. Never tried again.
  out_of_memory,       ///< The device's memory ran out. A smaller batch may fit.
  host_memory,         ///< The host's memory ran out.
  device_unavailable,  ///< The device is missing or lost. Another device may do the work.
  transient,           ///< Busy or timed out. The same call may succeed later.
  execution_failed,    ///< The kernel itself failed; Error::cause holds what it threw.
  validation_failed,   ///< The result differs from the reference.
  cancelled,           ///< The caller's stop token was used.
  deadline_exceeded,   ///< The caller's deadline passed first.
  internal,            ///< A defect in DotCompute or in a driver.
};

/// "invalid_argument", "kernel_not_found", ...
[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;

/// What an error speaks of. Empty texts were not known or do not apply.
struct ErrorContext {
  FixedText<96> kernel;
  FixedText<56> parameter;
  FixedText<24> device;       ///< Id, such as "cpu:0".
  FixedText<160> expected;    ///< What would have been right.
  FixedText<160> got;         ///< What was given.
  FixedText<240> advice;      ///< What to do, such as the names that were meant.
  std::uint32_t attempt = 0;  ///< 1 for the first attempt; 0 before any.
};

/// A failure. Made without allocating, so that noexcept code can report one.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string_view what;                   ///< A string literal: one sentence, present tense.
  std::int64_t native = 0;                 ///< The driver's own code (CUresult, cl_int), or 0.
  std::shared_ptr<const std::string> log;  ///< A build log, or a list of problems.
  std::exception_ptr cause;                ///< What a kernel or a service threw, if anything.
  ErrorContext context;

  /// The whole message on one line: `what`, then kernel, parameter, expected, got, advice.
  /// The log, if there is one, follows on lines of its own. Allocates.
  [[nodiscard]] std::string message() const;
};

/// Either a T or the Error that kept it from being made.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: on purpose

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  /// \pre ok()
  [[nodiscard]] T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  [[nodiscard]] const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] T* operator->() noexcept { return std::get_if<0>(&state_); }
  [[nodiscard]] const T* operator->() const noexcept { return std::get_if<0>(&state_); }

  /// \pre !ok()
  [[nodiscard]] const Error& error() const noexcept { return *std::get_if<1>(&state_); }
  [[nodiscard]] Error& error() noexcept { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

/// The outcome of work that has no value to give.
using Status = Result<std::monostate>;

/// Success without a value.
[[nodiscard]] inline Status success() noexcept {
  return std::monostate{};
}

}  // namespace dotcompute
