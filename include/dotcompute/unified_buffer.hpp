// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/element_type.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/detail/unified_part.hpp"
#include "dotcompute/exception.hpp"
#include "dotcompute/task.hpp"

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dotcompute {

template <KernelElement T>
class UnifiedBuffer;

/// The elements of a UnifiedBuffer on the host, coherent while this lives: `access(row, column)`.
/// Const elements for what is only read. Move-only.
///
/// While it lives, no other use may write the same elements, and none may touch them at all if this
/// one may write: whoever tries gets ErrorCode::invalid_argument. So end it, by leaving its scope,
/// before a kernel is called with the buffer.
///
/// Threads: like a standard container; may be destroyed on another thread.
template <class Element>
class BufferAccess {
 public:
  using element_type = Element;

  BufferAccess() noexcept = default;

  /// Null if there are no elements.
  [[nodiscard]] Element* data() const noexcept {
    return reinterpret_cast<Element*>(access_.data());  // of bytes that hold elements alone
  }
  /// Number of elements.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::span<Element> span() const noexcept { return {data(), size_}; }
  [[nodiscard]] Element* begin() const noexcept { return data(); }
  [[nodiscard]] Element* end() const noexcept { return data() + size_; }

  /// All three, slowest axis first; 1 for those beyond rank().
  [[nodiscard]] const Extents& extents() const noexcept { return extents_; }
  [[nodiscard]] std::uint64_t extent(std::size_t axis) const noexcept { return extents_[axis]; }
  [[nodiscard]] int rank() const noexcept { return rank_; }

  /// The element at `index` in row-major order. \pre index < size()
  [[nodiscard]] Element& operator[](std::size_t index) const noexcept { return data()[index]; }

  /// The element at one index for each axis, slowest first.
  /// \pre as many indices as rank(), each below its extent.
  template <std::integral... Indices>
  requires(sizeof...(Indices) >= 1 && sizeof...(Indices) <= 3) [[nodiscard]] Element& operator()(
      Indices... indices) const noexcept {
    assert(static_cast<int>(sizeof...(Indices)) == rank_);
    std::size_t offset = 0;
    std::size_t axis = 0;
    ((offset = offset * extents_[axis++] + static_cast<std::size_t>(indices)), ...);
    return data()[offset];
  }

 private:
  template <KernelElement T>
  friend class UnifiedBuffer;
  BufferAccess(detail::HostAccess access,
               std::size_t size,
               const Extents& extents,
               int rank) noexcept
      : access_(std::move(access)), size_(size), extents_(extents), rank_(rank) {}

  detail::HostAccess access_;
  std::size_t size_ = 0;
  Extents extents_{0, 1, 1};
  int rank_ = 1;
};

/// One array of 1 to 3 axes, row-major, with copies on the host and on devices that are kept
/// coherent on demand: it is moved to where it is used, and only what is stale there. Made by
/// MemoryManager::allocate_unified(); given to kernels as it is. Move-only.
///
/// Memory is taken in a place when the buffer is first used there, and goes back to its pool when
/// the last handle ends, after the work queued on it. What it holds is not set when it is made.
///
/// Threads: any number may read at the same time, also on several devices. A use that overlaps one
/// that writes fails with ErrorCode::invalid_argument instead of racing.
/// Lifetime: the runtime outlives it. What slice() gives shares the storage and keeps it alive.
/// Errors: members throw what throw_error() says: MemoryException and OutOfMemoryException if there
/// is no memory on the host or a device, DeviceException if a transfer fails. A failure loses nothing
/// that was valid before.
template <KernelElement T>
class UnifiedBuffer {
  static_assert(alignof(T) <= 64);

 public:
  using value_type = T;

  /// One axis without elements.
  UnifiedBuffer() noexcept = default;
  /// Leaves `other` with one axis without elements.
  UnifiedBuffer(UnifiedBuffer&& other) noexcept
      : part_(std::move(other.part_)),
        extents_(std::exchange(other.extents_, Extents{0, 1, 1})),
        rank_(std::exchange(other.rank_, 1)) {}
  UnifiedBuffer& operator=(UnifiedBuffer&& other) noexcept {
    UnifiedBuffer taken(std::move(other));
    std::swap(part_, taken.part_);
    std::swap(extents_, taken.extents_);
    std::swap(rank_, taken.rank_);
    return *this;
  }
  ~UnifiedBuffer() = default;

  /// Makes one, reporting instead of throwing; see MemoryManager::allocate_unified().
  /// \param extents all three, unused ones 1. \param rank from 1 to 3.
  static Result<UnifiedBuffer> make_shaped(core::UnifiedOwner& owner,
                                           const Extents& extents,
                                           int rank) noexcept {
    assert(rank >= 1 && rank <= 3);
    auto part = detail::UnifiedPart::make(owner, extents, sizeof(T));
    if (!part) [[unlikely]] {
      return std::move(part.error());
    }
    return UnifiedBuffer(*std::move(part), extents, rank);
  }

  /// Number of elements.
  [[nodiscard]] std::size_t size() const noexcept { return part_.bytes() / sizeof(T); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// All three, slowest axis first; 1 for those beyond rank().
  [[nodiscard]] const Extents& extents() const noexcept { return extents_; }
  [[nodiscard]] std::uint64_t extent(std::size_t axis) const noexcept { return extents_[axis]; }
  /// Number of axes, 1 to 3.
  [[nodiscard]] int rank() const noexcept { return rank_; }

  /// Brings what is stale to the host, waits for it, and lets it be read there.
  [[nodiscard]] BufferAccess<const T> read() const { return access<const T>(Access::read); }
  /// Lets all elements be written on the host. They are not set, and none is moved.
  [[nodiscard]] BufferAccess<T> write() { return access<T>(Access::write); }
  /// Brings what is stale to the host, waits for it, and lets it be read and written there.
  [[nodiscard]] BufferAccess<T> map() { return access<T>(Access::read_write); }

  /// The same without waiting. The task keeps the buffer's storage alive.
  [[nodiscard]] Task<BufferAccess<const T>> read_async() const noexcept {
    return access_async<const T>(Access::read);
  }
  [[nodiscard]] Task<BufferAccess<T>> map_async() noexcept {
    return access_async<T>(Access::read_write);
  }

  /// `count` rows from row `begin` on, or elements if there is one axis: a buffer of its own on the
  /// same storage. O(1).
  /// \throws BindingException if they reach beyond extent(0).
  [[nodiscard]] UnifiedBuffer slice(std::uint64_t begin, std::uint64_t count) const {
    if (begin > extents_[0] || count > extents_[0] - begin) [[unlikely]] {
      throw_error(slice_error(begin, count));
    }
    const std::size_t row_bytes = sizeof(T) * extents_[1] * extents_[2];
    return UnifiedBuffer(part_.part(begin * row_bytes, count * row_bytes),
                         {count, extents_[1], extents_[2]}, rank_);
  }

  /// Copies all elements, in row-major order, from the caller's memory.
  /// \throws BindingException unless `source` has size() elements.
  void copy_from(std::span<const T> source) {
    check_size(source.size());
    throw_if_failed(part_.copy_in(reinterpret_cast<const std::byte*>(source.data())));
  }
  /// Copies all elements, in row-major order, to the caller's memory.
  /// \throws BindingException unless `target` has size() elements.
  void copy_to(std::span<T> target) const {
    check_size(target.size());
    throw_if_failed(part_.copy_out(reinterpret_cast<std::byte*>(target.data())));
  }
  /// The same without waiting. `source` or `target` lives until the task is ready.
  [[nodiscard]] Task<void> copy_from_async(std::span<const T> source) {
    check_size(source.size());
    return part_.copy_in_async(reinterpret_cast<const std::byte*>(source.data()));
  }
  [[nodiscard]] Task<void> copy_to_async(std::span<T> target) const {
    check_size(target.size());
    return part_.copy_out_async(reinterpret_cast<std::byte*>(target.data()));
  }
  /// All elements in row-major order.
  [[nodiscard]] std::vector<T> to_vector() const requires(!std::same_as<T, bool>) {
    std::vector<T> all(size());
    copy_to(all);
    return all;
  }

  /// Queues the transfer of what is stale on a device, so that a kernel need not wait for it later.
  /// Waits only for what another device has to hand over.
  /// \param device_id such as "cuda:0", or "host".
  /// \throws DeviceNotAvailableException if the runtime has no such device.
  void prefetch(std::string_view device_id) const { throw_if_failed(part_.prefetch(device_id)); }

  /// Where its elements are now: the host, then each device on which it has memory.
  [[nodiscard]] std::vector<BufferCopy> where() const {
    auto copies = part_.where();
    if (!copies) [[unlikely]] {
      throw_error(std::move(copies.error()));
    }
    return *std::move(copies);
  }
  /// Moved so far for the storage, all slices together.
  [[nodiscard]] BufferTraffic traffic() const noexcept { return part_.traffic(); }

  /// For the library: the storage and the bytes of it that this buffer is.
  [[nodiscard]] const detail::UnifiedPart& part() const noexcept { return part_; }

 private:
  UnifiedBuffer(detail::UnifiedPart part, const Extents& extents, int rank) noexcept
      : part_(std::move(part)), extents_(extents), rank_(rank) {}

  template <class Element>
  [[nodiscard]] BufferAccess<Element> access(Access kind) const {
    auto access = part_.access(kind);
    if (!access) [[unlikely]] {
      throw_error(std::move(access.error()));
    }
    return BufferAccess<Element>(*std::move(access), size(), extents_, rank_);
  }

  template <class Element>
  [[nodiscard]] Task<BufferAccess<Element>> access_async(Access kind) const noexcept {
    return part_.access_async(kind).then(
        [size = size(), extents = extents_, rank = rank_](detail::HostAccess access) noexcept {
          return BufferAccess<Element>(std::move(access), size, extents, rank);
        });
  }

  static void throw_if_failed(Status status) {
    if (!status) [[unlikely]] {
      throw_error(std::move(status.error()));
    }
  }

  void check_size(std::size_t given) const {
    if (given != size()) [[unlikely]] {
      Error error{ErrorCode::invalid_argument, "The memory to copy has not the buffer's size."};
      error.context.expected.append(size()).append(" elements");
      error.context.got.append(given).append(" elements");
      throw_error(std::move(error));
    }
  }

  [[nodiscard]] Error slice_error(std::uint64_t begin, std::uint64_t count) const noexcept {
    Error error{ErrorCode::invalid_argument, "A slice reaches beyond its buffer."};
    error.context.expected.append("at most ").append(extents_[0]).append(" along the first axis");
    error.context.got.append(count).append(" from ").append(begin).append(" on");
    return error;
  }

  detail::UnifiedPart part_;
  Extents extents_{0, 1, 1};
  int rank_ = 1;
};

}  // namespace dotcompute
