// SPDX-License-Identifier: Apache-2.0
#include "transfer/device_arguments.hpp"

#include "base/try.hpp"

#include <chrono>
#include <new>
#include <tuple>

namespace dotcompute::core {

DeviceArguments::~DeviceArguments() {
  // A lost device is done with its memory too, so that an error here changes nothing.
  for (const backend::Completion& upload : uploads_) {
    std::ignore = device_->wait(upload, std::chrono::nanoseconds::max());
  }
  if (last_use_.serial != 0) {
    std::ignore = device_->wait(last_use_, std::chrono::nanoseconds::max());
  }
}

Status DeviceArguments::upload(std::span<const backend::KernelArgument> arguments,
                               std::span<const std::size_t> sizes,
                               std::uint32_t read) noexcept {
  try {
    memory_.resize(arguments.size());
    buffers_.reserve(arguments.size());
    uploads_.reserve(arguments.size());
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    if (sizes[index] == 0) {
      continue;
    }
    DC_TRY_ASSIGN(auto buffer, pool_->take(sizes[index]));
    memory_[index] = buffer.allocation();
    buffers_.push_back(std::move(buffer));
    if ((read >> index & 1U) == 0) {
      continue;
    }
    const auto* source = static_cast<const std::byte*>(arguments[index].data);
    DC_TRY_ASSIGN(const auto copied, device_->copy({.host_source = std::span(source, sizes[index]),
                                                    .target = memory_[index]}));
    uploads_.push_back(copied);
    uploaded_bytes_ += sizes[index];
  }
  return success();
}

Status DeviceArguments::download(std::span<const backend::KernelArgument> arguments,
                                 std::span<const std::size_t> sizes,
                                 std::uint32_t written,
                                 backend::Completion after) noexcept {
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    if (sizes[index] == 0 || (written >> index & 1U) == 0) {
      continue;
    }
    auto* target = static_cast<std::byte*>(arguments[index].data);
    DC_TRY_ASSIGN(const auto copied, device_->copy({.host_target = std::span(target, sizes[index]),
                                                    .source = memory_[index],
                                                    .after = std::span(&after, 1)}));
    last_use_ = copied;
    DC_TRY(device_->wait(copied, std::chrono::nanoseconds::max()));
    downloaded_bytes_ += sizes[index];
  }
  return success();
}

}  // namespace dotcompute::core
