// SPDX-License-Identifier: Apache-2.0
#include "discovery/batch.hpp"

#include "discovery/consistency.hpp"

#include "dotcompute/kernel_handle.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace dotcompute::core {

std::unique_ptr<KernelRecord> Batch::check(KernelRegistration& registration) {
  const std::size_t before = problems_.size();
  ShapeProgram shapes = check_consistency(registration, problems_);
  if (problems_.size() != before) {
    return nullptr;
  }
  auto record = std::make_unique<KernelRecord>();
  record->library = library_;
  record->qualified_name = registration.metadata.qualified_name();
  record->signature = signature_of(registration.metadata.parameters);
  record->callable = std::move(registration.callable);
  record->definitions = std::move(registration.definitions);
  record->shapes = std::move(shapes);
  record->metadata = std::make_shared<const KernelMetadata>(std::move(registration.metadata));
  return record;
}

// Makes `added` the union of both. The facts that are not compared stay those of the first.
void Batch::join(const KernelRecord& known, KernelRecord& added) {
  const std::size_t before = problems_.size();
  check_union(*known.metadata, *added.metadata, problems_);
  if (problems_.size() != before) {
    return;
  }
  auto metadata = std::make_shared<KernelMetadata>(*known.metadata);
  metadata->backends = known.metadata->backends | added.metadata->backends;
  added.metadata = std::move(metadata);
  if (known.callable.host.function != nullptr) {
    added.callable = known.callable;
  }
  added.definitions.insert(added.definitions.end(), known.definitions.begin(),
                           known.definitions.end());
  if (added.library == nullptr) {
    added.library = known.library;
  } else if (known.library != nullptr && known.library != added.library) {
    using Pair = std::pair<std::shared_ptr<const void>, std::shared_ptr<const void>>;
    added.library = std::make_shared<const Pair>(known.library, added.library);
  }
}

void Batch::append(std::unique_ptr<KernelRecord> record, KernelRecord* old) {
  PreparedKernel kernel;
  const auto long_name = [](const std::string& name) {
    return name.size() > NameTable::kInlineBytes ? std::make_unique<NameTable::LongName>(name)
                                                 : nullptr;
  };
  if (old == nullptr) {
    kernel.long_qualified_name = long_name(record->qualified_name);
    kernel.long_short_name = long_name(record->metadata->name);
  }
  kernel.record = std::move(record);
  kernel.old = old;
  kernels_.push_back(std::move(kernel));
}

}  // namespace dotcompute::core
