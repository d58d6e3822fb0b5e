// SPDX-License-Identifier: Apache-2.0
#include "base/try.hpp"
#include "errors.hpp"
#include "program.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

namespace dotcompute::opencl {
namespace {

// May throw std::bad_alloc.
std::string options_for(const DeviceFacts& facts) {
  std::string options = facts.takes_opencl_c_12 ? "-cl-std=CL1.2" : "";
  if (facts.rounds_division_correctly) {
    options += " -cl-fp32-correctly-rounded-divide-sqrt";
  }
  return options;
}

// Each line with its number, as compilers count them. May throw std::bad_alloc.
void append_numbered(std::string_view text, std::string& out) {
  constexpr std::size_t kWidth = 5;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::string number = std::to_string(line);
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.append(kWidth - std::min(kWidth, number.size()), ' ').append(number).append(" | ");
    out.append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Codes that tell of the binary and not of the device's state.
bool is_about_the_binary(ErrorCode code) noexcept {
  return code == ErrorCode::compilation_failed || code == ErrorCode::internal ||
         code == ErrorCode::invalid_argument;
}

Error refused_binary(cl_int code) noexcept {
  Error error = error_of(code);
  if (is_about_the_binary(error.code)) {
    error.code = ErrorCode::invalid_argument;
    error.what = "The binary is not of this device and driver.";
  }
  return error;
}

}  // namespace

Status Program::create(const backend::KernelSource& source) noexcept {
  const char* text = source.text.data();
  const std::size_t size = source.text.size();
  cl_int code = CL_SUCCESS;
  program_ = context_->api().create_program(context_->handle(), 1, &text, &size, &code);
  return code == CL_SUCCESS ? success() : error_of(code);
}

Status Program::create_from_binary(std::span<const std::byte> binary) noexcept {
  const cl_device_id device = context_->device();
  const auto* bytes = reinterpret_cast<const unsigned char*>(binary.data());
  const std::size_t size = binary.size();
  cl_int status = CL_SUCCESS;
  cl_int code = CL_SUCCESS;
  program_ = context_->api().create_program_from_binary(context_->handle(), 1, &device, &size,
                                                        &bytes, &status, &code);
  if (code != CL_SUCCESS || status != CL_SUCCESS) {
    return refused_binary(code != CL_SUCCESS ? code : status);
  }
  return success();
}

Status Program::build(const backend::KernelSource& source) noexcept {
  const bool has_binary = !source.binary.empty();
  DC_TRY(has_binary ? create_from_binary(source.binary) : create(source));
  cl_int code = CL_SUCCESS;
  try {
    const std::string options = options_for(context_->facts());
    const cl_device_id device = context_->device();
    code = context_->api().build_program(program_, 1, &device, options.c_str(), nullptr, nullptr);
  } catch (const std::exception&) {
    return no_host_memory();
  }
  if (code != CL_SUCCESS) {
    return has_binary ? refused_binary(code) : build_error(code, source);
  }
  Status checked = check_kernel();
  if (!checked.ok() && has_binary && is_about_the_binary(checked.error().code)) {
    checked.error().code = ErrorCode::invalid_argument;
  }
  return checked;
}

// Sees that the entry is there and takes as many arguments as the metadata tells; keeps it for the
// first launch.
Status Program::check_kernel() noexcept {
  const Api& api = context_->api();
  DC_TRY_ASSIGN(auto kernel, create_kernel());
  cl_uint arguments = 0;
  cl_int code = api.get_kernel_info(kernel->get(), CL_KERNEL_NUM_ARGS, sizeof(arguments),
                                    &arguments, nullptr);
  if (code == CL_SUCCESS && arguments != layout_.buffers() + 1) {
    Error error{ErrorCode::compilation_failed, "The text takes other arguments than its metadata."};
    error.context.expected.append(layout_.buffers() + 1)
        .append(" arguments: each buffer, and the struct of the others");
    error.context.got.append(arguments);
    return error;
  }
  if (code == CL_SUCCESS) {
    code = api.get_group_info(kernel->get(), context_->device(), CL_KERNEL_WORK_GROUP_SIZE,
                              sizeof(max_group_items_), &max_group_items_, nullptr);
  }
  if (code != CL_SUCCESS) {
    return error_of(code);
  }
  max_group_items_ = std::max<std::size_t>(max_group_items_, 1);
  give_back(std::move(kernel));
  return success();
}

Error Program::build_error(cl_int code, const backend::KernelSource& source) const noexcept {
  Error error = error_of(code);
  if (error.code != ErrorCode::compilation_failed) {
    return error;
  }
  try {
    const Api& api = context_->api();
    const cl_device_id device = context_->device();
    std::size_t size = 0;
    std::string log;
    if (api.get_build_info(program_, device, CL_PROGRAM_BUILD_LOG, 0, nullptr, &size) ==
        CL_SUCCESS) {
      log.resize(size);
      std::ignore =
          api.get_build_info(program_, device, CL_PROGRAM_BUILD_LOG, size, log.data(), nullptr);
      log.erase(std::min(log.find('\0'), log.size()));
    }
    log += log.empty() || log.back() == '\n' ? "" : "\n";
    append_numbered(source.text, log);
    error.log = std::make_shared<const std::string>(std::move(log));
  } catch (const std::exception&) {
    return error;  // the code says more than that the log did not fit
  }
  return error;
}

Result<std::vector<std::byte>> Program::binary() const noexcept {
  const Api& api = context_->api();
  std::size_t size = 0;
  cl_int code =
      api.get_program_info(program_, CL_PROGRAM_BINARY_SIZES, sizeof(size), &size, nullptr);
  if (code != CL_SUCCESS) {
    return error_of(code);
  }
  try {
    std::vector<std::byte> bytes(size);
    auto* place = reinterpret_cast<unsigned char*>(bytes.data());
    if (size > 0) {
      code = api.get_program_info(program_, CL_PROGRAM_BINARIES, sizeof(place), &place, nullptr);
    }
    if (code != CL_SUCCESS) {
      return error_of(code);
    }
    return bytes;
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

Result<std::unique_ptr<backend::Program>> compile(const backend::KernelSource& source,
                                                  std::shared_ptr<const Context> context) noexcept {
  if (source.language != backend::SourceLanguage::opencl_c) {
    return Error{ErrorCode::compilation_failed, "An OpenCL device takes OpenCL C only."};
  }
  if (source.text.empty() || source.metadata == nullptr) {
    return Error{ErrorCode::compilation_failed, "There is nothing to compile."};
  }
  try {
    auto program =
        std::make_unique<Program>(std::move(context), *source.metadata, std::string(source.entry));
    DC_TRY(program->build(source));
    return std::unique_ptr<backend::Program>(std::move(program));
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

}  // namespace dotcompute::opencl
