// SPDX-License-Identifier: Apache-2.0
#include "frontend/module_lowering.hpp"

#include "frontend/function_lowering.hpp"
#include "kir/walk.hpp"

#include <clang/Basic/SourceManager.h>

#include <algorithm>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

bool ModuleLowering::is_of_system(const clang::Decl& decl) const {
  const clang::SourceManager& sources = context_.getSourceManager();
  return decl.getLocation().isInvalid() ||
         sources.isInSystemHeader(sources.getExpansionLoc(decl.getLocation()));
}

bool ModuleLowering::is_impure_call(const kir::Expression* expression) const {
  return expression != nullptr && expression->kind == kir::ExpressionKind::call &&
         impure_.contains(expression->callee);
}

std::string ModuleLowering::module_name(const std::string& wanted) {
  // Nor one of a local that a function has which is lowered already.
  std::string name = wanted;
  for (unsigned number = 2; names_.has(name) || local_names_.contains(name); ++number) {
    name = wanted + "_" + std::to_string(number);
  }
  names_.add(name);
  return name;
}

Callee& ModuleLowering::callee(const clang::FunctionDecl& function,
                               std::uint32_t object,
                               const Forms& forms,
                               clang::SourceLocation call) {
  const CalleeKey key{function.getCanonicalDecl(), object, forms};
  const auto [found, fresh] = callees_.try_emplace(key);
  Callee& callee = found->second;
  if (!fresh) {
    if (callee.state == Callee::State::in_progress) {
      reporter_.error(DiagnosticCode::recursion, call,
                      "'" + function.getNameAsString() + "' calls itself; write a loop");
      callee.state = Callee::State::failed;
    }
    return callee;
  }
  const clang::FunctionDecl* definition = nullptr;
  if (!function.hasBody(definition) || definition->hasSkippedBody()) {
    callee.state = Callee::State::failed;
    reporter_.error(DiagnosticCode::unknown_body, call,
                    "'" + function.getQualifiedNameAsString() +
                        "' has no body here that a kernel could run; define it in a header, or "
                        "use a function of <cmath>");
    return callee;
  }
  const bool system = is_of_system(function);
  const unsigned errors_before = reporter_.errors();
  {
    const Reporter::Silence silence(reporter_, system);
    lower(*definition, object, forms, callee);
  }
  if (system && callee.state == Callee::State::failed && reporter_.errors() > errors_before) {
    reporter_.error(
        DiagnosticCode::unknown_body, call,
        "'" + function.getQualifiedNameAsString() + "' does what kernels cannot; write it out");
  }
  return callee;
}

void ModuleLowering::lower(const clang::FunctionDecl& source,
                           std::uint32_t object,
                           const Forms& forms,
                           Callee& callee) {
  auto owned = std::make_unique<kir::Function>();
  kir::Function& function = *owned;
  callee.function = &function;
  function.name = short_name_of(source);
  function.name_space = scope_of(source, /*with_class=*/false);
  function.location = reporter_.location(source.getLocation());
  const std::string scope = scope_of(source, /*with_class=*/true);
  function.symbol =
      module_name(scope.empty() ? function.name : identifier_of(scope) + "_" + function.name);
  const bool good = FunctionLowering(*this, function, callee, forms).run(source, object);
  // Failed already if it calls itself.
  if (!good || callee.state == Callee::State::failed) {
    callee.state = Callee::State::failed;
    unfinished_.push_back(std::move(owned));
    return;
  }
  function.dimensions = callee.dimensions;
  if (!kir::is_pure(function)) {
    impure_.insert(&function);
  }
  callee.state = Callee::State::done;
  module_.functions.push_back(std::move(owned));
}

}  // namespace dotcompute::frontend
