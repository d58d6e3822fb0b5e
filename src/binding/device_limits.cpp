// SPDX-License-Identifier: Apache-2.0
#include "binding/device_limits.hpp"

#include "base/describe.hpp"

#include <algorithm>
#include <limits>

namespace dotcompute::core {
namespace {

Error error_of(const Signature& signature,
               const backend::DeviceInfo& device,
               std::string_view what) noexcept {
  Error error{ErrorCode::invalid_argument, what};
  error.context.kernel = signature.name;
  error.context.device = device.id;
  return error;
}

/// Blocks that suit most devices: 256 items, near each other in memory along x.
constexpr std::array<std::array<std::uint32_t, 3>, 3> kDefaultSizes{
    {{256, 1, 1}, {16, 16, 1}, {8, 8, 4}}};

/// At most 2^64 - 1, whatever the sizes.
std::uint64_t product(const std::array<std::uint32_t, 3>& size) noexcept {
  std::uint64_t items = std::uint64_t{size[0]} * size[1];
  return __builtin_mul_overflow(items, size[2], &items) ? std::numeric_limits<std::uint64_t>::max()
                                                        : items;
}

}  // namespace

Result<Geometry> find_geometry(const Signature& signature,
                               const dotcompute::detail::CallRequest& request,
                               const LaunchRange& range,
                               const backend::DeviceInfo& device) noexcept {
  Geometry geometry;
  const auto& wished = signature.metadata->group_size;
  const bool asked = request.options != nullptr && request.options->group_size.has_value();
  if (asked || product(wished) != 0) {
    geometry.group_size = asked ? *request.options->group_size : wished;
    if (product(geometry.group_size) == 0 || product(geometry.group_size) > device.max_group_size) {
      Error error = error_of(signature, device, "The device does not take this work-group size.");
      error.context.expected.append("1 to ").append(device.max_group_size).append(" items");
      describe_extents({geometry.group_size[0], geometry.group_size[1], geometry.group_size[2]}, 3,
                       error.context.got);
      return error;
    }
  } else {
    geometry.group_size = kDefaultSizes[signature.metadata->dimensions - 1];
    for (std::size_t axis = 2; product(geometry.group_size) > device.max_group_size;) {
      // z first, x last: neighbours along x share cache lines.
      if (geometry.group_size[axis] > 1) {
        geometry.group_size[axis] /= 2;
      } else {
        --axis;
      }
    }
  }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::uint64_t size = geometry.group_size[axis];
    const std::uint64_t groups = range.size[axis] / size + (range.size[axis] % size != 0 ? 1 : 0);
    if (groups > std::numeric_limits<std::uint32_t>::max()) {
      Error error = error_of(signature, device, "The range needs too many work groups.");
      error.context.expected = "at most 4294967295 groups on an axis";
      error.context.got.append(groups);
      return error;
    }
    geometry.groups[axis] = static_cast<std::uint32_t>(groups);
  }
  return geometry;
}

Status check_device_limits(const Signature& signature,
                           const BoundCall& call,
                           const backend::DeviceInfo& device) noexcept {
  // A kernel may tell how many items there are, so that a launch cannot be cut behind its back.
  if (*std::max_element(call.range.size.begin(), call.range.size.end()) > device.max_items) {
    Error error = error_of(signature, device, "The device does not take that many work items.");
    error.context.expected.append("at most ").append(device.max_items).append(" items on an axis");
    describe_extents({call.range.size[0], call.range.size[1], call.range.size[2]}, 3,
                     error.context.got);
    return error;
  }
  for (std::size_t index = 0; index < signature.size(); ++index) {
    const Signature::Item& item = signature.items[index];
    const bool lacks_type =
        (item.type.element() == ElementType::float64 && !device.has_float64) ||
        (item.type.element() == ElementType::float16 && !device.has_float16 && !device.host_memory);
    if (lacks_type) {
      Error error = error_of(signature, device, "The device does not have the parameter's type.");
      error.context.parameter = item.name;
      error.context.expected = "another device or another type";
      describe_type(item.type, error.context.got);
      return error;
    }
    if ((signature.buffers >> index & 1U) == 0 || device.max_allocation_bytes == 0) {
      continue;
    }
    const Extents& extents = call.arguments[index].extents;
    const std::uint64_t bytes = extents[0] * extents[1] * extents[2] * item.type.size();
    if (bytes > device.max_allocation_bytes) {
      Error error = error_of(signature, device, "The array is larger than the device allows.");
      error.context.parameter = item.name;
      error.context.expected.append("at most ")
          .append(device.max_allocation_bytes)
          .append(" bytes");
      error.context.got.append(bytes);
      return error;
    }
  }
  return success();
}

}  // namespace dotcompute::core
