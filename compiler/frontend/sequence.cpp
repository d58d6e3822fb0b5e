// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"
#include "kir/walk.hpp"

#include <iterator>

namespace dotcompute::frontend {

using kir::DiagnosticCode;
using kir::ExpressionKind;

bool is_stable(const kir::Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::literal:
    case ExpressionKind::extent:
    case ExpressionKind::id:
    case ExpressionKind::buffer:
      return true;
    case ExpressionKind::variable:
      return expression.variable->is_const &&
             expression.variable->kind != kir::VariableKind::reference;
    case ExpressionKind::cast:
      return is_stable(*expression.operands[0]);
    default:
      return false;
  }
}

FunctionLowering::FunctionLowering(ModuleLowering& module,
                                   kir::Function& function,
                                   Callee& callee,
                                   const Forms& forms)
    : module_(module),
      function_(function),
      callee_(callee),
      forms_(forms),
      names_(&module.names()) {
  current_ = &function.body;
}

kir::Location FunctionLowering::at(clang::SourceLocation location) {
  return module_.reporter().location(location);
}

kir::ExpressionPtr FunctionLowering::fail(DiagnosticCode code,
                                          clang::SourceLocation at,
                                          std::string message) {
  failed_ = true;
  module_.reporter().error(code, at, std::move(message));
  return nullptr;
}

kir::ExpressionPtr FunctionLowering::fail_quietly() {
  failed_ = true;
  return nullptr;
}

std::optional<kir::Type> FunctionLowering::type_of(clang::QualType type, clang::SourceLocation at) {
  auto found = module_.types().find(type);
  if (!found) {
    fail(module_.types().problem_code(), at, module_.types().problem());
  }
  return found;
}

void FunctionLowering::ask_axis(std::uint32_t axis) {
  callee_.dimensions = std::max(callee_.dimensions, static_cast<std::uint8_t>(axis + 1));
}

kir::Variable& FunctionLowering::new_local(const std::string& name,
                                           const kir::Type& type,
                                           kir::Location at) {
  const std::string own = names_.take(identifier_of(name));
  module_.note_local(own);
  return kir::add_local(function_, own, type, at);
}

kir::Statements FunctionLowering::captured(const std::function<void()>& make) {
  kir::Statements list;
  kir::Statements* const before = std::exchange(current_, &list);
  make();
  current_ = before;
  return list;
}

kir::ExpressionPtr FunctionLowering::keep(ExpressionPtr value) {
  if (value == nullptr || is_stable(*value)) {
    return value;
  }
  const kir::Location at = value->location;
  kir::Variable& local = new_local("kept", value->type, at);
  local.is_const = true;
  emit(kir::make_declare(local, std::move(value), at));
  return kir::make_variable(local, at);
}

kir::ExpressionPtr FunctionLowering::keep_place(ExpressionPtr place) {
  if (place == nullptr || place->operands.empty()) {
    return place;
  }
  if (place->kind == ExpressionKind::member) {
    place->operands[0] = keep_place(std::move(place->operands[0]));
    return place;
  }
  // An index: of an array the first operand is a place itself.
  const bool of_array = place->variable == nullptr;
  for (std::size_t i = 0; i < place->operands.size(); ++i) {
    ExpressionPtr& operand = place->operands[i];
    operand = of_array && i == 0 ? keep_place(std::move(operand)) : keep(std::move(operand));
  }
  return place;
}

std::optional<std::vector<kir::ExpressionPtr>> FunctionLowering::in_order(std::vector<Part> parts) {
  std::vector<ExpressionPtr> results;
  bool complete = true;
  for (const Part& part : parts) {
    const std::size_t before = current_->size();
    ExpressionPtr result = part.compute();
    complete = complete && result != nullptr;
    if (current_->size() > before && complete) {
      // What this part does comes after the earlier ones: their values go into locals before it.
      kir::Statements* const list = current_;
      kir::Statements kept = captured([&] {
        for (std::size_t i = 0; i < results.size(); ++i) {
          results[i] =
              parts[i].is_place ? keep_place(std::move(results[i])) : keep(std::move(results[i]));
        }
      });
      list->insert(list->begin() + static_cast<std::ptrdiff_t>(before),
                   std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()));
    }
    results.push_back(std::move(result));
  }
  return complete ? std::optional(std::move(results)) : std::nullopt;
}

}  // namespace dotcompute::frontend
