// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include "base/try.hpp"
#include "errors.hpp"
#include "memory.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <limits>
#include <tuple>
#include <utility>

namespace dotcompute::opencl {
namespace {

// What a kernel gets that names no size of group: enough to fill the lanes of any device.
constexpr std::size_t kUsualGroup = 64;

bool has_free_group(const KernelMetadata& metadata) noexcept {
  return metadata.group_size == std::array<std::uint32_t, 3>{0, 0, 0};
}

}  // namespace

KernelObject::KernelObject(const Api& api, cl_kernel kernel, const ArgumentLayout& layout)
    : api_(api),
      kernel_(kernel),
      memory_(layout.fields().size(), kUnset),
      packed_(layout.bytes()),
      wanted_(layout.bytes()) {}

KernelObject::~KernelObject() {
  std::ignore = api_.release_kernel(kernel_);  // nothing is left to do about a failure
}

cl_int KernelObject::set_arguments(const ArgumentLayout& layout,
                                   const backend::LaunchRequest& request) noexcept {
  if (const cl_int code = set_buffers(layout, request); code != CL_SUCCESS) {
    return code;
  }
  layout.pack(request, wanted_);
  if (is_packed_set_ && wanted_ == packed_) {
    return CL_SUCCESS;
  }
  const cl_int code = api_.set_kernel_argument(kernel_, static_cast<cl_uint>(layout.buffers()),
                                               wanted_.size(), wanted_.data());
  is_packed_set_ = code == CL_SUCCESS;
  packed_.swap(wanted_);
  return code;
}

cl_int KernelObject::set_buffers(const ArgumentLayout& layout,
                                 const backend::LaunchRequest& request) noexcept {
  cl_uint place = 0;
  for (std::size_t index = 0; index < memory_.size(); ++index) {
    if (!layout.fields()[index].is_buffer) {
      continue;
    }
    const Block* const block = block_of(request.memory[index]);
    const std::uint64_t id = block != nullptr ? block->id : 0;
    if (memory_[index] != id) {
      const cl_mem memory = block != nullptr ? block->memory : nullptr;
      memory_[index] = kUnset;
      // NOLINTNEXTLINE(bugprone-sizeof-expression): the argument is the pointer
      const cl_int code = api_.set_kernel_argument(kernel_, place, sizeof(memory), &memory);
      if (code != CL_SUCCESS) {
        return code;
      }
      memory_[index] = id;
    }
    ++place;
  }
  return CL_SUCCESS;
}

Program::Program(std::shared_ptr<const Context> context,
                 const KernelMetadata& metadata,
                 std::string entry)
    : context_(std::move(context)),
      layout_(metadata),
      entry_(std::move(entry)),
      is_parallel_(metadata.is_parallel),
      is_group_free_(has_free_group(metadata)) {}

Program::~Program() {
  idle_.clear();  // kernel objects go before their program
  if (program_ != nullptr) {
    std::ignore = context_->api().release_program(program_);
  }
}

Result<std::unique_ptr<KernelObject>> Program::create_kernel() const noexcept {
  const Api& api = context_->api();
  cl_int code = CL_SUCCESS;
  cl_kernel kernel = api.create_kernel(program_, entry_.c_str(), &code);
  if (code != CL_SUCCESS) {
    return error_of(code);
  }
  try {
    return std::make_unique<KernelObject>(api, kernel, layout_);
  } catch (const std::exception&) {
    std::ignore = api.release_kernel(kernel);
    return no_host_memory();
  }
}

// As many kernel objects as there are threads that launch at one moment.
Result<std::unique_ptr<KernelObject>> Program::take_kernel() const noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto kernel = std::move(idle_.back());
      idle_.pop_back();
      return kernel;
    }
  }
  return create_kernel();
}

void Program::give_back(std::unique_ptr<KernelObject> kernel) const noexcept {
  try {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(kernel));
  } catch (const std::exception&) {
    return;  // without a place for it, it is made anew
  }
}

Status Program::check(const backend::LaunchRequest& request) const noexcept {
  const std::size_t parameters = layout_.fields().size();
  if (request.arguments.size() != parameters || request.memory.size() != parameters) [[unlikely]] {
    return Error{ErrorCode::invalid_argument,
                 "A launch has an argument and memory for each parameter."};
  }
  if (context_->facts().address_bits < 64) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (request.range.size[axis] > kMost ||
          request.first[axis] > kMost - request.range.size[axis]) {
        return Error{ErrorCode::invalid_argument, "The ids of the items do not fit the device."};
      }
    }
  }
  return success();
}

// The groups of the request, smaller if this kernel needs too much of the device for them.
std::array<std::size_t, 3> Program::group_of(const backend::LaunchRequest& request) const noexcept {
  std::array<std::size_t, 3> group{};
  std::size_t items = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    group[axis] = std::max(request.group_size[axis], 1U);
    items *= group[axis];
  }
  if (!is_group_free_) {
    return group;
  }
  if (items == 1) {
    group[0] = std::min(kUsualGroup, max_group_items_);
    return group;
  }
  while (items > max_group_items_) {
    std::size_t& largest = *std::max_element(group.begin(), group.end());
    largest /= 2;
    items = group[0] * group[1] * group[2];
  }
  return group;
}

Program::Geometry Program::geometry_of(const backend::LaunchRequest& request) const noexcept {
  Geometry geometry;
  geometry.local = is_parallel_ ? group_of(request) : std::array<std::size_t, 3>{1, 1, 1};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::size_t items = is_parallel_ ? request.range.size[axis] : 1;
    const std::size_t group = geometry.local[axis];
    geometry.offset[axis] = request.first[axis];
    // Without rounding up by an addition, which may overflow.
    geometry.global[axis] = (items / group + (items % group != 0 ? 1 : 0)) * group;
  }
  return geometry;
}

Result<backend::Completion> Program::launch(const backend::LaunchRequest& request,
                                            Queues& queues) const noexcept {
  DC_TRY(check(request));
  const Geometry geometry = geometry_of(request);
  DC_TRY_ASSIGN(auto kernel, take_kernel());
  auto launched = queues.submit(
      Lane::launch, request.after,
      [&](cl_command_queue queue, const EventList& waits, cl_event* event) {
        if (const cl_int code = kernel->set_arguments(layout_, request); code != CL_SUCCESS) {
          return code;
        }
        return context_->api().enqueue_kernel(queue, kernel->get(), 3, geometry.offset.data(),
                                              geometry.global.data(), geometry.local.data(),
                                              waits.count(), waits.data(), event);
      });
  // What was queued keeps the arguments it was queued with.
  give_back(std::move(kernel));
  return launched;
}

}  // namespace dotcompute::opencl
