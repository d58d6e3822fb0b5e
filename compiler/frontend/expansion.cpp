// SPDX-License-Identifier: Apache-2.0
// Functions that give a reference are expanded where they are called, as KIR has no references to
// give: their body is one return statement.
#include "frontend/function_lowering.hpp"
#include "kir/walk.hpp"

#include <clang/AST/DeclCXX.h>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

constexpr std::size_t kMaxExpansions = 64;  // one within the other
constexpr std::size_t kMaxAllExpansions = 10000;

const clang::Expr* returned_by(const clang::FunctionDecl& function) {
  const clang::FunctionDecl* definition = nullptr;
  const auto* body = llvm::dyn_cast_or_null<clang::CompoundStmt>(function.getBody(definition));
  if (body == nullptr) {
    return nullptr;
  }
  const clang::ReturnStmt* result = nullptr;
  for (const clang::Stmt* statement : body->body()) {
    // Aliases of types and checks at compile time do nothing.
    if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(statement);
        declaration != nullptr && !declaration->isSingleDecl()) {
      return nullptr;
    } else if (declaration != nullptr && !llvm::isa<clang::VarDecl>(declaration->getSingleDecl())) {
      continue;
    }
    if (result != nullptr || !llvm::isa<clang::ReturnStmt>(statement)) {
      return nullptr;
    }
    result = llvm::cast<clang::ReturnStmt>(statement);
  }
  return result == nullptr ? nullptr : result->getRetValue();
}

}  // namespace

bool FunctionLowering::bind_expanded(const clang::ParmVarDecl& parameter,
                                     const clang::Expr* argument) {
  Binding bound;
  if (Types::buffer(parameter.getType())) {
    bound.variable = buffer(argument);
  } else if (!Types::is_empty(parameter.getType())) {
    bound.place = parameter.getType()->isReferenceType() ? keep_place(readable_place(argument))
                                                         : keep(value(argument));
    if (bound.place == nullptr) {
      return false;
    }
  }
  bindings_[llvm::cast<clang::ValueDecl>(parameter.getCanonicalDecl())] = std::move(bound);
  return true;
}

kir::ExpressionPtr FunctionLowering::expand(const clang::CallExpr& call,
                                            const clang::FunctionDecl& function) {
  const clang::Expr* returned = returned_by(function);
  if (returned == nullptr) {
    return fail(DiagnosticCode::function_result, call.getExprLoc(),
                "'" + function.getNameAsString() +
                    "' gives a reference: in kernels only functions that are a single return "
                    "statement do; return a value");
  }
  if (++all_expansions_ > kMaxAllExpansions) {
    return fail(DiagnosticCode::function_result, call.getExprLoc(),
                "too many functions here give a reference to each other; return values");
  }
  if (expansions_ >= kMaxExpansions) {
    return fail(DiagnosticCode::recursion, call.getExprLoc(),
                "'" + function.getNameAsString() + "' calls itself; write a loop");
  }
  const clang::FunctionDecl* definition = nullptr;
  function.getBody(definition);
  const bool is_operator = llvm::isa<clang::CXXOperatorCallExpr>(call);
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  ExpressionPtr object;
  unsigned first = 0;
  if (method != nullptr && method->isInstance()) {
    const clang::Expr* whole =
        is_operator ? call.getArg(0)
                    : llvm::cast<clang::CXXMemberCallExpr>(call).getImplicitObjectArgument();
    first = is_operator ? 1 : 0;
    whole = plain(whole)->IgnoreParenBaseCasts();
    if (!Types::is_empty(whole->getType())) {
      object = llvm::isa<clang::CXXThisExpr>(plain(whole)) ? object_place(call.getExprLoc())
                                                           : keep_place(readable_place(whole));
      if (object == nullptr) {
        return nullptr;
      }
    }
  }
  for (unsigned i = 0; i + first < call.getNumArgs() && i < definition->getNumParams(); ++i) {
    if (!bind_expanded(*definition->getParamDecl(i), call.getArg(i + first))) {
      return nullptr;
    }
  }
  ++expansions_;
  std::swap(object_, object);
  const unsigned errors_before = module_.reporter().errors();
  ExpressionPtr result;
  {
    const Reporter::Silence silence(module_.reporter(), module_.is_of_system(function));
    result = place(returned);
  }
  std::swap(object_, object);
  --expansions_;
  if (result == nullptr && module_.is_of_system(function) &&
      module_.reporter().errors() > errors_before) {
    return fail(
        DiagnosticCode::unknown_body, call.getExprLoc(),
        "'" + function.getQualifiedNameAsString() + "' does what kernels cannot; write it out");
  }
  return result;
}

}  // namespace dotcompute::frontend
