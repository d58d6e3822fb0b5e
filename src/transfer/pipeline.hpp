// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/device_arguments.hpp"

#include "dotcompute/backend/device.hpp"
#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace dotcompute::core {

/// How a launch is cut so that one part is copied while another runs.
struct ChunkPlan {
  std::size_t axis = 0;           ///< Of the launch range: 0 is x.
  std::uint64_t chunk_items = 0;  ///< Of one chunk along the axis; the last may have fewer.
  std::uint64_t count = 0;        ///< Of chunks; below 2: the launch is better left whole.
  std::uint32_t chunked = 0;      ///< Parameters that are copied in chunks; the others before all.
  std::uint64_t halo = 0;         ///< Items along the axis beyond its own that a chunk reads.

  [[nodiscard]] bool is_worth_it() const noexcept { return count > 1; }
};

/// What the choice of chunks rests on, in nanoseconds.
struct ChunkCosts {
  double upload = 0;    ///< Of all that is copied to the device in chunks.
  double download = 0;  ///< Of all that is copied back in chunks.
  double fixed = 0;     ///< Of one chunk more: its launch and copies of next to nothing.
};

/// How many chunks take the least time: all but the first upload and the last download, each one
/// chunk long, can run beside something else, and each chunk has its fixed cost. So n chunks take
/// (upload + download) / n + n * fixed more than the longest stage, which is least at the square root
/// of the ratio.
[[nodiscard]] std::uint64_t best_chunk_count(const ChunkCosts& costs) noexcept;

/// Runs `launch` in chunks: each is launched as soon as what it reads is on the device, and copied
/// back as soon as it is done. At most kDepth chunks are queued, so that a call which is to end
/// ends soon.
/// \param arguments acquired with GivenBuffers::deferred as the plan says.
/// \param launch whole; with `memory` and `after` set.
/// \return when all is done and copied back. \retval ErrorCode what a copy, a launch or a wait fails
///         with; cancelled, deadline_exceeded.
Status run_in_chunks(backend::Device& device,
                     DeviceArguments& arguments,
                     const backend::LaunchRequest& launch,
                     const ChunkPlan& plan) noexcept;

}  // namespace dotcompute::core
