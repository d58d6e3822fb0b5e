// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/kernel_metadata.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace dotcompute {

/// The values of one parameter, as bytes.
struct Values {
  std::vector<std::byte> bytes;
  Extents extents{1, 1, 1};
};

/// Runs the items of a box on arguments in parameter order.
using Body = std::function<Status(const std::vector<backend::KernelArgument>&, const ItemRange&)>;

/// True if facts let a launch be done in parts: nobody knows which elements of an output that is
/// irregular a part writes.
[[nodiscard]] bool is_splittable(const KernelMetadata& metadata);

/// Runs `body` once over all of `range`. \return the values afterwards.
[[nodiscard]] Result<std::vector<Values>> run_whole(const KernelMetadata& metadata,
                                                    const Body& body,
                                                    std::vector<Values> values,
                                                    const LaunchRange& range);

/// The same in `pieces` along the slowest axis of the launch, each with no more of every buffer than
/// its facts say that the piece needs: all other elements are replaced by bytes that nothing should
/// read, and what is written to them is dropped.
///
/// \pre is_splittable(metadata)
[[nodiscard]] Result<std::vector<Values>> run_in_pieces(const KernelMetadata& metadata,
                                                        const Body& body,
                                                        std::vector<Values> values,
                                                        const LaunchRange& range,
                                                        std::size_t pieces);

}  // namespace dotcompute
