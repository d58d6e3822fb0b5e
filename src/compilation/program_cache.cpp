// SPDX-License-Identifier: Apache-2.0
#include "compilation/program_cache.hpp"

#include "compilation/program_build.hpp"

#include <utility>

namespace dotcompute::core {

Result<const backend::Program*> ProgramCache::get(std::size_t device_index,
                                                  backend::Device& device,
                                                  const backend::KernelSource& source,
                                                  DiskCache* disk) noexcept {
  std::unique_lock lock(mutex_);
  Entry& entry = entries_[device_index];
  built_.wait(lock, [&entry] { return !entry.building; });
  if (entry.program != nullptr) {
    return entry.program.get();
  }
  if (entry.failure.has_value()) {
    return *entry.failure;
  }
  entry.building = true;
  lock.unlock();
  ProgramBuild build(device, source, disk);
  auto built = build.build();
  lock.lock();
  entry.building = false;
  built_.notify_all();
  if (!built) {
    // Other failures may pass: the next caller asks the device again.
    if (built.error().code == ErrorCode::compilation_failed) {
      entry.failure = built.error();
    }
    return std::move(built.error());
  }
  entry.program = *std::move(built);
  const backend::Program* const program = entry.program.get();
  lock.unlock();
  build.keep(*program);  // those who waited go on meanwhile
  return program;
}

}  // namespace dotcompute::core
