// SPDX-License-Identifier: Apache-2.0
#include "staging.hpp"

#include "base/try.hpp"
#include "errors.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <tuple>

namespace dotcompute::opencl {

Staging::~Staging() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
  for (Chunk& chunk : chunks_) {
    unpin(chunk);
  }
}

Result<backend::Completion> Staging::copy(const StagedCopy& request,
                                          std::span<const backend::Completion> after) noexcept {
  const Api& api = context_->api();
  Job job{.copy = request, .waits = {}, .done = {}};
  DC_TRY_ASSIGN(job.waits, queues_.timeline().pending(after));
  cl_int code = CL_SUCCESS;
  Event done(api, api.create_user_event(context_->handle(), &code));
  if (code != CL_SUCCESS) {
    return error_of(code);
  }
  if (code = api.retain_event(done.get()); code != CL_SUCCESS) {
    return error_of(code);
  }
  job.done = Event(api, done.get());
  // As with copies of the driver's, the memory may be freed once the copy is queued.
  if (code = api.retain_memory(request.memory); code != CL_SUCCESS) {
    return error_of(code);
  }
  if (const Status queued = queue(std::move(job)); !queued.ok()) {
    std::ignore = api.release_memory(request.memory);
    return queued.error();
  }
  return queues_.timeline().add(std::move(done));
}

Status Staging::queue(Job job) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    DC_TRY(start());
    jobs_.push_back(std::move(job));
  } catch (const std::exception&) {
    return no_host_memory();
  }
  changed_.notify_one();
  return success();
}

// Called under the lock. A failure leaves nothing behind, so that the next copy may try again.
Status Staging::start() noexcept {
  if (thread_.joinable()) {
    return success();
  }
  cl_int code = CL_SUCCESS;
  for (Chunk& chunk : chunks_) {
    code = code == CL_SUCCESS ? pin(chunk) : code;
  }
  try {
    if (code == CL_SUCCESS) {
      thread_ = std::thread([this] { run(); });
      return success();
    }
  } catch (const std::exception&) {
    code = CL_OUT_OF_HOST_MEMORY;
  }
  for (Chunk& chunk : chunks_) {
    unpin(chunk);
  }
  return error_of(code);
}

cl_int Staging::pin(Chunk& chunk) noexcept {
  const Api& api = context_->api();
  cl_int code = CL_SUCCESS;
  chunk.memory = api.create_buffer(context_->handle(), CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR,
                                   kChunkBytes, nullptr, &code);
  if (code == CL_SUCCESS) {
    void* const address =
        api.enqueue_map(queues_.lane(lane_), chunk.memory, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0,
                        kChunkBytes, 0, nullptr, nullptr, &code);
    chunk.address = static_cast<std::byte*>(address);
  }
  return code;
}

void Staging::unpin(Chunk& chunk) noexcept {
  const Api& api = context_->api();
  // Nobody is left who could be told of a failure.
  if (chunk.address != nullptr) {
    std::ignore =
        api.enqueue_unmap(queues_.lane(lane_), chunk.memory, chunk.address, 0, nullptr, nullptr);
  }
  if (chunk.memory != nullptr) {
    std::ignore = api.release_memory(chunk.memory);
  }
  chunk = {};
}

void Staging::run() noexcept {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_ending_ || !jobs_.empty(); });
    if (jobs_.empty()) {
      return;
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    const cl_int code = run(job);
    std::ignore = context_->api().release_memory(job.copy.memory);
    std::ignore = context_->api().set_user_event(job.done.get(), code);  // it is ours, and not set
    job = {};
    lock.lock();
  }
}

// CL_SUCCESS, which is CL_COMPLETE, or the code of what failed; nothing is under way any more then.
cl_int Staging::run(Job& job) noexcept {
  cl_int code = CL_SUCCESS;
  if (job.waits.count() > 0) {
    code = context_->api().wait_for_events(job.waits.count(), job.waits.data());
  }
  std::size_t next = 0;
  for (std::size_t done = 0; code == CL_SUCCESS && done < job.copy.bytes; done += kChunkBytes) {
    Chunk& chunk = chunks_[next++ % kChunks];
    code = settle(chunk);
    if (code == CL_SUCCESS) {
      code = queue_chunk(chunk, {.host = job.copy.host + done,
                                 .bytes = std::min(kChunkBytes, job.copy.bytes - done),
                                 .memory = job.copy.memory,
                                 .offset = job.copy.offset + done});
    }
  }
  for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
    // In the order in which they were queued.
    const cl_int settled = settle(chunks_[next++ % kChunks]);
    code = code == CL_SUCCESS ? settled : code;
  }
  return code;
}

cl_int Staging::queue_chunk(Chunk& chunk, const StagedCopy& part) noexcept {
  const Api& api = context_->api();
  const cl_command_queue queue = queues_.lane(lane_);
  cl_event event = nullptr;
  cl_int code = CL_SUCCESS;
  if (lane_ == Lane::copy_in) {
    std::memcpy(chunk.address, part.host, part.bytes);
    code = api.enqueue_write(queue, part.memory, CL_FALSE, part.offset, part.bytes, chunk.address,
                             0, nullptr, &event);
  } else {
    code = api.enqueue_read(queue, part.memory, CL_FALSE, part.offset, part.bytes, chunk.address, 0,
                            nullptr, &event);
    chunk.target = part.host;
  }
  if (code != CL_SUCCESS) {
    return code;
  }
  chunk.busy = Event(api, event);
  chunk.bytes = part.bytes;
  std::ignore = api.flush(queue);  // who waits flushes too
  return CL_SUCCESS;
}

// Waits for what is in a chunk and, of a copy out, takes it from there.
cl_int Staging::settle(Chunk& chunk) noexcept {
  const Event busy = std::move(chunk.busy);
  chunk.busy = {};
  const cl_event event = busy.get();
  if (event == nullptr) {
    return CL_SUCCESS;
  }
  const cl_int code = context_->api().wait_for_events(1, &event);
  if (code != CL_SUCCESS) {
    // Whatever failed, the chunk must not be used by two.
    std::ignore = context_->api().finish(queues_.lane(lane_));
  } else if (lane_ == Lane::copy_out) {
    std::memcpy(chunk.target, chunk.address, chunk.bytes);
  }
  return code;
}

}  // namespace dotcompute::opencl
