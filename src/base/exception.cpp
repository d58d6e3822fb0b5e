// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/exception.hpp"

#include <new>
#include <utility>

namespace dotcompute {

ComputeException::ComputeException(Error error)
    : std::runtime_error(error.message()),
      error_(std::make_shared<const Error>(std::move(error))) {}

void throw_error(Error error) {
  switch (error.code) {
    case ErrorCode::invalid_argument:
      throw BindingException(std::move(error));
    case ErrorCode::kernel_not_found:
      throw KernelNotFoundException(std::move(error));
    case ErrorCode::compilation_failed:
      throw CompilationException(std::move(error));
    case ErrorCode::out_of_memory:
      throw OutOfMemoryException(std::move(error));
    case ErrorCode::host_memory:
      throw MemoryException(std::move(error));
    case ErrorCode::device_unavailable:
      throw DeviceNotAvailableException(std::move(error));
    case ErrorCode::transient:
      throw DeviceException(std::move(error));
    case ErrorCode::validation_failed:
      throw ValidationException(std::move(error));
    case ErrorCode::cancelled:
    case ErrorCode::deadline_exceeded:
      throw OperationCancelled(std::move(error));
    case ErrorCode::execution_failed:
    case ErrorCode::internal:
      break;
  }
  throw ExecutionException(std::move(error));
}

Error error_from_current_exception() noexcept {
  try {
    throw;
  } catch (const ComputeException& thrown) {
    return thrown.error();
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  } catch (...) {
    Error error{ErrorCode::execution_failed, "The kernel throws an exception."};
    error.cause = std::current_exception();
    return error;
  }
}

}  // namespace dotcompute
