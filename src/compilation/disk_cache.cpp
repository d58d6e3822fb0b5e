// SPDX-License-Identifier: Apache-2.0
#include "compilation/disk_cache.hpp"

#include "compilation/program_file.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>
#include <tuple>
#include <utility>

namespace dotcompute::core {
namespace {

/// Locks one byte of the file for this descriptor alone, or unlocks it, without waiting.
/// \return 0, or the system's code.
int set_lock(const FileDescriptor& file, std::uint64_t byte, short type) noexcept {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(byte);
  range.l_len = 1;
  // Of the open file, not of the process: threads exclude each other too.
  return ::fcntl(file.number(), F_OFD_SETLK, &range) == 0 ? 0 : errno;
}

}  // namespace

BuildLock& BuildLock::operator=(BuildLock&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(byte_, other.byte_);
  return *this;
}

BuildLock::~BuildLock() {
  if (file_.is_open()) {
    // Closing is not enough where the process has forked meanwhile.
    std::ignore = set_lock(file_, byte_, F_UNLCK);
  }
}

std::optional<StoredProgram> DiskCache::find(const ProgramKey& key) noexcept {
  const auto folder = CacheFolder::open(options_.directory);
  if (!folder) {
    if (folder.error().native != ENOENT) {
      warn_once(folder.error());
    }
    return std::nullopt;
  }
  auto content = folder->read(key.file_name);
  if (!content || !content->has_value()) {
    return std::nullopt;
  }
  const auto parts = parse_program_file(**content);
  // Another key under the same name is a collision of the hash.
  if (!parts || parts->key != key.text) {
    return std::nullopt;
  }
  folder->mark_used(key.file_name);
  hits_.fetch_add(1, std::memory_order_relaxed);
  return StoredProgram(**std::move(content), parts->binary);
}

void DiskCache::store(const ProgramKey& key, std::span<const std::byte> binary) noexcept {
  const auto header = make_program_header(key.text, binary);
  if (header.size() + key.text.size() + binary.size() > options_.max_bytes) {
    return;
  }
  const auto folder = CacheFolder::make(options_.directory);
  if (!folder) {
    return warn_once(folder.error());
  }
  const std::array<std::span<const std::byte>, 3> parts{std::span(header),
                                                        std::as_bytes(std::span(key.text)), binary};
  if (const auto written = folder->write(key.file_name, parts, options_.writer); !written) {
    return warn_once(written.error());
  }
  stored_.fetch_add(1, std::memory_order_relaxed);
  if (const auto shrunk = folder->shrink(options_.max_bytes); !shrunk) {
    warn_once(shrunk.error());
  }
}

void DiskCache::forget(const ProgramKey& key) noexcept {
  if (const auto folder = CacheFolder::open(options_.directory)) {
    std::ignore = folder->remove(key.file_name);  // it may not be there
  }
}

BuildLock DiskCache::lock(const ProgramKey& key) noexcept {
  const auto folder = CacheFolder::make(options_.directory);
  if (!folder) {
    warn_once(folder.error());
    return {};
  }
  auto file = folder->open_lock_file();
  if (!file) {
    warn_once(file.error());
    return {};
  }
  const std::uint64_t byte = key.hash >> 2U;  // places in a file are signed numbers
  const auto give_up = std::chrono::steady_clock::now() + options_.max_wait;
  std::chrono::milliseconds pause{1};
  while (true) {
    const int code = set_lock(*file, byte, F_WRLCK);
    if (code == 0) {
      return {*std::move(file), byte};
    }
    // Some file systems of networks have no locks. And a process that is stopped while it builds
    // must not stop all others, which a lock that is waited for in the system would do.
    if ((code != EAGAIN && code != EACCES && code != EINTR) ||
        std::chrono::steady_clock::now() >= give_up) {
      return {};
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(50));
  }
}

DiskCache::Stats DiskCache::stats() const noexcept {
  return {.hits = hits_.load(std::memory_order_relaxed),
          .stored = stored_.load(std::memory_order_relaxed)};
}

void DiskCache::warn_once(const Error& error) noexcept {
  if (!warned_.exchange(true, std::memory_order_relaxed)) {
    logger_.log(LogLevel::warning, "Compiled programs are not kept in '", options_.directory,
                "/programs': ", error.what, " ", error.context.got.view(), " ",
                error.context.advice.view());
  }
}

}  // namespace dotcompute::core
