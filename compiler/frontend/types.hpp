// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "frontend/reporter.hpp"
#include "kir/diagnostic_code.hpp"
#include "kir/module.hpp"

#include <clang/AST/Type.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace clang {
class ASTContext;
class CXXRecordDecl;
class FieldDecl;
}  // namespace clang

namespace dotcompute::frontend {

/// What a parameter's type says if it is std::span, dc::in, dc::out, dc::inout or dc::ArrayView.
struct BufferType {
  clang::QualType element;  ///< Without const.
  bool is_const = false;
  bool is_span = true;
  bool fixed_size = false;  ///< A span whose size is part of its type.
  std::uint8_t rank = 1;
  Direction direction = Direction::inout;
};

/// The C++ types of one file as KIR's. Structures are added to the module when first met.
class Types {
 public:
  Types(clang::ASTContext& context, kir::Module& module, Reporter& reporter)
      : context_(context), module_(module), reporter_(reporter) {}

  /// Of a value; references and const do not matter. None: see problem().
  std::optional<kir::Type> find(clang::QualType type);

  /// Why the last find() gave nothing: what is wrong and what to write instead.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  [[nodiscard]] kir::DiagnosticCode problem_code() const noexcept { return problem_code_; }

  /// References do not matter.
  [[nodiscard]] static std::optional<BufferType> buffer(clang::QualType type);
  [[nodiscard]] static bool is_std_array(clang::QualType type);
  [[nodiscard]] static bool is_half(clang::QualType type);
  /// A class without data: functors are. Kernels drop such values.
  [[nodiscard]] static bool is_empty(clang::QualType type);
  /// That of a lambda that captures.
  [[nodiscard]] static bool is_closure(clang::QualType type);

  /// The place of a member, also of a base's, in a structure.
  [[nodiscard]] std::optional<std::uint32_t> field(std::uint32_t structure,
                                                   const clang::FieldDecl* field) const;

  /// As the user would write it.
  [[nodiscard]] std::string name(clang::QualType type) const;

 private:
  std::optional<kir::Type> fail(std::string problem,
                                kir::DiagnosticCode code = kir::DiagnosticCode::unsupported_type);
  std::optional<kir::Type> builtin(clang::QualType type);
  std::optional<kir::Type> array(clang::QualType element, std::uint64_t size);
  /// \param shown the type's name in messages: as it is written, not what it stands for.
  std::optional<kir::Type> record(const clang::CXXRecordDecl& record,
                                  clang::QualType type,
                                  const std::string& shown);
  bool check(const clang::CXXRecordDecl& record, clang::QualType type, const std::string& shown);
  bool add_fields(kir::Structure& to,
                  const clang::CXXRecordDecl& record,
                  std::uint32_t offset,
                  std::map<const clang::FieldDecl*, std::uint32_t>& places);

  clang::ASTContext& context_;
  kir::Module& module_;
  Reporter& reporter_;
  std::map<const clang::CXXRecordDecl*, std::optional<std::uint32_t>> structures_;
  std::map<std::pair<std::uint32_t, const clang::FieldDecl*>, std::uint32_t> fields_;
  std::string problem_;
  kir::DiagnosticCode problem_code_ = kir::DiagnosticCode::unsupported_type;
};

}  // namespace dotcompute::frontend
