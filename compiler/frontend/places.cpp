// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"
#include "kir/walk.hpp"

#include <clang/AST/DeclCXX.h>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

/// Without conversions to a base: a structure has its bases' members.
const clang::Expr* without_base_casts(const clang::Expr* expr) {
  expr = plain(expr);
  while (const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr)) {
    const clang::CastKind kind = cast->getCastKind();
    if (kind != clang::CK_DerivedToBase && kind != clang::CK_UncheckedDerivedToBase &&
        kind != clang::CK_NoOp) {
      break;
    }
    expr = plain(cast->getSubExpr());
  }
  return expr;
}

/// `i` of `*i`, or null.
const clang::VarDecl* dereferenced(const clang::Expr* expr) {
  const clang::Expr* operand = nullptr;
  if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(expr);
      unary != nullptr && unary->getOpcode() == clang::UO_Deref) {
    operand = unary->getSubExpr();
  } else if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(expr);
             call != nullptr && call->getOperator() == clang::OO_Star) {
    operand = call->getArg(0);
  }
  const auto* name =
      operand == nullptr
          ? nullptr
          : llvm::dyn_cast<clang::DeclRefExpr>(plain(operand)->IgnoreParenImpCasts());
  return name == nullptr ? nullptr : llvm::dyn_cast<clang::VarDecl>(name->getDecl());
}

}  // namespace

const Binding* FunctionLowering::binding(const clang::ValueDecl* decl) const {
  const auto found = bindings_.find(llvm::cast<clang::ValueDecl>(decl->getCanonicalDecl()));
  return found == bindings_.end() ? nullptr : &found->second;
}

bool FunctionLowering::is_refused(const clang::Expr* expr) const {
  const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(plain(expr)->IgnoreParenImpCasts());
  const Binding* bound = name == nullptr ? nullptr : binding(name->getDecl());
  return bound != nullptr && bound->is_nothing();
}

kir::ExpressionPtr FunctionLowering::object_place(clang::SourceLocation where) {
  return object_ != nullptr ? kir::clone(*object_)
                            : fail(DiagnosticCode::unsupported_construct, where,
                                   "there is no object here that *this could be");
}

kir::ExpressionPtr FunctionLowering::range_element(const clang::Expr* expr) const {
  const clang::VarDecl* iterator = dereferenced(expr);
  const auto element = iterator == nullptr ? range_elements_.end() : range_elements_.find(iterator);
  return element == range_elements_.end() ? nullptr : kir::clone(*element->second);
}

kir::ExpressionPtr FunctionLowering::place(const clang::Expr* expr) {
  expr = plain(expr);
  if (expr->containsErrors()) {
    return fail_quietly();
  }
  if (ExpressionPtr element = range_element(expr)) {
    return element;
  }
  using clang::Stmt;
  switch (expr->getStmtClass()) {
    case Stmt::DeclRefExprClass:
      return name_place(*llvm::cast<clang::DeclRefExpr>(expr));
    case Stmt::MemberExprClass:
      return member(*llvm::cast<clang::MemberExpr>(expr), true);
    case Stmt::ArraySubscriptExprClass:
      return subscript(*llvm::cast<clang::ArraySubscriptExpr>(expr), true);
    case Stmt::CallExprClass:
    case Stmt::CXXOperatorCallExprClass:
    case Stmt::CXXMemberCallExprClass:
      return call_place(*llvm::cast<clang::CallExpr>(expr));
    case Stmt::UnaryOperatorClass:
      return unary_place(*llvm::cast<clang::UnaryOperator>(expr));
    case Stmt::CompoundAssignOperatorClass:
      return compound_place(*llvm::cast<clang::CompoundAssignOperator>(expr));
    case Stmt::BinaryOperatorClass: {
      const auto& binary = *llvm::cast<clang::BinaryOperator>(expr);
      if (binary.getOpcode() == clang::BO_Assign) {
        return assign_place(binary);
      }
      if (binary.getOpcode() == clang::BO_Comma) {
        effect(binary.getLHS());
        return place(binary.getRHS());
      }
      return unsupported(expr);
    }
    case Stmt::ImplicitCastExprClass:
    case Stmt::CStyleCastExprClass:
    case Stmt::CXXStaticCastExprClass:
    case Stmt::CXXFunctionalCastExprClass:
    case Stmt::CXXConstCastExprClass:
      return cast_place(*llvm::cast<clang::CastExpr>(expr));
    case Stmt::ConditionalOperatorClass:
      return fail(
          DiagnosticCode::unsupported_construct, expr->getExprLoc(),
          "kernels choose between variables with ?: only as what a statement changes; use if");
    default:
      return expr->isGLValue() && !llvm::isa<clang::MaterializeTemporaryExpr>(expr)
                 ? unsupported(expr)
                 : readable_place(expr);
  }
}

kir::ExpressionPtr FunctionLowering::unary_place(const clang::UnaryOperator& unary) {
  if (unary.isIncrementDecrementOp() && unary.isPrefix()) {
    return step_place(unary, nullptr);
  }
  if (unary.getOpcode() == clang::UO_Deref &&
      llvm::isa<clang::CXXThisExpr>(plain(unary.getSubExpr()))) {
    return object_place(unary.getExprLoc());
  }
  if (is_refused(unary.getSubExpr())) {
    return fail_quietly();
  }
  return unary.getOpcode() == clang::UO_Deref
             ? fail(DiagnosticCode::pointer, unary.getExprLoc(),
                    "pointers are not for kernels; take a std::span and an index")
             : unary_value(unary);
}

kir::ExpressionPtr FunctionLowering::cast_place(const clang::CastExpr& cast) {
  const bool drops_const =
      cast.getSubExpr()->getType().isConstQualified() && !cast.getType().isConstQualified();
  if (cast.getCastKind() == clang::CK_NoOp && drops_const && cast.isGLValue()) {
    return fail(DiagnosticCode::unsupported_construct, cast.getExprLoc(),
                "const is not cast away in kernels; copy the value");
  }
  if (cast.getCastKind() == clang::CK_NoOp) {
    return place(cast.getSubExpr());
  }
  return cast.isGLValue() ? cast_value(cast) : readable_place(&cast);
}

kir::ExpressionPtr FunctionLowering::readable_place(const clang::Expr* expr) {
  expr = plain(expr);
  const bool is_temporary = llvm::isa<clang::MaterializeTemporaryExpr>(expr);
  const bool is_place =
      expr->isGLValue() && !is_temporary && !llvm::isa<clang::ConditionalOperator>(expr);
  ExpressionPtr whole = is_place ? place(expr) : final_value(expr);
  // A constant that is a number has a name, but no place.
  if (whole == nullptr || (is_place && kir::root_of(*whole) != nullptr)) {
    return whole;
  }
  // Not const: C++ may change a temporary through a member function.
  const kir::Location location = at(expr->getExprLoc());
  kir::Variable& local = new_local("temporary", whole->type, location);
  emit(kir::make_declare(local, std::move(whole), location));
  return kir::make_variable(local, location);
}

kir::ExpressionPtr FunctionLowering::referred_place(const clang::Expr* expr) {
  const bool is_chosen = expr->isGLValue() && llvm::isa<clang::ConditionalOperator>(plain(expr));
  return is_chosen ? place(expr) : readable_place(expr);
}

kir::ExpressionPtr FunctionLowering::name_place(const clang::DeclRefExpr& name) {
  const clang::ValueDecl* decl = name.getDecl();
  const clang::SourceLocation where = name.getLocation();
  if (const Binding* found = binding(decl)) {
    if (found->place != nullptr) {
      ExpressionPtr named = kir::clone(*found->place);
      named->location = at(where);
      return named;
    }
    if (found->closure != nullptr) {
      return fail(DiagnosticCode::unsupported_construct, where,
                  "a lambda that captures is no value: call it, or hand it to a function");
    }
    if (found->variable == nullptr) {
      return fail_quietly();  // its declaration was refused
    }
    if (found->variable->kind == kir::VariableKind::buffer) {
      return fail(DiagnosticCode::buffer_use, where,
                  "a buffer is no value: index it, ask its size, or pass it on");
    }
    return kir::make_variable(*found->variable, at(where));
  }
  if (llvm::isa<clang::EnumConstantDecl>(decl) || llvm::isa<clang::TemplateParamObjectDecl>(decl)) {
    return constant_value(&name);
  }
  if (llvm::isa<clang::FunctionDecl>(decl)) {
    return fail(DiagnosticCode::pointer, where,
                "functions are only called in kernels; pass a struct with operator() instead");
  }
  if (const auto* structured = llvm::dyn_cast<clang::BindingDecl>(decl)) {
    return structured->getBinding() == nullptr ? fail_quietly() : place(structured->getBinding());
  }
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
  if (variable == nullptr) {
    return unsupported(&name);
  }
  if (name.getType()->isIntegralOrEnumerationType() && variable->getType().isConstQualified()) {
    if (ExpressionPtr folded = try_constant(&name)) {
      return folded;
    }
  }
  kir::Variable* const constant = module_.constant(*variable, where);
  return constant == nullptr ? fail_quietly() : kir::make_variable(*constant, at(where));
}

kir::ExpressionPtr FunctionLowering::member(const clang::MemberExpr& member, bool as_place) {
  const clang::SourceLocation where = member.getMemberLoc();
  if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(member.getMemberDecl())) {
    if (ExpressionPtr folded = variable->getType().isConstQualified() &&
                                       variable->getType()->isIntegralOrEnumerationType()
                                   ? try_constant(&member)
                                   : nullptr) {
      return folded;
    }
    kir::Variable* const constant = module_.constant(*variable, where);
    return constant == nullptr ? fail_quietly() : kir::make_variable(*constant, at(where));
  }
  const auto* field = llvm::dyn_cast<clang::FieldDecl>(member.getMemberDecl());
  if (field == nullptr) {
    return fail(DiagnosticCode::pointer, where, "member functions are only called in kernels");
  }
  const clang::Expr* base = without_base_casts(member.getBase());
  ExpressionPtr object;
  if (llvm::isa<clang::CXXThisExpr>(base)) {
    object = object_place(where);
  } else if (is_refused(base)) {
    return fail_quietly();
  } else if (member.isArrow()) {
    return fail(DiagnosticCode::pointer, where,
                "pointers are not for kernels; use an element of a span, or a reference");
  } else {
    object = as_place ? place(base) : value(base);
  }
  if (object == nullptr) {
    return fail_quietly();
  }
  const auto number = object->type.kind == kir::TypeKind::structure
                          ? module_.types().field(object->type.structure, field)
                          : std::nullopt;
  if (!number) {
    return fail(DiagnosticCode::unsupported_construct, where,
                "'" + field->getNameAsString() + "' is no member that kernels can reach");
  }
  const kir::Type type = module_.module().structures[object->type.structure].fields[*number].type;
  return kir::make_member(std::move(object), *number, type, at(where));
}

kir::ExpressionPtr FunctionLowering::subscript(const clang::ArraySubscriptExpr& subscript,
                                               bool as_place) {
  const auto* decay = llvm::dyn_cast<clang::ImplicitCastExpr>(plain(subscript.getBase()));
  if (is_refused(subscript.getBase())) {
    return fail_quietly();
  }
  if (decay == nullptr || decay->getCastKind() != clang::CK_ArrayToPointerDecay) {
    return fail(DiagnosticCode::pointer, subscript.getExprLoc(),
                "pointers are not for kernels; take a std::span instead");
  }
  return array_element(decay->getSubExpr(), subscript.getIdx(), as_place);
}

kir::ExpressionPtr FunctionLowering::array_element(const clang::Expr* array,
                                                   const clang::Expr* index,
                                                   bool as_place) {
  // Read from its place too, or an effect of the index would have the whole array kept.
  as_place = as_place || array->isGLValue();
  auto parts = in_order({{[&] { return as_place ? place(array) : value(array); }, as_place},
                         {[&] { return value(index); }}});
  if (!parts) {
    return nullptr;
  }
  if ((*parts)[0]->type.kind != kir::TypeKind::array) {
    return unsupported(array);
  }
  return kir::make_index(std::move((*parts)[0]), std::move((*parts)[1]), at(index->getExprLoc()));
}

}  // namespace dotcompute::frontend
