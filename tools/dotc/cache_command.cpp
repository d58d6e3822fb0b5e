// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "compilation/cache_folder.hpp"
#include "compilation/program_file.hpp"
#include "compilation/program_key.hpp"
#include "describe.hpp"
#include "json.hpp"
#include "runtime_setup.hpp"
#include "usage_error.hpp"

#include <cerrno>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace dotcompute::dotc {
namespace {

using core::CacheFolder;
using core::FileCount;

template <class T>
T value_of(Result<T> result, const std::string& directory) {
  if (!result) {
    throw UsageError(directory + "/programs: " + result.error().message());
  }
  return *std::move(result);
}

/// Nothing if no program was ever kept.
std::optional<CacheFolder> open_folder(const std::string& directory) {
  auto folder = CacheFolder::open(directory);
  if (!folder && folder.error().native == ENOENT) {
    return std::nullopt;
  }
  return value_of(std::move(folder), directory);
}

FileCount count_all(const CacheFolder& folder, const std::string& directory) {
  FileCount all;
  for (const auto& file : value_of(folder.programs(), directory)) {
    ++all.files;
    all.bytes += file.bytes;
  }
  return all;
}

/// Whether a program is whole and of this version.
bool is_usable(const CacheFolder& folder, const std::string& name) {
  const auto content = folder.read(name);
  if (!content || !content->has_value()) {
    return false;
  }
  const auto parts = core::parse_program_file(**content);
  return parts && parts->key.starts_with(core::version_line());
}

FileCount remove_files(const CacheFolder& folder, const std::string& directory, bool all) {
  FileCount removed;
  for (const auto& file : value_of(folder.programs(), directory)) {
    if ((all || !is_usable(folder, file.name)) && folder.remove(file.name)) {
      ++removed.files;
      removed.bytes += file.bytes;
    }
  }
  return removed;
}

void show_stats(const RuntimeOptions& settings,
                const std::string& directory,
                const FileCount& there,
                bool as_json,
                std::ostream& out) {
  if (as_json) {
    JsonWriter json;
    json.begin_object()
        .field("directory", directory)
        .field("enabled", settings.disk_cache.value())
        .field("programs", there.files)
        .field("bytes", there.bytes)
        .field("max_bytes", settings.max_disk_cache_bytes.value())
        .end_object();
    out << json.text() << '\n';
    return;
  }
  out << "directory  " << directory << '\n'
      << "programs   " << there.files << ", " << describe_bytes(there.bytes) << " of at most "
      << describe_bytes(settings.max_disk_cache_bytes) << '\n';
  if (!settings.disk_cache) {
    out << "The cache is off: disk_cache is false.\n";
  }
}

void show_removed(const FileCount& removed, bool as_json, std::ostream& out) {
  if (as_json) {
    JsonWriter json;
    json.begin_object()
        .field("removed", removed.files)
        .field("removed_bytes", removed.bytes)
        .end_object();
    out << json.text() << '\n';
    return;
  }
  out << "removed: " << removed.files << (removed.files == 1 ? " program, " : " programs, ")
      << describe_bytes(removed.bytes) << '\n';
}

}  // namespace

void manage_cache(const Options& options, std::ostream& out) {
  const RuntimeOptions settings = resolve_settings(options);
  const std::string directory = cache_directory_of(settings);
  if (options.action == "path") {
    if (options.json) {
      out << JsonWriter().begin_object().field("path", directory).end_object().text() << '\n';
    } else {
      out << directory << '\n';
    }
    return;
  }
  const auto folder = open_folder(directory);
  if (options.action == "stats") {
    const FileCount there = folder ? count_all(*folder, directory) : FileCount{};
    return show_stats(settings, directory, there, options.json, out);
  }
  FileCount removed;
  if (folder) {
    const bool all = options.action == "clear";
    removed = remove_files(*folder, directory, all);
    const auto more = value_of(folder->shrink(settings.max_disk_cache_bytes), directory);
    removed.files += more.files;
    removed.bytes += more.bytes;
  }
  show_removed(removed, options.json, out);
}

}  // namespace dotcompute::dotc
