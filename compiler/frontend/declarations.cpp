// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"
#include "kir/walk.hpp"

#include <clang/AST/DeclCXX.h>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

/// True if `init` leaves a variable without a value, as `Body body;` does.
bool is_unset(const clang::Expr* init) {
  if (init == nullptr) {
    return true;
  }
  const auto* construct = llvm::dyn_cast<clang::CXXConstructExpr>(plain(init));
  return construct != nullptr && construct->getConstructor()->isTrivial() &&
         construct->getConstructor()->isDefaultConstructor() &&
         !construct->requiresZeroInitialization() && !construct->isListInitialization();
}

}  // namespace

void FunctionLowering::declare(const clang::Decl* decl) {
  if (const auto* decomposition = llvm::dyn_cast<clang::DecompositionDecl>(decl)) {
    return declare_bindings(*decomposition);
  }
  if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) {
    return declare_variable(*variable);
  }
  if (llvm::isa<clang::TypeDecl, clang::StaticAssertDecl, clang::UsingDecl,
                clang::UsingDirectiveDecl, clang::UsingEnumDecl, clang::UsingShadowDecl,
                clang::NamespaceAliasDecl, clang::EmptyDecl, clang::FunctionDecl>(decl)) {
    return;  // found where they are used
  }
  fail(DiagnosticCode::unsupported_construct, decl->getLocation(),
       "kernels declare variables and types only");
}

void FunctionLowering::declare_variable(const clang::VarDecl& variable) {
  if (variable.isInvalidDecl()) {
    bindings_[llvm::cast<clang::ValueDecl>(variable.getCanonicalDecl())] = {};
    fail_quietly();
    return;
  }
  const bool is_table =
      variable.isConstexpr() && (variable.isStaticLocal() || variable.getType()->isArrayType() ||
                                 Types::is_std_array(variable.getType()));
  if (is_table) {
    return;  // becomes a constant of the module where it is used
  }
  if (variable.hasGlobalStorage()) {
    if (!variable.getType().isConstant(module_.context())) {
      bindings_[llvm::cast<clang::ValueDecl>(variable.getCanonicalDecl())] = {};
      fail(DiagnosticCode::global_state, variable.getLocation(),
           "'" + variable.getNameAsString() +
               "' outlives the kernel; use a local variable, or a buffer");
    }
    return;
  }
  if (Types::buffer(variable.getType())) {
    Binding bound;
    if (variable.getInit() == nullptr) {
      fail(DiagnosticCode::buffer_use, variable.getLocation(),
           "kernels do not make buffers; name a parameter");
    } else {
      bound = view(variable.getInit());
    }
    bindings_[llvm::cast<clang::ValueDecl>(variable.getCanonicalDecl())] = std::move(bound);
    return;
  }
  if (Types::is_closure(variable.getType())) {
    Binding bound;
    if (variable.getInit() != nullptr) {
      bound = closure(variable.getInit());
    }
    bindings_[llvm::cast<clang::ValueDecl>(variable.getCanonicalDecl())] = std::move(bound);
    return;
  }
  if (Types::is_empty(variable.getType())) {
    bindings_[llvm::cast<clang::ValueDecl>(variable.getCanonicalDecl())] = {};
    return;
  }
  if (variable.getType()->isReferenceType()) {
    return declare_reference(variable);
  }
  declare_value(variable);
}

void FunctionLowering::declare_reference(const clang::VarDecl& variable) {
  Binding bound;
  if (const clang::Expr* init = variable.getInit()) {
    // Another name for a place: its indices are those of now.
    bound.place = keep_place(referred_place(init));
  }
  bindings_[llvm::cast<clang::ValueDecl>(variable.getCanonicalDecl())] = std::move(bound);
}

void FunctionLowering::declare_value(const clang::VarDecl& variable) {
  const kir::Location location = at(variable.getLocation());
  const auto type = type_of(variable.getType(), variable.getLocation());
  Binding& bound = bindings_[llvm::cast<clang::ValueDecl>(variable.getCanonicalDecl())];
  bound = {};
  if (!type) {
    return;
  }
  const clang::Expr* init = variable.getInit();
  ExpressionPtr first;
  if (!is_unset(init)) {
    first = variable.isConstexpr() ? try_constant(init) : nullptr;
    if (first == nullptr) {
      first = final_value(init);
    }
    if (first == nullptr) {
      fail_quietly();
    }
  }
  const std::string name = variable.getNameAsString();
  kir::Variable& local = new_local(name.empty() ? "parts" : name, *type, location);
  local.is_const = variable.getType().isConstQualified() && !is_unset(init);
  bindings_[llvm::cast<clang::ValueDecl>(variable.getCanonicalDecl())].variable = &local;
  emit(kir::make_declare(local, std::move(first), location));
}

void FunctionLowering::declare_bindings(const clang::DecompositionDecl& decomposition) {
  const bool is_array = Types::is_std_array(decomposition.getType());
  for (const clang::BindingDecl* one : decomposition.bindings()) {
    if (one->getHoldingVar() != nullptr && !is_array) {
      fail(DiagnosticCode::unsupported_construct, one->getLocation(),
           "kernels take structs and arrays apart, no std::tuple; name its members");
      return;
    }
  }
  declare_variable(decomposition);
  const Binding* const whole = binding(&decomposition);
  if (!is_array || whole == nullptr || (whole->variable == nullptr && whole->place == nullptr)) {
    return;  // the names are members, or there was a mistake
  }
  std::int64_t i = 0;
  for (const clang::BindingDecl* one : decomposition.bindings()) {
    const kir::Location location = at(one->getLocation());
    ExpressionPtr array = whole->place != nullptr ? kir::clone(*whole->place)
                                                  : kir::make_variable(*whole->variable, location);
    Binding element;
    element.place = kir::make_index(std::move(array),
                                    kir::make_int(ElementType::uint64, i++, location), location);
    bindings_[llvm::cast<clang::ValueDecl>(one->getCanonicalDecl())] = std::move(element);
  }
}

}  // namespace dotcompute::frontend
