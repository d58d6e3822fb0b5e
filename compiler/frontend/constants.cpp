// SPDX-License-Identifier: Apache-2.0
#include "frontend/module_lowering.hpp"

#include <clang/AST/APValue.h>
#include <clang/AST/DeclCXX.h>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

kir::Variable* ModuleLowering::constant(const clang::VarDecl& variable, clang::SourceLocation use) {
  const clang::VarDecl* const key = variable.getCanonicalDecl();
  if (const auto known = constants_.find(key); known != constants_.end()) {
    return known->second;
  }
  const auto refuse = [&](DiagnosticCode code, std::string message) -> kir::Variable* {
    reporter_.error(code, use, "'" + variable.getNameAsString() + "' " + std::move(message));
    return nullptr;
  };
  const bool constant = variable.isConstexpr() || variable.getType().isConstant(context_);
  if (!constant || variable.getType()->isReferenceType()) {
    return refuse(DiagnosticCode::global_state,
                  "outlives the kernel, which may read constexpr values only; pass it as a "
                  "parameter");
  }
  const clang::APValue* value = variable.getInit() == nullptr || variable.isInvalidDecl()
                                    ? nullptr
                                    : variable.evaluateValue();
  if (value == nullptr) {
    return refuse(DiagnosticCode::global_state,
                  "is not known when the kernel is compiled; make it constexpr, or a parameter");
  }
  const auto type = types_.find(variable.getType());
  if (!type) {
    return refuse(types_.problem_code(), ": " + types_.problem());
  }
  const kir::Location location = reporter_.location(variable.getLocation());
  kir::ExpressionPtr expression = literal(*value, variable.getType(), location);
  if (expression == nullptr) {
    return refuse(DiagnosticCode::global_state,
                  "has a value that kernels cannot have; use numbers, arrays and structs");
  }
  kir::Variable& made =
      kir::add_constant(module_, module_name(identifier_of(variable.getNameAsString())), *type,
                        std::move(expression), location);
  constants_[key] = &made;
  return &made;
}

kir::ExpressionPtr ModuleLowering::literal(const clang::APValue& value,
                                           clang::QualType type,
                                           kir::Location location) {
  const auto wanted = types_.find(type);
  if (!wanted) {
    return nullptr;
  }
  std::vector<kir::ExpressionPtr> elements;
  if (!append(value, type, location, elements)) {
    return nullptr;
  }
  if (wanted->kind == kir::TypeKind::array) {
    return kir::make_construct(*wanted, std::move(elements), location);
  }
  return elements.size() == 1 ? std::move(elements.front()) : nullptr;
}

bool ModuleLowering::append(const clang::APValue& value,
                            clang::QualType type,
                            kir::Location location,
                            std::vector<kir::ExpressionPtr>& elements) {
  const auto wanted = types_.find(type);
  if (!wanted) {
    return false;
  }
  if (value.isInt() && wanted->is_scalar()) {
    const llvm::APSInt& number = value.getInt();
    const auto bits = number.isSigned() ? static_cast<std::uint64_t>(number.getSExtValue())
                                        : number.getZExtValue();
    elements.push_back(kir::make_literal(*wanted, bits, location));
    return true;
  }
  if (value.isFloat() && wanted->is_scalar()) {
    const std::uint64_t bits = value.getFloat().bitcastToAPInt().getZExtValue();
    elements.push_back(kir::make_literal(*wanted, bits, location));
    return true;
  }
  if (value.isArray()) {
    const clang::QualType element = context_.getAsArrayType(type)->getElementType();
    for (unsigned i = 0; i < value.getArraySize(); ++i) {
      const bool written = i < value.getArrayInitializedElts();
      const clang::APValue& one =
          written ? value.getArrayInitializedElt(i) : value.getArrayFiller();
      if (!append(one, element, location, elements)) {
        return false;
      }
    }
    return true;
  }
  const clang::CXXRecordDecl* record = type.getCanonicalType()->getAsCXXRecordDecl();
  if (!value.isStruct() || record == nullptr) {
    return false;
  }
  if (Types::is_std_array(type) || Types::is_half(type)) {
    // Their one member says it all; std::array's may be several levels deep.
    if (value.getStructNumFields() != 1) {
      return false;
    }
    if (Types::is_half(type)) {
      const clang::APValue& bits = value.getStructField(0);
      return bits.isInt() && (elements.push_back(kir::make_literal(
                                  *wanted, bits.getInt().getZExtValue(), location)),
                              true);
    }
    return append(value.getStructField(0), record->field_begin()->getType(), location, elements);
  }
  std::vector<kir::ExpressionPtr> parts;
  if (wanted->kind != kir::TypeKind::structure || !append_struct(value, *record, location, parts)) {
    return false;
  }
  elements.push_back(kir::make_construct(*wanted, std::move(parts), location));
  return true;
}

bool ModuleLowering::append_struct(const clang::APValue& value,
                                   const clang::CXXRecordDecl& record,
                                   kir::Location location,
                                   std::vector<kir::ExpressionPtr>& parts) {
  unsigned base_number = 0;
  for (const clang::CXXBaseSpecifier& base : record.bases()) {
    const clang::CXXRecordDecl* decl = base.getType()->getAsCXXRecordDecl();
    if (!append_struct(value.getStructBase(base_number++), *decl->getDefinition(), location,
                       parts)) {
      return false;
    }
  }
  unsigned number = 0;
  for (const clang::FieldDecl* field : record.fields()) {
    kir::ExpressionPtr part = literal(value.getStructField(number++), field->getType(), location);
    if (part == nullptr) {
      return false;
    }
    parts.push_back(std::move(part));
  }
  return true;
}

}  // namespace dotcompute::frontend
