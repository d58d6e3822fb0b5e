// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"

namespace dotcompute::core {

/// A driver's library. It is never unloaded: drivers have threads and exit handlers that live on
/// when all of their objects are gone.
class DriverLibrary {
 public:
  /// Loads a library with all it needs; its names stay its own.
  /// \param path as for dlopen: without a slash, it is looked for in the system's library folders.
  /// \retval ErrorCode::device_unavailable with the loader's words in `context.got`.
  static Result<DriverLibrary> open(const char* path) noexcept;

  /// Fills a table of DriverCall, which is visited by `table.for_each(visitor)`.
  /// \retval ErrorCode::device_unavailable with the name of the missing function in
  ///         `context.expected`.
  template <class Table>
  Status fill(Table& table) const noexcept {
    const char* missing = nullptr;
    table.for_each([&](auto& call) {
      if (!call.bind_symbol(symbol(call.name())) && missing == nullptr) {
        missing = call.name();
      }
    });
    return missing == nullptr ? success() : lacks(missing);
  }

 private:
  explicit DriverLibrary(void* handle) noexcept : handle_(handle) {}

  [[nodiscard]] void* symbol(const char* name) const noexcept;
  static Status lacks(const char* name) noexcept;

  void* handle_;
};

}  // namespace dotcompute::core
