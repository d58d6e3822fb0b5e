// SPDX-License-Identifier: Apache-2.0
#include "runtime/cache_directory.hpp"

#include <exception>
#include <filesystem>
#include <new>
#include <optional>

namespace dotcompute::core {
namespace {

/// The value of a variable that is the absolute path of a folder.
/// Source: XDG Base Directory Specification 0.8: "All paths set in these environment variables must
/// be absolute", others are to be ignored.
std::optional<std::filesystem::path> folder_of(const Environment& environment,
                                               std::string_view variable) {
  const auto value = environment.value_of ? environment.value_of(variable) : std::nullopt;
  if (!value || !value->starts_with('/')) {
    return std::nullopt;
  }
  return std::filesystem::path(*value);
}

}  // namespace

Result<std::string> cache_directory(std::string_view configured,
                                    const Environment& environment) noexcept {
  try {
    if (!configured.empty()) {
      return std::filesystem::absolute(configured).lexically_normal().string();
    }
    if (const auto caches = folder_of(environment, "XDG_CACHE_HOME")) {
      return (*caches / "dotcompute").string();
    }
    if (const auto home = folder_of(environment, "HOME")) {
      return (*home / ".cache" / "dotcompute").string();
    }
    Error error{ErrorCode::invalid_argument, "There is no place for the cache."};
    error.context.expected = "XDG_CACHE_HOME or HOME to be an absolute path";
    error.context.advice = "Set DOTCOMPUTE_CACHE_DIRECTORY, or DOTCOMPUTE_DISK_CACHE=off.";
    return error;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  } catch (...) {
    return Error{.code = ErrorCode::invalid_argument,
                 .what = "The directory of the cache cannot be found.",
                 .cause = std::current_exception()};
  }
}

}  // namespace dotcompute::core
