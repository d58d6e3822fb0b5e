// SPDX-License-Identifier: Apache-2.0
#include "discovery/modules.hpp"

#include "base/try.hpp"
#include "discovery/registry.hpp"
#include "platform/dynamic_library.hpp"

#include <unistd.h>

#include <exception>
#include <memory>
#include <new>
#include <utility>

namespace dotcompute::core {
namespace {

using Modules = std::span<const ModuleEntry* const>;

/// \param end as the linker says; the pointers between are all that its section has.
Modules modules_between(const ModuleEntry* const* begin, const ModuleEntry* const* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

Status check_abi(std::uint32_t abi) noexcept {
  if (abi == kModuleAbi) {
    return success();
  }
  Error error{ErrorCode::invalid_argument, "The module is made for another version of DotCompute."};
  error.context.expected.append("module ABI ").append(kModuleAbi);
  error.context.got.append("module ABI ").append(abi);
  error.context.advice = "Build the module again with the headers of this version.";
  return error;
}

/// \param keep_cause false if the exception's own code may be gone before its owner is.
Status collect(const ModuleEntry& entry, KernelModule& module, bool keep_cause) noexcept {
  DC_TRY(check_abi(entry.abi));
  Error error{ErrorCode::invalid_argument, "A module fails while it registers its kernels."};
  if (entry.function == nullptr) {
    error.what = "The module has no function.";
    return error;
  }
  try {
    entry.function(module);
    return success();
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  } catch (const std::exception& thrown) {
    error.context.got = std::string_view(thrown.what());
    if (keep_cause) {
      error.context.got = {};
      error.cause = std::current_exception();  // which Error::message() reads
    }
  } catch (...) {
    error.context.got = "an exception of an unknown type";
    if (keep_cause) {
      error.context.got = {};
      error.cause = std::current_exception();
    }
  }
  return error;
}

/// An open library and the list of its modules, whose functions have not been called.
struct ModuleLibrary {
  std::shared_ptr<const DynamicLibrary> library;
  Modules modules;
};

Result<ModuleLibrary> open_library(const std::string& path) {
  // dlopen looks for a bare name in the system's folders only; who names a file here means it.
  const bool is_here = path.find('/') == std::string::npos && access(path.c_str(), F_OK) == 0;
  auto opened = DynamicLibrary::open((is_here && !path.empty() ? "./" + path : path).c_str());
  if (!opened) {
    opened.error().what = "The module cannot be loaded.";
    return opened.error();
  }
  ModuleLibrary loaded;
  loaded.library = std::make_shared<const DynamicLibrary>(*std::move(opened));
  const auto* const table =
      static_cast<const ModuleTable*>(loaded.library->own_symbol("dotcompute_module_table"));
  if (table != nullptr) {
    DC_TRY(check_abi(table->abi));
    loaded.modules = modules_between(table->begin, table->end);
  }
  if (loaded.modules.empty()) {
    Error error{ErrorCode::invalid_argument, "The library has no kernel modules."};
    error.context.expected = "a library with DC_KERNEL_MODULE in one of its files";
    error.context.got = path;
    return error;
  }
  return loaded;
}

}  // namespace

std::span<const ModuleEntry* const> linked_modules() noexcept {
  return modules_between(dotcompute::detail::__start_dotcompute_modules,
                         dotcompute::detail::__stop_dotcompute_modules);
}

Status Registry::add_modules(Modules modules) noexcept {
  KernelModule collected;
  for (const ModuleEntry* const entry : modules) {
    DC_TRY(collect(*entry, collected, true));
  }
  return add(std::move(collected.registrations()));
}

Status Registry::add_module(ModuleFunction function) noexcept {
  const ModuleEntry entry{kModuleAbi, function};
  const ModuleEntry* const module = &entry;
  return add_modules({&module, 1});
}

Status Registry::load_module(const std::string& path) noexcept {
  try {
    auto loaded = open_library(path);
    if (!loaded) {
      return loaded.error();
    }
    KernelModule collected;  // goes before the library, whose code destroys what it holds
    for (const ModuleEntry* const entry : loaded->modules) {
      DC_TRY(collect(*entry, collected, false));
    }
    return add(std::move(collected.registrations()), loaded->library);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

}  // namespace dotcompute::core
