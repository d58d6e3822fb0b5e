// SPDX-License-Identifier: Apache-2.0
#include "lowering/inline.hpp"

#include "analysis/dependence.hpp"
#include "kir/build.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute::lowering {
namespace {

using kir::Expression;
using kir::ExpressionKind;
using kir::ExpressionPtr;
using kir::Function;
using kir::Statement;
using kir::StatementKind;
using kir::StatementPtr;
using kir::Statements;
using kir::Variable;
using kir::VariableKind;

constexpr std::size_t kLargestInlined = 40;   // expressions
constexpr std::size_t kMostGrowth = 4000;     // expressions of a whole body
constexpr std::size_t kDeepestInlined = 100;  // operators around one another

std::size_t count_of(const Expression& root, const Variable* variable) {
  std::size_t count = 0;
  kir::for_each_expression(root, [&](const Expression& part) {
    count += variable == nullptr || part.variable == variable ? 1 : 0;
  });
  return count;
}

std::size_t depth_of(const Expression& root) {
  std::size_t deepest = 0;
  for (const ExpressionPtr& operand : root.operands) {
    deepest = std::max(deepest, depth_of(*operand));
  }
  return deepest + 1;
}

bool costs_nothing(const Expression& argument) {
  switch (argument.kind) {
    case ExpressionKind::literal:
    case ExpressionKind::variable:
    case ExpressionKind::extent:
    case ExpressionKind::id:
    case ExpressionKind::buffer:
      return true;
    case ExpressionKind::cast:
    case ExpressionKind::member:
      return costs_nothing(*argument.operands[0]);
    default:
      return false;
  }
}

// What a call gives, in words of the callee's parameters; null if it is not to be inlined.
const Expression* value_of(const Expression& call) {
  const Function& callee = *call.callee;
  if (callee.body.size() != 1 || callee.body[0]->kind != StatementKind::return_from ||
      callee.body[0]->value == nullptr || !kir::is_pure(callee)) {
    return nullptr;
  }
  const Expression& value = *callee.body[0]->value;
  if (count_of(value, nullptr) > kLargestInlined) {
    return nullptr;
  }
  for (std::size_t i = 0; i < call.operands.size(); ++i) {
    const Variable& parameter = *callee.parameters[i];
    if (parameter.kind == VariableKind::reference ||
        (!costs_nothing(*call.operands[i]) && count_of(value, &parameter) > 1)) {
      return nullptr;
    }
  }
  return &value;
}

using Arguments = std::map<const Variable*, const Expression*>;

// A copy of `value` with arguments for parameters.
ExpressionPtr with_arguments(const Expression& value, const Arguments& arguments) {
  const auto found = arguments.find(value.variable);
  if (value.kind == ExpressionKind::variable && found != arguments.end()) {
    return kir::clone(*found->second);
  }
  ExpressionPtr copy = kir::clone(value);
  if (found != arguments.end()) {
    copy->variable = found->second->variable;  // a buffer
  }
  for (std::size_t i = 0; i < value.operands.size(); ++i) {
    copy->operands[i] = with_arguments(*value.operands[i], arguments);
  }
  return copy;
}

// A field of a structure that is made on the spot is what it is made of.
void take_field(ExpressionPtr& member) {
  Expression& whole = *member->operands[0];
  if (whole.kind == ExpressionKind::construct && whole.type.kind == kir::TypeKind::structure) {
    ExpressionPtr field = std::move(whole.operands[member->number]);
    member = std::move(field);
  }
}

// Functions that call others twice make copies of copies, and long chains deep ones: a body has a
// limit for all of them together, beyond which calls stay.
class Inliner {
 public:
  void run(Statements& list) {
    kir::for_each_statement(list, [&](Statement& statement) {
      if (statement.target != nullptr) {
        visit(statement.target, 0);
      }
      // A call for its effects alone is not pure.
      if (statement.value != nullptr && statement.kind != StatementKind::evaluate) {
        visit(statement.value, 0);
      }
    });
  }

 private:
  // `around` operators stand around it.
  void visit(ExpressionPtr& expression, std::size_t around) {
    do {
      for (ExpressionPtr& operand : expression->operands) {
        visit(operand, around + 1);
      }
      if (expression->kind == ExpressionKind::member) {
        take_field(expression);
      }
    } while (take_call(expression, around));  // the callee's own calls
  }

  // False if it stays as it is.
  bool take_call(ExpressionPtr& call, std::size_t around) {
    const Expression* value =
        call->kind == ExpressionKind::call && growth_left_ > 0 ? value_of(*call) : nullptr;
    if (value == nullptr) {
      return false;
    }
    Arguments arguments;
    for (std::size_t i = 0; i < call->operands.size(); ++i) {
      arguments[call->callee->parameters[i].get()] = call->operands[i].get();
    }
    ExpressionPtr inlined = with_arguments(*value, arguments);
    const std::size_t before = count_of(*call, nullptr);
    const std::size_t after = count_of(*inlined, nullptr);
    const std::size_t growth = after > before ? after - before : 1;
    if (growth > growth_left_ || around + depth_of(*inlined) > kDeepestInlined) {
      return false;
    }
    growth_left_ -= growth;
    call = std::move(inlined);
    return true;
  }

  std::size_t growth_left_ = kMostGrowth;
};

// Structures that are made of their fields once and then only taken apart.
class Parts {
 public:
  Parts(const Function& kernel, Body& body) : body_(body) {
    const analysis::Dependence dependence(kernel, body.statements);
    std::set<const Variable*> whole;
    for (const auto& statement : body.statements) {
      find_whole(*statement, whole);
    }
    kir::for_each_statement(std::as_const(body.statements), [&](const Statement& statement) {
      if (statement.kind == StatementKind::declare && statement.value != nullptr &&
          statement.value->kind == ExpressionKind::construct &&
          statement.value->type.kind == kir::TypeKind::structure &&
          dependence.definition(*statement.variable) != nullptr &&
          !whole.contains(statement.variable)) {
        add(*statement.variable, *statement.value);
      }
    });
  }

  /// False if there are none.
  bool split() {
    if (fields_.empty()) {
      return false;
    }
    split(body_.statements);
    kir::for_each_statement(body_.statements, [&](Statement& statement) {
      for (ExpressionPtr* root : {&statement.target, &statement.value}) {
        if (*root != nullptr) {
          name_fields(*root);
        }
      }
    });
    return true;
  }

 private:
  // The variables that are mentioned other than for one of their fields.
  static void find_whole(const Expression& part, std::set<const Variable*>& whole) {
    if (part.kind == ExpressionKind::variable) {
      whole.insert(part.variable);
    }
    const bool takes_field =
        part.kind == ExpressionKind::member && part.operands[0]->kind == ExpressionKind::variable;
    for (std::size_t i = takes_field ? 1 : 0; i < part.operands.size(); ++i) {
      find_whole(*part.operands[i], whole);
    }
  }
  static void find_whole(const Statement& root, std::set<const Variable*>& whole) {
    kir::for_each_statement(root, [&](const Statement& statement) {
      if (statement.first != nullptr && statement.first->kind == StatementKind::declare) {
        whole.insert(statement.first->variable);  // there is no room for more declarations
      }
      for (const ExpressionPtr* part : {&statement.target, &statement.value}) {
        if (*part != nullptr) {
          find_whole(**part, whole);
        }
      }
    });
  }

  void add(const Variable& variable, const Expression& construct) {
    auto& fields = fields_[&variable];
    for (std::size_t i = 0; i < construct.operands.size(); ++i) {
      auto field = std::make_unique<Variable>();
      field->name = variable.name + "_" + std::to_string(i);
      field->type = construct.operands[i]->type;
      field->is_const = true;
      field->location = variable.location;
      fields.push_back(field.get());
      body_.variables.push_back(std::move(field));
    }
  }

  void split(Statements& list) {
    Statements result;
    for (StatementPtr& statement : list) {
      split(statement->body);
      split(statement->otherwise);
      for (auto& one : statement->cases) {
        split(one.body);
      }
      const auto found = statement->kind == StatementKind::declare
                             ? fields_.find(statement->variable)
                             : fields_.end();
      if (found == fields_.end()) {
        result.push_back(std::move(statement));
        continue;
      }
      for (std::size_t i = 0; i < found->second.size(); ++i) {
        result.push_back(kir::make_declare(
            *found->second[i], std::move(statement->value->operands[i]), statement->location));
      }
    }
    list = std::move(result);
  }

  void name_fields(ExpressionPtr& expression) {
    for (ExpressionPtr& operand : expression->operands) {
      name_fields(operand);
    }
    if (expression->kind != ExpressionKind::member ||
        expression->operands[0]->kind != ExpressionKind::variable) {
      return;
    }
    const auto found = fields_.find(expression->operands[0]->variable);
    if (found != fields_.end()) {
      expression = kir::make_variable(*found->second[expression->number], expression->location);
    }
  }

  Body& body_;
  std::map<const Variable*, std::vector<Variable*>> fields_;
};

}  // namespace

void inline_calls(const Function& kernel, Body& body) {
  Inliner().run(body.statements);
  while (Parts(kernel, body).split()) {
  }
}

}  // namespace dotcompute::lowering
