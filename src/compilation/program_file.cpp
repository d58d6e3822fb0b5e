// SPDX-License-Identifier: Apache-2.0
#include "compilation/program_file.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <cstring>

namespace dotcompute::core {
namespace {

// "DCprog\r\n": a transfer that changes line ends changes it too.
constexpr std::uint64_t kMagic = 0x0A0D676F72704344U;

/// Two steps, as key and binary do not lie side by side where a file is made.
std::uint64_t checksum_of(const ProgramFileHeader& header,
                          std::string_view key,
                          std::span<const std::byte> binary) noexcept {
  const std::array<std::uint64_t, 5> parts{header.magic, header.format, header.key_bytes,
                                           header.binary_bytes,
                                           XXH3_64bits(key.data(), key.size())};
  return XXH3_64bits_withSeed(binary.data(), binary.size(), XXH3_64bits(&parts, sizeof(parts)));
}

}  // namespace

ProgramFileStart make_program_header(std::string_view key,
                                     std::span<const std::byte> binary) noexcept {
  ProgramFileHeader header{.magic = kMagic,
                           .format = kProgramFileFormat,
                           .key_bytes = static_cast<std::uint32_t>(key.size()),
                           .binary_bytes = binary.size()};
  header.checksum = checksum_of(header, key, binary);
  return std::bit_cast<ProgramFileStart>(header);
}

bool is_program_header(const ProgramFileStart& start, std::uint64_t file_bytes) noexcept {
  const auto header = std::bit_cast<ProgramFileHeader>(start);
  if (header.magic != kMagic || header.format != kProgramFileFormat ||
      file_bytes < sizeof(header)) {
    return false;
  }
  const std::uint64_t content = file_bytes - sizeof(header);
  return header.key_bytes <= content && header.binary_bytes == content - header.key_bytes;
}

std::optional<ProgramFileParts> parse_program_file(std::span<const std::byte> file) noexcept {
  ProgramFileStart start{};
  if (file.size() < start.size()) {
    return std::nullopt;
  }
  std::memcpy(start.data(), file.data(), start.size());
  if (!is_program_header(start, file.size())) {
    return std::nullopt;
  }
  const auto header = std::bit_cast<ProgramFileHeader>(start);
  const auto key = file.subspan(start.size(), header.key_bytes);
  const ProgramFileParts parts{
      .key = {reinterpret_cast<const char*>(key.data()), key.size()},  // NOLINT: bytes as text
      .binary = file.subspan(start.size() + header.key_bytes)};
  if (checksum_of(header, parts.key, parts.binary) != header.checksum) {
    return std::nullopt;
  }
  return parts;
}

}  // namespace dotcompute::core
