// SPDX-License-Identifier: Apache-2.0
// Lambdas that capture, and how names are handed on to the functions that are called with them.
#include "frontend/function_lowering.hpp"
#include "kir/walk.hpp"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

kir::ExpressionPtr clone_if(const kir::ExpressionPtr& expression) {
  return expression == nullptr ? nullptr : kir::clone(*expression);
}

const clang::Expr* without_copies(const clang::Expr* expr) {
  while (true) {
    expr = plain(expr);
    const auto* cast = llvm::dyn_cast<clang::CastExpr>(expr);
    const auto* construct = llvm::dyn_cast<clang::CXXConstructExpr>(expr);
    if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expr)) {
      expr = temporary->getSubExpr();
    } else if (cast != nullptr && (cast->getCastKind() == clang::CK_NoOp ||
                                   cast->getCastKind() == clang::CK_LValueToRValue)) {
      expr = cast->getSubExpr();
    } else if (construct != nullptr && construct->getNumArgs() == 1 &&
               construct->getConstructor()->isCopyOrMoveConstructor()) {
      expr = construct->getArg(0);
    } else {
      return expr;
    }
  }
}

void add(Forms& forms, Form form) {
  forms.push_back(static_cast<std::uint32_t>(form));
}

}  // namespace

Binding clone(const Binding& binding) {
  return {.variable = binding.variable,
          .place = clone_if(binding.place),
          .offset = clone_if(binding.offset),
          .size = clone_if(binding.size),
          .closure = binding.closure};
}

Binding FunctionLowering::closure(const clang::Expr* expr) {
  expr = without_copies(expr);
  if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(expr)) {
    return make_closure(*lambda);
  }
  if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(expr)) {
    const Binding* const bound = binding(name->getDecl());
    if (bound != nullptr && bound->closure != nullptr) {
      return clone(*bound);
    }
    if (bound != nullptr && bound->is_nothing()) {
      fail_quietly();  // its declaration was refused
      return {};
    }
  }
  fail(DiagnosticCode::unsupported_construct, expr->getExprLoc(),
       "a lambda that captures is named, called and handed to functions; it is no other value");
  return {};
}

Binding FunctionLowering::make_closure(const clang::LambdaExpr& lambda) {
  if (lambda.isMutable() && lambda.capture_size() > 0) {
    fail(DiagnosticCode::unsupported_construct, lambda.getBeginLoc(),
         "kernels' lambdas do not change their own copies; capture by reference");
    return {};
  }
  auto closure = std::make_shared<Closure>();
  for (const clang::LambdaCapture& one : lambda.captures()) {
    Capture capture;
    if (one.capturesThis()) {
      ExpressionPtr object = object_place(one.getLocation());
      capture.bound.place =
          one.getCaptureKind() == clang::LCK_StarThis ? keep(std::move(object)) : std::move(object);
    } else {
      capture.decl = llvm::cast<clang::ValueDecl>(one.getCapturedVar()->getCanonicalDecl());
      capture.bound = captured_binding(one, capture.is_bound);
    }
    if (failed_ && capture.is_bound && capture.bound.is_nothing()) {
      return {};  // a mistake, here or where it is declared
    }
    closure->captures.push_back(std::move(capture));
  }
  return {.closure = std::move(closure)};
}

Binding FunctionLowering::captured_binding(const clang::LambdaCapture& capture, bool& is_bound) {
  const clang::ValueDecl& decl = *capture.getCapturedVar();
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(&decl);
  const auto* structured = llvm::dyn_cast<clang::BindingDecl>(&decl);
  const Binding* const known = binding(&decl);
  const clang::Expr* const init =
      variable != nullptr && variable->isInitCapture()
          ? variable->getInit()
          : (structured != nullptr ? structured->getBinding() : nullptr);
  if (known == nullptr && init == nullptr) {
    is_bound = false;
    return {};
  }
  const bool takes_init = known == nullptr || (variable != nullptr && variable->isInitCapture());
  if (Types::buffer(decl.getType())) {
    return takes_init ? view(init) : clone(*known);
  }
  if (Types::is_closure(decl.getType())) {
    return takes_init ? closure(init) : clone(*known);
  }
  if (Types::is_empty(decl.getType()) || (!takes_init && known->is_nothing())) {
    return {};
  }
  Binding bound;
  if (capture.getCaptureKind() == clang::LCK_ByRef) {
    bound.place =
        keep_place(takes_init ? referred_place(init) : place_of(*known, at(capture.getLocation())));
  } else {
    bound.place = keep(takes_init ? value(init) : place_of(*known, at(capture.getLocation())));
  }
  return bound;
}

kir::ExpressionPtr FunctionLowering::place_of(const Binding& bound, kir::Location location) {
  return bound.place != nullptr ? kir::clone(*bound.place)
                                : kir::make_variable(*bound.variable, location);
}

void FunctionLowering::hand_on(const Binding& bound,
                               kir::Location location,
                               Forms& forms,
                               std::vector<Part>& parts) {
  const auto pass = [&](ExpressionPtr argument, bool is_place) {
    // Shared, as std::function copies what it holds.
    const auto held = std::make_shared<ExpressionPtr>(std::move(argument));
    parts.push_back({[held] { return kir::clone(**held); }, is_place});
  };
  if (bound.closure != nullptr) {
    add(forms, Form::closure);
    forms.push_back(static_cast<std::uint32_t>(bound.closure->captures.size()));
    for (const Capture& capture : bound.closure->captures) {
      if (!capture.is_bound) {
        add(forms, Form::constant);
      } else if (capture.decl == nullptr) {
        const kir::Variable* const root = kir::root_of(*capture.bound.place);
        add(forms, root != nullptr && root->is_const ? Form::const_object : Form::object);
        forms.push_back(capture.bound.place->type.structure);
        pass(kir::clone(*capture.bound.place), true);
      } else {
        hand_on(capture.bound, location, forms, parts);
      }
    }
  } else if (bound.is_nothing()) {
    add(forms, Form::nothing);
  } else if (bound.variable != nullptr && bound.variable->kind == kir::VariableKind::buffer) {
    add(forms, bound.offset == nullptr ? Form::whole_buffer : Form::part_of_buffer);
    pass(kir::make_buffer(*bound.variable, location), false);
    if (bound.offset != nullptr) {
      pass(kir::clone(*bound.offset), false);
      pass(kir::clone(*bound.size), false);
    }
  } else {
    ExpressionPtr place = place_of(bound, location);
    const kir::Variable* const root = kir::root_of(*place);
    const bool by_value = place->type.is_scalar() && is_stable(*place);
    add(forms, by_value || root == nullptr
                   ? Form::value
                   : (root->is_const ? Form::const_reference : Form::reference));
    pass(std::move(place), !by_value);
  }
}

Binding FunctionLowering::receive(const std::string& name,
                                  clang::QualType type,
                                  clang::SourceLocation where) {
  const auto kind = static_cast<Form>(next_form());
  if (kind == Form::closure && Types::is_closure(type)) {
    return receive_closure(*type.getNonReferenceType()->getAsCXXRecordDecl(), where);
  }
  const bool as_part = kind == Form::part_of_buffer;
  const auto buffer = Types::buffer(type);
  if (kind == Form::nothing || kind == Form::constant ||
      buffer.has_value() != (as_part || kind == Form::whole_buffer)) {
    return {};
  }
  const auto element = type_of(buffer ? buffer->element : type, where);
  if (!element) {
    return {};
  }
  Binding bound;
  if (!buffer) {
    const kir::VariableKind variable =
        kind == Form::value ? kir::VariableKind::scalar : kir::VariableKind::reference;
    bound.variable = &new_parameter(name, variable, *element, where);
    bound.variable->is_const = kind != Form::reference;
    return bound;
  }
  bound.variable = new_buffer(name, *buffer, *element, where);
  if (as_part && bound.variable != nullptr) {
    bound.offset = new_count(name + "_offset", where);
    bound.size = new_count(name + "_size", where);
  }
  return bound;
}

kir::ExpressionPtr FunctionLowering::new_count(const std::string& name,
                                               clang::SourceLocation where) {
  kir::Variable& count =
      new_parameter(name, kir::VariableKind::scalar, kir::scalar_type(ElementType::uint64), where);
  count.is_const = true;
  return kir::make_variable(count, at(where));
}

Binding FunctionLowering::receive_closure(const clang::CXXRecordDecl& lambda,
                                          clang::SourceLocation where) {
  const std::uint32_t count = next_form();
  auto closure = std::make_shared<Closure>();
  auto source = lambda.captures_begin();
  for (std::uint32_t i = 0; i < count && source != lambda.captures_end(); ++i, ++source) {
    Capture capture;
    if (source->capturesThis()) {
      const bool is_const = static_cast<Form>(next_form()) == Form::const_object;
      kir::Variable& self = new_parameter("self", kir::VariableKind::reference,
                                          kir::structure_type(next_form()), where);
      self.is_const = is_const;
      capture.bound.place = kir::make_variable(self, at(where));
    } else {
      const clang::ValueDecl& decl = *source->getCapturedVar();
      const std::string name = decl.getNameAsString();
      capture.decl = llvm::cast<clang::ValueDecl>(decl.getCanonicalDecl());
      capture.is_bound =
          next_form_ < forms_.size() && static_cast<Form>(forms_[next_form_]) != Form::constant;
      capture.bound = receive(name.empty() ? "captured" : name, decl.getType(), where);
    }
    closure->captures.push_back(std::move(capture));
  }
  return {.closure = std::move(closure)};
}

std::uint32_t FunctionLowering::next_form() {
  return next_form_ < forms_.size() ? forms_[next_form_++] : 0U;
}

void FunctionLowering::bind_captures(const Closure& closure) {
  for (const Capture& capture : closure.captures) {
    if (capture.decl == nullptr) {
      object_ = kir::clone(*capture.bound.place);
    } else if (capture.is_bound) {
      bindings_[capture.decl] = clone(capture.bound);
    }
  }
}

}  // namespace dotcompute::frontend
