// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::opencl {

/// Why drivers that are registered with the loader give no platform: files that name a library that
/// cannot be loaded, a sentence each. Loaders pass over these in silence.
///
/// \param vendors a folder of .icd files, one such file, or a library, as in OCL_ICD_VENDORS.
/// May throw std::bad_alloc.
[[nodiscard]] std::vector<std::string> vendor_problems(std::string_view vendors);

/// What OCL_ICD_VENDORS says, or "/etc/OpenCL/vendors".
[[nodiscard]] std::string_view vendors_of_this_process() noexcept;

}  // namespace dotcompute::opencl
