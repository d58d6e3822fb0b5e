// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/name_hash.hpp"
#include "dotcompute/base/view.hpp"

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace dotcompute {

namespace detail {

/// A parameter of a handle: in<T, Rank>, out<T, Rank>, inout<T, Rank> or a scalar's type.
template <class T>
struct HandleParameter {
  static_assert(KernelElement<T>,
                "A parameter of a KernelHandle is dc::in, dc::out, dc::inout or a scalar type.");
  using Element = T;
  static constexpr ParameterKind kKind = ParameterKind::scalar;
  static constexpr Direction kDirection = Direction::in;
  static constexpr int kRank = 1;
};
template <class T, int Rank, Direction kWay>
struct HandleBuffer {
  using Element = T;
  static constexpr ParameterKind kKind = ParameterKind::buffer;
  static constexpr Direction kDirection = kWay;
  static constexpr int kRank = Rank;
};
template <class T, int Rank>
struct HandleParameter<in<T, Rank>> : HandleBuffer<T, Rank, Direction::in> {};
template <class T, int Rank>
struct HandleParameter<out<T, Rank>> : HandleBuffer<T, Rank, Direction::out> {};
template <class T, int Rank>
struct HandleParameter<inout<T, Rank>> : HandleBuffer<T, Rank, Direction::inout> {};

}  // namespace detail

/// Folds one parameter into a signature; see KernelHandle::signature().
[[nodiscard]] constexpr std::uint64_t fold_signature(std::uint64_t signature,
                                                     TypeId type,
                                                     ParameterKind kind,
                                                     Direction direction,
                                                     int rank) noexcept {
  const std::uint64_t shape = kind == ParameterKind::scalar
                                  ? 0
                                  : 1U + static_cast<std::uint64_t>(direction) * 4U +
                                        static_cast<std::uint64_t>(rank) * 16U;
  return mix(signature ^ type.bits(), 0x9E3779B97F4A7C15U ^ shape);
}

/// The signature a kernel with `parameters` has.
template <class Parameters>
[[nodiscard]] constexpr std::uint64_t signature_of(const Parameters& parameters) noexcept {
  std::uint64_t signature = 1;
  for (const auto& parameter : parameters) {
    signature = fold_signature(signature, parameter.type, parameter.kind, parameter.direction,
                               parameter.rank);
  }
  return signature;
}

/// A kernel's name together with the types of its parameters, so that a call with wrong types or
/// counts does not compile:
///
///     inline constexpr KernelHandle<float, in<float>, inout<float>> kSaxpy{"saxpy"};
///     orchestrator.execute(kSaxpy, 2.0F, x, y);
///
/// A handle holds no kernel: the call finds the kernel that has the name then, and fails with
/// BindingException if its parameters are others.
///
/// Threads: immutable.
template <class... Parameters>
class KernelHandle {
 public:
  /// \param name short or qualified; outlives the handle, as a literal does.
  constexpr explicit KernelHandle(std::string_view name) noexcept
      : name_(name), hash_(hash_name(name)) {}

  [[nodiscard]] constexpr std::string_view name() const noexcept { return name_; }
  [[nodiscard]] constexpr std::uint64_t hash() const noexcept { return hash_; }

  /// A number that two parameter lists share only if types, kinds, directions and ranks are equal.
  [[nodiscard]] static constexpr std::uint64_t signature() noexcept {
    std::uint64_t signature = 1;
    ((signature = fold_signature(signature,
                                 type_id_of<typename detail::HandleParameter<Parameters>::Element>,
                                 detail::HandleParameter<Parameters>::kKind,
                                 detail::HandleParameter<Parameters>::kDirection,
                                 detail::HandleParameter<Parameters>::kRank)),
     ...);
    return signature;
  }

 private:
  std::string_view name_;
  std::uint64_t hash_;
};

}  // namespace dotcompute
