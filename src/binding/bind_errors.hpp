// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding/bind.hpp"

#include "dotcompute/argument.hpp"
#include "dotcompute/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

// The errors of binding. Each names the kernel, the parameter, what was expected and what was given,
// and is kept out of the path of calls that are right.
namespace dotcompute::core {

[[gnu::cold]] Error unknown_parameter(const Signature& signature, std::string_view name) noexcept;
[[gnu::cold]] Error given_twice(const Signature& signature, std::size_t parameter) noexcept;
[[gnu::cold]] Error wrong_count(const Signature& signature,
                                std::size_t given,
                                bool outputs_returned) noexcept;
[[gnu::cold]] Error wrong_handle(const Signature& signature) noexcept;
[[gnu::cold]] Error missing_argument(const Signature& signature, std::uint32_t missing) noexcept;
[[gnu::cold]] Error wrong_result_count(const Signature& signature,
                                       std::uint32_t missing,
                                       std::size_t asked) noexcept;
[[gnu::cold]] Error wrong_result_type(const Signature& signature,
                                      std::size_t parameter,
                                      TypeId asked) noexcept;
[[gnu::cold]] Error unknown_shape(const Signature& signature, std::size_t parameter) noexcept;
[[gnu::cold]] Error wrong_scalar(const Signature& signature,
                                 std::size_t parameter,
                                 const Argument& argument) noexcept;
[[gnu::cold]] Error wrong_buffer(const Signature& signature,
                                 std::size_t parameter,
                                 const Argument& argument) noexcept;
[[gnu::cold]] Error null_data(const Signature& signature,
                              std::size_t parameter,
                              std::uint64_t elements) noexcept;
[[gnu::cold]] Error too_large(const Signature& signature,
                              std::size_t parameter,
                              const Extents& extents) noexcept;
[[gnu::cold]] Error overlap(const Signature& signature,
                            std::size_t written,
                            std::size_t other) noexcept;
[[gnu::cold]] Error wrong_extent(const Signature& signature,
                                 const ShapeProgram::Mismatch& mismatch) noexcept;
[[gnu::cold]] Error range_too_large(const Signature& signature, const LaunchRange& range) noexcept;

[[gnu::cold]] Error too_many_axes(const Signature& signature, const LaunchRange& range) noexcept;

/// A range must stay within the buffers that have one element for each item.
Status check_range(const Signature& signature, const BoundCall& call) noexcept;

/// First and last address + 1 that a strided view touches; false if they are out of any range.
bool strided_bounds(const Argument& argument,
                    const std::byte*& begin,
                    const std::byte*& end) noexcept;

}  // namespace dotcompute::core
