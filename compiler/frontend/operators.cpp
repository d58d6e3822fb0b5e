// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"
#include "kir/scalar.hpp"
#include "kir/walk.hpp"

#include <iterator>

namespace dotcompute::frontend {

using kir::BinaryOperator;
using kir::DiagnosticCode;

namespace {

std::optional<BinaryOperator> operator_of(clang::BinaryOperatorKind kind) noexcept {
  using enum BinaryOperator;
  switch (kind) {
    case clang::BO_Add:
    case clang::BO_AddAssign:
      return add;
    case clang::BO_Sub:
    case clang::BO_SubAssign:
      return subtract;
    case clang::BO_Mul:
    case clang::BO_MulAssign:
      return multiply;
    case clang::BO_Div:
    case clang::BO_DivAssign:
      return divide;
    case clang::BO_Rem:
    case clang::BO_RemAssign:
      return remainder;
    case clang::BO_Shl:
    case clang::BO_ShlAssign:
      return shift_left;
    case clang::BO_Shr:
    case clang::BO_ShrAssign:
      return shift_right;
    case clang::BO_And:
    case clang::BO_AndAssign:
      return bit_and;
    case clang::BO_Or:
    case clang::BO_OrAssign:
      return bit_or;
    case clang::BO_Xor:
    case clang::BO_XorAssign:
      return bit_xor;
    case clang::BO_LT:
      return less;
    case clang::BO_LE:
      return less_equal;
    case clang::BO_GT:
      return greater;
    case clang::BO_GE:
      return greater_equal;
    case clang::BO_EQ:
      return equal;
    case clang::BO_NE:
      return not_equal;
    default:
      return std::nullopt;
  }
}

}  // namespace

kir::ExpressionPtr FunctionLowering::unary_value(const clang::UnaryOperator& unary) {
  const clang::SourceLocation where = unary.getOperatorLoc();
  const auto simple = [&](kir::UnaryOperator op) -> ExpressionPtr {
    ExpressionPtr operand = value(unary.getSubExpr());
    return operand == nullptr ? nullptr : kir::make_unary(op, std::move(operand), at(where));
  };
  switch (unary.getOpcode()) {
    case clang::UO_Plus:
    case clang::UO_Extension:
      return value(unary.getSubExpr());
    case clang::UO_Minus: {
      const clang::Expr* inner = plain(unary.getSubExpr())->IgnoreParenImpCasts();
      if (llvm::isa<clang::IntegerLiteral, clang::FloatingLiteral>(inner)) {
        if (ExpressionPtr folded = try_constant(&unary)) {
          return folded;
        }
      }
      return simple(kir::UnaryOperator::negate);
    }
    case clang::UO_Not:
      return simple(kir::UnaryOperator::bit_not);
    case clang::UO_LNot:
      return simple(kir::UnaryOperator::logical_not);
    case clang::UO_PostInc:
    case clang::UO_PostDec: {
      ExpressionPtr old_value;
      return step_place(unary, &old_value) == nullptr ? nullptr : std::move(old_value);
    }
    case clang::UO_PreInc:
    case clang::UO_PreDec:
    case clang::UO_Deref:
      return place(&unary);
    case clang::UO_AddrOf:
      return fail(DiagnosticCode::pointer, where,
                  "pointers are not for kernels; pass a reference, or a span and an index");
    default:
      return fail(DiagnosticCode::unsupported_construct, where,
                  "kernels have no such operator; write standard C++");
  }
}

kir::ExpressionPtr FunctionLowering::binary_value(const clang::BinaryOperator& binary) {
  if (binary.isAssignmentOp()) {
    return place(&binary);
  }
  if (binary.isLogicalOp()) {
    return logical_value(binary);
  }
  if (binary.getOpcode() == clang::BO_Comma) {
    effect(binary.getLHS());
    return value(binary.getRHS());
  }
  const auto op = operator_of(binary.getOpcode());
  if (!op) {
    return fail(DiagnosticCode::unsupported_construct, binary.getOperatorLoc(),
                "kernels have no operator " + binary.getOpcodeStr().str() +
                    "; use ==, != and < between numbers");
  }
  auto operands = in_order(
      {{[&] { return value(binary.getLHS()); }}, {[&] { return value(binary.getRHS()); }}});
  if (!operands) {
    return nullptr;
  }
  if (!(*operands)[0]->type.is_scalar() || !(*operands)[1]->type.is_scalar()) {
    return unsupported(&binary);
  }
  const bool literals = (*operands)[0]->kind == kir::ExpressionKind::literal &&
                        (*operands)[1]->kind == kir::ExpressionKind::literal;
  if (ExpressionPtr folded = literals ? try_constant(&binary) : nullptr) {
    return folded;
  }
  return kir::make_binary(*op, std::move((*operands)[0]), std::move((*operands)[1]),
                          at(binary.getOperatorLoc()));
}

kir::ExpressionPtr FunctionLowering::logical_value(const clang::BinaryOperator& binary) {
  const kir::Location location = at(binary.getOperatorLoc());
  const bool is_and = binary.getOpcode() == clang::BO_LAnd;
  ExpressionPtr left = value(binary.getLHS());
  ExpressionPtr right;
  kir::Statements doing = captured([&] { right = value(binary.getRHS()); });
  if (left == nullptr || right == nullptr) {
    return nullptr;
  }
  if (doing.empty()) {
    return kir::make_binary(is_and ? BinaryOperator::logical_and : BinaryOperator::logical_or,
                            std::move(left), std::move(right), location);
  }
  // The second operand does something, but only if the first does not decide.
  kir::Variable& result = new_local("holds", kir::scalar_type(ElementType::boolean), location);
  emit(kir::make_declare(result, std::move(left), location));
  ExpressionPtr condition = kir::make_variable(result, location);
  if (!is_and) {
    condition = kir::make_unary(kir::UnaryOperator::logical_not, std::move(condition), location);
  }
  doing.push_back(
      kir::make_assign(kir::make_variable(result, location), std::move(right), location));
  emit(kir::make_if_else(std::move(condition), std::move(doing), {}, location));
  return kir::make_variable(result, location);
}

kir::ExpressionPtr FunctionLowering::conditional_value(
    const clang::ConditionalOperator& conditional) {
  const kir::Location location = at(conditional.getQuestionLoc());
  const auto type = type_of(conditional.getType(), conditional.getQuestionLoc());
  if (!type) {
    return nullptr;
  }
  ExpressionPtr condition = value(conditional.getCond());
  ExpressionPtr then;
  ExpressionPtr otherwise;
  kir::Statements doing_then = captured([&] { then = value(conditional.getTrueExpr()); });
  kir::Statements doing_else = captured([&] { otherwise = value(conditional.getFalseExpr()); });
  if (condition == nullptr || then == nullptr || otherwise == nullptr) {
    return fail_quietly();  // one branch may be a throw, which was refused
  }
  if (doing_then.empty() && doing_else.empty()) {
    return kir::make_select(std::move(condition), std::move(then), std::move(otherwise), location);
  }
  kir::Variable& result = new_local("chosen", *type, location);
  emit(kir::make_declare(result, nullptr, location));
  doing_then.push_back(
      kir::make_assign(kir::make_variable(result, location), std::move(then), location));
  doing_else.push_back(
      kir::make_assign(kir::make_variable(result, location), std::move(otherwise), location));
  emit(kir::make_if_else(std::move(condition), std::move(doing_then), std::move(doing_else),
                         location));
  return kir::make_variable(result, location);
}

void FunctionLowering::assign(ExpressionPtr target,
                              ExpressionPtr value,
                              clang::SourceLocation where) {
  emit(kir::make_assign(std::move(target), std::move(value), at(where)));
}

kir::ExpressionPtr FunctionLowering::assign_place(const clang::BinaryOperator& binary) {
  // C++17: the value first, then the place.
  const bool plain_target = llvm::isa<clang::DeclRefExpr>(plain(binary.getLHS()));
  auto parts = in_order(
      {{[&] { return plain_target ? final_value(binary.getRHS()) : value(binary.getRHS()); }},
       {[&] { return place(binary.getLHS()); }, /*is_place=*/true}});
  if (!parts) {
    return nullptr;
  }
  ExpressionPtr target = kir::clone(*(*parts)[1]);
  assign(std::move((*parts)[1]), std::move((*parts)[0]), binary.getOperatorLoc());
  return target;
}

kir::ExpressionPtr FunctionLowering::compound_place(const clang::CompoundAssignOperator& compound) {
  auto parts = in_order({{[&] { return value(compound.getRHS()); }},
                         {[&] { return place(compound.getLHS()); }, /*is_place=*/true}});
  return parts ? compound_assign(compound, std::move((*parts)[1]), std::move((*parts)[0]))
               : fail_quietly();
}

kir::ExpressionPtr FunctionLowering::compound_assign(const clang::CompoundAssignOperator& compound,
                                                     ExpressionPtr target,
                                                     ExpressionPtr operand) {
  const auto op = operator_of(compound.getOpcode());
  const auto computed = type_of(compound.getComputationLHSType(), compound.getOperatorLoc());
  if (!op || !computed) {
    return fail_quietly();
  }
  if (!target->type.is_scalar() || !computed->is_scalar() || !operand->type.is_scalar()) {
    return unsupported(&compound);
  }
  const kir::Location location = at(compound.getOperatorLoc());
  ExpressionPtr before = kir::make_cast(computed->element, kir::clone(*target), location);
  ExpressionPtr after = kir::make_binary(*op, std::move(before), std::move(operand), location);
  after = kir::make_cast(target->type.element, std::move(after), location);
  ExpressionPtr result = kir::clone(*target);
  assign(std::move(target), std::move(after), compound.getOperatorLoc());
  return result;
}

kir::ExpressionPtr FunctionLowering::step_place(const clang::UnaryOperator& step,
                                                ExpressionPtr* old_value) {
  ExpressionPtr target = place(step.getSubExpr());
  return target == nullptr ? nullptr : step_by_one(step, std::move(target), old_value);
}

kir::ExpressionPtr FunctionLowering::step_by_one(const clang::UnaryOperator& step,
                                                 ExpressionPtr target,
                                                 ExpressionPtr* old_value) {
  const kir::Location location = at(step.getOperatorLoc());
  if (!target->type.is_scalar()) {
    return unsupported(&step);
  }
  const ElementType element = target->type.element;
  ExpressionPtr one = kir::is_floating(element) ? kir::make_float(element, 1.0, location)
                                                : kir::make_int(element, 1, location);
  if (old_value != nullptr) {
    *old_value = keep(kir::clone(*target));
  }
  ExpressionPtr after =
      kir::make_binary(step.isIncrementOp() ? BinaryOperator::add : BinaryOperator::subtract,
                       kir::clone(*target), std::move(one), location);
  ExpressionPtr result = kir::clone(*target);
  assign(std::move(target), std::move(after), step.getOperatorLoc());
  return result;
}

}  // namespace dotcompute::frontend
