// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"

#include <clang/AST/DeclCXX.h>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

bool is_literal(const clang::Expr* expr) {
  expr = plain(expr)->IgnoreParenImpCasts();
  return llvm::isa<clang::IntegerLiteral, clang::FloatingLiteral, clang::CharacterLiteral,
                   clang::CXXBoolLiteralExpr>(expr);
}

}  // namespace

kir::ExpressionPtr FunctionLowering::cast_value(const clang::CastExpr& cast) {
  const clang::Expr* inner = cast.getSubExpr();
  const clang::SourceLocation where = cast.getExprLoc();
  switch (cast.getCastKind()) {
    case clang::CK_LValueToRValue:
    case clang::CK_NoOp:
    case clang::CK_ConstructorConversion:
    case clang::CK_UserDefinedConversion:
      return value(inner);
    case clang::CK_IntegralCast:
    case clang::CK_IntegralToFloating:
    case clang::CK_IntegralToBoolean:
    case clang::CK_FloatingCast:
    case clang::CK_FloatingToIntegral:
    case clang::CK_FloatingToBoolean:
    case clang::CK_BooleanToSignedIntegral:
      break;
    case clang::CK_ArrayToPointerDecay:
    case clang::CK_FunctionToPointerDecay:
    case clang::CK_NullToPointer:
    case clang::CK_BitCast:
    case clang::CK_IntegralToPointer:
    case clang::CK_PointerToIntegral:
    case clang::CK_PointerToBoolean:
      if (llvm::isa<clang::StringLiteral>(plain(inner))) {
        return unsupported(plain(inner));
      }
      return fail(DiagnosticCode::pointer, where,
                  "pointers are not for kernels; take a std::span and an index, or a reference");
    case clang::CK_DerivedToBase:
    case clang::CK_UncheckedDerivedToBase:
      return fail(DiagnosticCode::unsupported_construct, where,
                  "kernels do not copy the base of a struct; make the base a member");
    default:
      return fail(DiagnosticCode::unsupported_construct, where,
                  "kernels have no such conversion (" + std::string(cast.getCastKindName()) +
                      "); use static_cast between numbers");
  }
  const auto type = type_of(cast.getType(), where);
  if (!type) {
    return nullptr;
  }
  if (is_literal(inner)) {
    if (ExpressionPtr folded = try_constant(&cast)) {
      return folded;
    }
  }
  ExpressionPtr operand = value(inner);
  if (operand == nullptr || !operand->type.is_scalar()) {
    return operand == nullptr ? nullptr : unsupported(&cast);
  }
  return kir::make_cast(type->element, std::move(operand), at(where));
}

kir::ExpressionPtr FunctionLowering::construct_value(const clang::CXXConstructExpr& construct) {
  const clang::CXXConstructorDecl& constructor = *construct.getConstructor();
  const auto type = type_of(construct.getType(), construct.getExprLoc());
  if (!type) {
    return nullptr;
  }
  if (constructor.isCopyOrMoveConstructor() && constructor.isTrivial() &&
      construct.getNumArgs() >= 1) {
    return value(construct.getArg(0));
  }
  if (constructor.isTrivial() || type->kind != kir::TypeKind::structure) {
    if (constructor.isDefaultConstructor() &&
        (constructor.isTrivial() || type->kind == kir::TypeKind::scalar)) {
      return zero(*type, at(construct.getExprLoc()));
    }
    return fail(DiagnosticCode::unsupported_construct, construct.getExprLoc(),
                "kernels do not run constructors for the elements of an array; give a list of "
                "values");
  }
  return call_of(constructor, type->structure, nullptr,
                 llvm::ArrayRef(construct.getArgs(), construct.getNumArgs()),
                 construct.getExprLoc());
}

}  // namespace dotcompute::frontend
