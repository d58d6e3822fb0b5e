// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"

#include <clang/AST/DeclCXX.h>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

bool keeps_buffer(clang::CastKind kind) noexcept {
  return kind == clang::CK_NoOp || kind == clang::CK_LValueToRValue ||
         kind == clang::CK_ConstructorConversion || kind == clang::CK_DerivedToBase ||
         kind == clang::CK_UncheckedDerivedToBase;
}

}  // namespace

kir::Variable* FunctionLowering::buffer(const clang::Expr* expr) {
  while (true) {
    expr = plain(expr);
    if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr);
        cast != nullptr && keeps_buffer(cast->getCastKind())) {
      expr = cast->getSubExpr();
    } else if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expr)) {
      expr = temporary->getSubExpr();
    } else if (const auto* construct = llvm::dyn_cast<clang::CXXConstructExpr>(expr);
               construct != nullptr && construct->getNumArgs() >= 1 &&
               Types::buffer(construct->getArg(0)->getType())) {
      expr = construct->getArg(0);  // a copy, or const added to the elements
    } else {
      break;
    }
  }
  if (expr->containsErrors()) {
    fail_quietly();
    return nullptr;
  }
  if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(expr)) {
    const Binding* found = binding(name->getDecl());
    if (found != nullptr && found->variable != nullptr &&
        found->variable->kind == kir::VariableKind::buffer) {
      return found->variable;
    }
    if (found != nullptr && found->variable == nullptr && found->place == nullptr) {
      fail_quietly();  // its declaration was refused
      return nullptr;
    }
  }
  fail(DiagnosticCode::buffer_use, expr->getExprLoc(),
       "kernels do not make buffers or parts of them; use the parameter itself, with an offset");
  return nullptr;
}

kir::ExpressionPtr FunctionLowering::buffer_call(const clang::CallExpr& call,
                                                 const clang::Expr* object,
                                                 bool /*as_place*/) {
  const auto* function = call.getDirectCallee();
  llvm::SmallVector<const clang::Expr*, 4> arguments(call.arguments());
  std::string name;
  if (llvm::isa<clang::CXXOperatorCallExpr>(call)) {
    arguments.erase(arguments.begin());
    name = function->getOverloadedOperator() == clang::OO_Equal ? "operator=" : "element";
  } else if (function->getIdentifier() != nullptr) {
    name = function->getName().str();
  }
  kir::Variable* const variable = buffer(object);
  return variable == nullptr ? nullptr : buffer_member(call, *variable, name, arguments);
}

kir::ExpressionPtr FunctionLowering::buffer_member(const clang::CallExpr& call,
                                                   kir::Variable& buffer,
                                                   llvm::StringRef name,
                                                   llvm::ArrayRef<const clang::Expr*> arguments) {
  const clang::SourceLocation where = call.getExprLoc();
  const kir::Location location = at(where);
  const auto size_value = [](std::int64_t value, kir::Location place) {
    return kir::make_int(ElementType::uint64, value, place);
  };
  if (name == "element" || name == "at") {
    if (arguments.size() != buffer.rank) {
      return fail(DiagnosticCode::buffer_use, where,
                  "'" + buffer.name + "' has " + std::to_string(buffer.rank) +
                      " axes; write (row, column) with an index for each");
    }
    std::vector<Part> parts;
    for (const clang::Expr* index : arguments) {
      parts.push_back({[this, index] { return value(index); }});
    }
    auto indices = in_order(std::move(parts));
    return indices ? kir::make_index(buffer, std::move(*indices), location) : nullptr;
  }
  if (name == "size") {
    return kir::make_extent(buffer, Expression::kAllAxes, location);
  }
  if (name == "empty") {
    return kir::make_binary(kir::BinaryOperator::equal,
                            kir::make_extent(buffer, Expression::kAllAxes, location),
                            size_value(0, location), location);
  }
  if (name == "size_bytes") {
    fail(DiagnosticCode::buffer_use, where, "kernels count elements; use size()");
    return nullptr;
  }
  if (name == "extent" && arguments.size() == 1) {
    clang::Expr::EvalResult axis;
    if (!arguments[0]->EvaluateAsInt(axis, module_.context()) ||
        axis.Val.getInt().getExtValue() < 0 || axis.Val.getInt().getExtValue() >= buffer.rank) {
      return fail(
          DiagnosticCode::not_constant, arguments[0]->getExprLoc(),
          "the axis of extent() is a constant from 0 to " + std::to_string(buffer.rank - 1));
    }
    const auto number = static_cast<std::uint32_t>(axis.Val.getInt().getExtValue());
    return kir::make_extent(buffer, number, location);
  }
  if ((name == "front" || name == "back") && buffer.rank == 1) {
    ExpressionPtr index = name == "front" ? size_value(0, location)
                                          : kir::make_binary(kir::BinaryOperator::subtract,
                                                             kir::make_extent(buffer, 0, location),
                                                             size_value(1, location), location);
    return kir::make_index(buffer, kir::expressions(std::move(index)), location);
  }
  return fail(DiagnosticCode::buffer_use, where,
              "kernels index buffers and ask their size; '" + name.str() +
                  "' is not for them: pass the buffer and an offset instead");
}

kir::ExpressionPtr FunctionLowering::array_call(const clang::CallExpr& call,
                                                const clang::Expr* object,
                                                bool as_place) {
  const auto* function = call.getDirectCallee();
  const clang::SourceLocation where = call.getExprLoc();
  const kir::Location location = at(where);
  if (const auto* operator_call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call)) {
    if (operator_call->getOperator() == clang::OO_Subscript) {
      return array_element(object, call.getArg(1), as_place);
    }
    return fail(DiagnosticCode::unsupported_construct, where,
                "kernels index and copy arrays; write a loop");
  }
  const llvm::StringRef name =
      function->getIdentifier() == nullptr ? llvm::StringRef() : function->getName();
  if (name == "at" && call.getNumArgs() == 1) {
    return array_element(object, call.getArg(0), as_place);
  }
  const auto type = type_of(object->getType(), where);
  if (!type) {
    return nullptr;
  }
  const std::int64_t size = type->extents.front();
  if (name == "size" || name == "max_size") {
    return kir::make_int(ElementType::uint64, size, location);
  }
  if (name == "empty") {
    return kir::make_bool(false, location);
  }
  if (name == "front" || name == "back") {
    ExpressionPtr array = object->isGLValue() ? place(object) : value(object);
    return array == nullptr
               ? nullptr
               : kir::make_index(
                     std::move(array),
                     kir::make_int(ElementType::uint64, name == "front" ? 0 : size - 1, location),
                     location);
  }
  return fail(
      DiagnosticCode::unsupported_construct, where,
      "kernels index arrays and ask their size; instead of '" + name.str() + "' write a loop");
}

}  // namespace dotcompute::frontend
