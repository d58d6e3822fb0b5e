// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/Basic/Builtins.h>
#include <clang/Basic/Stack.h>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

// What our own stack holds; check_depth() says what KIR takes.
constexpr unsigned kMaxDepth = 250;

/// The values of a struct's members, those of its bases first.
void append_inits(const clang::InitListExpr& list, llvm::SmallVectorImpl<clang::Expr*>& inits) {
  const clang::CXXRecordDecl* record = list.getType()->getAsCXXRecordDecl();
  const unsigned bases = record == nullptr ? 0 : record->getNumBases();
  for (unsigned i = 0; i < list.getNumInits(); ++i) {
    const auto* base =
        i < bases ? llvm::dyn_cast<clang::InitListExpr>(plain(list.getInit(i))) : nullptr;
    if (base != nullptr) {
      append_inits(*base, inits);
    } else if (i < bases) {
      inits.clear();  // a copy of a base: refused as a list that does not fit
      return;
    } else {
      inits.push_back(const_cast<clang::Expr*>(list.getInit(i)));
    }
  }
}

/// True of std::move and its like, which Clang does not give a body.
bool is_move(const clang::CallExpr& call) {
  switch (call.getBuiltinCallee()) {
    case clang::Builtin::BImove:
    case clang::Builtin::BImove_if_noexcept:
    case clang::Builtin::BIforward:
    case clang::Builtin::BIforward_like:
    case clang::Builtin::BIas_const:
      return call.getNumArgs() == 1;
    default:
      return false;
  }
}

/// True of expressions that have a value before anything runs, whatever they are made of.
bool is_always_constant(const clang::Expr& expr) {
  switch (expr.getStmtClass()) {
    case clang::Stmt::IntegerLiteralClass:
    case clang::Stmt::CharacterLiteralClass:
    case clang::Stmt::FloatingLiteralClass:
    case clang::Stmt::CXXBoolLiteralExprClass:
    case clang::Stmt::UnaryExprOrTypeTraitExprClass:
    case clang::Stmt::TypeTraitExprClass:
    case clang::Stmt::ArrayTypeTraitExprClass:
    case clang::Stmt::ExpressionTraitExprClass:
    case clang::Stmt::RequiresExprClass:
    case clang::Stmt::ConceptSpecializationExprClass:
    case clang::Stmt::SizeOfPackExprClass:
    case clang::Stmt::OffsetOfExprClass:
    case clang::Stmt::CXXNoexceptExprClass:
      return true;
    default:
      return false;
  }
}

}  // namespace

const clang::Expr* plain(const clang::Expr* expr) {
  while (true) {
    const clang::Expr* inner = expr;
    if (const auto* parens = llvm::dyn_cast<clang::ParenExpr>(expr)) {
      inner = parens->getSubExpr();
    } else if (const auto* full = llvm::dyn_cast<clang::FullExpr>(expr)) {
      inner = full->getSubExpr();
    } else if (const auto* bound = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(expr)) {
      inner = bound->getSubExpr();
    } else if (const auto* substituted =
                   llvm::dyn_cast<clang::SubstNonTypeTemplateParmExpr>(expr)) {
      inner = substituted->getReplacement();
    } else if (const auto* argument = llvm::dyn_cast<clang::CXXDefaultArgExpr>(expr)) {
      inner = argument->getExpr();
    } else if (const auto* member = llvm::dyn_cast<clang::CXXDefaultInitExpr>(expr)) {
      inner = member->getExpr();
    } else if (const auto* rewritten = llvm::dyn_cast<clang::CXXRewrittenBinaryOperator>(expr)) {
      inner = rewritten->getSemanticForm();
    } else if (const auto* chosen = llvm::dyn_cast<clang::GenericSelectionExpr>(expr);
               chosen != nullptr && !chosen->isResultDependent()) {
      inner = chosen->getResultExpr();
    } else if (const auto* builtin = llvm::dyn_cast<clang::ChooseExpr>(expr)) {
      inner = builtin->getChosenSubExpr();
    } else if (const auto* call = llvm::dyn_cast<clang::CallExpr>(expr);
               call != nullptr && is_move(*call)) {
      inner = call->getArg(0);
    }
    if (inner == expr || inner == nullptr) {
      return expr;
    }
    expr = inner;
  }
}

kir::ExpressionPtr FunctionLowering::value(const clang::Expr* expr) {
  ExpressionPtr result = final_value(expr);
  // A call of a function that does something stands in a statement of its own.
  return module_.is_impure_call(result.get()) ? keep(std::move(result)) : std::move(result);
}

kir::ExpressionPtr FunctionLowering::final_value(const clang::Expr* expr) {
  expr = plain(expr);
  if (expr->containsErrors()) {
    return fail_quietly();  // Clang has reported them
  }
  if (++depth_ > kMaxDepth) {
    --depth_;
    return fail(DiagnosticCode::unsupported_construct, expr->getExprLoc(),
                "an expression in a kernel is at most 250 operators deep; split it");
  }
  ExpressionPtr result;
  clang::runWithSufficientStackSpace([] {}, [&] { result = value_of_kind(expr); });
  --depth_;
  return result;
}

kir::ExpressionPtr FunctionLowering::value_of_kind(const clang::Expr* expr) {
  if (ExpressionPtr element = range_element(expr)) {
    return element;
  }
  if (is_always_constant(*expr)) {
    return constant_value(expr);
  }
  using clang::Stmt;
  switch (expr->getStmtClass()) {
    case Stmt::CXXScalarValueInitExprClass:
    case Stmt::ImplicitValueInitExprClass: {
      const auto type = type_of(expr->getType(), expr->getExprLoc());
      return type ? zero(*type, at(expr->getExprLoc())) : nullptr;
    }
    case Stmt::DeclRefExprClass:
    case Stmt::ArraySubscriptExprClass:
      return place(expr);
    case Stmt::MemberExprClass:
      return member(*llvm::cast<clang::MemberExpr>(expr), false);
    case Stmt::MaterializeTemporaryExprClass:
      return value(llvm::cast<clang::MaterializeTemporaryExpr>(expr)->getSubExpr());
    case Stmt::ImplicitCastExprClass:
    case Stmt::CStyleCastExprClass:
    case Stmt::CXXStaticCastExprClass:
    case Stmt::CXXFunctionalCastExprClass:
    case Stmt::CXXConstCastExprClass:
      return cast_value(*llvm::cast<clang::CastExpr>(expr));
    case Stmt::UnaryOperatorClass:
      return unary_value(*llvm::cast<clang::UnaryOperator>(expr));
    case Stmt::BinaryOperatorClass:
    case Stmt::CompoundAssignOperatorClass:
      return binary_value(*llvm::cast<clang::BinaryOperator>(expr));
    case Stmt::ConditionalOperatorClass:
      return conditional_value(*llvm::cast<clang::ConditionalOperator>(expr));
    case Stmt::CallExprClass:
    case Stmt::CXXOperatorCallExprClass:
    case Stmt::CXXMemberCallExprClass:
    case Stmt::UserDefinedLiteralClass:
      return call_value(*llvm::cast<clang::CallExpr>(expr));
    case Stmt::CXXConstructExprClass:
    case Stmt::CXXTemporaryObjectExprClass:
      return construct_value(*llvm::cast<clang::CXXConstructExpr>(expr));
    case Stmt::InitListExprClass:
      return list_value(*llvm::cast<clang::InitListExpr>(expr));
    case Stmt::CXXParenListInitExprClass: {
      const auto& list = *llvm::cast<clang::CXXParenListInitExpr>(expr);
      const auto type = type_of(expr->getType(), expr->getExprLoc());
      const auto* record = expr->getType()->getAsCXXRecordDecl();
      return type && (record == nullptr || record->getNumBases() == 0)
                 ? struct_value(*type, list.getInitExprs(), expr->getExprLoc())
                 : unsupported(expr);
    }
    default:
      return unsupported(expr);
  }
}

kir::ExpressionPtr FunctionLowering::unsupported(const clang::Expr* expr) {
  using clang::Stmt;
  const auto refuse = [&](const char* message,
                          DiagnosticCode code = DiagnosticCode::unsupported_construct) {
    return fail(code, expr->getExprLoc(), message);
  };
  switch (expr->getStmtClass()) {
    case Stmt::LambdaExprClass:
      return refuse("a lambda is named, called and handed to functions; it is no other value");
    case Stmt::CXXNewExprClass:
    case Stmt::CXXDeleteExprClass:
      return refuse("kernels have no heap; use a local array of constant size");
    case Stmt::CXXThrowExprClass:
      return refuse("kernels have no exceptions; write an error value to an output");
    case Stmt::StringLiteralClass:
    case Stmt::PredefinedExprClass:
      return refuse("kernels have no strings; use numbers");
    case Stmt::CXXThisExprClass:
    case Stmt::CXXNullPtrLiteralExprClass:
    case Stmt::GNUNullExprClass:
    case Stmt::CXXReinterpretCastExprClass:
      return refuse("pointers are not for kernels; take a std::span and an index, or a reference",
                    DiagnosticCode::pointer);
    case Stmt::CXXTypeidExprClass:
    case Stmt::CXXDynamicCastExprClass:
      return refuse("types are not known when a kernel runs; use a template or a switch");
    case Stmt::BinaryConditionalOperatorClass:
      return refuse("the operator ?: without a middle part is not C++; repeat the condition");
    case Stmt::StmtExprClass:
    case Stmt::AddrLabelExprClass:
    case Stmt::VAArgExprClass:
    case Stmt::AtomicExprClass:
      return refuse("extensions of compilers are not for kernels; write standard C++");
    case Stmt::CoawaitExprClass:
    case Stmt::CoyieldExprClass:
      return refuse("kernels are no coroutines; write a loop");
    default: {
      const std::string name = expr->getStmtClassName();
      return fail(DiagnosticCode::unsupported_construct, expr->getExprLoc(),
                  "kernels have no " + name + "; write it with operators and calls");
    }
  }
}

kir::ExpressionPtr FunctionLowering::try_constant(const clang::Expr* expr) {
  clang::Expr::EvalResult result;
  if (expr->isValueDependent() || !expr->EvaluateAsRValue(result, module_.context()) ||
      result.HasSideEffects || result.HasUndefinedBehavior) {
    return nullptr;
  }
  return module_.literal(result.Val, expr->getType(), at(expr->getExprLoc()));
}

kir::ExpressionPtr FunctionLowering::constant_value(const clang::Expr* expr) {
  if (!type_of(expr->getType(), expr->getExprLoc())) {
    return nullptr;
  }
  ExpressionPtr result = try_constant(expr);
  return result != nullptr ? std::move(result) : unsupported(expr);
}

kir::ExpressionPtr FunctionLowering::zero(const kir::Type& type, kir::Location location) {
  std::vector<ExpressionPtr> parts;
  if (type.kind == kir::TypeKind::scalar) {
    return kir::make_literal(type, 0, location);
  }
  if (type.kind == kir::TypeKind::structure) {
    // By index: the list of structures may grow meanwhile.
    const std::size_t count = module_.module().structures[type.structure].fields.size();
    for (std::size_t i = 0; i < count; ++i) {
      const kir::Type field = module_.module().structures[type.structure].fields[i].type;
      parts.push_back(zero(field, location));
    }
    return kir::make_construct(type, std::move(parts), location);
  }
  std::uint64_t count = 1;
  kir::Type element = type;
  while (element.kind == kir::TypeKind::array) {
    count *= element.extents.front();
    element = kir::indexed_type(element);
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    parts.push_back(zero(element, location));
  }
  return kir::make_construct(type, std::move(parts), location);
}

bool FunctionLowering::append_elements(const clang::Expr* expr,
                                       std::vector<ExpressionPtr>& elements) {
  expr = plain(expr);
  const auto type = type_of(expr->getType(), expr->getExprLoc());
  if (!type) {
    return false;
  }
  const auto* list = llvm::dyn_cast<clang::InitListExpr>(expr);
  if (type->kind != kir::TypeKind::array) {
    const std::size_t before = current_->size();
    ExpressionPtr element = value(expr);
    if (current_->size() > before) {
      // Earlier elements are in no local: the effects would come before them.
      fail(DiagnosticCode::unsupported_construct, expr->getExprLoc(),
           "an element of an array's list changes nothing; do so in a statement before");
      return false;
    }
    elements.push_back(std::move(element));
    return elements.back() != nullptr;
  }
  if (list == nullptr) {
    ExpressionPtr whole = llvm::isa<clang::ImplicitValueInitExpr>(expr)
                              ? zero(*type, at(expr->getExprLoc()))
                              : nullptr;
    if (whole == nullptr) {
      fail(DiagnosticCode::unsupported_construct, expr->getExprLoc(),
           "an array in a list is a list itself; write its elements, or copy it in a loop");
      return false;
    }
    for (ExpressionPtr& part : whole->operands) {
      elements.push_back(std::move(part));
    }
    return true;
  }
  if (Types::is_std_array(expr->getType())) {
    if (list->getNumInits() == 1) {
      return append_elements(list->getInit(0), elements);
    }
    ExpressionPtr whole = zero(*type, at(expr->getExprLoc()));
    for (ExpressionPtr& part : whole->operands) {
      elements.push_back(std::move(part));
    }
    return true;
  }
  for (std::uint32_t i = 0; i < type->extents.front(); ++i) {
    const clang::Expr* init = i < list->getNumInits() ? list->getInit(i) : list->getArrayFiller();
    if (init == nullptr || !append_elements(init, elements)) {
      return fail_quietly() != nullptr;
    }
  }
  return true;
}

kir::ExpressionPtr FunctionLowering::list_value(const clang::InitListExpr& list) {
  const auto type = type_of(list.getType(), list.getBeginLoc());
  if (!type) {
    return nullptr;
  }
  const kir::Location location = at(list.getBeginLoc());
  if (type->is_scalar() && !Types::is_half(list.getType())) {
    return list.getNumInits() == 1 ? value(list.getInit(0)) : zero(*type, location);
  }
  if (type->is_scalar()) {
    ExpressionPtr bits = try_constant(&list);
    return bits != nullptr ? std::move(bits)
                           : fail(DiagnosticCode::unsupported_construct, list.getBeginLoc(),
                                  "a dc::half is made by dc::to_half()");
  }
  if (type->kind == kir::TypeKind::array) {
    std::vector<ExpressionPtr> elements;
    return append_elements(&list, elements)
               ? kir::make_construct(*type, std::move(elements), location)
               : nullptr;
  }
  if (list.isTransparent() && list.getNumInits() == 1) {
    return value(list.getInit(0));
  }
  llvm::SmallVector<clang::Expr*, 8> inits;
  append_inits(list, inits);
  return struct_value(*type, inits, list.getBeginLoc());
}

kir::ExpressionPtr FunctionLowering::struct_value(const kir::Type& type,
                                                  llvm::ArrayRef<clang::Expr*> inits,
                                                  clang::SourceLocation location) {
  if (type.kind != kir::TypeKind::structure ||
      inits.size() != module_.module().structures[type.structure].fields.size()) {
    return fail(
        DiagnosticCode::unsupported_construct, location,
        "kernels make a struct of all its members, one value each; set the members instead");
  }
  std::vector<Part> parts;
  for (const clang::Expr* init : inits) {
    parts.push_back({[this, init] { return value(init); }});
  }
  auto values = in_order(std::move(parts));
  return values ? kir::make_construct(type, std::move(*values), at(location)) : nullptr;
}

}  // namespace dotcompute::frontend
