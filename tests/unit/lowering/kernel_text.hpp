// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/parse.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace dotcompute::lowering {

/// A module of one kernel, `k`, with the buffers and scalars that the tests use.
[[nodiscard]] inline std::unique_ptr<kir::Module> kernel_of(const std::string& body,
                                                            int dimensions = 1) {
  const std::string text = "kir 1;\nkernel k" +
                           (dimensions > 1 ? " dimensions " + std::to_string(dimensions) : "") +
                           R"( {
  buffer a: const float32 in rank 1 span;
  buffer m: const float32 in rank 2;
  buffer out: float32 out rank 1 span;
  buffer image: float32 out rank 2;
  scalar n: int32;
  let i: uint64 = $global_id(0);
)" + body + "}\n";
  auto parsed = kir::parse(text);
  if (parsed.module == nullptr) {
    throw std::invalid_argument(parsed.diagnostics.front().message + " in\n" + text);
  }
  return std::move(parsed.module);
}

}  // namespace dotcompute::lowering
