// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "discovery/kernel_record.hpp"
#include "discovery/name_table.hpp"
#include "discovery/suggestions.hpp"

#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/kernel_registry.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::core {

struct PreparedKernel;

/// The kernels of one runtime, by qualified and by short name.
///
/// Threads: every member may be called from any thread at the same time. find() and find_metadata()
/// take no lock; all else takes one, also not_found().
/// Lifetime: destroyed when no call is running.
class Registry {
 public:
  Registry() = default;
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
  ~Registry();

  /// The kernel that `name` means, or null if there is none or several share the name.
  /// \param hash hash_name(name).
  /// \pre the caller has an EpochGuard, which also keeps what it got.
  [[nodiscard]] const KernelRecord* find(std::string_view name, std::uint64_t hash) const noexcept {
    return names_.find(name, hash);
  }

  /// Why find() gave null, with the names that may have been meant. Looks at every kernel.
  [[nodiscard]] Error not_found(std::string_view name) const noexcept;

  /// \retval ErrorCode::kernel_not_found as of not_found().
  [[nodiscard]] Result<std::shared_ptr<const KernelMetadata>> find_metadata(
      std::string_view name) const noexcept;

  /// \retval ErrorCode::kernel_not_found as of not_found().
  /// \retval ErrorCode::invalid_argument if the kernel has no text for `backend`.
  [[nodiscard]] Result<KernelDefinition> find_definition(std::string_view name,
                                                         AcceleratorType backend) const noexcept;

  /// Registers all or nothing.
  /// \param library what must stay in memory as long as the kernels do, or null.
  /// \retval ErrorCode::invalid_argument with all problems of all registrations.
  [[nodiscard]] Status add(std::vector<KernelRegistration> registrations,
                           std::shared_ptr<const void> library = nullptr) noexcept;

  /// Puts a kernel in the place of the one with its qualified name, or adds it.
  [[nodiscard]] Status replace(KernelRegistration registration) noexcept;

  /// Puts a kernel in its own place that differs in KernelMetadata::preferred_accelerator only.
  /// \retval ErrorCode::kernel_not_found as of not_found().
  [[nodiscard]] Status prefer(std::string_view name, AcceleratorType accelerator) noexcept;

  /// \retval ErrorCode::kernel_not_found if no kernel has this qualified name.
  [[nodiscard]] Status remove(std::string_view qualified_name) noexcept;

  /// Registers what the functions of modules collect, all or nothing.
  [[nodiscard]] Status add_modules(std::span<const ModuleEntry* const> modules) noexcept;
  [[nodiscard]] Status add_module(ModuleFunction function) noexcept;

  /// Loads a shared library and registers its modules. The library is closed when its last kernel is
  /// freed.
  [[nodiscard]] Status load_module(const std::string& path) noexcept;

  /// All kernels, sorted by qualified name.
  [[nodiscard]] Result<std::vector<std::shared_ptr<const KernelMetadata>>> kernels() const noexcept;

  [[nodiscard]] std::size_t size() const noexcept;

  /// Bytes of the table of names, for tests.
  [[nodiscard]] std::size_t table_bytes() const noexcept;

 private:
  enum class Mode : std::uint8_t { add, replace };

  /// A kernel, and what tells without reading its names whether it may be a suggestion.
  struct Listed {
    KernelRecord* record = nullptr;
    NameSketch qualified;
    NameSketch short_name;
  };

  Status change(std::vector<KernelRegistration> registrations,
                std::shared_ptr<const void> library,
                Mode mode) noexcept;
  KernelRecord* find_qualified(std::string_view name) const noexcept;
  NameTable::Slot& slot_of(std::string_view name) noexcept;
  void insert(PreparedKernel& kernel) noexcept;
  void exchange(KernelRecord& old, KernelRecord& fresh) noexcept;
  void erase(KernelRecord& record) noexcept;
  static void describe_sharers(const KernelRecord* sharers, Error& error) noexcept;
  void suggest(std::string_view name, Error& error) const noexcept;

  NameTable names_;
  mutable std::mutex mutex_;
  std::vector<Listed> listed_;     // guarded by mutex_
  std::uint64_t next_serial_ = 1;  // guarded by mutex_
};

}  // namespace dotcompute::core
