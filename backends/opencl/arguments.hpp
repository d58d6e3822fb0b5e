// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/kernel_metadata.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dotcompute::opencl {

/// How the last argument of a kernel, one struct by value, lies in memory.
///
/// Its fields begin at multiples of 8 bytes: ulong range[3]; then for each parameter in order, of a
/// buffer ulong extents[rank] and long offset, of a scalar its value. See README.md.
class ArgumentLayout {
 public:
  struct Field {
    bool is_buffer = false;
    std::uint8_t rank = 1;
    std::size_t position = 0;  ///< In bytes.
    std::size_t bytes = 0;     ///< Of a scalar.
  };

  /// May throw std::bad_alloc.
  explicit ArgumentLayout(const KernelMetadata& metadata);

  [[nodiscard]] std::span<const Field> fields() const noexcept { return fields_; }
  [[nodiscard]] std::size_t buffers() const noexcept { return buffers_; }
  /// Of the whole struct; a multiple of 8.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  /// Writes the struct for a launch. \pre the request has as many arguments and as much memory as
  /// there are fields; `target` has bytes() bytes.
  void pack(const backend::LaunchRequest& request, std::span<std::byte> target) const noexcept;

 private:
  std::vector<Field> fields_;
  std::size_t buffers_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace dotcompute::opencl
