// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"
#include "frontend/kernels.hpp"
#include "kir/layout.hpp"
#include "kir/walk.hpp"

#include "dotcompute/base/kernel_metadata.hpp"

#include <clang/AST/DeclCXX.h>

#include <algorithm>
#include <iterator>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

/// What passes that follow may wrap around a statement.
constexpr std::uint32_t kSpareDepth = 8;

std::uint32_t depth_of(const kir::Expression& expression) {
  std::uint32_t deepest = 0;
  for (const kir::ExpressionPtr& operand : expression.operands) {
    deepest = std::max(deepest, depth_of(*operand));
  }
  return deepest + 1;
}

std::uint32_t depth_of(const kir::Statement& statement) {
  std::uint32_t deepest = 0;
  kir::for_each_child(statement, [&](const kir::Statement& child) {
    deepest = std::max(deepest, depth_of(child));
  });
  for (const kir::ExpressionPtr* part : {&statement.target, &statement.value}) {
    deepest = *part == nullptr ? deepest : std::max(deepest, depth_of(**part));
  }
  return deepest + 1;
}

/// True of a member without a value: its default constructor does nothing.
bool leaves_unset(const clang::Expr* init) {
  const auto* construct = llvm::dyn_cast<clang::CXXConstructExpr>(plain(init));
  return construct != nullptr && construct->getConstructor()->isTrivial() &&
         construct->getConstructor()->isDefaultConstructor() &&
         !construct->requiresZeroInitialization();
}

}  // namespace

void ModuleLowering::add_kernel(const clang::FunctionDecl& kernel) {
  const unsigned errors_before = reporter_.errors();
  const clang::FunctionDecl* definition = kernel.getDefinition();
  if (!check_kernel(kernel, reporter_) && (definition == nullptr || definition->isTemplated())) {
    return;
  }
  auto owned = std::make_unique<kir::Function>();
  kir::Function& function = *owned;
  function.name = identifier_of(kernel.getNameAsString());
  function.name_space = scope_of(kernel, /*with_class=*/false);
  function.is_kernel = true;
  function.location = reporter_.location(definition->getLocation());
  function.symbol = module_name(function.name_space.empty()
                                    ? function.name
                                    : identifier_of(function.name_space) + "_" + function.name);
  Callee self{.function = &function};
  const Forms forms;
  const bool good =
      FunctionLowering(*this, function, self, forms).run(*definition, kir::Type::kNoStructure);
  read_annotations(*definition, context_, reporter_, function);
  const std::string name =
      function.registered_name.empty() ? function.name : function.registered_name;
  const std::string qualified =
      function.name_space.empty() ? name : function.name_space + "::" + name;
  if (!kernels_.emplace(qualified, function.location).second) {
    reporter_.error(DiagnosticCode::duplicate_kernel, kernel.getLocation(),
                    "there is a kernel '" + qualified +
                        "' already; give this one another name with DC_KERNEL_NAMED");
  }
  if (!good && reporter_.errors() + reporter_.getNumErrors() == 0) {
    // A kernel is never dropped in silence. Errors before it may be those of functions it calls.
    reporter_.error(DiagnosticCode::unsupported_construct, definition->getLocation(),
                    "kernels cannot do all that '" + kernel.getNameAsString() +
                        "' does; move parts of it into functions, to find what it is");
  }
  if (!good || reporter_.errors() > errors_before) {
    unfinished_.push_back(std::move(owned));
    return;
  }
  function.dimensions = self.dimensions;
  module_.functions.push_back(std::move(owned));
}

bool FunctionLowering::run(const clang::FunctionDecl& source, std::uint32_t object) {
  if (!is_supported(source)) {
    return false;
  }
  set_result(source);
  if (const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&source)) {
    add_parameters(source);
    run_constructor(*constructor, object);
  } else {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&source);
    if (method != nullptr && method->isInstance() && object != kir::Type::kNoStructure) {
      add_object(*method, object);
    } else if (method != nullptr && method->isInstance() && next_form_ < forms_.size() &&
               Types::is_closure(module_.context().getRecordType(method->getParent())) &&
               static_cast<Form>(forms_.front()) == Form::closure) {
      ++next_form_;
      bind_captures(*receive_closure(*method->getParent(), source.getLocation()).closure);
    }
    add_parameters(source);
    if (const auto* body = llvm::dyn_cast_or_null<clang::CompoundStmt>(source.getBody())) {
      for (const clang::Stmt* one : body->body()) {
        statement(one);
      }
    } else {
      refuse(source.getBody());  // a function try block
    }
  }
  order_locals();
  check_depth(source);
  return !failed_;
}

void FunctionLowering::check_depth(const clang::FunctionDecl& source) {
  std::uint32_t deepest = 0;
  for (const kir::StatementPtr& one : function_.body) {
    deepest = std::max(deepest, depth_of(*one));
  }
  if (deepest + kSpareDepth > kir::kMaxDepth) {
    fail(DiagnosticCode::unsupported_construct, source.getLocation(),
         "'" + source.getNameAsString() +
             "' has too many levels of statements and operators; move some into a function");
  }
}

void FunctionLowering::order_locals() {
  // Some were declared in statements that were made and not taken, others in another order.
  std::vector<std::unique_ptr<kir::Variable>> made = std::move(function_.locals);
  function_.locals.clear();
  kir::for_each_statement(function_.body, [&](const kir::Statement& one) {
    if (one.kind != kir::StatementKind::declare) {
      return;
    }
    const auto found = std::find_if(made.begin(), made.end(),
                                    [&](const auto& local) { return local.get() == one.variable; });
    if (found != made.end()) {
      function_.locals.push_back(std::move(*found));
      made.erase(found);
    }
  });
  if (failed_) {
    // Whatever still names the others goes with the function.
    std::move(made.begin(), made.end(), std::back_inserter(function_.locals));
  }
}

bool FunctionLowering::is_supported(const clang::FunctionDecl& source) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&source);
  if (source.isVariadic() || source.getBody() == nullptr) {
    fail(DiagnosticCode::unknown_body, source.getLocation(),
         "a function that kernels call has a body and a fixed number of parameters");
  } else if (method != nullptr && method->isVirtual()) {
    fail(DiagnosticCode::unsupported_construct, source.getLocation(),
         "virtual functions are not for kernels; use a template or a switch");
  } else if (source.isInvalidDecl()) {
    fail_quietly();
  }
  return !failed_;
}

void FunctionLowering::set_result(const clang::FunctionDecl& source) {
  const clang::QualType type = source.getReturnType();
  if (function_.is_kernel || llvm::isa<clang::CXXConstructorDecl>(source)) {
    return;
  }
  if (type->isReferenceType()) {
    // Others were expanded: this one gives its object.
    callee_.gives = Callee::Gives::object;
    return;
  }
  if (Types::buffer(type)) {
    fail(DiagnosticCode::function_result, source.getLocation(),
         "a function of kernels that gives a buffer is a single return statement, whose value is "
         "used");
    return;
  }
  if (const auto result = type_of(type, source.getLocation())) {
    function_.result = *result;
  }
}

void FunctionLowering::run_constructor(const clang::CXXConstructorDecl& constructor,
                                       std::uint32_t structure) {
  const kir::Location location = at(constructor.getLocation());
  function_.result = kir::structure_type(structure);
  kir::Variable& self = new_local("self", function_.result, location);
  object_ = kir::make_variable(self, location);
  returns_object_ = true;
  emit(kir::make_declare(self, nullptr, location));
  for (const clang::CXXCtorInitializer* initializer : constructor.inits()) {
    const clang::FieldDecl* field = initializer->getMember();
    const auto number = field == nullptr ? std::nullopt : module_.types().field(structure, field);
    if (initializer->isDelegatingInitializer()) {
      if (ExpressionPtr whole = final_value(initializer->getInit())) {
        emit(kir::make_assign(object_place(constructor.getLocation()), std::move(whole), location));
      }
    } else if (field == nullptr && leaves_unset(initializer->getInit())) {
      continue;  // a base without values
    } else if (!number) {
      fail(DiagnosticCode::unsupported_construct, constructor.getLocation(),
           "kernels make no structs whose bases have constructors; make the base a member");
    } else if (!leaves_unset(initializer->getInit())) {
      const kir::Type type = module_.module().structures[structure].fields[*number].type;
      ExpressionPtr value_of_field = value(initializer->getInit());
      if (value_of_field != nullptr) {
        emit(kir::make_assign(
            kir::make_member(kir::make_variable(self, location), *number, type, location),
            std::move(value_of_field), location));
      }
    }
  }
  statement(constructor.getBody());
  emit(kir::make_return_from(kir::make_variable(self, location), location));
}

}  // namespace dotcompute::frontend
