// SPDX-License-Identifier: Apache-2.0
#include "interpret/compiler.hpp"
#include "interpret/interpret.hpp"
#include "interpret/item_order.hpp"
#include "interpret/machine.hpp"
#include "kir/scalar.hpp"
#include "kir/verify.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <exception>
#include <utility>
#include <vector>

namespace dotcompute::interpret {
namespace {

static_assert(std::endian::native == std::endian::little, "A slot's first bytes are its value.");

using kir::IdQuery;

Error no_memory() noexcept {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

Error ill_formed(const kir::Diagnostics& mistakes) {
  std::string log;
  for (const kir::Diagnostic& mistake : mistakes) {
    log += std::to_string(mistake.location.line) + ":" + std::to_string(mistake.location.column) +
           ": " + mistake.message + " [" + mistake.code + "]\n";
  }
  Error error{ErrorCode::compilation_failed, "The kernel is not well-formed KIR."};
  error.log = std::make_shared<const std::string>(std::move(log));
  return error;
}

// Everything of a launch that stays the same from item to item.
struct Geometry {
  std::array<std::uint64_t, 3> range{1, 1, 1};
  std::array<std::uint64_t, 3> group_size{1, 1, 1};
};

Geometry geometry_of(const Code& code, const ItemRange& items, const RunOptions& options) {
  Geometry geometry;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    geometry.range[axis] = options.range[axis] != 0 ? options.range[axis] : items.end[axis];
    const std::uint32_t size =
        options.group_size[axis] != 0 ? options.group_size[axis] : code.group_size[axis];
    geometry.group_size[axis] = std::max(size, 1U);
  }
  return geometry;
}

void put_id(const Machine& machine, IdQuery query, std::uint32_t axis, std::uint64_t value) {
  put_raw(machine, id_slot(query, axis), value);
}

void place_launch(const Machine& machine, const Geometry& geometry) {
  for (std::uint32_t axis = 0; axis < 3; ++axis) {
    const std::uint64_t range = geometry.range[axis];
    const std::uint64_t size = geometry.group_size[axis];
    put_id(machine, IdQuery::global_size, axis, range);
    put_id(machine, IdQuery::local_size, axis, size);
    put_id(machine, IdQuery::group_count, axis, range / size + (range % size != 0 ? 1 : 0));
  }
}

void place_item(const Machine& machine,
                const Geometry& geometry,
                const std::array<std::uint64_t, 3>& id) {
  for (std::uint32_t axis = 0; axis < 3; ++axis) {
    const std::uint64_t size = geometry.group_size[axis];
    put_id(machine, IdQuery::global_id, axis, id[axis]);
    // Division is slow, and most kernels are run in groups of one.
    put_id(machine, IdQuery::local_id, axis, size == 1 ? 0 : id[axis] % size);
    put_id(machine, IdQuery::group_id, axis, size == 1 ? id[axis] : id[axis] / size);
  }
}

void place_buffer(const Machine& machine,
                  const ParameterPlace& place,
                  const backend::KernelArgument& argument,
                  std::uint64_t parameter) {
  std::uint64_t all = 1;
  for (std::uint32_t axis = 0; axis < 3; ++axis) {
    const std::uint64_t extent = axis < place.rank ? argument.extents[axis] : 1;
    put_raw(machine, place.offset + buffer_slot::kExtents + axis * 8, extent);
    all *= extent;
  }
  put_raw(machine, place.offset + buffer_slot::kData, std::bit_cast<std::uintptr_t>(argument.data));
  put_raw(machine, place.offset + buffer_slot::kAll, all);
  put_raw(machine, place.offset + buffer_slot::kParameter, parameter);
}

void place_arguments(const Machine& machine,
                     const Code& code,
                     std::span<const backend::KernelArgument> arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const ParameterPlace& place = code.parameters[i];
    if (place.is_buffer) {
      place_buffer(machine, place, arguments[i], i);
    } else if (place.is_slot) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, arguments[i].data, place.bytes);
      put_raw(machine, place.offset,
              place.element == ElementType::boolean ? (bits != 0 ? 1 : 0)
                                                    : kir::canonical_bits(place.element, bits));
    } else {
      std::memcpy(machine.frame + place.offset, arguments[i].data, place.bytes);
    }
  }
}

std::string_view what(Fault fault, bool is_buffer) noexcept {
  switch (fault) {
    case Fault::index:
      return is_buffer ? "A kernel reaches beyond a buffer." : "A kernel reaches beyond an array.";
    case Fault::divisor:
      return "A kernel divides an integer by zero.";
    case Fault::unset:
      return "A kernel reads a variable that is not set.";
    case Fault::no_result:
      return "A function of a kernel ends without its result.";
    default:
      return "A kernel takes more steps than it may: a loop may have no end.";
  }
}

// "nbody.cpp:12:5, item (3, 0, 0)"
void describe_place(FixedText<240>& text,
                    const Code& code,
                    kir::Location location,
                    const std::array<std::uint64_t, 3>& id) {
  const bool has_file = location.line != 0 && location.file < code.files.size();
  text.append("At ").append(has_file ? std::string_view(code.files[location.file]) : "line ");
  text.append(has_file ? ":" : "").append(location.line).append(":").append(location.column);
  text.append(", item (").append(id[0]).append(", ").append(id[1]).append(", ").append(id[2]);
  text.append(").");
}

Error error_of(const Machine& machine, const Code& code, const std::array<std::uint64_t, 3>& id) {
  Error error{ErrorCode::execution_failed, what(machine.fault, machine.is_buffer)};
  const auto place = static_cast<std::size_t>(machine.where - machine.code);
  error.context.kernel = code.name;
  if (machine.fault == Fault::index && machine.is_buffer) {
    error.context.parameter = code.parameters[machine.parameter].name;
  } else if (const auto subject = code.subjects.find(place); subject != code.subjects.end()) {
    error.context.parameter = subject->second;
  }
  if (machine.fault == Fault::index) {
    error.context.expected.append("an index below ").append(machine.extent);
    error.context.expected.append(" on axis ").append(machine.axis);
    error.context.got.append(static_cast<std::int64_t>(machine.index));
  }
  describe_place(error.context.advice, code, code.locations[place], id);
  return error;
}

// May throw std::bad_alloc.
Status run_items(const Code& code,
                 std::span<const backend::KernelArgument> arguments,
                 const ItemRange& items,
                 const RunOptions& options) {
  std::vector<std::byte> frame(code.frame_bytes);
  std::copy(code.image.begin(), code.image.end(), frame.begin());
  Machine machine{
      .frame = frame.data(), .code = code.instructions.data(), .control = options.control};
  const Geometry geometry = geometry_of(code, items, options);
  place_launch(machine, geometry);
  place_arguments(machine, code, arguments);
  const ItemOrder order(items, options.shuffle_seed);
  const std::uint64_t max_steps = std::max<std::uint64_t>(options.max_steps, 1);
  for (std::uint64_t i = 0; i < order.count(); ++i) {
    if (i % kStepsAtOnce == 0 && options.control != nullptr) {
      const Status status = options.control->check();
      if (!status.ok()) {
        return status.error();
      }
    }
    const std::array<std::uint64_t, 3> id = order.at(i);
    place_item(machine, geometry, id);
    machine.steps = std::min(max_steps, kStepsAtOnce);
    machine.steps_kept = max_steps - machine.steps;
    const Instruction* at = machine.code + code.entry;
    while (at != nullptr) {
      at = at->run(machine, *at);
    }
    if (machine.fault == Fault::stopped) {
      return options.control->check();
    }
    if (machine.fault != Fault::none) {
      return error_of(machine, code, id);
    }
  }
  return success();
}

}  // namespace

Kernel::Kernel(std::unique_ptr<const Code> code) noexcept : code_(std::move(code)) {}
Kernel::~Kernel() = default;
Kernel::Kernel(Kernel&&) noexcept = default;
Kernel& Kernel::operator=(Kernel&&) noexcept = default;

const std::string& Kernel::name() const noexcept {
  return code_->name;
}

Result<Kernel> Kernel::make(const kir::Module& module, const kir::Function& function) noexcept {
  try {
    const kir::Diagnostics mistakes = kir::verify(module);
    if (!mistakes.empty()) {
      return ill_formed(mistakes);
    }
    std::optional<Code> code = Compiler(module, function).compile();
    if (!code) {
      return Error{ErrorCode::compilation_failed,
                   "A kernel needs more memory for one item than the interpreter has."};
    }
    return Kernel(std::make_unique<const Code>(std::move(*code)));
  } catch (const std::exception&) {
    return no_memory();
  }
}

Status Kernel::run(std::span<const backend::KernelArgument> arguments,
                   const ItemRange& items,
                   const RunOptions& options) const noexcept {
  if (arguments.size() != code_->parameters.size()) {
    return Error{ErrorCode::invalid_argument, "A kernel has an argument for each parameter."};
  }
  try {
    return run_items(*code_, arguments, items, options);
  } catch (const std::exception&) {
    return no_memory();
  }
}

}  // namespace dotcompute::interpret
