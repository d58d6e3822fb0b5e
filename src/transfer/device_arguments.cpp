// SPDX-License-Identifier: Apache-2.0
#include "transfer/device_arguments.hpp"

#include "base/try.hpp"

#include <bit>
#include <chrono>
#include <tuple>
#include <utility>

namespace dotcompute::core {
namespace {

constexpr std::chrono::nanoseconds kForever = std::chrono::nanoseconds::max();

// Wrapping memory takes a device some microseconds, in which a copy moves about this much.
constexpr std::size_t kLeastWrappedBytes = std::size_t{16} << 10U;

bool has_bit(std::uint32_t mask, std::size_t index) noexcept {
  return (mask >> index & 1U) != 0;
}

bool is_same_part(const dotcompute::detail::UnifiedPart& a,
                  const dotcompute::detail::UnifiedPart& b) noexcept {
  return a.memory() == b.memory() && a.first() == b.first() && a.bytes() == b.bytes();
}

/// The parameters that are given the same part of a unified buffer as `index`.
std::uint32_t sharers_of(const GivenBuffers& buffers, std::size_t index) noexcept {
  std::uint32_t sharers = 0;
  for (std::uint32_t left = buffers.unified; left != 0; left &= left - 1) {
    const auto other = static_cast<std::size_t>(std::countr_zero(left));
    if (is_same_part(*buffers.parts[other], *buffers.parts[index])) {
      sharers |= 1U << other;
    }
  }
  return sharers;
}

}  // namespace

DeviceArguments::~DeviceArguments() {
  if (was_launched_) {
    failed();
  }
  if (!is_idle_) {
    // A lost device is done with its memory too, so that an error here changes nothing.
    for (const backend::Completion& completion : after_.all()) {
      std::ignore = device_->wait(completion, kForever);
    }
    if (last_use_.serial != 0) {
      std::ignore = device_->wait(last_use_, kForever);
    }
  }
  for (const Copied& copied : copied_.all()) {
    if (copied.wrapped) {
      device_->free(copied.allocation);
    }
  }
}

Status DeviceArguments::acquire(const GivenBuffers& buffers) noexcept {
  count_ = buffers.arguments.size();
  for (std::size_t index = 0; index < count_; ++index) {
    if (buffers.bytes[index] == 0) {
      continue;
    }
    if (has_bit(buffers.unified, index)) {
      DC_TRY(acquire_unified(buffers, index));
    } else if (pool_ != nullptr) {
      DC_TRY(acquire_copy(buffers, index));
    }
  }
  return success();
}

Status DeviceArguments::acquire_unified(const GivenBuffers& buffers, std::size_t index) noexcept {
  const std::uint32_t sharers = sharers_of(buffers, index);
  const auto first = static_cast<std::size_t>(std::countr_zero(sharers));
  if (first != index) {
    memory_[index] = memory_[first];
    buffers.arguments[index].data = buffers.arguments[first].data;
    return success();
  }
  const bool writes = (buffers.written & sharers) != 0;
  const bool reads = (buffers.moved & sharers) != 0;
  const Access access = !writes ? Access::read : reads ? Access::read_write : Access::write;
  const dotcompute::detail::UnifiedPart& part = *buffers.parts[index];
  const ByteRange range{part.first(), part.first() + part.bytes()};
  UnifiedMemory& memory = *part.memory();
  const BufferTraffic before = buffers.counts ? memory.traffic() : BufferTraffic{};
  auto use = pool_ != nullptr ? memory.use_on(*pool_, range, access)
                              : memory.use_on_host(range, access, device_);
  if (!use) {
    return std::move(use.error());
  }
  if (buffers.counts) {
    const BufferTraffic after = memory.traffic();
    uploaded_bytes_ += after.bytes_to_devices - before.bytes_to_devices;
    downloaded_bytes_ += after.bytes_from_devices - before.bytes_from_devices;
  }
  memory_[index] = use->allocation();
  if (pool_ == nullptr) {
    buffers.arguments[index].data = use->data();
  }
  for (const backend::Completion& completion : use->after()) {
    DC_TRY(wait_later(completion));
  }
  used_.push_back({*std::move(use), index, writes});
  return success();
}

Status DeviceArguments::wait_later(backend::Completion completion) noexcept {
  if (completion.serial == 0) {
    return success();
  }
  is_idle_ = false;
  if (after_.full()) {
    DC_TRY(device_->wait(completion, kForever));
    return success();
  }
  after_.push_back(completion);
  return success();
}

Status DeviceArguments::acquire_copy(const GivenBuffers& buffers, std::size_t index) noexcept {
  if (wrap(buffers, index)) {
    return success();
  }
  DC_TRY_ASSIGN(auto buffer, pool_->take(buffers.bytes[index]));
  memory_[index] = buffer.allocation();
  pooled_.push_back(std::move(buffer));
  auto* const data = static_cast<std::byte*>(buffers.arguments[index].data);
  const Copied& copied = copied_.push_back({.host = {data, buffers.bytes[index]},
                                            .allocation = memory_[index],
                                            .moved = has_bit(buffers.moved, index),
                                            .written = has_bit(buffers.written, index),
                                            .deferred = has_bit(buffers.deferred, index)});
  if (!copied.moved || copied.deferred) {
    return success();
  }
  DC_TRY_ASSIGN(const auto queued,
                device_->copy({.host_source = copied.host, .target = memory_[index]}));
  DC_TRY(wait_later(queued));
  uploaded_bytes_ += buffers.bytes[index];
  return success();
}

// Lets the device work in the caller's memory, if it can.
bool DeviceArguments::wrap(const GivenBuffers& buffers, std::size_t index) noexcept {
  const std::size_t bytes = buffers.bytes[index];
  if (!device_->info().wraps_host_memory || bytes < kLeastWrappedBytes) {
    return false;
  }
  auto* const data = static_cast<std::byte*>(buffers.arguments[index].data);
  const auto wrapped = device_->allocate({.bytes = bytes, .host = data});
  if (!wrapped) {
    return false;  // such as memory that is not aligned as the device wants it: a copy does as well
  }
  memory_[index] = *wrapped;
  copied_.push_back({.host = {data, bytes},
                     .allocation = *wrapped,
                     .written = has_bit(buffers.written, index),
                     .wrapped = true});
  return true;
}

void DeviceArguments::launched(backend::Completion completion) noexcept {
  last_use_ = completion;
  is_idle_ = is_idle_ && completion.serial == 0;
  was_launched_ = true;
}

void DeviceArguments::failed() noexcept {
  for (Used& used : used_.all()) {
    used.use.failed_after(last_use_);
  }
  used_.clear();
}

void DeviceArguments::finished() noexcept {
  for (Used& used : used_.all()) {
    used.use.used_until({}, used.written);
  }
  used_.clear();
  is_idle_ = true;
}

// All copies are queued before the first is waited for.
Status DeviceArguments::download() noexcept {
  StaticVector<backend::Completion, kMaxParameters> queued;
  Status outcome = success();
  for (const Copied& copied : copied_.all()) {
    if (!copied.written || copied.deferred) {
      continue;
    }
    auto copy = device_->copy({.host_target = copied.host,
                               .source = copied.allocation,
                               .after = std::span(&last_use_, last_use_.serial != 0 ? 1 : 0)});
    if (!copy) {
      outcome = std::move(copy.error());
      break;
    }
    queued.push_back(*copy);
    downloaded_bytes_ += copied.wrapped ? 0 : copied.host.size();
  }
  for (const backend::Completion& copy : queued.all()) {
    auto done = device_->wait(copy, kForever);
    if (!done && outcome.ok()) {
      outcome = std::move(done.error());
    }
  }
  return outcome;
}

}  // namespace dotcompute::core
