// SPDX-License-Identifier: Apache-2.0
#include "discovery/registry.hpp"

#include "base/try.hpp"
#include "discovery/batch.hpp"

#include "dotcompute/base/name_hash.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <new>
#include <utility>

namespace dotcompute::core {
namespace {

Error no_memory() noexcept {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

bool has_name_space(const KernelRecord& record) noexcept {
  return !record.metadata->name_space.empty();
}

}  // namespace

Registry::~Registry() {
  for (const Listed& listed : listed_) {
    delete listed.record;
  }
  // Those removed before may still wait.
  Epoch::reclaim();
}

Status Registry::add(std::vector<KernelRegistration> registrations,
                     std::shared_ptr<const void> library) noexcept {
  return change(std::move(registrations), std::move(library), Mode::add);
}

Status Registry::replace(KernelRegistration registration) noexcept {
  try {
    std::vector<KernelRegistration> registrations;
    registrations.push_back(std::move(registration));
    return change(std::move(registrations), nullptr, Mode::replace);
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

Status Registry::change(std::vector<KernelRegistration> registrations,
                        std::shared_ptr<const void> library,
                        Mode mode) noexcept {
  // What is refused must go before the library whose code it is, and not under the lock: its
  // destructor may be a user's, and call back; the same holds for what is replaced.
  const std::shared_ptr<const void> kept_library = std::move(library);
  std::vector<KernelRegistration> kept = std::move(registrations);
  std::vector<const KernelRecord*> replaced;
  NameTable::Replaced replaced_table;
  try {
    Batch batch(kept_library);
    const std::lock_guard lock(mutex_);
    for (KernelRegistration& registration : kept) {
      batch.add(registration, mode == Mode::replace,
                [this](std::string_view name) { return find_qualified(name); });
    }
    if (!batch.problems().empty()) {
      return batch.problems().error();
    }
    std::vector<PreparedKernel>& kernels = batch.kernels();
    replaced.reserve(kernels.size());
    if (listed_.capacity() < listed_.size() + kernels.size()) {
      listed_.reserve(std::max(listed_.size() + kernels.size(), 2 * listed_.size()));
    }
    std::size_t names = 0;
    for (const PreparedKernel& kernel : kernels) {
      names += kernel.old != nullptr ? 0U : has_name_space(*kernel.record) ? 2U : 1U;
    }
    if (!names_.reserve(names, replaced_table)) {
      return no_memory();
    }
    // From here on nothing can fail.
    for (PreparedKernel& kernel : kernels) {
      kernel.record->serial = next_serial_++;
      if (kernel.old != nullptr) {
        replaced.push_back(kernel.old);
        exchange(*kernel.old, *kernel.record);
      } else {
        insert(kernel);
      }
      std::ignore = kernel.record.release();  // it is the list's now
    }
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
  for (const KernelRecord* record : replaced) {
    Epoch::retire(record);
  }
  return success();
}

Status Registry::prefer(std::string_view name, AcceleratorType accelerator) noexcept try {
  std::shared_ptr<const void> library;  // goes after what its code is to destroy
  std::vector<KernelRegistration> same(1);
  {
    const EpochGuard guard;
    const KernelRecord* record = find(name, hash_name(name));
    if (record == nullptr) {
      return not_found(name);
    }
    same[0] = {*record->metadata, record->callable, record->definitions};
    library = record->library;
  }
  same[0].metadata.preferred_accelerator = accelerator;
  return change(std::move(same), std::move(library), Mode::replace);
} catch (const std::bad_alloc&) {
  return no_memory();
}

void Registry::insert(PreparedKernel& kernel) noexcept {
  KernelRecord& record = *kernel.record;
  const std::string& name = record.qualified_name;
  if (has_name_space(record)) {
    names_.insert(name, hash_name(name), kernel.long_qualified_name)
        .entry.store(&record, std::memory_order_release);
  }
  const std::string& short_name = record.metadata->name;
  NameTable::Slot& slot = names_.insert(short_name, hash_name(short_name), kernel.long_short_name);
  KernelRecord*& sharers = names_.sharers_of(slot);
  const KernelRecord* const found = slot.entry.load(std::memory_order_relaxed);
  if (!has_name_space(record) || sharers == nullptr) {
    slot.entry.store(&record, std::memory_order_release);
  } else if (found != nullptr && has_name_space(*found)) {
    slot.entry.store(nullptr, std::memory_order_release);
  }
  record.links.previous = nullptr;
  record.links.next = sharers;
  if (sharers != nullptr) {
    sharers->links.previous = &record;
  }
  sharers = &record;
  record.links.position = listed_.size();
  listed_.push_back({&record, sketch_of(name), sketch_of(short_name)});
}

void Registry::exchange(KernelRecord& old, KernelRecord& fresh) noexcept {
  // Both have the same names, so that only pointers change.
  fresh.links = old.links;
  listed_[fresh.links.position].record = &fresh;
  if (fresh.links.next != nullptr) {
    fresh.links.next->links.previous = &fresh;
  }
  NameTable::Slot& slot = slot_of(old.metadata->name);
  (fresh.links.previous != nullptr ? fresh.links.previous->links.next : names_.sharers_of(slot)) =
      &fresh;
  if (slot.entry.load(std::memory_order_relaxed) == &old) {
    slot.entry.store(&fresh, std::memory_order_release);
  }
  if (has_name_space(old)) {
    slot_of(old.qualified_name).entry.store(&fresh, std::memory_order_release);
  }
}

Status Registry::remove(std::string_view qualified_name) noexcept {
  const KernelRecord* removed = nullptr;
  {
    const std::lock_guard lock(mutex_);
    KernelRecord* const record = find_qualified(qualified_name);
    if (record != nullptr) {
      erase(*record);
      removed = record;
    }
  }
  if (removed == nullptr) {
    return not_found(qualified_name);
  }
  Epoch::retire(removed);
  return success();
}

void Registry::erase(KernelRecord& record) noexcept {
  const KernelRecord::Links& links = record.links;
  if (has_name_space(record)) {
    slot_of(record.qualified_name).entry.store(nullptr, std::memory_order_release);
  }
  NameTable::Slot& slot = slot_of(record.metadata->name);
  KernelRecord*& sharers = names_.sharers_of(slot);
  (links.previous != nullptr ? links.previous->links.next : sharers) = links.next;
  if (links.next != nullptr) {
    links.next->links.previous = links.previous;
  }
  const KernelRecord* const found = slot.entry.load(std::memory_order_relaxed);
  if (found == &record || found == nullptr) {
    const bool is_unique = sharers != nullptr && sharers->links.next == nullptr;
    slot.entry.store(is_unique ? sharers : nullptr, std::memory_order_release);
  }
  const std::size_t position = links.position;
  listed_[position] = listed_.back();
  listed_[position].record->links.position = position;
  listed_.pop_back();
}

KernelRecord* Registry::find_qualified(std::string_view name) const noexcept {
  const KernelRecord* const record = names_.find(name, hash_name(name));
  // A short name leads here too, but is not the kernel's whole name.
  return record != nullptr && record->qualified_name == name
             ? listed_[record->links.position].record
             : nullptr;
}

NameTable::Slot& Registry::slot_of(std::string_view name) noexcept {
  return *names_.find_slot(name, hash_name(name));
}

Result<std::shared_ptr<const KernelMetadata>> Registry::find_metadata(
    std::string_view name) const noexcept {
  {
    const EpochGuard guard;
    if (const KernelRecord* const record = find(name, hash_name(name)); record != nullptr) {
      return record->metadata;
    }
  }
  return not_found(name);
}

Result<KernelDefinition> Registry::find_definition(std::string_view name,
                                                   AcceleratorType backend) const noexcept {
  try {
    const EpochGuard guard;
    if (const KernelRecord* const record = find(name, hash_name(name)); record != nullptr) {
      for (const KernelDefinition& definition : record->definitions) {
        if (definition.backend == backend) {
          return definition;
        }
      }
      Error error{ErrorCode::invalid_argument, "The kernel has no text for this back end."};
      error.context.kernel.append(record->qualified_name);
      error.context.got.append(to_string(backend));
      return error;
    }
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
  return not_found(name);
}

Result<std::vector<std::shared_ptr<const KernelMetadata>>> Registry::kernels() const noexcept {
  try {
    std::vector<const KernelRecord*> records;
    std::vector<std::shared_ptr<const KernelMetadata>> kernels;
    const EpochGuard guard;  // before the lock ends, so that none of them goes
    {
      const std::lock_guard lock(mutex_);
      records.reserve(listed_.size());
      for (const Listed& listed : listed_) {
        records.push_back(listed.record);
      }
    }
    std::sort(records.begin(), records.end(), [](const KernelRecord* a, const KernelRecord* b) {
      return a->qualified_name < b->qualified_name;
    });
    kernels.reserve(records.size());
    for (const KernelRecord* record : records) {
      kernels.push_back(record->metadata);
    }
    return kernels;
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

std::size_t Registry::size() const noexcept {
  const std::lock_guard lock(mutex_);
  return listed_.size();
}

std::size_t Registry::table_bytes() const noexcept {
  const std::lock_guard lock(mutex_);
  return names_.bytes();
}

}  // namespace dotcompute::core
