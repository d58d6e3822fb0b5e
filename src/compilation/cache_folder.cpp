// SPDX-License-Identifier: Apache-2.0
#include "compilation/cache_folder.hpp"

#include "base/try.hpp"
#include "compilation/program_file.hpp"
#include "compilation/program_key.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <system_error>
#include <tuple>
#include <utility>

namespace dotcompute::core {
namespace {

constexpr std::string_view kNewPrefix = ".new-";

Error no_memory() noexcept {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

Error system_error(std::string_view what) {
  const int code = errno;
  Error error{.code = ErrorCode::invalid_argument, .what = what, .native = code};
  error.context.got = std::generic_category().message(code);
  return error;
}

/// Makes a folder and those it lies in. \return whether it is there.
bool make_folders(const std::string& path) {
  if (::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) {
    return true;
  }
  const std::size_t slash = path.find_last_of('/');
  if (errno != ENOENT || slash == std::string::npos || slash == 0) {
    return false;
  }
  return make_folders(path.substr(0, slash)) &&
         (::mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST);
}

std::chrono::nanoseconds time_of(const struct stat& facts) noexcept {
  return std::chrono::seconds(facts.st_mtim.tv_sec) +
         std::chrono::nanoseconds(facts.st_mtim.tv_nsec);
}

std::string new_name() {
  std::array<unsigned char, 8> bytes{};
  // Never short for so few bytes; where it fails, the same name again is only tried later.
  std::ignore = ::getrandom(bytes.data(), bytes.size(), 0);
  std::string name(kNewPrefix);
  for (const unsigned char byte : bytes) {
    name += static_cast<char>('a' + (byte >> 4U));
    name += static_cast<char>('a' + (byte & 0xFU));
  }
  return name;
}

Status write_all(int file, std::span<const std::byte> bytes, const FileWriter& writer) {
  while (!bytes.empty()) {
    const auto written = writer(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return system_error("A file of the program cache cannot be written.");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return success();
}

}  // namespace

Result<CacheFolder> CacheFolder::open_existing(const std::string& path) {
  FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts {};
  if (!folder.is_open() || ::fstat(folder.number(), &facts) != 0) {
    return system_error("The folder of the program cache cannot be opened.");
  }
  if (facts.st_uid != ::geteuid() || (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    Error error{.code = ErrorCode::invalid_argument,
                .what = "The folder of the program cache is not this user's alone.",
                .native = EPERM};
    error.context.advice = "Remove it, or give its owner alone the right to write: chmod 700.";
    return error;
  }
  return CacheFolder(std::move(folder));
}

Result<CacheFolder> CacheFolder::open(const std::string& directory) noexcept {
  try {
    return open_existing(directory + "/programs");
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

Result<CacheFolder> CacheFolder::make(const std::string& directory) noexcept {
  try {
    const std::string path = directory + "/programs";
    if (!make_folders(path)) {
      return system_error("The folder of the program cache cannot be made.");
    }
    return open_existing(path);
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

Result<std::vector<std::string>> CacheFolder::names() const {
  // A descriptor of its own: readdir() moves the place that is read next.
  const int again = ::openat(folder_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(again), &::closedir);
  if (stream == nullptr) {
    const FileDescriptor closes(again);
    return system_error("The folder of the program cache cannot be read.");
  }
  std::vector<std::string> names;
  while (const dirent* entry =
             ::readdir(stream.get())) {  // NOLINT(concurrency-mt-unsafe): own stream
    names.emplace_back(static_cast<const char*>(entry->d_name));
  }
  return names;
}

std::vector<CachedFile> CacheFolder::programs_of(const std::vector<std::string>& names) const {
  std::vector<CachedFile> found;
  for (const std::string& name : names) {
    struct stat facts {};
    if (name.ends_with(kProgramEnding) &&
        ::fstatat(folder_.number(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(facts.st_mode)) {
      found.push_back({.name = name,
                       .bytes = static_cast<std::uint64_t>(facts.st_size),
                       .used = time_of(facts)});
    }
  }
  return found;
}

Result<std::vector<CachedFile>> CacheFolder::programs() const noexcept {
  try {
    DC_TRY_ASSIGN(const auto all, names());
    return programs_of(all);
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

Result<std::optional<std::vector<std::byte>>> CacheFolder::read(
    const std::string& name) const noexcept {
  const FileDescriptor file(
      ::openat(folder_.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat facts {};
  ProgramFileStart start{};
  // The header is looked at first: a file that is none of ours must not ask for memory.
  if (!file.is_open() || ::fstat(file.number(), &facts) != 0 || !S_ISREG(facts.st_mode) ||
      ::pread(file.number(), start.data(), start.size(), 0) !=
          static_cast<std::ptrdiff_t>(start.size()) ||
      !is_program_header(start, static_cast<std::uint64_t>(facts.st_size))) {
    return std::optional<std::vector<std::byte>>();
  }
  try {
    std::vector<std::byte> content(static_cast<std::size_t>(facts.st_size));
    std::size_t got = 0;
    while (got < content.size()) {
      const auto more = ::read(file.number(), content.data() + got, content.size() - got);
      if (more < 0 && errno == EINTR) {
        continue;
      }
      if (more <= 0) {
        break;  // what is missing stays 0, which the checksum sees
      }
      got += static_cast<std::size_t>(more);
    }
    return std::optional(std::move(content));
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

void CacheFolder::mark_used(const std::string& name) const noexcept {
  // Where it fails, nothing can be removed either.
  std::ignore = ::utimensat(folder_.number(), name.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
}

Status CacheFolder::write(const std::string& name,
                          std::span<const std::span<const std::byte>> parts,
                          const FileWriter& writer) const noexcept {
  try {
    return write_new(name, parts, writer);
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

Status CacheFolder::write_new(const std::string& name,
                              std::span<const std::span<const std::byte>> parts,
                              const FileWriter& writer) const {
  const std::string fresh = new_name();
  const FileDescriptor file(::openat(folder_.number(), fresh.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) {
    return system_error("A file of the program cache cannot be made.");
  }
  // Ends with this process, however it ends: remove_leftover() sees whether anyone still writes.
  std::ignore = ::flock(file.number(), LOCK_EX | LOCK_NB);
  Status status = success();
  for (const auto part : parts) {
    if (status) {
      status = write_all(file.number(), part, writer);
    }
  }
  // No fsync(): after a loss of power the checksum tells what did not reach the disk.
  if (status && ::renameat(folder_.number(), fresh.c_str(), folder_.number(), name.c_str()) != 0) {
    status = system_error("A file of the program cache cannot be given its name.");
  }
  if (!status) {
    ::unlinkat(folder_.number(), fresh.c_str(), 0);
  }
  return status;
}

bool CacheFolder::remove(const std::string& name) const noexcept {
  return ::unlinkat(folder_.number(), name.c_str(), 0) == 0;
}

void CacheFolder::remove_leftover(const std::string& name) const noexcept {
  constexpr auto kMinimumAge = std::chrono::minutes(1);  // between making and locking a file
  const FileDescriptor file(
      ::openat(folder_.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat facts {};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  if (file.is_open() && ::fstat(file.number(), &facts) == 0 && S_ISREG(facts.st_mode) &&
      now - time_of(facts) > kMinimumAge && ::flock(file.number(), LOCK_EX | LOCK_NB) == 0) {
    std::ignore = remove(name);  // gone is gone
  }
}

Result<FileCount> CacheFolder::shrink(std::uint64_t max_bytes) const noexcept {
  try {
    DC_TRY_ASSIGN(const auto all, names());
    for (const std::string& name : all) {
      if (name.starts_with(kNewPrefix)) {
        remove_leftover(name);
      }
    }
    auto files = programs_of(all);
    std::uint64_t bytes = 0;
    for (const CachedFile& file : files) {
      bytes += file.bytes;
    }
    FileCount removed;
    if (bytes <= max_bytes) {
      return removed;
    }
    std::sort(files.begin(), files.end(), [](const CachedFile& a, const CachedFile& b) {
      return std::tie(a.used, a.name) < std::tie(b.used, b.name);
    });
    for (const CachedFile& file : files) {
      if (bytes - removed.bytes <= max_bytes) {
        break;
      }
      // Also if another process was faster: it is gone.
      removed.files += remove(file.name) ? 1U : 0U;
      removed.bytes += file.bytes;
    }
    return removed;
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

Result<FileDescriptor> CacheFolder::open_lock_file() const noexcept {
  FileDescriptor file(::openat(folder_.number(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                               S_IRUSR | S_IWUSR));
  if (!file.is_open()) {
    try {
      return system_error("The lock of the program cache cannot be opened.");
    } catch (const std::bad_alloc&) {
      return no_memory();
    }
  }
  return file;
}

}  // namespace dotcompute::core
