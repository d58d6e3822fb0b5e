// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace dotcompute::dotc {

/// A regular file seen as memory, read-only.
///
/// The file must not be cut short while this lives: the system then stops the program.
class MappedFile {
 public:
  MappedFile() noexcept = default;
  /// \throws UsageError naming the file if it cannot be read or is no regular file.
  explicit MappedFile(const std::string& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  [[nodiscard]] std::string_view bytes() const noexcept {
    return {static_cast<const char*>(data_), size_};
  }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A file that appears under its name whole or not at all: it is written beside it, then renamed.
class NewFile {
 public:
  /// Opens a temporary file in the folder of `path`, so that a place that cannot be written is
  /// known before anything is computed. A symbolic link is followed.
  /// \throws UsageError naming `path`.
  explicit NewFile(const std::string& path);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  /// Removes what was not committed.
  ~NewFile();

  /// \throws UsageError naming the path if the file cannot be written.
  void write(std::span<const std::byte> bytes);
  /// Gives the file its name, in the place of the one that has it.
  /// \throws UsageError naming the path if that fails.
  void commit();

 private:
  std::string path_;       // as the user gave it, for messages
  std::string target_;     // without symbolic links
  std::string temporary_;  // empty: nothing to remove
  int descriptor_ = -1;
};

}  // namespace dotcompute::dotc
