// SPDX-License-Identifier: Apache-2.0
#include "frontend/types.hpp"

#include "kir/layout.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/RecordLayout.h>

#include <algorithm>

namespace dotcompute::frontend {
namespace {

using kir::DiagnosticCode;

/// Larger values would not fit the stack of a work item on any back end.
constexpr std::uint64_t kMaxBytes = 256U << 10U;

/// True of a template of a type and a number, as std::span, std::array and dc::in are.
bool is_of_type_and_number(const clang::ClassTemplateSpecializationDecl& decl) {
  const clang::TemplateArgumentList& arguments = decl.getTemplateArgs();
  return arguments.size() == 2 && arguments[0].getKind() == clang::TemplateArgument::Type &&
         arguments[1].getKind() == clang::TemplateArgument::Integral;
}

const clang::ClassTemplateSpecializationDecl* specialization(clang::QualType type) {
  const clang::CXXRecordDecl* record =
      type.getNonReferenceType().getCanonicalType()->getAsCXXRecordDecl();
  return llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record);
}

bool is_ours(const clang::Decl& decl) {
  const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(decl.getDeclContext());
  return space != nullptr && space->getName() == "dotcompute" &&
         space->getParent()->isTranslationUnit();
}

ElementType integer_of(std::uint64_t bits, bool is_signed) noexcept {
  using enum ElementType;
  switch (bits) {
    case 8:
      return is_signed ? int8 : uint8;
    case 16:
      return is_signed ? int16 : uint16;
    case 32:
      return is_signed ? int32 : uint32;
    default:
      return is_signed ? int64 : uint64;
  }
}

std::optional<BufferType> span_of(const clang::ClassTemplateSpecializationDecl& decl) {
  const clang::TemplateArgumentList& arguments = decl.getTemplateArgs();
  if (!decl.isInStdNamespace() || decl.getName() != "span") {
    return std::nullopt;
  }
  const clang::QualType element = arguments[0].getAsType();
  return BufferType{.element = element.getUnqualifiedType(),
                    .is_const = element.isConstQualified(),
                    .fixed_size = !arguments[1].getAsIntegral().isAllOnes(),
                    .direction = element.isConstQualified() ? Direction::in : Direction::inout};
}

}  // namespace

std::optional<BufferType> Types::buffer(clang::QualType type) {
  const auto* decl = specialization(type);
  if (decl == nullptr || decl->getIdentifier() == nullptr || !is_of_type_and_number(*decl)) {
    return std::nullopt;
  }
  if (auto span = span_of(*decl)) {
    return span;
  }
  const llvm::StringRef name = decl->getName();
  if (!is_ours(*decl) ||
      (name != "in" && name != "out" && name != "inout" && name != "ArrayView")) {
    return std::nullopt;
  }
  const clang::TemplateArgumentList& arguments = decl->getTemplateArgs();
  const clang::QualType element = arguments[0].getAsType();
  return BufferType{.element = element.getUnqualifiedType(),
                    .is_const = name == "in" || element.isConstQualified(),
                    .is_span = false,
                    .rank = static_cast<std::uint8_t>(arguments[1].getAsIntegral().getZExtValue()),
                    .direction = name == "out" ? Direction::out
                                               : (name == "in" ? Direction::in : Direction::inout)};
}

bool Types::is_std_array(clang::QualType type) {
  const auto* decl = specialization(type);
  return decl != nullptr && decl->isInStdNamespace() && decl->getIdentifier() != nullptr &&
         decl->getName() == "array" && is_of_type_and_number(*decl);
}

bool Types::is_half(clang::QualType type) {
  const clang::CXXRecordDecl* record =
      type.getNonReferenceType().getCanonicalType()->getAsCXXRecordDecl();
  return record != nullptr && is_ours(*record) && record->getIdentifier() != nullptr &&
         record->getName() == "half";
}

bool Types::is_empty(clang::QualType type) {
  const clang::CXXRecordDecl* record =
      type.getNonReferenceType().getCanonicalType()->getAsCXXRecordDecl();
  return record != nullptr && record->hasDefinition() && record->isEmpty();
}

bool Types::is_closure(clang::QualType type) {
  const clang::CXXRecordDecl* record =
      type.getNonReferenceType().getCanonicalType()->getAsCXXRecordDecl();
  return record != nullptr && record->isLambda() && !record->isEmpty();
}

std::string Types::name(clang::QualType type) const {
  clang::PrintingPolicy policy(context_.getLangOpts());
  policy.SuppressTagKeyword = true;
  policy.SuppressUnwrittenScope = true;
  return type.getAsString(policy);
}

std::optional<std::uint32_t> Types::field(std::uint32_t structure,
                                          const clang::FieldDecl* field) const {
  const auto found = fields_.find({structure, field->getCanonicalDecl()});
  return found == fields_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<kir::Type> Types::fail(std::string problem, DiagnosticCode code) {
  problem_ = std::move(problem);
  problem_code_ = code;
  return std::nullopt;
}

std::optional<kir::Type> Types::find(clang::QualType type) {
  const clang::QualType plain = type.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  if (plain->isVoidType()) {
    return kir::Type{};
  }
  if (type.getNonReferenceType().isVolatileQualified()) {
    return fail("volatile is not for kernels; leave it out");
  }
  if (plain->isAnyPointerType() || plain->isNullPtrType() || plain->isMemberPointerType() ||
      plain->isFunctionType()) {
    return fail("pointers are not for kernels; take a std::span and an index, or a reference",
                DiagnosticCode::pointer);
  }
  if (const auto* fixed = context_.getAsConstantArrayType(plain)) {
    return array(fixed->getElementType(), fixed->getSize().getZExtValue());
  }
  if (plain->isArrayType()) {
    return fail("an array in a kernel has a constant size; use a constant, or a std::span");
  }
  if (plain->isBuiltinType() || plain->isEnumeralType()) {
    return builtin(plain);
  }
  if (is_half(plain)) {
    return kir::scalar_type(ElementType::float16);
  }
  if (is_std_array(plain)) {
    const clang::TemplateArgumentList& arguments = specialization(plain)->getTemplateArgs();
    return array(arguments[0].getAsType(), arguments[1].getAsIntegral().getZExtValue());
  }
  if (const clang::CXXRecordDecl* decl = plain->getAsCXXRecordDecl()) {
    return record(*decl, plain, name(type.getNonReferenceType().getUnqualifiedType()));
  }
  return fail("'" + name(type) +
              "' is no type of kernels; use numbers, arrays and structs of them");
}

std::optional<kir::Type> Types::builtin(clang::QualType type) {
  if (const auto* enumeration = type->getAs<clang::EnumType>()) {
    const clang::QualType underlying = enumeration->getDecl()->getIntegerType();
    return underlying.isNull() ? fail("the type of an enumeration is not known") : find(underlying);
  }
  const auto* builtin = type->getAs<clang::BuiltinType>();
  if (builtin->getKind() == clang::BuiltinType::Bool) {
    return kir::scalar_type(ElementType::boolean);
  }
  if (builtin->isInteger() && context_.getTypeSize(type) <= 64) {
    return kir::scalar_type(integer_of(context_.getTypeSize(type), builtin->isSignedInteger()));
  }
  switch (builtin->getKind()) {
    case clang::BuiltinType::Float:
      return kir::scalar_type(ElementType::float32);
    case clang::BuiltinType::Double:
      return kir::scalar_type(ElementType::float64);
    case clang::BuiltinType::LongDouble:
      return fail("long double is not a type of kernels; use double");
    case clang::BuiltinType::Float16:
      return fail("_Float16 is not a type of kernels; use dc::half and dc::to_float()");
    default:
      return fail("'" + name(type) +
                  "' is no type of kernels; use integers of 8 to 64 bits, bool, float or double");
  }
}

std::optional<kir::Type> Types::array(clang::QualType element, std::uint64_t size) {
  const auto found = find(element);
  if (!found) {
    return std::nullopt;
  }
  const std::uint64_t bytes = kir::bytes_of(module_.structures, *found).value_or(kMaxBytes + 1);
  if (size == 0 || bytes == 0 || size > kMaxBytes / bytes) {
    return fail(
        "an array in a kernel has an element at least, and 256 KiB at most; use a "
        "std::span for more");
  }
  std::vector<std::uint32_t> extents = found->extents;
  extents.insert(extents.begin(), static_cast<std::uint32_t>(size));
  const kir::Type plain = found->has_structure() ? kir::structure_type(found->structure)
                                                 : kir::scalar_type(found->element);
  return kir::array_type(plain, std::move(extents));
}

bool Types::check(const clang::CXXRecordDecl& record,
                  clang::QualType type,
                  const std::string& shown) {
  const std::string text = "'" + shown + "'";
  if (!record.hasDefinition() || record.isInvalidDecl()) {
    fail(text + " is not defined here; include its definition");
  } else if (record.isLambda()) {
    fail("a lambda that captures is named, called and handed to functions; it is no other value",
         DiagnosticCode::unsupported_construct);
  } else if (buffer(type)) {
    fail(text + " can only be a parameter; pass it on, or index it", DiagnosticCode::buffer_use);
  } else if (record.isUnion()) {
    fail(text + " is a union; use a struct with a member for each");
  } else if (record.isPolymorphic() || record.getNumVBases() > 0) {
    fail(text + " has virtual functions or bases; use a plain struct, and a switch or a template");
  } else if (record.isInStdNamespace() || !type.isTriviallyCopyableType(context_)) {
    fail(text +
         " is no type of kernels; use std::span, std::array, or a trivially copyable struct of "
         "numbers");
  } else if (record.isEmpty()) {
    fail(text + " has no members; kernels only pass such values on to functions");
  } else {
    return true;
  }
  return false;
}

std::optional<kir::Type> Types::record(const clang::CXXRecordDecl& decl,
                                       clang::QualType type,
                                       const std::string& shown) {
  const clang::CXXRecordDecl* key = decl.getCanonicalDecl();
  if (const auto known = structures_.find(key); known != structures_.end() && known->second) {
    return kir::structure_type(*known->second);
  }
  if (!check(decl, type, shown)) {
    return std::nullopt;
  }
  const clang::CXXRecordDecl& definition = *decl.getDefinition();
  kir::Structure structure{.name = name(type),
                           .file = reporter_.location(definition.getLocation()).file};
  std::map<const clang::FieldDecl*, std::uint32_t> places;
  if (!add_fields(structure, definition, 0, places)) {
    return std::nullopt;
  }
  const clang::ASTRecordLayout& layout = context_.getASTRecordLayout(&definition);
  structure.size = static_cast<std::uint32_t>(layout.getSize().getQuantity());
  if (layout.getSize().getQuantity() > static_cast<std::int64_t>(kMaxBytes)) {
    return fail("'" + shown + "' has more than 256 KiB; use a std::span");
  }
  structure.alignment = static_cast<std::uint32_t>(layout.getAlignment().getQuantity());
  // Two structs may share a name: of functions, of unnamed namespaces.
  const std::string wanted = structure.name;
  for (unsigned number = 2; std::any_of(module_.structures.begin(), module_.structures.end(),
                                        [&](const auto& s) { return s.name == structure.name; });
       ++number) {
    structure.name = wanted + "_" + std::to_string(number);
  }
  const auto index = static_cast<std::uint32_t>(module_.structures.size());
  module_.structures.push_back(std::move(structure));
  structures_[key] = index;
  for (const auto& [field, place] : places) {
    fields_[{index, field}] = place;
  }
  return kir::structure_type(index);
}

bool Types::add_fields(kir::Structure& to,
                       const clang::CXXRecordDecl& record,
                       std::uint32_t offset,
                       std::map<const clang::FieldDecl*, std::uint32_t>& places) {
  const clang::ASTRecordLayout& layout = context_.getASTRecordLayout(&record);
  for (const clang::CXXBaseSpecifier& base : record.bases()) {
    const clang::CXXRecordDecl* decl = base.getType()->getAsCXXRecordDecl();
    const auto at = static_cast<std::uint32_t>(layout.getBaseClassOffset(decl).getQuantity());
    if (!add_fields(to, *decl->getDefinition(), offset + at, places)) {
      return false;
    }
  }
  for (const clang::FieldDecl* field : record.fields()) {
    const std::string text = "member '" + field->getNameAsString() + "' of '" + to.name + "': ";
    if (field->isBitField() || field->getIdentifier() == nullptr || field->isMutable() ||
        field->getType()->isReferenceType()) {
      fail(text + "bit-fields, references, mutable and unnamed members are not for kernels");
      return false;
    }
    const auto type = find(field->getType());
    if (!type) {
      problem_.insert(0, text);
      return false;
    }
    std::string name = field->getNameAsString();
    while (std::any_of(to.fields.begin(), to.fields.end(),
                       [&](const kir::Field& other) { return other.name == name; })) {
      name += "_";  // a derived struct's hides its base's
    }
    const std::uint64_t bits = layout.getFieldOffset(field->getFieldIndex());
    places[field->getCanonicalDecl()] = static_cast<std::uint32_t>(to.fields.size());
    to.fields.push_back({.name = std::move(name),
                         .type = *type,
                         .offset = offset + static_cast<std::uint32_t>(bits / 8)});
  }
  return true;
}

}  // namespace dotcompute::frontend
