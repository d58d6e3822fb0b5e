// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "frontend/bindings.hpp"
#include "frontend/module_lowering.hpp"
#include "frontend/names.hpp"
#include "kir/build.hpp"

#include <clang/AST/Expr.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/Stmt.h>
#include <clang/AST/StmtCXX.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute::frontend {

/// The body of one function, statement by statement.
///
/// KIR's expressions have no side effects, C++'s have: what an expression does is put into
/// statements before the one that uses its value, in the order that C++ asks for. A value that was
/// computed before such a statement and is used after it is kept in a local.
///
/// Members that give an expression give null after a mistake, which was reported.
class FunctionLowering {
 public:
  /// \param forms outlives this: of what the function is called with.
  FunctionLowering(ModuleLowering& module,
                   kir::Function& function,
                   Callee& callee,
                   const Forms& forms);

  /// \param object the structure of *this, or kNoStructure.
  /// \return false if the function has mistakes.
  bool run(const clang::FunctionDecl& source, std::uint32_t object);

 private:
  using ExpressionPtr = kir::ExpressionPtr;
  using Expression = kir::Expression;

  /// One operand: how to compute it, and whether it is a place, of which only indices are kept.
  struct Part {
    std::function<ExpressionPtr()> compute;
    bool is_place = false;
  };

  // functions.cpp: constructors, results; parameters.cpp: parameters, *this.
  void add_parameters(const clang::FunctionDecl& source);
  void add_parameter(const clang::ParmVarDecl& parameter, bool by_reference);
  kir::Variable& new_parameter(const std::string& name,
                               kir::VariableKind kind,
                               const kir::Type& type,
                               clang::SourceLocation at);
  kir::Variable* new_buffer(const std::string& name,
                            const BufferType& buffer,
                            const kir::Type& element,
                            clang::SourceLocation at);
  void add_object(const clang::CXXMethodDecl& method, std::uint32_t structure);
  void set_result(const clang::FunctionDecl& source);
  void run_constructor(const clang::CXXConstructorDecl& constructor, std::uint32_t object);
  bool check_kernel_parameter(const clang::ParmVarDecl& parameter);
  void order_locals();
  void check_depth(const clang::FunctionDecl& source);
  bool is_supported(const clang::FunctionDecl& source);

  // expressions.cpp
  ExpressionPtr value(const clang::Expr* expr);
  ExpressionPtr value_of_kind(const clang::Expr* expr);
  /// A value that may be the result of an impure call, for the one statement that uses it.
  ExpressionPtr final_value(const clang::Expr* expr);
  ExpressionPtr constant_value(const clang::Expr* expr);
  ExpressionPtr try_constant(const clang::Expr* expr);
  ExpressionPtr zero(const kir::Type& type, kir::Location location);
  ExpressionPtr list_value(const clang::InitListExpr& list);
  ExpressionPtr struct_value(const kir::Type& type,
                             llvm::ArrayRef<clang::Expr*> inits,
                             clang::SourceLocation location);
  bool append_elements(const clang::Expr* expr, std::vector<ExpressionPtr>& elements);
  ExpressionPtr unsupported(const clang::Expr* expr);

  // conversions.cpp
  ExpressionPtr cast_value(const clang::CastExpr& cast);
  ExpressionPtr construct_value(const clang::CXXConstructExpr& construct);

  // operators.cpp
  ExpressionPtr unary_value(const clang::UnaryOperator& unary);
  ExpressionPtr binary_value(const clang::BinaryOperator& binary);
  ExpressionPtr logical_value(const clang::BinaryOperator& binary);
  ExpressionPtr conditional_value(const clang::ConditionalOperator& conditional);
  /// `target = value`; gives the target.
  ExpressionPtr assign_place(const clang::BinaryOperator& assign);
  ExpressionPtr compound_place(const clang::CompoundAssignOperator& compound);
  /// `target op= operand`; gives the target.
  ExpressionPtr compound_assign(const clang::CompoundAssignOperator& compound,
                                ExpressionPtr target,
                                ExpressionPtr operand);
  ExpressionPtr step_place(const clang::UnaryOperator& step, ExpressionPtr* old_value);
  ExpressionPtr step_by_one(const clang::UnaryOperator& step,
                            ExpressionPtr target,
                            ExpressionPtr* old_value);
  void assign(ExpressionPtr target, ExpressionPtr value, clang::SourceLocation at);

  // places.cpp
  ExpressionPtr place(const clang::Expr* expr);
  /// As place(); what is no place is put into a local, also a variable chosen with ?:.
  ExpressionPtr readable_place(const clang::Expr* expr);
  /// As readable_place(), for a name of that very variable.
  ExpressionPtr referred_place(const clang::Expr* expr);
  ExpressionPtr name_place(const clang::DeclRefExpr& name);
  ExpressionPtr member(const clang::MemberExpr& member, bool as_place);
  ExpressionPtr subscript(const clang::ArraySubscriptExpr& subscript, bool as_place);
  ExpressionPtr array_element(const clang::Expr* array, const clang::Expr* index, bool as_place);
  ExpressionPtr object_place(clang::SourceLocation at);
  ExpressionPtr unary_place(const clang::UnaryOperator& unary);
  ExpressionPtr cast_place(const clang::CastExpr& cast);
  /// What the hidden iterator of a loop over a range points to; null if `expr` does not ask that.
  ExpressionPtr range_element(const clang::Expr* expr) const;
  /// True of a name whose declaration is a mistake: what is done with it is no further one.
  bool is_refused(const clang::Expr* expr) const;
  const Binding* binding(const clang::ValueDecl* decl) const;

  // calls.cpp
  ExpressionPtr call_value(const clang::CallExpr& call);
  ExpressionPtr call_place(const clang::CallExpr& call);
  ExpressionPtr known_call(const clang::CallExpr& call,
                           const clang::FunctionDecl& function,
                           bool& known);
  ExpressionPtr user_call(const clang::CallExpr& call, const clang::FunctionDecl& function);
  ExpressionPtr id_call(const clang::CallExpr& call,
                        const clang::FunctionDecl& function,
                        bool& known);
  ExpressionPtr call_of(const clang::FunctionDecl& function,
                        std::uint32_t structure,
                        const clang::Expr* object,
                        llvm::ArrayRef<const clang::Expr*> arguments,
                        clang::SourceLocation at);
  /// What a call hands on as several arguments, and how.
  struct HandedOn {
    Forms forms;
    std::map<const clang::Expr*, std::vector<Part>> parts;
  };
  bool hand_on_argument(const clang::Expr* argument, clang::QualType type, HandedOn& handed);
  std::vector<Part> parts_of_call(const Callee& callee,
                                  const clang::Expr* object,
                                  llvm::ArrayRef<const clang::Expr*> arguments,
                                  HandedOn& handed);
  ExpressionPtr assignment_call(const clang::CallExpr& call);

  // expansion.cpp
  ExpressionPtr expand(const clang::CallExpr& call, const clang::FunctionDecl& function);
  /// \param use lowers what the function returns; false after a mistake.
  void expand_to(const clang::CallExpr& call,
                 const clang::FunctionDecl& function,
                 const std::function<bool(const clang::Expr*)>& use);
  /// What the names of an expanded function stand for, and its *this.
  struct Expansion {
    std::vector<std::pair<const clang::ValueDecl*, Binding>> names;
    ExpressionPtr object;
  };
  bool bind_expanded(const clang::ParmVarDecl& parameter,
                     const clang::Expr* argument,
                     Expansion& expansion);
  bool bind_expanded_object(const clang::Expr* whole, Expansion& expansion);
  void swap_names(Expansion& expansion);

  // math.cpp
  ExpressionPtr math_call(const clang::CallExpr& call,
                          const clang::FunctionDecl& function,
                          bool& known);
  ExpressionPtr smallest_or_largest(const clang::CallExpr& call, kir::Intrinsic intrinsic);

  // buffers.cpp: std::span, dc::in and its like, std::array.
  /// A buffer, or a part of one; nothing after a mistake.
  Binding view(const clang::Expr* expr);
  Binding part_of_view(const clang::CXXMemberCallExpr& call);
  std::vector<ExpressionPtr> numbers_of_part(const clang::CXXMemberCallExpr& call,
                                             std::string_view name);
  ExpressionPtr size_of(const Binding& view, kir::Location location);
  ExpressionPtr element_of(const Binding& view, ExpressionPtr index, kir::Location location);
  ExpressionPtr buffer_call(const clang::CallExpr& call, const clang::Expr* object, bool as_place);
  ExpressionPtr buffer_member(const clang::CallExpr& call,
                              const Binding& view,
                              llvm::StringRef name,
                              llvm::ArrayRef<const clang::Expr*> arguments);
  ExpressionPtr array_call(const clang::CallExpr& call, const clang::Expr* object, bool as_place);

  // closures.cpp: lambdas that capture; what calls hand on.
  Binding closure(const clang::Expr* expr);
  Binding make_closure(const clang::LambdaExpr& lambda);
  Binding captured_binding(const clang::LambdaCapture& capture, bool& is_bound);
  ExpressionPtr place_of(const Binding& bound, kir::Location location);
  void hand_on(const Binding& bound,
               kir::Location location,
               Forms& forms,
               std::vector<Part>& parts);
  /// The other end of hand_on(): makes parameters.
  Binding receive(const std::string& name, clang::QualType type, clang::SourceLocation at);
  Binding receive_closure(const clang::CXXRecordDecl& lambda, clang::SourceLocation at);
  ExpressionPtr new_count(const std::string& name, clang::SourceLocation at);
  std::uint32_t next_form();
  void bind_captures(const Closure& closure);

  // statements.cpp
  void statement(const clang::Stmt* statement);
  void statement_of_kind(const clang::Stmt* statement);
  void if_else(const clang::IfStmt& statement);
  void return_from(const clang::ReturnStmt& statement);
  void effect(const clang::Expr* expr);
  /// `(condition ? a : b) = kept` and its like: does `change` to the place that is chosen.
  void change_chosen(const clang::Expr* target, const std::function<void(ExpressionPtr)>& change);
  void conditional_effect(const clang::Expr* condition,
                          const clang::Expr* then,
                          const clang::Expr* otherwise,
                          bool negate,
                          clang::SourceLocation at);
  void refuse(const clang::Stmt* statement);
  /// The statements of a body, which may be a single one.
  kir::Statements body_of(const clang::Stmt* body);

  // declarations.cpp
  void declare(const clang::Decl* decl);
  void declare_variable(const clang::VarDecl& variable);
  void declare_reference(const clang::VarDecl& variable);
  void declare_value(const clang::VarDecl& variable);
  void declare_bindings(const clang::DecompositionDecl& decomposition);

  // loops.cpp
  void for_loop(const clang::ForStmt& loop);
  void while_loop(const clang::WhileStmt& loop);
  void do_loop(const clang::DoStmt& loop);
  void range_loop(const clang::CXXForRangeStmt& loop);
  void continue_loop(kir::Location at);
  kir::Statements loop_body(const clang::Stmt* body, std::function<void()> before_continue);

  // switches.cpp
  void switch_on(const clang::SwitchStmt& statement);
  bool add_case(const clang::SwitchCase& label, std::vector<kir::SwitchCase>& cases);
  void add_to_case(const clang::Stmt* part, std::vector<kir::SwitchCase>& cases);

  // sequence.cpp: order and locals.
  /// Computes all in order; what one gave does not change by what a later one does.
  std::optional<std::vector<ExpressionPtr>> in_order(std::vector<Part> parts);
  /// `value` in a local that is not written again, unless it is as good as one already.
  ExpressionPtr keep(ExpressionPtr value);
  /// `place` with its indices kept, so that it stays the same place.
  ExpressionPtr keep_place(ExpressionPtr place);
  kir::Variable& new_local(const std::string& name, const kir::Type& type, kir::Location at);
  void emit(kir::StatementPtr statement) { current_->push_back(std::move(statement)); }
  /// What `make` emits.
  kir::Statements captured(const std::function<void()>& make);

  std::optional<kir::Type> type_of(clang::QualType type, clang::SourceLocation at);
  kir::Location at(clang::SourceLocation location);
  ExpressionPtr fail(kir::DiagnosticCode code, clang::SourceLocation at, std::string message);
  ExpressionPtr fail_quietly();
  void ask_axis(std::uint32_t axis);

  ModuleLowering& module_;
  kir::Function& function_;
  Callee& callee_;
  const Forms& forms_;
  std::size_t next_form_ = 0;
  Names names_;
  kir::Statements* current_ = nullptr;
  std::map<const clang::ValueDecl*, Binding> bindings_;
  std::map<const clang::VarDecl*, ExpressionPtr> range_elements_;  // by hidden iterator
  ExpressionPtr object_;                                           // *this
  bool returns_object_ = false;                                    // a constructor
  std::vector<std::function<void()>> before_continue_;             // of the loops around
  unsigned depth_ = 0;
  unsigned nesting_ = 0;
  std::size_t expansions_ = 0;      // around what is lowered now
  std::size_t all_expansions_ = 0;  // of the function
  bool failed_ = false;
};

/// True if no statement changes what `expression` gives, and it costs nothing.
[[nodiscard]] bool is_stable(const kir::Expression& expression);

/// Without what changes nothing: parentheses, marks of temporaries and constants.
[[nodiscard]] const clang::Expr* plain(const clang::Expr* expr);

}  // namespace dotcompute::frontend
