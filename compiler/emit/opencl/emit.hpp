// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <string>
#include <vector>

/// KIR as OpenCL C 1.2. What the emitted text and whoever launches it agree on:
///
/// The arguments of a `kernel` function are, for each buffer in the order of the parameters, a
/// pointer to its memory object; then one struct by value. The fields of that struct, each beginning
/// at the next multiple of 8 bytes, are `ulong range[3]`, the items of the launch along x, y and z;
/// then for each parameter in order: of a buffer its extents, `ulong` for each axis, slowest first,
/// and a `long`, the bytes from the memory object's begin to element 0; of a scalar its value, as it
/// lies in the host's memory. The struct's size is a multiple of 8.
///
/// Items have get_global_id() as ids. Those that are `range` or more beyond get_global_offset() do
/// nothing, so that the launch may be rounded up to whole groups.
namespace dotcompute::emit {

/// One kernel as a program, or why there is none.
struct OpenClKernel {
  std::string text;   ///< Empty if the language lacks what the kernel needs.
  std::string entry;  ///< The name of its function in the text.
  std::string note;   ///< Why there is no text.
};

/// A program with `kernel` and all it needs.
///
/// Integers are computed as KIR says, sums that wrap included. float16 is stored, and computed in
/// float. Functions are those of OpenCL, whose accuracy the standard states; division and roots of
/// float are rounded correctly if it is built with -cl-fp32-correctly-rounded-divide-sqrt.
///
/// \pre verify() finds nothing in `module`, and `kernel` is one of its kernels.
[[nodiscard]] OpenClKernel emit_opencl(const kir::Module& module, const kir::Function& kernel);

/// All kernels of `module` in one text, for people to read; a comment for each that has none.
[[nodiscard]] std::string emit_opencl(const kir::Module& module);

}  // namespace dotcompute::emit
