// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/expression.hpp"

#include "dotcompute/base/element_type.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace dotcompute::interpret {

struct Machine;
struct Instruction;

/// Does one instruction; gives the next one, or null to stop.
using Handler = const Instruction* (*)(Machine&, const Instruction&);

/// One step of the flat list that a kernel becomes.
///
/// All it works on lies in one frame, addressed by byte. There are no recursive calls, so each
/// function has its own fixed part of it. A *slot* of 8 bytes holds a scalar as
/// kir::Expression::bits, or an address; arrays, structures and scalars that have references to
/// them lie as in the host's memory.
struct Instruction {
  Handler run = nullptr;
  std::uint32_t to = 0;  ///< Offset in the frame, as a, b and c mostly are.
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
  std::uint64_t number = 0;  ///< What it is, each handler says.
};

/// What a buffer is in the frame: slots one after the other.
namespace buffer_slot {
inline constexpr std::uint32_t kData = 0;
inline constexpr std::uint32_t kExtents = 8;  ///< Three.
inline constexpr std::uint32_t kAll = 32;     ///< The extents' product.
inline constexpr std::uint32_t kParameter = 40;
inline constexpr std::uint32_t kBytes = 48;
}  // namespace buffer_slot

/// Where a parameter of the kernel goes when a run begins.
struct ParameterPlace {
  std::string name;
  bool is_buffer = false;
  bool is_slot = false;  ///< Of what is no buffer: a slot, else as in memory.
  std::uint8_t rank = 1;
  ElementType element = ElementType::int32;
  std::uint32_t offset = 0;
  std::uint32_t bytes = 0;  ///< Of the value.
};

/// The 18 slots of ids lie at the frame's beginning: by query, then axis.
[[nodiscard]] constexpr std::uint32_t id_slot(kir::IdQuery query, std::uint32_t axis) noexcept {
  return (static_cast<std::uint32_t>(query) * 3 + axis) * 8;
}
inline constexpr std::uint32_t kIdBytes = 18 * 8;

/// A kernel as instructions, and all that a run needs.
struct Code {
  std::string name;  ///< Qualified.
  std::vector<std::string> files;
  std::vector<Instruction> instructions;
  std::vector<kir::Location> locations;  ///< Of each instruction.
  /// The variables that some instructions speak of in an error, by their place.
  std::unordered_map<std::size_t, std::string> subjects;
  std::vector<ParameterPlace> parameters;
  std::vector<std::byte> image;  ///< The frame's beginning, with literals and constants.
  std::size_t frame_bytes = 0;
  std::uint32_t entry = 0;
  std::array<std::uint32_t, 3> group_size{0, 0, 0};
};

}  // namespace dotcompute::interpret
