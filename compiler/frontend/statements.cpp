// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"
#include "kir/walk.hpp"

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

// What our own stack holds; check_depth() says what KIR takes.
constexpr unsigned kMaxNesting = 100;

}  // namespace

void FunctionLowering::statement(const clang::Stmt* statement) {
  if (statement == nullptr) {
    return;
  }
  if (++nesting_ > kMaxNesting) {
    fail(DiagnosticCode::unsupported_construct, statement->getBeginLoc(),
         "statements in a kernel are at most 100 levels deep; move some into a function");
  } else {
    statement_of_kind(statement);
  }
  --nesting_;
}

kir::Statements FunctionLowering::body_of(const clang::Stmt* body) {
  return captured([&] {
    if (const auto* block = llvm::dyn_cast_or_null<clang::CompoundStmt>(body)) {
      for (const clang::Stmt* one : block->body()) {
        statement(one);
      }
    } else if (body != nullptr) {
      statement(body);
    }
  });
}

void FunctionLowering::statement_of_kind(const clang::Stmt* one) {
  using clang::Stmt;
  if (const auto* expr = llvm::dyn_cast<clang::Expr>(one)) {
    effect(expr);
    return;
  }
  switch (one->getStmtClass()) {
    case Stmt::NullStmtClass:
      return;
    case Stmt::CompoundStmtClass: {
      kir::Statements body = body_of(one);
      if (!body.empty()) {
        emit(kir::make_block(std::move(body), at(one->getBeginLoc())));
      }
      return;
    }
    case Stmt::DeclStmtClass:
      for (const clang::Decl* decl : llvm::cast<clang::DeclStmt>(one)->decls()) {
        declare(decl);
      }
      return;
    case Stmt::IfStmtClass:
      return if_else(*llvm::cast<clang::IfStmt>(one));
    case Stmt::ForStmtClass:
      return for_loop(*llvm::cast<clang::ForStmt>(one));
    case Stmt::WhileStmtClass:
      return while_loop(*llvm::cast<clang::WhileStmt>(one));
    case Stmt::DoStmtClass:
      return do_loop(*llvm::cast<clang::DoStmt>(one));
    case Stmt::CXXForRangeStmtClass:
      return range_loop(*llvm::cast<clang::CXXForRangeStmt>(one));
    case Stmt::SwitchStmtClass:
      return switch_on(*llvm::cast<clang::SwitchStmt>(one));
    case Stmt::ReturnStmtClass:
      return return_from(*llvm::cast<clang::ReturnStmt>(one));
    case Stmt::BreakStmtClass:
      return emit(kir::make_break_out(at(one->getBeginLoc())));
    case Stmt::ContinueStmtClass:
      return continue_loop(at(one->getBeginLoc()));
    case Stmt::AttributedStmtClass:
      return statement(llvm::cast<clang::AttributedStmt>(one)->getSubStmt());
    default:
      return refuse(one);
  }
}

void FunctionLowering::refuse(const clang::Stmt* one) {
  using clang::Stmt;
  const auto say = [&](const char* message) {
    fail(DiagnosticCode::unsupported_construct, one->getBeginLoc(), message);
  };
  switch (one->getStmtClass()) {
    case Stmt::GotoStmtClass:
    case Stmt::IndirectGotoStmtClass:
    case Stmt::LabelStmtClass:
      return say("kernels have no goto; use loops, break and continue");
    case Stmt::CXXTryStmtClass:
      return say("kernels have no exceptions; write an error value to an output");
    case Stmt::GCCAsmStmtClass:
    case Stmt::MSAsmStmtClass:
      return say("kernels have no inline assembly; write C++");
    case Stmt::CaseStmtClass:
    case Stmt::DefaultStmtClass:
      return say("the cases of a switch stand directly in it, not within other statements");
    case Stmt::CoreturnStmtClass:
    case Stmt::CoroutineBodyStmtClass:
      return say("kernels are no coroutines; write a loop");
    default:
      return say("kernels have no such statement; write if, for, while, do, switch and return");
  }
}

void FunctionLowering::if_else(const clang::IfStmt& one) {
  if (one.isConsteval() || one.isConstexpr()) {
    const auto chosen = one.getNondiscardedCase(module_.context());
    if (!chosen) {
      refuse(&one);
    } else if (*chosen != nullptr) {
      statement(*chosen);
    }
    return;
  }
  const kir::Location location = at(one.getIfLoc());
  const auto make = [&] {
    if (one.getInit() != nullptr) {
      statement(one.getInit());
    }
    if (one.getConditionVariable() != nullptr) {
      declare(one.getConditionVariable());
    }
    ExpressionPtr condition = value(one.getCond());
    kir::Statements then = body_of(one.getThen());
    kir::Statements otherwise = body_of(one.getElse());
    if (condition != nullptr) {
      emit(
          kir::make_if_else(std::move(condition), std::move(then), std::move(otherwise), location));
    }
  };
  if (one.getInit() == nullptr && one.getConditionVariable() == nullptr) {
    make();
  } else {
    emit(kir::make_block(captured(make), location));
  }
}

void FunctionLowering::return_from(const clang::ReturnStmt& one) {
  const kir::Location location = at(one.getReturnLoc());
  const clang::Expr* result = one.getRetValue();
  if (returns_object_) {
    emit(kir::make_return_from(object_place(one.getReturnLoc()), location));
    return;
  }
  if (callee_.gives == Callee::Gives::object) {
    const auto* dereferenced =
        result == nullptr
            ? nullptr
            : llvm::dyn_cast<clang::UnaryOperator>(plain(result)->IgnoreParenImpCasts());
    if (dereferenced == nullptr || dereferenced->getOpcode() != clang::UO_Deref ||
        !llvm::isa<clang::CXXThisExpr>(plain(dereferenced->getSubExpr()))) {
      fail(DiagnosticCode::function_result, one.getReturnLoc(),
           "a function of kernels gives no reference but *this; return a value");
      return;
    }
    emit(kir::make_return_from(nullptr, location));
    return;
  }
  if (result == nullptr) {
    emit(kir::make_return_from(nullptr, location));
  } else if (result->getType()->isVoidType()) {
    effect(result);
    emit(kir::make_return_from(nullptr, location));
  } else if (ExpressionPtr returned = value(result)) {
    emit(kir::make_return_from(std::move(returned), location));
  }
}

void FunctionLowering::conditional_effect(const clang::Expr* condition,
                                          const clang::Expr* then,
                                          const clang::Expr* otherwise,
                                          bool negate,
                                          clang::SourceLocation where) {
  const kir::Location location = at(where);
  ExpressionPtr chosen = value(condition);
  kir::Statements doing_then = captured([&] { effect(then); });
  kir::Statements doing_else = captured([&] {
    if (otherwise != nullptr) {
      effect(otherwise);
    }
  });
  if (chosen == nullptr || (doing_then.empty() && doing_else.empty())) {
    return;
  }
  if (negate) {
    chosen = kir::make_unary(kir::UnaryOperator::logical_not, std::move(chosen), location);
  }
  emit(
      kir::make_if_else(std::move(chosen), std::move(doing_then), std::move(doing_else), location));
}

void FunctionLowering::change_chosen(const clang::Expr* target,
                                     const std::function<void(ExpressionPtr)>& change) {
  target = plain(target);
  const auto* chosen = llvm::dyn_cast<clang::ConditionalOperator>(target);
  if (chosen == nullptr) {
    if (ExpressionPtr one = place(target)) {
      change(std::move(one));
    }
    return;
  }
  ExpressionPtr condition = value(chosen->getCond());
  kir::Statements then = captured([&] { change_chosen(chosen->getTrueExpr(), change); });
  kir::Statements otherwise = captured([&] { change_chosen(chosen->getFalseExpr(), change); });
  if (condition != nullptr) {
    emit(kir::make_if_else(std::move(condition), std::move(then), std::move(otherwise),
                           at(chosen->getQuestionLoc())));
  }
}

void FunctionLowering::effect(const clang::Expr* expr) {
  expr = plain(expr);
  if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr);
      cast != nullptr && cast->getCastKind() == clang::CK_ToVoid) {
    return effect(cast->getSubExpr());
  }
  if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expr)) {
    return effect(temporary->getSubExpr());
  }
  if (const auto* conditional = llvm::dyn_cast<clang::ConditionalOperator>(expr)) {
    return conditional_effect(conditional->getCond(), conditional->getTrueExpr(),
                              conditional->getFalseExpr(), false, conditional->getQuestionLoc());
  }
  if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(expr);
      unary != nullptr && unary->isIncrementDecrementOp()) {
    return change_chosen(unary->getSubExpr(), [&](ExpressionPtr target) {
      std::ignore = step_by_one(*unary, std::move(target), nullptr);
    });
  }
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(expr)) {
    if (binary->isAssignmentOp() &&
        llvm::isa<clang::ConditionalOperator>(plain(binary->getLHS()))) {
      const auto* compound = llvm::dyn_cast<clang::CompoundAssignOperator>(binary);
      const ExpressionPtr kept = keep(value(binary->getRHS()));  // C++17: the value first
      if (kept == nullptr) {
        return;
      }
      return change_chosen(binary->getLHS(), [&](ExpressionPtr target) {
        if (compound == nullptr) {
          assign(std::move(target), kir::clone(*kept), binary->getOperatorLoc());
        } else {
          std::ignore = compound_assign(*compound, std::move(target), kir::clone(*kept));
        }
      });
    }
    if (binary->getOpcode() == clang::BO_Comma) {
      effect(binary->getLHS());
      return effect(binary->getRHS());
    }
    if (binary->isLogicalOp()) {
      return conditional_effect(binary->getLHS(), binary->getRHS(), nullptr,
                                binary->getOpcode() == clang::BO_LOr, binary->getOperatorLoc());
    }
  }
  if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(expr);
      name != nullptr && binding(name->getDecl()) != nullptr) {
    return;  // (void)parameter, of a buffer too
  }
  ExpressionPtr result = final_value(expr);
  if (result != nullptr && result->kind == kir::ExpressionKind::call &&
      module_.is_impure_call(result.get())) {
    const kir::Location location = result->location;
    emit(kir::make_evaluate(std::move(result), location));
  }
}

}  // namespace dotcompute::frontend
