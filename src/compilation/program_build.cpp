// SPDX-License-Identifier: Apache-2.0
#include "compilation/program_build.hpp"

#include <utility>

namespace dotcompute::core {

ProgramBuild::ProgramBuild(backend::Device& device,
                           const backend::KernelSource& source,
                           DiskCache* disk) noexcept
    : device_(device), source_(source), disk_(disk) {
  if (disk_ != nullptr && is_kept(source_.language)) {
    if (auto key = key_of(source_, device_.info())) {
      key_ = *std::move(key);
    }
  }
}

Result<std::unique_ptr<backend::Program>> ProgramBuild::build() noexcept {
  if (!key_) {
    return device_.compile(source_);
  }
  // The second time, another process may have built it while this one waited for the lock.
  for (const bool locked : {false, true}) {
    if (locked) {
      lock_ = disk_->lock(*key_);
    }
    const auto stored = disk_->find(*key_);
    if (auto program = stored ? from(*stored) : nullptr) {
      lock_ = BuildLock();
      return program;
    }
  }
  keeps_ = true;
  return device_.compile(source_);
}

void ProgramBuild::keep(const backend::Program& program) noexcept {
  if (keeps_) {
    if (const auto binary = program.binary()) {
      disk_->store(*key_, *binary);
    }
    lock_ = BuildLock();
  }
}

std::unique_ptr<backend::Program> ProgramBuild::from(const StoredProgram& stored) noexcept {
  backend::KernelSource source = source_;
  source.binary = stored.binary();  // none if the device gives none: then the text is compiled
  auto made = device_.compile(source);
  if (made) {
    return *std::move(made);
  }
  if (made.error().code == ErrorCode::invalid_argument ||
      made.error().code == ErrorCode::compilation_failed) {
    disk_->forget(*key_);
  }
  return nullptr;
}

}  // namespace dotcompute::core
