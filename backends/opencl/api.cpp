// SPDX-License-Identifier: Apache-2.0
#include "api.hpp"

#include "base/try.hpp"
#include "errors.hpp"
#include "platform/driver_library.hpp"

namespace dotcompute::opencl {

cl_int Driver::code_of(const core::Fault& fault) noexcept {
  return fault.native ? static_cast<cl_int>(*fault.native) : native_code_of(fault.code);
}

Result<Api> load(const char* library) noexcept {
  auto opened = core::DriverLibrary::open(library);
  if (!opened) {
    opened.error().context.advice = "install an OpenCL loader, such as ocl-icd-libopencl1";
    return opened.error();
  }
  Api api;
  DC_TRY(opened->fill(api));
  return api;
}

}  // namespace dotcompute::opencl
