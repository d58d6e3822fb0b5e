// SPDX-License-Identifier: Apache-2.0
// What the annotations of a kernel say.
#include "frontend/kernels.hpp"

#include "frontend/module_lowering.hpp"

#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>

#include <algorithm>
#include <cctype>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

/// The text of an annotation's argument; empty if it is no string.
std::string text_of(const clang::Expr* argument) {
  const auto* text = llvm::dyn_cast<clang::StringLiteral>(plain_argument(argument));
  return text == nullptr || text->getCharByteWidth() != 1 ? std::string() : text->getString().str();
}

bool is_identifier(const std::string& text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
         });
}

/// Reads the annotations of one kernel.
class Annotations {
 public:
  Annotations(clang::ASTContext& context, Reporter& reporter, kir::Function& function)
      : context_(context), reporter_(reporter), function_(function) {}

  void read(const clang::FunctionDecl& source) {
    for (const auto* annotation : source.specific_attrs<clang::AnnotateAttr>()) {
      const llvm::StringRef name = annotation->getAnnotation();
      if (name == "dotcompute.kernel") {
        read_name(*annotation);
      } else if (name == "dotcompute.group") {
        read_group(*annotation);
      } else if (name == "dotcompute.shape") {
        read_shape(*annotation);
      }
    }
  }

 private:
  void error(const clang::AnnotateAttr& at, std::string message) {
    reporter_.error(DiagnosticCode::wrong_annotation, at.getLocation(), std::move(message));
  }

  void read_name(const clang::AnnotateAttr& annotation) {
    if (annotation.args_size() == 0) {
      return;
    }
    function_.registered_name = text_of(*annotation.args_begin());
    if (!is_identifier(function_.registered_name)) {
      error(annotation, "a kernel's name is made of letters, digits and _: \"VectorAdd\"");
    }
  }

  void read_group(const clang::AnnotateAttr& annotation) {
    if (annotation.args_size() < 1 || annotation.args_size() > 3) {
      error(annotation, "a work group has 1 to 3 sizes: DC_GROUP(16, 16)");
      return;
    }
    std::uint64_t items = 1;
    std::array<std::uint32_t, 3> size{1, 1, 1};
    std::size_t axis = 0;
    for (const clang::Expr* argument : annotation.args()) {
      clang::Expr::EvalResult result;
      const bool constant = argument->EvaluateAsInt(result, context_);
      const std::int64_t value = constant ? result.Val.getInt().getExtValue() : 0;
      items *= value >= 1 && value <= 1024 ? static_cast<std::uint64_t>(value) : 2048;
      size[axis++] = static_cast<std::uint32_t>(value);
    }
    if (items > 1024) {
      error(annotation, "a work group has constant sizes, and 1 to 1024 items in all");
      return;
    }
    function_.group_size = size;
  }

  void read_shape(const clang::AnnotateAttr& annotation) {
    const std::string name =
        annotation.args_size() == 2 ? text_of(annotation.args_begin()[0]) : std::string();
    const auto found = std::find_if(function_.parameters.begin(), function_.parameters.end(),
                                    [&](const auto& one) { return one->name == name; });
    if (found == function_.parameters.end() || (*found)->kind != kir::VariableKind::buffer) {
      error(annotation, "DC_SHAPE names a buffer of the kernel first; '" + name + "' is none");
      return;
    }
    kir::Variable& buffer = **found;
    const std::string extents = text_of(annotation.args_begin()[1]);
    if (!buffer.extents.empty() || count_axes(extents) != buffer.rank) {
      error(annotation, "DC_SHAPE gives '" + name + "' one extent for each of its " +
                            std::to_string(buffer.rank) + " axes, once");
      return;
    }
    buffer.extents = extents;
  }

  /// Commas outside of brackets, and one.
  static std::size_t count_axes(const std::string& extents) {
    std::size_t axes = extents.find_first_not_of(' ') == std::string::npos ? 0 : 1;
    int depth = 0;
    for (const char c : extents) {
      depth += c == '(' ? 1 : (c == ')' ? -1 : 0);
      axes += c == ',' && depth == 0 ? 1 : 0;
    }
    return axes;
  }

  clang::ASTContext& context_;
  Reporter& reporter_;
  kir::Function& function_;
};

}  // namespace

const clang::Expr* plain_argument(const clang::Expr* argument) {
  while (true) {
    argument = argument->IgnoreParenImpCasts();
    const auto* constant = llvm::dyn_cast<clang::ConstantExpr>(argument);
    if (constant == nullptr) {
      return argument;
    }
    argument = constant->getSubExpr();
  }
}

bool is_kernel(const clang::FunctionDecl& function) {
  return std::any_of(function.specific_attr_begin<clang::AnnotateAttr>(),
                     function.specific_attr_end<clang::AnnotateAttr>(),
                     [](const auto* one) { return one->getAnnotation() == "dotcompute.kernel"; });
}

bool check_kernel(const clang::FunctionDecl& kernel, Reporter& reporter) {
  const unsigned before = reporter.errors();
  const clang::SourceLocation where = kernel.getLocation();
  const std::string name = "kernel '" + kernel.getNameAsString() + "' ";
  if (llvm::isa<clang::CXXMethodDecl>(kernel)) {
    reporter.error(DiagnosticCode::not_a_free_function, where,
                   name + "is a member function; make it a function of a namespace");
  } else if (kernel.isTemplated() || kernel.isTemplateInstantiation()) {
    reporter.error(DiagnosticCode::not_a_free_function, where,
                   name +
                       "is a template; make it a DC_DEVICE function and call it from a kernel "
                       "for each type");
  } else if (kernel.isVariadic() || kernel.isConsteval() || kernel.isOverloadedOperator()) {
    reporter.error(DiagnosticCode::not_a_free_function, where,
                   name + "is no plain function; write void name(parameters)");
  }
  if (!kernel.getReturnType()->isVoidType()) {
    reporter.error(DiagnosticCode::kernel_returns_value, where,
                   name + "returns a value; return void and write to a std::span<T> or dc::out");
  }
  if (kernel.getDefinition() == nullptr) {
    reporter.error(DiagnosticCode::unknown_body, where,
                   name + "has no body in this file; define it here");
  }
  return reporter.errors() == before;
}

void read_annotations(const clang::FunctionDecl& kernel,
                      clang::ASTContext& context,
                      Reporter& reporter,
                      kir::Function& function) {
  Annotations(context, reporter, function).read(kernel);
}

}  // namespace dotcompute::frontend
