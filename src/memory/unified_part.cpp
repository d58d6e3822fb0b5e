// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/detail/unified_part.hpp"

#include "base/try.hpp"
#include "memory/unified_memory.hpp"
#include "platform/thread_pool.hpp"

#include "dotcompute/memory_manager.hpp"

#include <cassert>
#include <concepts>
#include <cstring>
#include <tuple>
#include <utility>

namespace dotcompute::detail {
namespace {

core::ByteRange range_of(std::size_t first, std::size_t bytes) noexcept {
  return {first, first + bytes};
}

core::UnifiedMemory* share(core::UnifiedMemory* memory) noexcept {
  if (memory != nullptr) {
    memory->add_reference();
  }
  return memory;
}

/// Counts an asynchronous operation, for which the memory manager waits before it goes.
class Running {
 public:
  explicit Running(core::UnifiedOwner& owner) noexcept : owner_(owner.weak_from_this().lock()) {
    if (owner_ != nullptr) {
      owner_->running.fetch_add(1, std::memory_order_relaxed);
    }
  }
  Running(Running&&) noexcept = default;
  Running& operator=(Running&&) = delete;
  ~Running() {
    // Release: the manager goes on with what this operation has done to the buffer.
    if (owner_ != nullptr && owner_->running.fetch_sub(1, std::memory_order_release) == 1) {
      owner_->running.notify_all();
    }
  }

 private:
  std::shared_ptr<core::UnifiedOwner> owner_;
};

/// What an asynchronous operation does; the buffer is let go of before the operation counts as ended.
template <class Work>
struct Operation {
  Running running;
  UnifiedPart part;
  Work work;

  auto operator()() { return work(part); }
};

/// Runs `work(part)` on a worker, or on the thread that waits for it if that comes first.
template <class T, class Work>
Task<T> start(const UnifiedPart& part, Work work) noexcept {
  if (part.memory() == nullptr) {
    return Task<T>(work(part));
  }
  auto threads = core::ThreadPool::shared(0);
  if (!threads) {
    return Task<T>(std::move(threads.error()));
  }
  auto [task, reference] = make_claimable_task<T>(
      Operation<Work>{Running(part.memory()->owner()), part, std::move(work)});
  if (!reference) {
    return std::move(task);
  }
  void* const state = reference.release();
  const auto queued =
      (*threads)->enqueue([](void* released) noexcept { WorkReference::adopt(released)(); }, state);
  if (!queued) {
    WorkReference::adopt(state)();  // nobody else will
  }
  return std::move(task);
}

}  // namespace

HostAccess::HostAccess(core::UnifiedMemory& memory,
                       std::size_t first,
                       std::size_t bytes,
                       Access access,
                       std::byte* data) noexcept
    : memory_(&memory), first_(first), bytes_(bytes), access_(access), data_(data) {}

HostAccess::HostAccess(HostAccess&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      first_(other.first_),
      bytes_(other.bytes_),
      access_(other.access_),
      data_(std::exchange(other.data_, nullptr)) {}

HostAccess& HostAccess::operator=(HostAccess&& other) noexcept {
  HostAccess taken(std::move(other));
  std::swap(memory_, taken.memory_);
  std::swap(first_, taken.first_);
  std::swap(bytes_, taken.bytes_);
  std::swap(access_, taken.access_);
  std::swap(data_, taken.data_);
  return *this;
}

void HostAccess::end() noexcept {
  core::UnifiedMemory* const memory = std::exchange(memory_, nullptr);
  memory->end_host_use(range_of(first_, bytes_), access_ != Access::read);
  memory->release();
}

UnifiedPart::UnifiedPart(core::UnifiedMemory* memory, std::size_t first, std::size_t bytes) noexcept
    : memory_(memory), first_(first), bytes_(bytes) {}

UnifiedPart::UnifiedPart(const UnifiedPart& other) noexcept
    : UnifiedPart(share(other.memory_), other.first_, other.bytes_) {}

UnifiedPart::UnifiedPart(UnifiedPart&& other) noexcept
    : UnifiedPart(std::exchange(other.memory_, nullptr),
                  std::exchange(other.first_, 0),
                  std::exchange(other.bytes_, 0)) {}

UnifiedPart& UnifiedPart::operator=(UnifiedPart other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(first_, other.first_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

UnifiedPart::~UnifiedPart() {
  if (memory_ != nullptr) {
    memory_->release();
  }
}

Result<UnifiedPart> UnifiedPart::make(core::UnifiedOwner& owner,
                                      const Extents& extents,
                                      std::size_t element_bytes) noexcept {
  DC_TRY_ASSIGN(const std::size_t bytes, HostBlock::bytes_of_array(extents, element_bytes));
  if (bytes == 0) {
    return UnifiedPart();
  }
  DC_TRY_ASSIGN(auto memory, core::UnifiedMemory::make(owner, bytes));
  return UnifiedPart(share(memory.get()), 0, bytes);
}

UnifiedPart UnifiedPart::part(std::size_t first, std::size_t bytes) const noexcept {
  assert(first + bytes <= bytes_);
  return bytes == 0 ? UnifiedPart() : UnifiedPart(share(memory_), first_ + first, bytes);
}

Result<HostAccess> UnifiedPart::access(Access access) const noexcept {
  if (memory_ == nullptr) {
    return HostAccess();
  }
  DC_TRY_ASSIGN(auto use, memory_->use_on_host(range_of(first_, bytes_), access));
  std::byte* const data = use.data();
  return HostAccess(*use.hand_over(), first_, bytes_, access, data);
}

Task<HostAccess> UnifiedPart::access_async(Access access) const noexcept {
  return start<HostAccess>(*this,
                           [access](const UnifiedPart& part) { return part.access(access); });
}

Status UnifiedPart::copy_in(const std::byte* source) const noexcept {
  DC_TRY_ASSIGN(const auto target, access(Access::write));
  if (bytes_ != 0) {
    std::memcpy(target.data(), source, bytes_);
  }
  return success();
}

Status UnifiedPart::copy_out(std::byte* target) const noexcept {
  DC_TRY_ASSIGN(const auto source, access(Access::read));
  if (bytes_ != 0) {
    std::memcpy(target, source.data(), bytes_);
  }
  return success();
}

Task<void> UnifiedPart::copy_in_async(const std::byte* source) const noexcept {
  return start<void>(*this, [source](const UnifiedPart& part) { return part.copy_in(source); });
}

Task<void> UnifiedPart::copy_out_async(std::byte* target) const noexcept {
  return start<void>(*this, [target](const UnifiedPart& part) { return part.copy_out(target); });
}

Status UnifiedPart::prefetch(std::string_view device) const noexcept {
  if (memory_ == nullptr) {
    return success();
  }
  const MemoryManager* const manager = memory_->owner().manager;
  if (device != "host" && (manager == nullptr || !manager->knows(device))) {
    Error error{ErrorCode::device_unavailable, "The runtime has no such device."};
    error.context.device.append(device);
    return error;
  }
  BufferPool* const pool = device == "host" ? nullptr : manager->pool_of(device);
  // The use ends at once: the copies it has queued stay noted.
  if (pool == nullptr) {
    DC_TRY(memory_->use_on_host(range_of(first_, bytes_), Access::read));
  } else {
    DC_TRY(memory_->use_on(*pool, range_of(first_, bytes_), Access::read));
  }
  return success();
}

Result<std::vector<BufferCopy>> UnifiedPart::where() const noexcept {
  if (memory_ == nullptr) {
    return std::vector<BufferCopy>();
  }
  return memory_->where(range_of(first_, bytes_));
}

BufferTraffic UnifiedPart::traffic() const noexcept {
  return memory_ == nullptr ? BufferTraffic{} : memory_->traffic();
}

}  // namespace dotcompute::detail
