// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"
#include "kir/walk.hpp"

#include <clang/AST/DeclCXX.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace dotcompute::frontend {

using kir::DiagnosticCode;
using kir::IdQuery;

namespace {

struct IdFunction {
  std::string_view name;
  IdQuery query;
};
constexpr std::array kIds{
    IdFunction{"global_id", IdQuery::global_id},   IdFunction{"local_id", IdQuery::local_id},
    IdFunction{"group_id", IdQuery::group_id},     IdFunction{"global_size", IdQuery::global_size},
    IdFunction{"local_size", IdQuery::local_size}, IdFunction{"group_count", IdQuery::group_count},
};

bool is_named(const clang::FunctionDecl& function, llvm::StringRef name) {
  return function.getIdentifier() != nullptr && function.getName() == name;
}

bool is_of_dotcompute(const clang::FunctionDecl& function) {
  const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(function.getDeclContext());
  return space != nullptr && space->getName() == "dotcompute" &&
         space->getParent()->isTranslationUnit();
}

/// The object of a call of a member function or operator, or null.
const clang::Expr* object_of(const clang::CallExpr& call, const clang::FunctionDecl& function) {
  if (const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(&call)) {
    return member->getImplicitObjectArgument();
  }
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  const bool has_object =
      llvm::isa<clang::CXXOperatorCallExpr>(call) && method != nullptr && method->isInstance();
  return has_object && call.getNumArgs() > 0 ? call.getArg(0) : nullptr;
}

llvm::ArrayRef<const clang::Expr*> arguments_of(const clang::CallExpr& call,
                                                const clang::Expr* object) {
  const bool skip = object != nullptr && llvm::isa<clang::CXXOperatorCallExpr>(call);
  return llvm::ArrayRef(call.getArgs(), call.getNumArgs()).drop_front(skip ? 1 : 0);
}

}  // namespace

kir::ExpressionPtr FunctionLowering::call_value(const clang::CallExpr& call) {
  const clang::FunctionDecl* function = call.getDirectCallee();
  if (function == nullptr) {
    return fail(DiagnosticCode::unknown_body, call.getExprLoc(),
                "a kernel's calls name their function; pass a struct with operator() instead of a "
                "pointer");
  }
  bool known = false;
  ExpressionPtr result = known_call(call, *function, known);
  return known ? std::move(result) : user_call(call, *function);
}

kir::ExpressionPtr FunctionLowering::call_place(const clang::CallExpr& call) {
  if (!call.isGLValue()) {
    return readable_place(&call);
  }
  ExpressionPtr result = call_value(call);
  if (result != nullptr && kir::root_of(*result) == nullptr) {
    // std::min and its like give a reference, here a value: good to read.
    return keep(std::move(result));
  }
  return result;
}

kir::ExpressionPtr FunctionLowering::known_call(const clang::CallExpr& call,
                                                const clang::FunctionDecl& function,
                                                bool& known) {
  const clang::Expr* object = object_of(call, function);
  known = true;
  if (object != nullptr && Types::buffer(object->getType())) {
    return buffer_call(call, object, call.isGLValue());
  }
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  if (method != nullptr && method->isTrivial() &&
      (method->isCopyAssignmentOperator() || method->isMoveAssignmentOperator())) {
    return assignment_call(call);
  }
  if (object != nullptr && Types::is_std_array(object->getType())) {
    return array_call(call, object, call.isGLValue());
  }
  ExpressionPtr result = id_call(call, function, known);
  if (!known) {
    result = math_call(call, function, known);
  }
  if (!known && function.isInStdNamespace() && is_named(function, "size") &&
      call.getNumArgs() == 1) {
    const clang::Expr* range = call.getArg(0);
    const kir::Location location = at(call.getExprLoc());
    known = true;
    if (Types::buffer(range->getType())) {
      const Binding seen = view(range);
      return seen.variable == nullptr ? nullptr : size_of(seen, location);
    }
    const auto type = type_of(range->getType(), range->getExprLoc());
    return type && type->kind == kir::TypeKind::array
               ? kir::make_int(ElementType::uint64, type->extents.front(), location)
               : unsupported(&call);
  }
  if (!known && function.isConstexpr() && !call.getType()->isVoidType() &&
      call.getType()->isArithmeticType()) {
    result = try_constant(&call);
    known = result != nullptr;
  }
  return result;
}

kir::ExpressionPtr FunctionLowering::assignment_call(const clang::CallExpr& call) {
  const bool is_operator = llvm::isa<clang::CXXOperatorCallExpr>(call);
  const clang::Expr* target =
      is_operator ? call.getArg(0)
                  : llvm::cast<clang::CXXMemberCallExpr>(call).getImplicitObjectArgument();
  const clang::Expr* source = call.getArg(is_operator ? 1 : 0);
  auto parts = in_order(
      {{[&] { return value(source); }}, {[&] { return place(target); }, /*is_place=*/true}});
  if (!parts) {
    return nullptr;
  }
  ExpressionPtr result = kir::clone(*(*parts)[1]);
  assign(std::move((*parts)[1]), std::move((*parts)[0]), call.getExprLoc());
  return result;
}

kir::ExpressionPtr FunctionLowering::id_call(const clang::CallExpr& call,
                                             const clang::FunctionDecl& function,
                                             bool& known) {
  known = false;
  if (!is_of_dotcompute(function) || function.getIdentifier() == nullptr) {
    return nullptr;
  }
  const kir::Location location = at(call.getExprLoc());
  if (function.getName() == "to_float" || function.getName() == "to_half") {
    known = true;
    ExpressionPtr operand = value(call.getArg(0));
    return operand == nullptr
               ? nullptr
               : kir::make_cast(
                     function.getName() == "to_half" ? ElementType::float16 : ElementType::float32,
                     std::move(operand), location);
  }
  const auto* id = std::find_if(kIds.begin(), kIds.end(), [&](const IdFunction& one) {
    return function.getName() == llvm::StringRef(one.name.data(), one.name.size());
  });
  if (id == kIds.end() || call.getNumArgs() != 1) {
    return nullptr;
  }
  known = true;
  clang::Expr::EvalResult axis;
  if (!call.getArg(0)->EvaluateAsInt(axis, module_.context()) ||
      axis.Val.getInt().getExtValue() < 0 || axis.Val.getInt().getExtValue() > 2) {
    return fail(DiagnosticCode::not_constant, call.getArg(0)->getExprLoc(),
                "an axis is a constant: 0 for x, 1 for y, 2 for z");
  }
  const auto number = static_cast<std::uint32_t>(axis.Val.getInt().getExtValue());
  ask_axis(number);
  return kir::make_id(id->query, number, location);
}

kir::ExpressionPtr FunctionLowering::user_call(const clang::CallExpr& call,
                                               const clang::FunctionDecl& function) {
  const clang::Expr* object = object_of(call, function);
  const bool gives_reference = function.getReturnType()->isReferenceType();
  std::uint32_t structure = kir::Type::kNoStructure;
  if (object != nullptr && !Types::is_empty(object->getType()) &&
      !Types::is_closure(object->getType())) {
    // `a.f()` of a base's f is called for the whole of `a`.
    const clang::Expr* whole = plain(object)->IgnoreParenBaseCasts();
    clang::QualType type = whole->getType();
    const auto found =
        type_of(type->isPointerType() ? type->getPointeeType() : type, object->getExprLoc());
    if (!found) {
      return nullptr;
    }
    structure = found->structure;
  }
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  if (method != nullptr && method->isVirtual()) {
    return fail(DiagnosticCode::unsupported_construct, call.getExprLoc(),
                "virtual functions are not for kernels; use a template or a switch");
  }
  if (gives_reference) {
    const clang::QualType result = function.getReturnType().getNonReferenceType();
    const bool of_object =
        method != nullptr && module_.context().hasSameUnqualifiedType(
                                 result, module_.context().getRecordType(method->getParent()));
    if (!of_object) {
      return expand(call, function);
    }
  }
  return call_of(function, structure, object, arguments_of(call, object), call.getExprLoc());
}

bool FunctionLowering::hand_on_argument(const clang::Expr* argument,
                                        clang::QualType type,
                                        HandedOn& handed) {
  const bool is_closure = Types::is_closure(type);
  if (!is_closure && !Types::buffer(type)) {
    return true;
  }
  const Binding bound = is_closure ? closure(argument) : view(argument);
  hand_on(bound, at(argument->getExprLoc()), handed.forms, handed.parts[argument]);
  return !is_closure || bound.closure != nullptr;
}

kir::ExpressionPtr FunctionLowering::call_of(const clang::FunctionDecl& function,
                                             std::uint32_t structure,
                                             const clang::Expr* object,
                                             llvm::ArrayRef<const clang::Expr*> arguments,
                                             clang::SourceLocation where) {
  // How buffers and lambdas are handed on decides for what the function is lowered.
  HandedOn handed;
  const bool may_be_closure = object != nullptr && structure == kir::Type::kNoStructure;
  bool good = !may_be_closure || hand_on_argument(object, object->getType(), handed);
  for (std::size_t i = 0; i < arguments.size() && i < function.getNumParams(); ++i) {
    const clang::ParmVarDecl& parameter = *function.getParamDecl(static_cast<unsigned>(i));
    good = hand_on_argument(arguments[i], parameter.getType(), handed) && good;
  }
  if (!good) {
    return fail_quietly();
  }
  const Callee& callee = module_.callee(function, structure, handed.forms, where);
  if (callee.state != Callee::State::done) {
    return fail_quietly();  // reported where the function is
  }
  callee_.dimensions = std::max(callee_.dimensions, callee.dimensions);
  auto passed = in_order(parts_of_call(callee, object, arguments, handed));
  if (!passed || passed->size() != callee.function->parameters.size()) {
    return fail_quietly();
  }
  const kir::Location location = at(where);
  if (callee.gives == Callee::Gives::object) {
    ExpressionPtr result = callee.passes_object ? kir::clone(*passed->front()) : nullptr;
    emit(kir::make_evaluate(kir::make_call(*callee.function, std::move(*passed), location),
                            location));
    return result != nullptr ? std::move(result) : fail_quietly();
  }
  return kir::make_call(*callee.function, std::move(*passed), location);
}

std::vector<FunctionLowering::Part> FunctionLowering::parts_of_call(
    const Callee& callee,
    const clang::Expr* object,
    llvm::ArrayRef<const clang::Expr*> arguments,
    HandedOn& handed) {
  const auto& parameters = callee.function->parameters;
  const auto add_place = [this](std::vector<Part>& parts, const clang::Expr* expr, bool is_const) {
    parts.push_back({[this, expr, is_const] {
                       if (llvm::isa<clang::CXXThisExpr>(expr)) {
                         return object_place(expr->getExprLoc());
                       }
                       return is_const ? readable_place(expr) : referred_place(expr);
                     },
                     true});
  };
  std::vector<Part> parts = std::move(handed.parts[object]);
  if (callee.passes_object) {
    add_place(parts, plain(plain(object)->IgnoreParenBaseCasts()), parameters[0]->is_const);
  }
  for (std::size_t i = 0; i < arguments.size() && i < callee.passes.size(); ++i) {
    const clang::Expr* argument = arguments[i];
    if (!callee.passes[i]) {
      continue;
    }
    if (const auto found = handed.parts.find(argument); found != handed.parts.end()) {
      std::move(found->second.begin(), found->second.end(), std::back_inserter(parts));
    } else if (parts.size() < parameters.size() &&
               parameters[parts.size()]->kind == kir::VariableKind::reference) {
      add_place(parts, argument, parameters[parts.size()]->is_const);
    } else {
      parts.push_back({[this, argument] { return value(argument); }});
    }
  }
  return parts;
}

}  // namespace dotcompute::frontend
