// SPDX-License-Identifier: Apache-2.0
#include "compilation/program_key.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstddef>
#include <new>

namespace dotcompute::core {
namespace {

std::string hex(const XXH128_hash_t& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t half : {hash.high64, hash.low64}) {
    for (unsigned shift = 64; shift > 0; shift -= 4) {
      text += kDigits[(half >> (shift - 4)) & 0xFU];
    }
  }
  return text;
}

/// With its length, so that no value can pass for the parts that follow it.
void add(std::string& key, std::string_view name, std::string_view value) {
  key.append(name).append(" ").append(std::to_string(value.size())).append(" ");
  key.append(value).append("\n");
}

}  // namespace

std::string_view version_line() noexcept {
  return "dotcompute " DOTCOMPUTE_VERSION "\n";
}

bool is_kept(backend::SourceLanguage language) noexcept {
  switch (language) {
    case backend::SourceLanguage::host_function:
    case backend::SourceLanguage::kir:
      return false;
    case backend::SourceLanguage::cpp:
    case backend::SourceLanguage::opencl_c:
    case backend::SourceLanguage::cuda_cpp:
    case backend::SourceLanguage::msl:
    case backend::SourceLanguage::glsl:
      break;
  }
  return true;
}

Result<ProgramKey> key_of(const backend::KernelSource& source,
                          const backend::DeviceInfo& device) noexcept {
  try {
    ProgramKey key{.text = std::string(version_line())};
    add(key.text, "language", std::to_string(static_cast<unsigned>(source.language)));
    add(key.text, "entry", source.entry);
    add(key.text, "source", hex(XXH3_128bits(source.text.data(), source.text.size())));
    add(key.text, "bytes", std::to_string(source.text.size()));
    add(key.text, "back_end", to_string(device.type));
    add(key.text, "device", device.name);
    add(key.text, "vendor", device.vendor);
    add(key.text, "driver", device.driver_version);
    add(key.text, "features", device.features);
    const XXH128_hash_t hash = XXH3_128bits(key.text.data(), key.text.size());
    key.file_name = hex(hash).append(kProgramEnding);
    key.hash = hash.low64;
    return key;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

}  // namespace dotcompute::core
