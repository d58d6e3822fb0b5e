// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/expression.hpp"
#include "kir/statement.hpp"
#include "kir/type.hpp"

#include "dotcompute/base/kernel_metadata.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// KIR, the kernel representation between the front end and what is emitted: small, typed, and as
/// structured as the source, so that a person recognises the kernel in all that is made of it.
namespace dotcompute::kir {

enum class VariableKind : std::uint8_t {
  buffer,     ///< A parameter: elements in memory, and extents along `rank` axes.
  scalar,     ///< A parameter by value: a scalar or a structure (in functions also an array).
  reference,  ///< A parameter of a function, not of a kernel: another name for the caller's place.
  local,      ///< Of one work item.
  constant,   ///< Of the module: never written.
};

/// Something with a name. A function owns its parameters and locals, a module its constants.
struct Variable {
  std::string name;  ///< An identifier; unlike all others of its function and the module.
  VariableKind kind = VariableKind::local;
  Type type;              ///< Of a buffer: that of an element.
  bool is_const = false;  ///< Of a buffer: its elements are. Of others: set once, where declared.
  std::uint8_t rank = 1;  ///< Of a buffer, 1 to 3.
  bool is_span = true;    ///< Of a buffer: std::span; else dc::in, dc::out, dc::inout.
  Direction direction = Direction::in;  ///< Of a kernel's buffer: what the kernel does with it.
  std::string extents;  ///< Of a kernel's buffer: DC_SHAPE, as Parameter::extents; or empty.
  ExpressionPtr value;  ///< Of a constant: a literal, or a construct of constant values.
  Location location;
};

/// A kernel, or a function that kernels call.
struct Function {
  std::string
      name;  ///< Short, as in the source; for an instantiated template with its arguments made an identifier.
  std::string name_space;  ///< "physics::fluids", or empty.
  std::string symbol;      ///< An identifier unlike all others of the module.
  bool is_kernel = false;
  Type result;  ///< none for kernels.
  std::vector<std::unique_ptr<Variable>> parameters;
  std::vector<std::unique_ptr<Variable>> locals;  ///< In the order of declaration.
  Statements body;
  Location location;

  // Of kernels.
  std::string registered_name;  ///< DC_KERNEL_NAMED, or empty.
  std::uint8_t dimensions = 1;  ///< Axes of the launch range: the highest one asked for, plus 1.
  std::array<std::uint32_t, 3> group_size{0, 0, 0};  ///< DC_GROUP, x y z; 0 is free.
};

/// What the kernels of one source file and all they use become.
struct Module {
  std::vector<std::string> files;     ///< Locations refer to them; the first is the source file.
  std::vector<Structure> structures;  ///< Each after those that it contains.
  std::vector<std::unique_ptr<Variable>> constants;
  std::vector<std::unique_ptr<Function>> functions;  ///< Each after those that it calls.
};

}  // namespace dotcompute::kir
