// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/callable.hpp"

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace dotcompute {

/// A kernel's body as source text for one back end: OpenCL C, CUDA C++, MSL, GLSL, C++ for the CPU,
/// or KIR for the interpreter.
struct KernelDefinition {
  std::string source;
  std::string entry_point;  ///< Name of the function in `source`.
  AcceleratorType backend = AcceleratorType::opencl;
};

/// One thing to be registered: what is known of the kernel, and bodies for one or more back ends.
/// Text and a callable may stand together; each body is for another back end.
struct KernelRegistration {
  KernelMetadata metadata;
  CallableKernel callable;                    ///< For the CPU; `host.function` null: none.
  std::vector<KernelDefinition> definitions;  ///< For the others.
};

/// Collects what a module registers. A module is one function: see KernelRegistry::add_module() and
/// DC_KERNEL_MODULE.
///
/// Threads: of one thread only.
class KernelModule {
 public:
  /// Adds a kernel with a body for the CPU.
  template <class Callable>
  requires KernelCallable<std::decay_t<Callable>>
  void add(KernelMetadata metadata, Callable&& callable) {
    registrations_.push_back(
        {std::move(metadata), make_callable_kernel(std::forward<Callable>(callable)), {}});
  }
  /// Adds a kernel with a body given as text.
  void add(KernelMetadata metadata, KernelDefinition definition) {
    registrations_.push_back({std::move(metadata), {}, {std::move(definition)}});
  }
  /// Adds a kernel with all its bodies.
  void add(KernelRegistration registration) { registrations_.push_back(std::move(registration)); }

  /// What was added so far, in that order.
  [[nodiscard]] std::vector<KernelRegistration>& registrations() noexcept { return registrations_; }

 private:
  std::vector<KernelRegistration> registrations_;
};

/// Registers the kernels of one module. May throw; nothing of the module is registered then.
using ModuleFunction = void (*)(KernelModule& module);

/// Number of the layout of what a module and a runtime hand each other. A module of another number
/// is refused.
inline constexpr std::uint32_t kModuleAbi = 1;

/// One module, as those who discover it see it.
struct ModuleEntry {
  std::uint32_t abi = kModuleAbi;
  ModuleFunction function = nullptr;
};

/// All modules of one program or shared library, which shows it under the name
/// "dotcompute_module_table". The layout of this struct is the same for every `abi`.
struct ModuleTable {
  std::uint32_t abi = kModuleAbi;
  const ModuleEntry* const* begin = nullptr;
  const ModuleEntry* const* end = nullptr;
};

}  // namespace dotcompute

namespace dotcompute::detail {

// The linker gathers all pointers of one program or library in a section and makes these two names
// for its ends. Weak: without a module there is no such section. Hidden: a library and the program
// that loads it each have their own.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming): the linker's names. An
// __asm__ label would hide them, but makes g++ forget the visibility.
[[gnu::weak,
  gnu::visibility("hidden")]] extern const ModuleEntry* const __start_dotcompute_modules[];
[[gnu::weak,
  gnu::visibility("hidden")]] extern const ModuleEntry* const __stop_dotcompute_modules[];
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

// Every file with a module defines it alike; the linker keeps one of each program or library.
[[gnu::weak, gnu::visibility("default")]] extern const ModuleTable dotcompute_module_table;
}

}  // namespace dotcompute::detail

#if defined(__has_attribute)
#if __has_attribute(retain)
#define DC_IN_MODULE_SECTION gnu::used, gnu::retain, gnu::section("dotcompute_modules")
#endif
#endif
#if !defined(DC_IN_MODULE_SECTION)
#define DC_IN_MODULE_SECTION gnu::used, gnu::section("dotcompute_modules")
#endif

/// Makes `function`, void(dotcompute::KernelModule&), a module of the shared library or program it
/// is written in: a library is for KernelRegistry::load_module(); the modules of a program are
/// registered by every runtime when it is made. At most once in a file, at global scope, with a
/// semicolon after it; any number of files of one program or library may have one.
///
/// A module is found through a section of the program, not through a static initialiser: linking it
/// runs nothing. The file must be linked: from a static library, linkers take only files that
/// something refers to, so make modules part of the program or of an object library.
#define DC_KERNEL_MODULE(function)                                                           \
  static constexpr ::dotcompute::ModuleEntry dc_module_entry{::dotcompute::kModuleAbi,       \
                                                             (function)};                    \
  [[DC_IN_MODULE_SECTION]] static const ::dotcompute::ModuleEntry* const dc_module_pointer = \
      &dc_module_entry;                                                                      \
  [[gnu::used]] const ::dotcompute::ModuleTable dotcompute::detail::dotcompute_module_table{ \
      ::dotcompute::kModuleAbi, ::dotcompute::detail::__start_dotcompute_modules,            \
      ::dotcompute::detail::__stop_dotcompute_modules};                                      \
  static_assert(true, "a semicolon follows")
