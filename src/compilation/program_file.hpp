// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// The file of one compiled program: a header, the text of its key, its bytes. Only this machine
// reads it, so numbers are in its own order; another order has another magic number.
namespace dotcompute::core {

/// Raised whenever the meaning of the bytes below changes.
inline constexpr std::uint32_t kProgramFileFormat = 1;

struct ProgramFileHeader {
  std::uint64_t magic = 0;
  std::uint32_t format = 0;
  std::uint32_t key_bytes = 0;
  std::uint64_t binary_bytes = 0;
  std::uint64_t checksum = 0;  ///< Of all fields above, the key and the binary.
};
static_assert(sizeof(ProgramFileHeader) == 32, "There are no bytes between the fields.");

using ProgramFileStart = std::array<std::byte, sizeof(ProgramFileHeader)>;

/// The header of a file with this key and binary.
/// \param key with fewer than 2^32 bytes.
[[nodiscard]] ProgramFileStart make_program_header(std::string_view key,
                                                   std::span<const std::byte> binary) noexcept;

/// Whether a file of `file_bytes` that begins with `start` can be whole and is of our format.
[[nodiscard]] bool is_program_header(const ProgramFileStart& start,
                                     std::uint64_t file_bytes) noexcept;

/// A file taken apart. Both parts lie in the bytes that were given.
struct ProgramFileParts {
  std::string_view key;
  std::span<const std::byte> binary;
};

/// The parts of `file`, or nothing if any byte of it is not as it was written.
[[nodiscard]] std::optional<ProgramFileParts> parse_program_file(
    std::span<const std::byte> file) noexcept;

}  // namespace dotcompute::core
