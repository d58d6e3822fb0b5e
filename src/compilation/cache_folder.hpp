// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compilation/file_descriptor.hpp"

#include "dotcompute/base/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::core {

/// Writes as ::write does; another one in tests.
using FileWriter = std::function<std::ptrdiff_t(int file, const void* bytes, std::size_t count)>;

/// A program on the disk.
struct CachedFile {
  std::string name;
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds used{0};  ///< When it was last used, since 1970.
};

/// Files that are gone, or there are.
struct FileCount {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// The folder with the compiled programs: "programs" in the directory of the cache. Others may read
/// and write it at the same time, also from other processes: what vanishes meanwhile is no error.
///
/// Errors: ErrorCode::invalid_argument with the system's code in Error::native, or host_memory.
class CacheFolder {
 public:
  /// Opens the folder as it is. Error::native is ENOENT if there is none.
  /// \param directory of the cache.
  /// \retval ErrorCode::invalid_argument also if it belongs to another user, or others may write it:
  ///         programs from it would be theirs.
  static Result<CacheFolder> open(const std::string& directory) noexcept;
  /// The same; makes what is missing, for its owner alone.
  static Result<CacheFolder> make(const std::string& directory) noexcept;

  /// The programs in it, in no order.
  [[nodiscard]] Result<std::vector<CachedFile>> programs() const noexcept;

  /// The whole content of a file; nothing if it is not there or can be no program.
  /// \retval ErrorCode::host_memory
  [[nodiscard]] Result<std::optional<std::vector<std::byte>>> read(
      const std::string& name) const noexcept;

  /// Makes now the time at which a file was used. A disk that is only read stays as it is.
  void mark_used(const std::string& name) const noexcept;

  /// Writes a file under another name and gives it `name` when it is whole.
  [[nodiscard]] Status write(const std::string& name,
                             std::span<const std::span<const std::byte>> parts,
                             const FileWriter& writer) const noexcept;

  /// Removes a file; returns whether it was there.
  [[nodiscard]] bool remove(const std::string& name) const noexcept;

  /// Removes what was used least recently until all programs together have at most `max_bytes`, and
  /// what processes left behind that died while they wrote.
  [[nodiscard]] Result<FileCount> shrink(std::uint64_t max_bytes) const noexcept;

  /// A file that locks can be set on.
  [[nodiscard]] Result<FileDescriptor> open_lock_file() const noexcept;

 private:
  explicit CacheFolder(FileDescriptor folder) noexcept : folder_(std::move(folder)) {}
  static Result<CacheFolder> open_existing(const std::string& path);
  [[nodiscard]] Result<std::vector<std::string>> names() const;
  [[nodiscard]] std::vector<CachedFile> programs_of(const std::vector<std::string>& names) const;
  [[nodiscard]] Status write_new(const std::string& name,
                                 std::span<const std::span<const std::byte>> parts,
                                 const FileWriter& writer) const;
  void remove_leftover(const std::string& name) const noexcept;

  FileDescriptor folder_;
};

}  // namespace dotcompute::core
