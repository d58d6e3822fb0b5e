// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "discovery/kernel_record.hpp"
#include "discovery/name_table.hpp"
#include "discovery/problems.hpp"

#include "dotcompute/kernel_registry.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace dotcompute::core {

/// A kernel that is ready to be put into the registry without anything that can fail.
struct PreparedKernel {
  std::unique_ptr<KernelRecord> record;
  KernelRecord* old = nullptr;  ///< Whose place it takes, or null.
  std::unique_ptr<NameTable::LongName> long_qualified_name;
  std::unique_ptr<NameTable::LongName> long_short_name;
};

/// The kernels of one change of the registry, checked and joined with each other and with those
/// that are there. May throw std::bad_alloc, with nothing changed.
class Batch {
 public:
  explicit Batch(std::shared_ptr<const void> library) : library_(std::move(library)) {}

  /// Checks a registration and makes its record, of what it moves out of it.
  /// \param known looks a kernel up by qualified name; null result if there is none.
  /// \param replaces the registration takes the place of the known one instead of joining it.
  template <class Lookup>
  void add(KernelRegistration& registration, bool replaces, const Lookup& known) {
    std::unique_ptr<KernelRecord> record = check(registration);
    if (record == nullptr) {
      return;
    }
    const auto [place, is_new] = by_name_.try_emplace(record->qualified_name, kernels_.size());
    if (is_new) {
      KernelRecord* const old = known(record->qualified_name);
      if (old != nullptr && !replaces) {
        join(*old, *record);
      }
      append(std::move(record), old);
      return;
    }
    // Within a batch, a later registration of the same kernel always brings more bodies.
    PreparedKernel& first = kernels_[place->second];
    join(*first.record, *record);
    by_name_.erase(place);  // its text is that of the record that goes now
    const std::size_t at = static_cast<std::size_t>(&first - kernels_.data());
    first.record = std::move(record);
    by_name_.emplace(first.record->qualified_name, at);
  }

  [[nodiscard]] const Problems& problems() const noexcept { return problems_; }
  [[nodiscard]] std::vector<PreparedKernel>& kernels() noexcept { return kernels_; }

 private:
  std::unique_ptr<KernelRecord> check(KernelRegistration& registration);
  void join(const KernelRecord& known, KernelRecord& added);
  void append(std::unique_ptr<KernelRecord> record, KernelRecord* old);

  std::shared_ptr<const void> library_;
  Problems problems_;
  std::vector<PreparedKernel> kernels_;
  std::unordered_map<std::string_view, std::size_t> by_name_;  // into kernels_
};

}  // namespace dotcompute::core
