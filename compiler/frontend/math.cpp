// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/Basic/SourceManager.h>

#include <algorithm>
#include <array>

namespace dotcompute::frontend {

using kir::DiagnosticCode;
using kir::Intrinsic;

namespace {

struct MathFunction {
  std::string_view name;
  Intrinsic intrinsic;
  unsigned arguments = 1;
  bool rounds = false;      ///< The result is an integer, of the rounded value.
  bool classifies = false;  ///< The result is a bool.
};

/// <cmath>, without the suffixes f of C.
constexpr std::array kMath{
    MathFunction{"sqrt", Intrinsic::sqrt},
    MathFunction{"cbrt", Intrinsic::cbrt},
    MathFunction{"exp", Intrinsic::exp},
    MathFunction{"exp2", Intrinsic::exp2},
    MathFunction{"expm1", Intrinsic::expm1},
    MathFunction{"log", Intrinsic::log},
    MathFunction{"log2", Intrinsic::log2},
    MathFunction{"log10", Intrinsic::log10},
    MathFunction{"log1p", Intrinsic::log1p},
    MathFunction{"sin", Intrinsic::sin},
    MathFunction{"cos", Intrinsic::cos},
    MathFunction{"tan", Intrinsic::tan},
    MathFunction{"asin", Intrinsic::asin},
    MathFunction{"acos", Intrinsic::acos},
    MathFunction{"atan", Intrinsic::atan},
    MathFunction{"atan2", Intrinsic::atan2, 2},
    MathFunction{"sinh", Intrinsic::sinh},
    MathFunction{"cosh", Intrinsic::cosh},
    MathFunction{"tanh", Intrinsic::tanh},
    MathFunction{"asinh", Intrinsic::asinh},
    MathFunction{"acosh", Intrinsic::acosh},
    MathFunction{"atanh", Intrinsic::atanh},
    MathFunction{"pow", Intrinsic::pow, 2},
    MathFunction{"hypot", Intrinsic::hypot, 2},
    MathFunction{"erf", Intrinsic::erf},
    MathFunction{"erfc", Intrinsic::erfc},
    MathFunction{"tgamma", Intrinsic::tgamma},
    MathFunction{"lgamma", Intrinsic::lgamma},
    MathFunction{"fma", Intrinsic::fma, 3},
    MathFunction{"fmod", Intrinsic::fmod, 2},
    MathFunction{"remainder", Intrinsic::remainder, 2},
    MathFunction{"floor", Intrinsic::floor},
    MathFunction{"ceil", Intrinsic::ceil},
    MathFunction{"trunc", Intrinsic::trunc},
    MathFunction{"round", Intrinsic::round},
    MathFunction{"rint", Intrinsic::rint},
    MathFunction{"nearbyint", Intrinsic::rint},
    MathFunction{"copysign", Intrinsic::copysign, 2},
    MathFunction{"fdim", Intrinsic::fdim, 2},
    MathFunction{"fmin", Intrinsic::fmin, 2},
    MathFunction{"fmax", Intrinsic::fmax, 2},
    MathFunction{"fabs", Intrinsic::abs},
    MathFunction{"abs", Intrinsic::abs},
    MathFunction{"labs", Intrinsic::abs},
    MathFunction{"llabs", Intrinsic::abs},
    MathFunction{"lround", Intrinsic::round, 1, true},
    MathFunction{"llround", Intrinsic::round, 1, true},
    MathFunction{"lrint", Intrinsic::rint, 1, true},
    MathFunction{"llrint", Intrinsic::rint, 1, true},
    MathFunction{"isnan", Intrinsic::is_nan, 1, false, true},
    MathFunction{"isinf", Intrinsic::is_inf, 1, false, true},
    MathFunction{"isfinite", Intrinsic::is_finite, 1, false, true},
    MathFunction{"signbit", Intrinsic::sign_bit, 1, false, true},
};

const MathFunction* find_math(std::string_view name, std::size_t arguments) {
  const auto named = [&](std::string_view text) {
    const auto* found = std::find_if(kMath.begin(), kMath.end(), [&](const MathFunction& one) {
      return one.name == text && one.arguments == arguments;
    });
    return found == kMath.end() ? nullptr : &*found;
  };
  if (name.starts_with("__builtin_")) {
    name.remove_prefix(std::string_view("__builtin_").size());
  }
  const MathFunction* found = named(name);
  return found == nullptr && name.ends_with('f') ? named(name.substr(0, name.size() - 1)) : found;
}

/// `x` as a value of `element`; an integer literal as a literal.
kir::ExpressionPtr converted(ElementType element, kir::ExpressionPtr x, kir::Location location) {
  if (x->kind == kir::ExpressionKind::literal && kir::is_signed(x->type.element) &&
      kir::is_floating(element)) {
    return kir::make_float(element, static_cast<double>(static_cast<std::int64_t>(x->bits)),
                           location);
  }
  return kir::make_cast(element, std::move(x), location);
}

/// Of the standard library or C's, not a function of the user's that is called the same.
bool is_library_function(const clang::FunctionDecl& function, const clang::ASTContext& context) {
  if (function.getIdentifier() == nullptr || llvm::isa<clang::CXXMethodDecl>(function)) {
    return false;
  }
  const bool global = function.getDeclContext()->getRedeclContext()->isTranslationUnit();
  return function.isInStdNamespace() ||
         (global && (function.getBuiltinID() != 0 ||
                     context.getSourceManager().isInSystemHeader(function.getLocation())));
}

}  // namespace

kir::ExpressionPtr FunctionLowering::math_call(const clang::CallExpr& call,
                                               const clang::FunctionDecl& function,
                                               bool& known) {
  known = is_library_function(function, module_.context());
  if (!known) {
    return nullptr;
  }
  const llvm::StringRef name = function.getName();
  if (function.isInStdNamespace() && (name == "min" || name == "max" || name == "clamp")) {
    return smallest_or_largest(call, name == "min"   ? Intrinsic::min
                                     : name == "max" ? Intrinsic::max
                                                     : Intrinsic::clamp);
  }
  const MathFunction* math = find_math(std::string_view(name), call.getNumArgs());
  known = math != nullptr;
  if (!known) {
    return nullptr;
  }
  const kir::Location location = at(call.getExprLoc());
  const auto result = type_of(call.getType(), call.getExprLoc());
  auto operand = type_of(call.getArg(0)->getType(), call.getArg(0)->getExprLoc());
  if (!result || !operand) {
    return nullptr;
  }
  // The overloads for integers compute in double.
  ElementType element = math->classifies || math->rounds ? operand->element : result->element;
  if ((math->classifies || math->rounds) && !kir::is_floating(element)) {
    element = ElementType::float64;
  }
  std::vector<Part> parts;
  for (const clang::Expr* argument : call.arguments()) {
    parts.push_back({[this, argument, element, location]() -> ExpressionPtr {
      ExpressionPtr x = value(argument);
      return x == nullptr ? nullptr : converted(element, std::move(x), location);
    }});
  }
  auto arguments = in_order(std::move(parts));
  if (!arguments) {
    return nullptr;
  }
  if (math->intrinsic == Intrinsic::abs && !kir::is_floating(element) && !kir::is_signed(element)) {
    return std::move(arguments->front());
  }
  ExpressionPtr value = kir::make_intrinsic(math->intrinsic, std::move(*arguments), location);
  return kir::make_cast(result->element, std::move(value), location);
}

kir::ExpressionPtr FunctionLowering::smallest_or_largest(const clang::CallExpr& call,
                                                         Intrinsic intrinsic) {
  const kir::Location location = at(call.getExprLoc());
  const auto type = type_of(call.getType(), call.getExprLoc());
  if (!type) {
    return nullptr;
  }
  llvm::SmallVector<const clang::Expr*, 4> values(call.arguments());
  const auto* list = llvm::dyn_cast<clang::CXXStdInitializerListExpr>(plain(call.getArg(0)));
  if (list != nullptr && call.getNumArgs() == 1) {
    const clang::Expr* elements = plain(list->getSubExpr());
    if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(elements)) {
      elements = plain(temporary->getSubExpr());
    }
    if (const auto* init = llvm::dyn_cast<clang::InitListExpr>(elements)) {
      values.assign(init->inits().begin(), init->inits().end());
    }
  }
  const bool is_clamp = intrinsic == Intrinsic::clamp;
  if (!type->is_scalar() || (list == nullptr && values.size() != (is_clamp ? 3U : 2U))) {
    return fail(DiagnosticCode::unsupported_construct, call.getExprLoc(),
                "std::min, std::max and std::clamp in kernels are of numbers, compared by <; "
                "write a comparison of your own with ?:");
  }
  std::vector<Part> parts;
  for (const clang::Expr* one : values) {
    parts.push_back({[this, one] { return value(one); }});
  }
  auto operands = in_order(std::move(parts));
  if (!operands) {
    return nullptr;
  }
  if (is_clamp) {
    return kir::make_intrinsic(intrinsic, std::move(*operands), location);
  }
  ExpressionPtr result = std::move(operands->front());
  for (std::size_t i = 1; i < operands->size(); ++i) {
    result = kir::make_intrinsic(
        intrinsic, kir::expressions(std::move(result), std::move((*operands)[i])), location);
  }
  return result;
}

}  // namespace dotcompute::frontend
