// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"

#include "dotcompute/base/kernel_metadata.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>

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
  if (method != nullptr &&
      Types::is_closure(function.getASTContext().getRecordType(method->getParent()))) {
    return true;
  }
  for (const clang::ParmVarDecl* parameter : function.parameters()) {
    const auto buffer = Types::buffer(parameter->getType());
    if ((buffer && !buffer->is_const) || is_writable_reference(parameter->getType()) ||
        Types::is_closure(parameter->getType())) {
      return true;
    }
  }
  return false;
}

}  // namespace

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
  std::string name = parameter.getNameAsString();
  if (name.empty()) {
    name = "unused_" + std::to_string(function_.parameters.size());
  }
  const auto buffer = Types::buffer(type);
  if (!function_.is_kernel && (buffer || Types::is_closure(type))) {
    bound = receive(name, type, where);
    return;
  }
  const auto element = type_of(buffer ? buffer->element : type, where);
  if (!element) {
    return;
  }
  if (buffer) {
    bound.variable = new_buffer(name, *buffer, *element, where);
    return;
  }
  const bool is_reference =
      type->isReferenceType() && (is_writable_reference(type) || by_reference);
  const kir::VariableKind kind =
      is_reference ? kir::VariableKind::reference : kir::VariableKind::scalar;
  bound.variable = &new_parameter(name, kind, *element, where);
  bound.variable->is_const = type.getNonReferenceType().isConstQualified();
}

kir::Variable& FunctionLowering::new_parameter(const std::string& name,
                                               kir::VariableKind kind,
                                               const kir::Type& type,
                                               clang::SourceLocation where) {
  const std::string own = names_.take(identifier_of(name));
  module_.note_local(own);
  return kir::add_parameter(function_, own, kind, type, at(where));
}

kir::Variable* FunctionLowering::new_buffer(const std::string& name,
                                            const BufferType& buffer,
                                            const kir::Type& element,
                                            clang::SourceLocation where) {
  if (element.kind == kir::TypeKind::array) {
    fail(DiagnosticCode::parameter_type, where,
         "a buffer's elements are numbers or structs; put the array into a struct");
    return nullptr;
  }
  kir::Variable& variable = new_parameter(name, kir::VariableKind::buffer, element, where);
  variable.is_const = buffer.is_const;
  variable.rank = buffer.rank;
  variable.is_span = buffer.is_span;
  variable.direction = buffer.direction;
  return &variable;
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

}  // namespace dotcompute::frontend
