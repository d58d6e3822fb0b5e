// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute {

/// One try of a call and how it ended.
struct AttemptRecord {
  std::uint32_t number = 1;
  std::string device;  ///< Id, such as "cpu:0"; empty if none was chosen.
  bool succeeded = false;
  std::string error;  ///< The message, if it failed.
};

/// The base of all exceptions that the public API throws. what() is one readable message: what is
/// wrong, the kernel, the parameter, what was expected, what was given and what to do.
class ComputeException : public std::runtime_error {
 public:
  explicit ComputeException(Error error);

  [[nodiscard]] const Error& error() const noexcept { return *error_; }
  [[nodiscard]] ErrorCode code() const noexcept { return error_->code; }
  /// Whether the same call may succeed if tried again later.
  [[nodiscard]] bool is_transient() const noexcept { return code() == ErrorCode::transient; }
  [[nodiscard]] std::string_view kernel() const noexcept { return error_->context.kernel.view(); }
  [[nodiscard]] std::string_view parameter() const noexcept {
    return error_->context.parameter.view();
  }
  [[nodiscard]] std::string_view device() const noexcept { return error_->context.device.view(); }
  /// The attempt that failed, from 1; 0 if the call was refused before any.
  [[nodiscard]] std::uint32_t attempt() const noexcept { return error_->context.attempt; }
  /// The driver's own code, or 0.
  [[nodiscard]] std::int64_t native_code() const noexcept { return error_->native; }
  /// What a kernel or a service threw, or null.
  [[nodiscard]] std::exception_ptr cause() const noexcept { return error_->cause; }

 private:
  std::shared_ptr<const Error> error_;  // shared, so that copying the exception cannot throw
};

/// The arguments or options of a call are wrong.
class BindingException : public ComputeException {
  using ComputeException::ComputeException;
};
/// No kernel has the name, or several have it.
class KernelNotFoundException : public ComputeException {
  using ComputeException::ComputeException;
};
/// The kernel's source does not compile; error().log holds the compiler's log.
class CompilationException : public ComputeException {
  using ComputeException::ComputeException;
};
/// A device failed.
class DeviceException : public ComputeException {
  using ComputeException::ComputeException;
};
/// A device has no memory left.
class OutOfMemoryException : public DeviceException {
  using DeviceException::DeviceException;
};
/// A device is missing or lost.
class DeviceNotAvailableException : public DeviceException {
  using DeviceException::DeviceException;
};
/// The host has no memory left.
class MemoryException : public ComputeException {
  using ComputeException::ComputeException;
};
/// The kernel failed while it ran.
class ExecutionException : public ComputeException {
  using ComputeException::ComputeException;
};
/// The result differs from the reference.
class ValidationException : public ComputeException {
  using ComputeException::ComputeException;
};
/// The caller's stop token was used, or its deadline passed.
class OperationCancelled : public ComputeException {
  using ComputeException::ComputeException;
};
/// The runtime cannot be set up as asked; what() lists all problems.
class ConfigurationException : public ComputeException {
  using ComputeException::ComputeException;
};

/// Throws the exception that belongs to `error.code`.
[[noreturn]] void throw_error(Error error);

/// The exception being handled as an Error: that of a ComputeException is its own; bad_alloc is
/// host_memory; any other is execution_failed with the exception as its cause.
/// \pre called within a catch clause.
[[nodiscard]] Error error_from_current_exception() noexcept;

}  // namespace dotcompute
