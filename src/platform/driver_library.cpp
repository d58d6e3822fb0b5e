// SPDX-License-Identifier: Apache-2.0
#include "platform/driver_library.hpp"

#include <dlfcn.h>

#include <string_view>

namespace dotcompute::core {

Result<DriverLibrary> DriverLibrary::open(const char* path) noexcept {
  Error error{ErrorCode::device_unavailable, "The driver's library cannot be loaded."};
  if (*path == '\0') {
    // For the loader an empty path is the program itself.
    error.context.got = "an empty path";
    return error;
  }
  void* const handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* const reason = dlerror();
    error.context.got = std::string_view(reason != nullptr ? reason : path);
    return error;
  }
  return DriverLibrary(handle);
}

void* DriverLibrary::symbol(const char* name) const noexcept {
  return dlsym(handle_, name);
}

Status DriverLibrary::lacks(const char* name) noexcept {
  Error error{ErrorCode::device_unavailable, "The driver's library lacks a function."};
  error.context.expected = name;
  return error;
}

}  // namespace dotcompute::core
