// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"
#include "kir/walk.hpp"

#include <clang/AST/DeclCXX.h>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

bool keeps_buffer(clang::CastKind kind) noexcept {
  return kind == clang::CK_NoOp || kind == clang::CK_LValueToRValue ||
         kind == clang::CK_ConstructorConversion || kind == clang::CK_DerivedToBase ||
         kind == clang::CK_UncheckedDerivedToBase;
}

/// a + b or a - b, of uint64; what is known is computed.
kir::ExpressionPtr calculated(kir::BinaryOperator op,
                              kir::ExpressionPtr a,
                              kir::ExpressionPtr b,
                              kir::Location location) {
  const auto is_zero = [](const kir::Expression& x) {
    return x.kind == kir::ExpressionKind::literal && x.bits == 0;
  };
  const bool is_sum = op == kir::BinaryOperator::add;
  if (is_zero(*b)) {
    return a;
  }
  if (is_sum && is_zero(*a)) {
    return b;
  }
  if (a->kind == kir::ExpressionKind::literal && b->kind == kir::ExpressionKind::literal) {
    a->bits = is_sum ? a->bits + b->bits : a->bits - b->bits;
    return a;
  }
  return kir::make_binary(op, std::move(a), std::move(b), location);
}

}  // namespace

Binding FunctionLowering::view(const clang::Expr* expr) {
  while (true) {
    expr = plain(expr);
    if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr);
        cast != nullptr && keeps_buffer(cast->getCastKind())) {
      expr = cast->getSubExpr();
    } else if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expr)) {
      expr = temporary->getSubExpr();
    } else if (const auto* construct = llvm::dyn_cast<clang::CXXConstructExpr>(expr);
               construct != nullptr && construct->getNumArgs() >= 1 &&
               Types::buffer(construct->getArg(0)->getType())) {
      expr = construct->getArg(0);  // a copy, or const added to the elements
    } else {
      break;
    }
  }
  if (expr->containsErrors()) {
    fail_quietly();
    return {};
  }
  if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(expr)) {
    const Binding* found = binding(name->getDecl());
    if (found != nullptr && found->variable != nullptr &&
        found->variable->kind == kir::VariableKind::buffer) {
      return clone(*found);
    }
    if (found != nullptr && found->is_nothing()) {
      fail_quietly();  // its declaration was refused
      return {};
    }
  }
  const auto* call = llvm::dyn_cast<clang::CallExpr>(expr);
  const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(expr);
  if (member != nullptr && Types::buffer(member->getImplicitObjectArgument()->getType())) {
    return part_of_view(*member);
  }
  if (call != nullptr && call->getDirectCallee() != nullptr) {
    Binding result;
    expand_to(*call, *call->getDirectCallee(), [&](const clang::Expr* returned) {
      result = view(returned);
      return result.variable != nullptr;
    });
    return result;
  }
  fail(DiagnosticCode::buffer_use, expr->getExprLoc(),
       "kernels name a buffer or a part of it where they declare it; use a parameter, or its "
       "subspan()");
  return {};
}

// Of subspan() the offset, and the count if it is given; of the others the count.
std::vector<kir::ExpressionPtr> FunctionLowering::numbers_of_part(
    const clang::CXXMemberCallExpr& call, std::string_view name) {
  const kir::Location location = at(call.getExprLoc());
  std::vector<ExpressionPtr> numbers;
  const auto add = [&](const llvm::APSInt& constant) {
    if (!constant.isAllOnes()) {
      numbers.push_back(kir::make_literal(kir::scalar_type(ElementType::uint64),
                                          constant.getZExtValue(), location));
    } else if (name != "subspan" || numbers.empty()) {  // else std::dynamic_extent: all that follow
      numbers.push_back(fail(DiagnosticCode::buffer_use, call.getExprLoc(),
                             "no buffer has as many elements; '" + std::string(name) +
                                 "' takes a number that is not negative"));
    }
  };
  for (const clang::Expr* argument : call.arguments()) {
    clang::Expr::EvalResult known;
    if (argument->EvaluateAsInt(known, module_.context())) {
      add(known.Val.getInt());
    } else {
      numbers.push_back(keep(value(argument)));
    }
  }
  if (const auto* constants = call.getMethodDecl()->getTemplateSpecializationArgs()) {
    for (const clang::TemplateArgument& constant : constants->asArray()) {
      add(constant.getAsIntegral());
    }
  }
  return numbers;
}

Binding FunctionLowering::part_of_view(const clang::CXXMemberCallExpr& call) {
  const clang::CXXMethodDecl* method = call.getMethodDecl();
  const std::string name =
      method == nullptr || method->getIdentifier() == nullptr ? "" : method->getName().str();
  const bool is_subspan = name == "subspan";
  if (!is_subspan && name != "first" && name != "last") {
    fail(DiagnosticCode::buffer_use, call.getExprLoc(),
         "'" + name + "' is not for kernels; use subspan(), first() and last()");
    return {};
  }
  const Binding whole = view(call.getImplicitObjectArgument());
  const kir::Location location = at(call.getExprLoc());
  std::vector<ExpressionPtr> numbers = numbers_of_part(call, name);
  if (whole.variable == nullptr || numbers.empty() || numbers.front() == nullptr ||
      numbers.back() == nullptr) {
    fail_quietly();
    return {};
  }
  const auto rest_after = [&](const Expression& count) {
    return calculated(kir::BinaryOperator::subtract, size_of(whole, location), kir::clone(count),
                      location);
  };
  Binding part{.variable = whole.variable};
  ExpressionPtr skipped;
  if (is_subspan) {
    skipped = std::move(numbers.front());
    part.size = numbers.size() > 1 ? std::move(numbers[1]) : rest_after(*skipped);
  } else {
    part.size = std::move(numbers.front());
    skipped =
        name == "first" ? kir::make_int(ElementType::uint64, 0, location) : rest_after(*part.size);
  }
  part.offset = whole.offset == nullptr
                    ? std::move(skipped)
                    : calculated(kir::BinaryOperator::add, kir::clone(*whole.offset),
                                 std::move(skipped), location);
  return part;
}

kir::ExpressionPtr FunctionLowering::size_of(const Binding& view, kir::Location location) {
  return view.size != nullptr ? kir::clone(*view.size)
                              : kir::make_extent(*view.variable, Expression::kAllAxes, location);
}

kir::ExpressionPtr FunctionLowering::element_of(const Binding& view,
                                                ExpressionPtr index,
                                                kir::Location location) {
  if (view.offset != nullptr) {
    index = calculated(kir::BinaryOperator::add, kir::clone(*view.offset),
                       kir::make_cast(ElementType::uint64, std::move(index), location), location);
  }
  return kir::make_index(*view.variable, kir::expressions(std::move(index)), location);
}

kir::ExpressionPtr FunctionLowering::buffer_call(const clang::CallExpr& call,
                                                 const clang::Expr* object,
                                                 bool /*as_place*/) {
  const auto* function = call.getDirectCallee();
  llvm::SmallVector<const clang::Expr*, 4> arguments(call.arguments());
  std::string name;
  if (llvm::isa<clang::CXXOperatorCallExpr>(call)) {
    arguments.erase(arguments.begin());
    name = function->getOverloadedOperator() == clang::OO_Equal ? "operator=" : "element";
  } else if (function->getIdentifier() != nullptr) {
    name = function->getName().str();
  }
  const Binding seen = view(object);
  return seen.variable == nullptr ? nullptr : buffer_member(call, seen, name, arguments);
}

kir::ExpressionPtr FunctionLowering::buffer_member(const clang::CallExpr& call,
                                                   const Binding& view,
                                                   llvm::StringRef name,
                                                   llvm::ArrayRef<const clang::Expr*> arguments) {
  const clang::SourceLocation where = call.getExprLoc();
  const kir::Location location = at(where);
  kir::Variable& buffer = *view.variable;
  const auto size_value = [](std::int64_t value, kir::Location place) {
    return kir::make_int(ElementType::uint64, value, place);
  };
  if (name == "element" || name == "at") {
    if (arguments.size() != buffer.rank) {
      return fail(DiagnosticCode::buffer_use, where,
                  "'" + buffer.name + "' has " + std::to_string(buffer.rank) +
                      " axes; write (row, column) with an index for each");
    }
    std::vector<Part> parts;
    for (const clang::Expr* index : arguments) {
      parts.push_back({[this, index] { return value(index); }});
    }
    auto indices = in_order(std::move(parts));
    if (!indices) {
      return nullptr;
    }
    return view.offset != nullptr ? element_of(view, std::move(indices->front()), location)
                                  : kir::make_index(buffer, std::move(*indices), location);
  }
  if (name == "size") {
    return size_of(view, location);
  }
  if (name == "empty") {
    return kir::make_binary(kir::BinaryOperator::equal, size_of(view, location),
                            size_value(0, location), location);
  }
  if (name == "size_bytes") {
    fail(DiagnosticCode::buffer_use, where, "kernels count elements; use size()");
    return nullptr;
  }
  if (name == "extent" && arguments.size() == 1) {
    clang::Expr::EvalResult axis;
    if (!arguments[0]->EvaluateAsInt(axis, module_.context()) ||
        axis.Val.getInt().getExtValue() < 0 || axis.Val.getInt().getExtValue() >= buffer.rank) {
      return fail(
          DiagnosticCode::not_constant, arguments[0]->getExprLoc(),
          "the axis of extent() is a constant from 0 to " + std::to_string(buffer.rank - 1));
    }
    const auto number = static_cast<std::uint32_t>(axis.Val.getInt().getExtValue());
    return kir::make_extent(buffer, number, location);
  }
  if ((name == "front" || name == "back") && buffer.rank == 1) {
    ExpressionPtr index = name == "front"
                              ? size_value(0, location)
                              : calculated(kir::BinaryOperator::subtract, size_of(view, location),
                                           size_value(1, location), location);
    return element_of(view, std::move(index), location);
  }
  return fail(DiagnosticCode::buffer_use, where,
              "kernels index buffers, take parts of them, and ask their size; '" + name.str() +
                  "' is not for them");
}

kir::ExpressionPtr FunctionLowering::array_call(const clang::CallExpr& call,
                                                const clang::Expr* object,
                                                bool as_place) {
  const auto* function = call.getDirectCallee();
  const clang::SourceLocation where = call.getExprLoc();
  const kir::Location location = at(where);
  if (const auto* operator_call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call)) {
    if (operator_call->getOperator() == clang::OO_Subscript) {
      return array_element(object, call.getArg(1), as_place);
    }
    return fail(DiagnosticCode::unsupported_construct, where,
                "kernels index and copy arrays; write a loop");
  }
  const llvm::StringRef name =
      function->getIdentifier() == nullptr ? llvm::StringRef() : function->getName();
  if (name == "at" && call.getNumArgs() == 1) {
    return array_element(object, call.getArg(0), as_place);
  }
  const auto type = type_of(object->getType(), where);
  if (!type) {
    return nullptr;
  }
  const std::int64_t size = type->extents.front();
  if (name == "size" || name == "max_size") {
    return kir::make_int(ElementType::uint64, size, location);
  }
  if (name == "empty") {
    return kir::make_bool(false, location);
  }
  if (name == "front" || name == "back") {
    ExpressionPtr array = object->isGLValue() ? place(object) : value(object);
    return array == nullptr
               ? nullptr
               : kir::make_index(
                     std::move(array),
                     kir::make_int(ElementType::uint64, name == "front" ? 0 : size - 1, location),
                     location);
  }
  return fail(
      DiagnosticCode::unsupported_construct, where,
      "kernels index arrays and ask their size; instead of '" + name.str() + "' write a loop");
}

}  // namespace dotcompute::frontend
