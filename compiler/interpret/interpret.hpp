// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace dotcompute::interpret {

struct Code;

/// How the items of one run are gone through.
struct RunOptions {
  std::array<std::uint64_t, 3> range{0, 0, 0};       ///< The whole launch; 0: to the items' end.
  std::array<std::uint32_t, 3> group_size{0, 0, 0};  ///< 0: as the kernel says, or 1.
  std::optional<std::uint64_t> shuffle_seed;  ///< Set: in an order drawn from it; else x, y, z.
  std::uint64_t max_steps = std::uint64_t{1} << 32U;  ///< Rounds of loops and calls, for one item.
  const backend::CallControl* control = nullptr;      ///< Null: runs to its end.
};

/// A kernel made ready to be interpreted: the reference for what others make of it.
///
/// It runs item by item on the caller's thread, with the meaning that KIR's headers say. What they
/// leave open is this: a floating value that does not fit an integer it is cast to becomes the
/// nearest one that does, and NaN becomes 0; float16 is computed in float, functions of <cmath> on
/// float16 and float32 in double, and rounded once; nothing is contracted. Memory of arrays and
/// structures that is not set has all bits set.
///
/// Threads: any number may run it at the same time, on items that do not write the same elements.
/// Lifetime: it needs nothing of the module it is made from.
class Kernel {
 public:
  /// \param function a kernel of `module`.
  /// \retval ErrorCode::compilation_failed with what verify() finds in Error::log, or because the
  ///         kernel needs more memory for one item than there is.
  static Result<Kernel> make(const kir::Module& module, const kir::Function& function) noexcept;
  ~Kernel();
  Kernel(Kernel&&) noexcept;
  Kernel& operator=(Kernel&&) noexcept;

  [[nodiscard]] const std::string& name() const noexcept;

  /// Runs the body for each of `items`. `arguments` are in parameter order.
  ///
  /// \retval ErrorCode::execution_failed if the kernel does what it may not: reach beyond a buffer or
  ///         an array, divide by zero, read a scalar variable that is not set, end without a
  ///         result, go on for more than max_steps. ErrorContext has the kernel, the buffer, the
  ///         index and its extent, and in `advice` the place in the source and the item. The items
  ///         before have run.
  /// \retval ErrorCode::invalid_argument if there are not as many arguments as parameters.
  /// \retval ErrorCode::cancelled / deadline_exceeded as `control` says.
  [[nodiscard]] Status run(std::span<const backend::KernelArgument> arguments,
                           const ItemRange& items,
                           const RunOptions& options = {}) const noexcept;

 private:
  explicit Kernel(std::unique_ptr<const Code> code) noexcept;

  std::unique_ptr<const Code> code_;
};

}  // namespace dotcompute::interpret
