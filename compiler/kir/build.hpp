// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Short ways to make KIR. They derive types where KIR's rules leave one choice, and check nothing:
/// verify() does.
namespace dotcompute::kir {

/// A list of what cannot be copied, as `Statements` and operands are.
template <class... Parts>
[[nodiscard]] std::vector<ExpressionPtr> expressions(Parts... parts) {
  std::vector<ExpressionPtr> list;
  list.reserve(sizeof...(parts));
  (list.push_back(std::move(parts)), ...);
  return list;
}
template <class... Parts>
[[nodiscard]] Statements statements(Parts... parts) {
  Statements list;
  list.reserve(sizeof...(parts));
  (list.push_back(std::move(parts)), ...);
  return list;
}

/// \param bits as Expression::bits.
[[nodiscard]] ExpressionPtr make_literal(Type type, std::uint64_t bits, Location location = {});
/// `value` wrapped to the width of `type`, an integer type.
[[nodiscard]] ExpressionPtr make_int(ElementType type, std::int64_t value, Location location = {});
/// `value` rounded to `type`, a floating type.
[[nodiscard]] ExpressionPtr make_float(ElementType type, double value, Location location = {});
[[nodiscard]] ExpressionPtr make_bool(bool value, Location location = {});
[[nodiscard]] ExpressionPtr make_variable(Variable& variable, Location location = {});
[[nodiscard]] ExpressionPtr make_unary(UnaryOperator op, ExpressionPtr x, Location location = {});
/// bool for comparisons, else the type of `a`.
[[nodiscard]] ExpressionPtr make_binary(BinaryOperator op,
                                        ExpressionPtr a,
                                        ExpressionPtr b,
                                        Location location = {});
[[nodiscard]] ExpressionPtr make_select(ExpressionPtr condition,
                                        ExpressionPtr then,
                                        ExpressionPtr otherwise,
                                        Location location = {});
/// `x` itself if it has the type already.
[[nodiscard]] ExpressionPtr make_cast(ElementType type, ExpressionPtr x, Location location = {});
/// An element of a buffer, one index for each axis.
[[nodiscard]] ExpressionPtr make_index(Variable& buffer,
                                       std::vector<ExpressionPtr> indices,
                                       Location location = {});
/// An element, or a row, of an array.
[[nodiscard]] ExpressionPtr make_index(ExpressionPtr array,
                                       ExpressionPtr index,
                                       Location location = {});
[[nodiscard]] ExpressionPtr make_member(ExpressionPtr x,
                                        std::uint32_t field,
                                        Type type,
                                        Location location = {});
[[nodiscard]] ExpressionPtr make_extent(Variable& buffer,
                                        std::uint32_t axis = Expression::kAllAxes,
                                        Location location = {});
[[nodiscard]] ExpressionPtr make_call(const Function& callee,
                                      std::vector<ExpressionPtr> arguments,
                                      Location location = {});
/// A buffer handed on to a call.
[[nodiscard]] ExpressionPtr make_buffer(Variable& buffer, Location location = {});
/// bool for is_nan and its like, else the type of the first argument.
[[nodiscard]] ExpressionPtr make_intrinsic(Intrinsic intrinsic,
                                           std::vector<ExpressionPtr> arguments,
                                           Location location = {});
[[nodiscard]] ExpressionPtr make_id(IdQuery query, std::uint32_t axis = 0, Location location = {});
[[nodiscard]] ExpressionPtr make_construct(Type type,
                                           std::vector<ExpressionPtr> parts,
                                           Location location = {});

[[nodiscard]] StatementPtr make_block(Statements body, Location location = {});
/// \param value null leaves the variable unset.
[[nodiscard]] StatementPtr make_declare(Variable& variable,
                                        ExpressionPtr value = nullptr,
                                        Location location = {});
[[nodiscard]] StatementPtr make_assign(ExpressionPtr target,
                                       ExpressionPtr value,
                                       Location location = {});
[[nodiscard]] StatementPtr make_evaluate(ExpressionPtr call, Location location = {});
[[nodiscard]] StatementPtr make_if_else(ExpressionPtr condition,
                                        Statements body,
                                        Statements otherwise = {},
                                        Location location = {});
[[nodiscard]] StatementPtr make_for_loop(StatementPtr first,
                                         ExpressionPtr condition,
                                         StatementPtr step,
                                         Statements body,
                                         Location location = {});
[[nodiscard]] StatementPtr make_while_loop(ExpressionPtr condition,
                                           Statements body,
                                           Location location = {});
[[nodiscard]] StatementPtr make_do_loop(Statements body,
                                        ExpressionPtr condition,
                                        Location location = {});
[[nodiscard]] StatementPtr make_switch_on(ExpressionPtr value,
                                          std::vector<SwitchCase> cases,
                                          Location location = {});
[[nodiscard]] StatementPtr make_break_out(Location location = {});
[[nodiscard]] StatementPtr make_continue_loop(Location location = {});
[[nodiscard]] StatementPtr make_return_from(ExpressionPtr value = nullptr, Location location = {});

/// What is added lives in the function or module; references to it stay valid.
Function& add_function(Module& module, std::string name, Type result = {}, Location location = {});
Function& add_kernel(Module& module, std::string name, Location location = {});
Variable& add_local(Function& function, std::string name, Type type, Location location = {});
/// \param kind buffer, scalar or reference.
Variable& add_parameter(
    Function& function, std::string name, VariableKind kind, Type type, Location location = {});
/// \param direction `in` makes the elements const.
Variable& add_buffer(Function& function,
                     std::string name,
                     ElementType element,
                     Direction direction,
                     std::uint8_t rank = 1,
                     Location location = {});
Variable& add_constant(
    Module& module, std::string name, Type type, ExpressionPtr value, Location location = {});

}  // namespace dotcompute::kir
