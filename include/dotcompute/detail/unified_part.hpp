// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/task.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute {

namespace core {
class UnifiedMemory;
struct UnifiedOwner;
}  // namespace core

/// What is going to be done with a buffer's contents.
enum class Access : std::uint8_t {
  read,
  write,  ///< All of it is written before any of it is read: what it held is not moved.
  read_write,
};

/// How one place holds a buffer's contents.
enum class CopyState : std::uint8_t {
  invalid,   ///< Nothing of them: they are elsewhere, or were never written.
  shared,    ///< All that is here is elsewhere too.
  modified,  ///< Some of it is nowhere else.
};

/// What one place holds of a buffer.
struct BufferCopy {
  std::string device;  ///< Id, such as "cuda:0"; "host" for the memory of the host.
  CopyState state = CopyState::invalid;
  std::uint64_t valid_bytes = 0;      ///< That can be read here without a transfer.
  std::uint64_t modified_bytes = 0;   ///< Of these, what is valid nowhere else.
  std::uint64_t allocated_bytes = 0;  ///< Taken here for the whole buffer.
};

/// What was moved, in bytes, to keep the copies of a buffer coherent. A device that works in the
/// buffer's host memory moves nothing.
struct BufferTraffic {
  std::uint64_t bytes_to_devices = 0;
  std::uint64_t bytes_from_devices = 0;
  friend bool operator==(const BufferTraffic&, const BufferTraffic&) noexcept = default;
};

namespace detail {

/// The right to touch bytes of a unified buffer on the host; ends when destroyed. Move-only.
class HostAccess {
 public:
  HostAccess() noexcept = default;
  HostAccess(HostAccess&& other) noexcept;
  HostAccess& operator=(HostAccess&& other) noexcept;
  ~HostAccess() {
    if (memory_ != nullptr) {
      end();
    }
  }

  /// Null if it was moved from, or the bytes are none.
  [[nodiscard]] std::byte* data() const noexcept { return data_; }

 private:
  friend class UnifiedPart;
  HostAccess(core::UnifiedMemory& memory,
             std::size_t first,
             std::size_t bytes,
             Access access,
             std::byte* data) noexcept;
  void end() noexcept;

  core::UnifiedMemory* memory_ = nullptr;  // counted
  std::size_t first_ = 0;
  std::size_t bytes_ = 0;
  Access access_ = Access::read;
  std::byte* data_ = nullptr;
};

/// Bytes of a unified buffer, which lives as long as any part of it.
///
/// Threads: any, at the same time, except for assigning and destroying one part.
class UnifiedPart {
 public:
  UnifiedPart() noexcept = default;
  UnifiedPart(const UnifiedPart& other) noexcept;
  UnifiedPart(UnifiedPart&& other) noexcept;
  UnifiedPart& operator=(UnifiedPart other) noexcept;
  ~UnifiedPart();

  /// \retval ErrorCode::host_memory if the array is larger than can be addressed, or there is no
  ///         memory for its bookkeeping.
  static Result<UnifiedPart> make(core::UnifiedOwner& owner,
                                  const Extents& extents,
                                  std::size_t element_bytes) noexcept;

  /// \pre first + bytes <= bytes()
  [[nodiscard]] UnifiedPart part(std::size_t first, std::size_t bytes) const noexcept;

  /// Null if it has no bytes.
  [[nodiscard]] core::UnifiedMemory* memory() const noexcept { return memory_; }
  /// Where it begins in the memory, in bytes.
  [[nodiscard]] std::size_t first() const noexcept { return first_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  [[nodiscard]] Result<HostAccess> access(Access access) const noexcept;
  [[nodiscard]] Task<HostAccess> access_async(Access access) const noexcept;
  Status copy_in(const std::byte* source) const noexcept;
  Status copy_out(std::byte* target) const noexcept;
  [[nodiscard]] Task<void> copy_in_async(const std::byte* source) const noexcept;
  [[nodiscard]] Task<void> copy_out_async(std::byte* target) const noexcept;
  [[nodiscard]] Status prefetch(std::string_view device) const noexcept;
  [[nodiscard]] Result<std::vector<BufferCopy>> where() const noexcept;
  [[nodiscard]] BufferTraffic traffic() const noexcept;

 private:
  UnifiedPart(core::UnifiedMemory* memory, std::size_t first, std::size_t bytes) noexcept;

  core::UnifiedMemory* memory_ = nullptr;  // counted
  std::size_t first_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace detail
}  // namespace dotcompute
