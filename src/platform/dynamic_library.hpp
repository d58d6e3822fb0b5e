// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"

#include <utility>

namespace dotcompute::core {

/// A shared library in memory for as long as this lives.
///
/// Threads: as for any value; two objects may name the same library.
class DynamicLibrary {
 public:
  DynamicLibrary() noexcept = default;
  DynamicLibrary(DynamicLibrary&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)) {}
  DynamicLibrary& operator=(DynamicLibrary&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~DynamicLibrary();

  /// Loads a library with all it needs; its names stay its own. Blocks for as long as its files are
  /// read and its static initialisers run.
  ///
  /// \param path as for dlopen: without a slash, it is looked for in the system's library folders.
  /// \retval ErrorCode::invalid_argument with the loader's words in `context.got`.
  static Result<DynamicLibrary> open(const char* path) noexcept;

  /// The address of what the library itself, not one that it needs, calls `name`; or null.
  [[nodiscard]] void* own_symbol(const char* name) const noexcept;

  /// The address of what the library or one that it needs calls `name`; or null.
  [[nodiscard]] void* symbol(const char* name) const noexcept;

 private:
  explicit DynamicLibrary(void* handle) noexcept : handle_(handle) {}

  void* handle_ = nullptr;
};

}  // namespace dotcompute::core
