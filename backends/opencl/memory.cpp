// SPDX-License-Identifier: Apache-2.0
#include "memory.hpp"

#include "base/try.hpp"
#include "errors.hpp"

#include <bit>
#include <exception>
#include <tuple>

namespace dotcompute::opencl {
namespace {

std::size_t offset_of(const backend::Allocation& allocation) noexcept {
  return static_cast<std::size_t>(allocation.offset);
}

bool holds(const backend::Allocation& allocation, std::size_t bytes) noexcept {
  const Block* const block = block_of(allocation);
  return allocation.offset >= 0 && bytes <= allocation.bytes &&
         offset_of(allocation) <= block->bytes && bytes <= block->bytes - offset_of(allocation);
}

// True if the host's side of a copy is the very memory that the allocation works in.
bool is_own_memory(const backend::Allocation& allocation, const std::byte* host) noexcept {
  const Block* const block = block_of(allocation);
  return block->host != nullptr && host == block->host + offset_of(allocation);
}

Error beyond() noexcept {
  return Error{ErrorCode::invalid_argument, "A copy reaches beyond an allocation."};
}

}  // namespace

Block* block_of(const backend::Allocation& allocation) noexcept {
  return std::bit_cast<Block*>(allocation.handle);
}

Result<backend::Allocation> Memory::allocate(const backend::AllocationRequest& request) noexcept {
  const backend::DeviceInfo& info = context_->facts().info;
  if (request.bytes == 0 || request.bytes > info.max_allocation_bytes) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "The size is not one this device takes."};
  }
  if (request.host != nullptr && !info.wraps_host_memory) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "This device wraps no memory of the host."};
  }
  core::FaultPlan* const plan = context_->plan();
  if (plan != nullptr && !plan->take_memory(Driver::kName, request.bytes)) {
    return error_of(CL_MEM_OBJECT_ALLOCATION_FAILURE);
  }
  cl_int code = CL_SUCCESS;
  std::unique_ptr<Block> block(new (std::nothrow) Block());
  if (block == nullptr) {
    code = CL_OUT_OF_HOST_MEMORY;
  } else {
    const cl_mem_flags flags =
        CL_MEM_READ_WRITE | (request.host != nullptr ? cl_mem_flags{CL_MEM_USE_HOST_PTR} : 0);
    block->memory = context_->api().create_buffer(context_->handle(), flags, request.bytes,
                                                  request.host, &code);
  }
  if (code != CL_SUCCESS) {
    if (plan != nullptr) {
      plan->give_back_memory(Driver::kName, request.bytes);
    }
    return error_of(code);
  }
  block->bytes = request.bytes;
  block->host = request.host;
  block->id = next_id_.fetch_add(1, std::memory_order_relaxed);
  return backend::Allocation{std::bit_cast<std::uint64_t>(block.release()), request.bytes};
}

void Memory::free(const backend::Allocation& allocation) noexcept {
  const std::unique_ptr<Block> block(block_of(allocation));
  if (block == nullptr) {
    return;
  }
  if (context_->plan() != nullptr) {
    context_->plan()->give_back_memory(Driver::kName, block->bytes);
  }
  // The driver keeps the object until the commands that use it have ended. Who frees can do nothing
  // about a failure.
  std::ignore = context_->api().release_memory(block->memory);
}

Result<backend::Completion> Memory::copy(const backend::CopyRequest& request) noexcept {
  const bool from_host = request.host_source.data() != nullptr;
  const bool to_host = request.host_target.data() != nullptr;
  if (from_host == (request.source.handle != 0) || to_host == (request.target.handle != 0) ||
      (from_host && to_host)) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "A copy has one source and one target."};
  }
  if (from_host) {
    return write(request);
  }
  return to_host ? read(request) : copy_within(request);
}

Result<backend::Completion> Memory::write(const backend::CopyRequest& request) noexcept {
  const std::span<const std::byte> source = request.host_source;
  if (!holds(request.target, source.size())) [[unlikely]] {
    return beyond();
  }
  if (is_own_memory(request.target, source.data())) {
    // What the host wrote stays: the device is not asked for its own version of the region.
    return hand_over(request.target, source.size(), CL_MAP_WRITE_INVALIDATE_REGION, Lane::copy_in,
                     request.after);
  }
  if (source.empty()) {
    return backend::Completion{};
  }
  if (is_staged(source.size())) {
    return staging_in_.copy({.host = const_cast<std::byte*>(source.data()),  // NOLINT: only read
                             .bytes = source.size(),
                             .memory = block_of(request.target)->memory,
                             .offset = offset_of(request.target)},
                            request.after);
  }
  return queues_.submit(Lane::copy_in, request.after,
                        [&](cl_command_queue queue, const EventList& waits, cl_event* event) {
                          return context_->api().enqueue_write(
                              queue, block_of(request.target)->memory, CL_FALSE,
                              offset_of(request.target), source.size(), source.data(),
                              waits.count(), waits.data(), event);
                        });
}

Result<backend::Completion> Memory::read(const backend::CopyRequest& request) noexcept {
  const std::span<std::byte> target = request.host_target;
  if (!holds(request.source, target.size())) [[unlikely]] {
    return beyond();
  }
  if (is_own_memory(request.source, target.data())) {
    return hand_over(request.source, target.size(), CL_MAP_READ, Lane::copy_out, request.after);
  }
  if (target.empty()) {
    return backend::Completion{};
  }
  if (is_staged(target.size())) {
    return staging_out_.copy({.host = target.data(),
                              .bytes = target.size(),
                              .memory = block_of(request.source)->memory,
                              .offset = offset_of(request.source)},
                             request.after);
  }
  return queues_.submit(Lane::copy_out, request.after,
                        [&](cl_command_queue queue, const EventList& waits, cl_event* event) {
                          return context_->api().enqueue_read(
                              queue, block_of(request.source)->memory, CL_FALSE,
                              offset_of(request.source), target.size(), target.data(),
                              waits.count(), waits.data(), event);
                        });
}

Result<backend::Completion> Memory::copy_within(const backend::CopyRequest& request) noexcept {
  const std::size_t bytes = request.source.bytes;
  if (!holds(request.source, bytes) || !holds(request.target, bytes)) [[unlikely]] {
    return beyond();
  }
  if (bytes == 0) {
    return backend::Completion{};
  }
  const std::size_t source = offset_of(request.source);
  const std::size_t target = offset_of(request.target);
  const bool is_same = request.source.handle == request.target.handle;
  if (is_same && source < target + bytes && target < source + bytes) {
    return copy_overlapping(request);
  }
  return queues_.submit(Lane::launch, request.after,
                        [&](cl_command_queue queue, const EventList& waits, cl_event* event) {
                          return context_->api().enqueue_copy(
                              queue, block_of(request.source)->memory,
                              block_of(request.target)->memory, source, target, bytes,
                              waits.count(), waits.data(), event);
                        });
}

// OpenCL refuses a copy within an object onto itself, so that it goes through another one.
Result<backend::Completion> Memory::copy_overlapping(const backend::CopyRequest& request) noexcept {
  DC_TRY_ASSIGN(const backend::Allocation between, allocate({.bytes = request.source.bytes}));
  auto there = copy_within({.source = request.source, .target = between, .after = request.after});
  if (there.ok()) {
    there =
        copy_within({.source = between, .target = request.target, .after = std::span(&*there, 1)});
  }
  free(between);
  return there;
}

// Hands memory that both work in from the host to the device or back: a map and an unmap move
// nothing where it is shared, and keep caches coherent where it is not.
Result<backend::Completion> Memory::hand_over(const backend::Allocation& allocation,
                                              std::size_t bytes,
                                              cl_map_flags flags,
                                              Lane lane,
                                              std::span<const backend::Completion> after) noexcept {
  if (bytes == 0) {
    return backend::Completion{};
  }
  const Api& api = context_->api();
  const Block& block = *block_of(allocation);
  const std::size_t offset = offset_of(allocation);
  return queues_.submit(
      lane, after, [&](cl_command_queue queue, const EventList& waits, cl_event* event) {
        cl_int code = CL_SUCCESS;
        cl_event mapped = nullptr;
        void* const address = api.enqueue_map(queue, block.memory, CL_FALSE, flags, offset, bytes,
                                              waits.count(), waits.data(), &mapped, &code);
        if (code != CL_SUCCESS) {
          return code;
        }
        const Event first(api, mapped);
        code = api.enqueue_unmap(queue, block.memory, address, 1, &mapped, event);
        if (code == CL_INVALID_VALUE && api.wait_for_events(1, &mapped) == CL_SUCCESS) {
          // Rusticl of Mesa 22.3 does not know the address until the map has run.
          code = api.enqueue_unmap(queue, block.memory, address, 1, &mapped, event);
        }
        if (code == CL_SUCCESS && address != block.host + offset) {
          // Section 5.4.3 of OpenCL 1.2 wants the address of the host's own memory.
          const Event elsewhere(api, std::exchange(*event, nullptr));
          return CL_MAP_FAILURE;
        }
        return code;
      });
}

}  // namespace dotcompute::opencl
