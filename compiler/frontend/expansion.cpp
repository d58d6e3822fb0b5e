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
                                     const clang::Expr* argument,
                                     Expansion& expansion) {
  Binding bound;
  if (Types::buffer(parameter.getType())) {
    bound = view(argument);
  } else if (Types::is_closure(parameter.getType())) {
    bound = closure(argument);
  } else if (!Types::is_empty(parameter.getType())) {
    bound.place = parameter.getType()->isReferenceType() ? keep_place(referred_place(argument))
                                                         : keep(value(argument));
    if (bound.place == nullptr) {
      return false;
    }
  }
  expansion.names.emplace_back(llvm::cast<clang::ValueDecl>(parameter.getCanonicalDecl()),
                               std::move(bound));
  return true;
}

bool FunctionLowering::bind_expanded_object(const clang::Expr* whole, Expansion& expansion) {
  whole = plain(whole)->IgnoreParenBaseCasts();
  if (Types::is_closure(whole->getType())) {
    const Binding called = closure(whole);
    if (called.closure == nullptr) {
      return false;
    }
    for (const Capture& capture : called.closure->captures) {
      if (capture.decl == nullptr) {
        expansion.object = kir::clone(*capture.bound.place);
      } else if (capture.is_bound) {
        expansion.names.emplace_back(capture.decl, clone(capture.bound));
      }
    }
    return true;
  }
  if (Types::is_empty(whole->getType())) {
    return true;
  }
  expansion.object = llvm::isa<clang::CXXThisExpr>(plain(whole))
                         ? object_place(whole->getExprLoc())
                         : keep_place(referred_place(whole));
  return expansion.object != nullptr;
}

void FunctionLowering::swap_names(Expansion& expansion) {
  for (auto& [decl, bound] : expansion.names) {
    std::swap(bindings_[decl], bound);
  }
  std::swap(object_, expansion.object);
}

kir::ExpressionPtr FunctionLowering::expand(const clang::CallExpr& call,
                                            const clang::FunctionDecl& function) {
  ExpressionPtr result;
  expand_to(call, function, [&](const clang::Expr* returned) {
    result = place(returned);
    return result != nullptr;
  });
  return result;
}

void FunctionLowering::expand_to(const clang::CallExpr& call,
                                 const clang::FunctionDecl& function,
                                 const std::function<bool(const clang::Expr*)>& use) {
  const auto refuse = [&](DiagnosticCode code, const std::string& message) {
    fail(code, call.getExprLoc(), message);
  };
  const clang::Expr* returned = returned_by(function);
  if (returned == nullptr) {
    return refuse(DiagnosticCode::function_result,
                  "'" + function.getNameAsString() +
                      "' gives a reference or a span: in kernels only functions that are a single "
                      "return statement do; return a value");
  }
  if (++all_expansions_ > kMaxAllExpansions) {
    return refuse(DiagnosticCode::function_result,
                  "too many functions here give a reference to each other; return values");
  }
  if (expansions_ >= kMaxExpansions) {
    return refuse(DiagnosticCode::recursion,
                  "'" + function.getNameAsString() + "' calls itself; write a loop");
  }
  const clang::FunctionDecl* definition = nullptr;
  function.getBody(definition);
  const bool is_operator = llvm::isa<clang::CXXOperatorCallExpr>(call);
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  // Taken over when all are known: an argument may be a call of the same function.
  Expansion expansion;
  unsigned first = 0;
  if (method != nullptr && method->isInstance()) {
    first = is_operator ? 1 : 0;
    if (!bind_expanded_object(
            is_operator ? call.getArg(0)
                        : llvm::cast<clang::CXXMemberCallExpr>(call).getImplicitObjectArgument(),
            expansion)) {
      return;
    }
  }
  for (unsigned i = 0; i + first < call.getNumArgs() && i < definition->getNumParams(); ++i) {
    if (!bind_expanded(*definition->getParamDecl(i), call.getArg(i + first), expansion)) {
      return;
    }
  }
  swap_names(expansion);
  ++expansions_;
  const bool system = module_.is_of_system(function);
  const unsigned errors_before = module_.reporter().errors();
  bool good = false;
  {
    const Reporter::Silence silence(module_.reporter(), system);
    good = use(returned);
  }
  --expansions_;
  swap_names(expansion);
  if (!good && system && module_.reporter().errors() > errors_before) {
    refuse(DiagnosticCode::unknown_body,
           "'" + function.getQualifiedNameAsString() + "' does what kernels cannot; write it out");
  }
}

}  // namespace dotcompute::frontend
