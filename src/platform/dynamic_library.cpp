// SPDX-License-Identifier: Apache-2.0
#include "platform/dynamic_library.hpp"

#include <dlfcn.h>
#if defined(__linux__)
#include <link.h>
#endif

namespace dotcompute::core {

DynamicLibrary::~DynamicLibrary() {
  if (handle_ != nullptr) {
    dlclose(handle_);
  }
}

Result<DynamicLibrary> DynamicLibrary::open(const char* path) noexcept {
  Error error{ErrorCode::invalid_argument, "The library cannot be loaded."};
  if (*path == '\0') {
    // For the loader an empty path is the program itself.
    error.context.got = "an empty path";
    return error;
  }
  void* const handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const reason = dlerror();
    error.context.got = std::string_view(reason != nullptr ? reason : path);
    return error;
  }
  return DynamicLibrary(handle);
}

void* DynamicLibrary::symbol(const char* name) const noexcept {
  return handle_ != nullptr ? dlsym(handle_, name) : nullptr;
}

void* DynamicLibrary::own_symbol(const char* name) const noexcept {
  void* const address = symbol(name);
#if defined(__linux__)
  link_map* own = nullptr;
  link_map* found = nullptr;
  Dl_info info{};
  void* extra = nullptr;
  if (address == nullptr || dlinfo(handle_, RTLD_DI_LINKMAP, &own) != 0 ||
      dladdr1(address, &info, &extra, RTLD_DL_LINKMAP) == 0) {
    return nullptr;
  }
  found = static_cast<link_map*>(extra);
  return own == found ? address : nullptr;
#else
  return address;
#endif
}

}  // namespace dotcompute::core
