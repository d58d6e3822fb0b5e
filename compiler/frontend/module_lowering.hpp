// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "frontend/bindings.hpp"
#include "frontend/names.hpp"
#include "frontend/reporter.hpp"
#include "frontend/types.hpp"
#include "kir/build.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace clang {
class APValue;
}

namespace dotcompute::frontend {

/// What became of a function that kernels call.
struct Callee {
  enum class State : std::uint8_t { in_progress, done, failed };
  /// What a call gives.
  enum class Gives : std::uint8_t {
    value,   ///< What it returns, or nothing.
    object,  ///< The object it was called for: `return *this` of operators such as +=.
  };
  State state = State::in_progress;
  Gives gives = Gives::value;
  std::uint8_t dimensions = 1;  ///< Axes of ids that it asks for.
  /// Set from the beginning; belongs to the module once done.
  kir::Function* function = nullptr;
  /// For each parameter of the source, in order: is it passed on at all?
  std::vector<bool> passes;
  bool passes_object = false;  ///< The first parameter of `function` is *this.
};

/// The functions, types and constants of one file.
class ModuleLowering {
 public:
  ModuleLowering(clang::ASTContext& context, kir::Module& module, Reporter& reporter)
      : context_(context),
        module_(module),
        reporter_(reporter),
        types_(context, module, reporter) {}

  /// Adds a kernel to the module, and before it what it calls, unless it has mistakes.
  void add_kernel(const clang::FunctionDecl& kernel);

  /// A function that is called, lowered at its first call.
  ///
  /// \param object the structure of *this, or kNoStructure: a base's member function called for
  ///               a derived structure is lowered for that.
  /// \param forms of what the call hands on.
  Callee& callee(const clang::FunctionDecl& function,
                 std::uint32_t object,
                 const Forms& forms,
                 clang::SourceLocation call);

  /// A constant of the file that is not a single integer. Null, and reported, if it cannot be one.
  kir::Variable* constant(const clang::VarDecl& variable, clang::SourceLocation use);

  /// A value that Clang computed; null if KIR has no such value.
  kir::ExpressionPtr literal(const clang::APValue& value,
                             clang::QualType type,
                             kir::Location location);

  /// True of code that is not the user's to change.
  [[nodiscard]] bool is_of_system(const clang::Decl& decl) const;
  /// True of a call whose function does something besides giving a value.
  [[nodiscard]] bool is_impure_call(const kir::Expression* expression) const;

  [[nodiscard]] clang::ASTContext& context() noexcept { return context_; }
  [[nodiscard]] Reporter& reporter() noexcept { return reporter_; }
  [[nodiscard]] Types& types() noexcept { return types_; }
  [[nodiscard]] kir::Module& module() noexcept { return module_; }
  [[nodiscard]] const Names& names() const noexcept { return names_; }
  /// A name of a parameter or local, so that no later constant takes it.
  void note_local(const std::string& name) { local_names_.insert(name); }

 private:
  using CalleeKey = std::tuple<const clang::FunctionDecl*, std::uint32_t, Forms>;

  void lower(const clang::FunctionDecl& function,
             std::uint32_t object,
             const Forms& forms,
             Callee& callee);
  bool append(const clang::APValue& value,
              clang::QualType type,
              kir::Location location,
              std::vector<kir::ExpressionPtr>& elements);
  bool append_struct(const clang::APValue& value,
                     const clang::CXXRecordDecl& record,
                     kir::Location location,
                     std::vector<kir::ExpressionPtr>& parts);
  std::string module_name(const std::string& wanted);

  clang::ASTContext& context_;
  kir::Module& module_;
  Reporter& reporter_;
  Types types_;
  Names names_;
  std::set<std::string> local_names_;
  std::map<CalleeKey, Callee> callees_;
  std::set<const kir::Function*> impure_;
  std::vector<std::unique_ptr<kir::Function>> unfinished_;  // also those with mistakes
  std::map<const clang::VarDecl*, kir::Variable*> constants_;
  std::map<std::string, kir::Location> kernels_;  // by registered name
};

}  // namespace dotcompute::frontend
