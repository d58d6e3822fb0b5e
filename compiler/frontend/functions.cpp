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

bool is_writable_reference(clang::QualType type) {
  return type->isReferenceType() && !type.getNonReferenceType().isConstQualified() &&
         !Types::buffer(type);
}

/// True if a call can change something that it did not make: then a parameter `const T&` may change
/// while the function runs, and is no copy.
bool writes_outside(const clang::FunctionDecl& function) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  if (method != nullptr && method->isInstance() && !method->isConst() &&
      !llvm::isa<clang::CXXConstructorDecl>(method)) {
    return true;
  }
  for (const clang::ParmVarDecl* parameter : function.parameters()) {
    const auto buffer = Types::buffer(parameter->getType());
    if ((buffer && !buffer->is_const) || is_writable_reference(parameter->getType())) {
      return true;
    }
  }
  return false;
}

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
  const bool good =
      FunctionLowering(*this, function, self).run(*definition, kir::Type::kNoStructure);
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
         "kernels' functions do not give buffers; pass the buffer and an offset");
    return;
  }
  if (const auto result = type_of(type, source.getLocation())) {
    function_.result = *result;
  }
}

void FunctionLowering::add_parameters(const clang::FunctionDecl& source) {
  const bool by_reference = writes_outside(source);
  if (function_.is_kernel && source.getNumParams() > kMaxParameters) {
    fail(DiagnosticCode::parameter_type, source.getParamDecl(kMaxParameters)->getLocation(),
         "a kernel has at most 24 parameters; put scalars into a struct");
  }
  for (const clang::ParmVarDecl* parameter : source.parameters()) {
    callee_.passes.push_back(!Types::is_empty(parameter->getType()) ||
                             Types::buffer(parameter->getType()).has_value());
    if (callee_.passes.back() || function_.is_kernel) {
      add_parameter(*parameter, by_reference);
    }
  }
}

void FunctionLowering::add_parameter(const clang::ParmVarDecl& parameter, bool by_reference) {
  const clang::QualType type = parameter.getType();
  const clang::SourceLocation where = parameter.getLocation();
  Binding& bound = bindings_[llvm::cast<clang::ValueDecl>(parameter.getCanonicalDecl())];
  if (parameter.isInvalidDecl() || (function_.is_kernel && !check_kernel_parameter(parameter))) {
    fail_quietly();
    return;
  }
  const auto buffer = Types::buffer(type);
  const auto element = type_of(buffer ? buffer->element : type, where);
  if (!element) {
    return;
  }
  if (buffer && element->kind == kir::TypeKind::array) {
    fail(DiagnosticCode::parameter_type, where,
         "a buffer's elements are numbers or structs; put the array into a struct");
    return;
  }
  std::string name = parameter.getNameAsString();
  if (name.empty()) {
    name = "unused_" + std::to_string(function_.parameters.size());
  }
  name = names_.take(identifier_of(name));
  module_.note_local(name);
  const bool is_reference =
      type->isReferenceType() && (is_writable_reference(type) || by_reference);
  const kir::VariableKind kind = buffer         ? kir::VariableKind::buffer
                                 : is_reference ? kir::VariableKind::reference
                                                : kir::VariableKind::scalar;
  kir::Variable& variable = kir::add_parameter(function_, name, kind, *element, at(where));
  variable.is_const = type.getNonReferenceType().isConstQualified();
  if (buffer) {
    variable.is_const = buffer->is_const;
    variable.rank = buffer->rank;
    variable.is_span = buffer->is_span;
    variable.direction = buffer->direction;
  }
  bound.variable = &variable;
}

bool FunctionLowering::check_kernel_parameter(const clang::ParmVarDecl& parameter) {
  const clang::QualType type = parameter.getType();
  const auto refuse = [&](const std::string& what) {
    fail(DiagnosticCode::parameter_type, parameter.getLocation(),
         "parameter '" + parameter.getNameAsString() + "' of a kernel " + what);
    return false;
  };
  if (type->isReferenceType()) {
    return refuse("is a reference; take a std::span for what is written, and scalars by value");
  }
  const auto buffer = Types::buffer(type);
  if (buffer && buffer->fixed_size) {
    return refuse("is a span of fixed size; take std::span<T>, and DC_SHAPE for its extents");
  }
  const clang::QualType element = buffer ? buffer->element : type;
  const auto found = module_.types().find(element);
  if (!found && element->isAnyPointerType()) {
    return refuse("has type '" + module_.types().name(type) +
                  "': pointers are not for kernels; take a std::span");
  }
  if (!found) {
    return refuse("has type '" + module_.types().name(type) + "': " + module_.types().problem());
  }
  if (element->isEnumeralType()) {
    return refuse("is an enumeration; take its integer type");
  }
  if (found->kind == kir::TypeKind::array) {
    return refuse("is an array; take a std::span, or put the array into a struct");
  }
  return true;
}

void FunctionLowering::add_object(const clang::CXXMethodDecl& method, std::uint32_t structure) {
  const std::string name = names_.take("self");
  module_.note_local(name);
  kir::Variable& self =
      kir::add_parameter(function_, name, kir::VariableKind::reference,
                         kir::structure_type(structure), at(method.getLocation()));
  self.is_const = method.isConst();
  callee_.passes_object = true;
  object_ = kir::make_variable(self);
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
