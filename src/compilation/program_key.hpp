// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"
#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace dotcompute::core {

/// What a compiled program depends on: two programs of one key are the same.
struct ProgramKey {
  std::string text;        ///< A line for each part. It stands in the file of the program.
  std::string file_name;   ///< 32 digits of a hash of `text` and ".program".
  std::uint64_t hash = 0;  ///< Half of that hash.
};

/// How the name of a program's file ends.
inline constexpr std::string_view kProgramEnding = ".program";

/// The line of every key that says with which version of the library it was made.
[[nodiscard]] std::string_view version_line() noexcept;

/// Whether programs of this language are worth keeping: those that a driver compiles.
[[nodiscard]] bool is_kept(backend::SourceLanguage language) noexcept;

/// The key of `source` built for the device. \retval ErrorCode::host_memory
[[nodiscard]] Result<ProgramKey> key_of(const backend::KernelSource& source,
                                        const backend::DeviceInfo& device) noexcept;

}  // namespace dotcompute::core
