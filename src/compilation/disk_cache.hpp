// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compilation/cache_folder.hpp"
#include "compilation/file_descriptor.hpp"
#include "compilation/program_key.hpp"
#include "platform/log.hpp"

#include "dotcompute/base/error.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dotcompute::core {

/// The bytes of a program that the disk had.
class StoredProgram {
 public:
  /// \param binary lies in `file`.
  StoredProgram(std::vector<std::byte> file, std::span<const std::byte> binary) noexcept
      : file_(std::move(file)), binary_(binary) {}
  StoredProgram(StoredProgram&&) noexcept = default;
  StoredProgram& operator=(StoredProgram&&) noexcept = default;

  [[nodiscard]] std::span<const std::byte> binary() const noexcept { return binary_; }

 private:
  std::vector<std::byte> file_;
  std::span<const std::byte> binary_;  // stays where it is when the vector moves
};

/// The right to build one program, among all processes.
class BuildLock {
 public:
  /// No lock.
  BuildLock() noexcept = default;
  BuildLock(FileDescriptor file, std::uint64_t byte) noexcept
      : file_(std::move(file)), byte_(byte) {}
  BuildLock(BuildLock&& other) noexcept = default;
  BuildLock& operator=(BuildLock&& other) noexcept;
  ~BuildLock();

  [[nodiscard]] bool is_held() const noexcept { return file_.is_open(); }

 private:
  FileDescriptor file_;
  std::uint64_t byte_ = 0;  // of the file; stands for the program
};

/// Compiled programs on the disk, shared by all processes of a user.
///
/// It never fails a build: a file that is damaged, cut short or of another version is not there, and
/// is written anew; a directory that cannot be used is one warning, and no cache.
///
/// Threads: any, at the same time, in any number of processes.
/// Lifetime: the logger outlives it.
class DiskCache {
 public:
  struct Options {
    std::string directory;  ///< Of the cache; the programs lie in "programs" below it.
    std::uint64_t max_bytes = std::uint64_t{1} << 30U;  ///< Of all programs together.
    /// The longest time to wait for another process that builds the same program.
    std::chrono::milliseconds max_wait = std::chrono::minutes(1);
    FileWriter writer = &::write;
  };

  /// Counts since construction.
  struct Stats {
    std::uint64_t hits = 0;    ///< Programs that find() had.
    std::uint64_t stored = 0;  ///< Programs that store() wrote.
  };

  /// Touches no file.
  DiskCache(Options options, const Logger& logger) noexcept
      : options_(std::move(options)), logger_(logger) {}

  /// The program of `key`, if the disk has it whole.
  /// Its bytes are empty if the device is known to give none.
  [[nodiscard]] std::optional<StoredProgram> find(const ProgramKey& key) noexcept;

  /// Keeps a program, also one without bytes, and removes those that were used least recently where there are too many.
  void store(const ProgramKey& key, std::span<const std::byte> binary) noexcept;

  /// Removes a program that its device does not take.
  void forget(const ProgramKey& key) noexcept;

  /// While it lives, others that lock() the same key wait; it ends with the process, however that
  /// ends. Not held after Options::max_wait: then the program is built twice, which does no harm.
  [[nodiscard]] BuildLock lock(const ProgramKey& key) noexcept;

  [[nodiscard]] Stats stats() const noexcept;

 private:
  void warn_once(const Error& error) noexcept;

  const Options options_;
  const Logger& logger_;
  std::atomic<bool> warned_{false};
  std::atomic<std::uint64_t> hits_{0};
  std::atomic<std::uint64_t> stored_{0};
};

}  // namespace dotcompute::core
