// SPDX-License-Identifier: Apache-2.0
#include "frontend/names.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <llvm/Support/raw_ostream.h>

#include <cctype>

namespace dotcompute::frontend {
namespace {

/// Kernels have no other operators; those that are not here come out as "apply".
std::string_view word_of(clang::OverloadedOperatorKind kind) noexcept {
  switch (kind) {
    case clang::OO_Plus:
      return "add";
    case clang::OO_Minus:
      return "subtract";
    case clang::OO_Star:
      return "multiply";
    case clang::OO_Slash:
      return "divide";
    case clang::OO_Percent:
      return "remainder";
    case clang::OO_PlusEqual:
      return "add_to";
    case clang::OO_MinusEqual:
      return "subtract_from";
    case clang::OO_StarEqual:
      return "multiply_by";
    case clang::OO_SlashEqual:
      return "divide_by";
    case clang::OO_EqualEqual:
      return "equals";
    case clang::OO_ExclaimEqual:
      return "differs";
    case clang::OO_Less:
      return "less";
    case clang::OO_Greater:
      return "greater";
    case clang::OO_Call:
      return "call";
    case clang::OO_Subscript:
      return "at";
    case clang::OO_Equal:
      return "assign";
    default:
      return "apply";
  }
}

std::string own_name_of(const clang::FunctionDecl& function) {
  if (function.isOverloadedOperator()) {
    return std::string(word_of(function.getOverloadedOperator()));
  }
  if (const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&function)) {
    return "make_" + constructor->getParent()->getNameAsString();
  }
  if (const auto* conversion = llvm::dyn_cast<clang::CXXConversionDecl>(&function)) {
    return identifier_of("to_" +
                         conversion->getConversionType().getUnqualifiedType().getAsString());
  }
  return identifier_of(function.getNameAsString());
}

}  // namespace

bool Names::has(const std::string& name) const {
  return names_.contains(name) || (outer_ != nullptr && outer_->has(name));
}

std::string Names::take(const std::string& wanted) {
  std::string name = wanted;
  for (unsigned number = 2; has(name); ++number) {
    name = wanted + "_" + std::to_string(number);
  }
  names_.insert(name);
  return name;
}

std::string identifier_of(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      name.push_back(c);
    } else if (!name.empty() && name.back() != '_') {
      name.push_back('_');
    }
  }
  while (name.size() > 1 && name.back() == '_') {
    name.pop_back();
  }
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) {
    name.insert(0, "_");
  }
  return name;
}

std::string short_name_of(const clang::FunctionDecl& function) {
  std::string name = own_name_of(function);
  if (const auto* arguments = function.getTemplateSpecializationArgs()) {
    clang::PrintingPolicy policy(function.getASTContext().getLangOpts());
    policy.SuppressTagKeyword = true;
    policy.SuppressUnwrittenScope = true;
    policy.AnonymousTagLocations = false;  // they tell where the file lies on this machine
    for (const clang::TemplateArgument& argument : arguments->asArray()) {
      std::string text;
      llvm::raw_string_ostream stream(text);
      argument.print(policy, stream, /*IncludeType=*/false);
      name += "_" + stream.str();
    }
  }
  return identifier_of(name);
}

std::string scope_of(const clang::FunctionDecl& function, bool with_class) {
  std::string scope;
  for (const clang::DeclContext* at = function.getDeclContext(); at != nullptr;
       at = at->getParent()) {
    const auto* named = llvm::dyn_cast<clang::NamedDecl>(at);
    const bool counts =
        llvm::isa<clang::NamespaceDecl>(at) || (with_class && llvm::isa<clang::CXXRecordDecl>(at));
    if (named != nullptr && counts && named->getIdentifier() != nullptr) {
      scope = named->getNameAsString() + (scope.empty() ? "" : "::" + scope);
    }
  }
  return scope;
}

}  // namespace dotcompute::frontend
