// SPDX-License-Identifier: Apache-2.0
#include "kir/walk.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <utility>

namespace dotcompute::kir {
namespace {

ExpressionPtr clone_or_null(const ExpressionPtr& expression) {
  return expression == nullptr ? nullptr : clone(*expression);
}

StatementPtr clone_or_null(const StatementPtr& statement) {
  return statement == nullptr ? nullptr : clone(*statement);
}

// Collects written variables. What a function writes is found once, as functions share callees.
class Writes {
 public:
  Writes() = default;

  void add(const Statement& root) {
    for_each_statement(root, [this](const Statement& statement) {
      if (statement.kind == StatementKind::declare) {
        insert(statement.variable);
      } else if (statement.kind == StatementKind::assign) {
        insert(root_of(std::as_const(*statement.target)));
      }
    });
    for_each_expression(root, [this](const Expression& expression) {
      if (expression.kind == ExpressionKind::call) {
        add_call(expression);
      }
    });
  }

  void add(const Statements& roots) {
    for (const StatementPtr& root : roots) {
      add(*root);
    }
  }

  [[nodiscard]] std::vector<const Variable*> take() && { return std::move(written_); }
  [[nodiscard]] bool has(const Variable* variable) const {
    return std::find(written_.begin(), written_.end(), variable) != written_.end();
  }

 private:
  using Memo = std::map<const Function*, std::vector<bool>>;

  explicit Writes(std::shared_ptr<Memo> memo) : memo_(std::move(memo)) {}

  void add_call(const Expression& call) {
    const std::vector<bool>& writes = writes_of_parameters(*call.callee);
    const std::size_t count = std::min(writes.size(), call.operands.size());
    for (std::size_t i = 0; i < count; ++i) {
      if (writes[i]) {
        insert(root_of(std::as_const(*call.operands[i])));
      }
    }
  }

  const std::vector<bool>& writes_of_parameters(const Function& callee) {
    const auto known = memo_->find(&callee);
    if (known != memo_->end()) {
      return known->second;
    }
    Writes inner(memo_);
    inner.add(callee.body);
    std::vector<bool> writes;
    for (const auto& parameter : callee.parameters) {
      const bool is_shared = parameter->kind != VariableKind::scalar;
      writes.push_back(is_shared && inner.has(parameter.get()));
    }
    return memo_->emplace(&callee, std::move(writes)).first->second;
  }

  void insert(const Variable* variable) {
    if (variable != nullptr && !has(variable)) {
      written_.push_back(variable);
    }
  }

  std::vector<const Variable*> written_;
  std::shared_ptr<Memo> memo_ = std::make_shared<Memo>();
};

}  // namespace

ExpressionPtr clone(const Expression& expression) {
  auto copy = std::make_unique<Expression>();
  copy->kind = expression.kind;
  copy->type = expression.type;
  copy->location = expression.location;
  copy->bits = expression.bits;
  copy->number = expression.number;
  copy->variable = expression.variable;
  copy->callee = expression.callee;
  copy->unary = expression.unary;
  copy->binary = expression.binary;
  copy->intrinsic = expression.intrinsic;
  copy->query = expression.query;
  copy->operands.reserve(expression.operands.size());
  for (const ExpressionPtr& operand : expression.operands) {
    copy->operands.push_back(clone(*operand));
  }
  return copy;
}

StatementPtr clone(const Statement& statement) {
  auto copy = std::make_unique<Statement>();
  copy->kind = statement.kind;
  copy->location = statement.location;
  copy->variable = statement.variable;
  copy->target = clone_or_null(statement.target);
  copy->value = clone_or_null(statement.value);
  copy->first = clone_or_null(statement.first);
  copy->step = clone_or_null(statement.step);
  copy->body = clone(statement.body);
  copy->otherwise = clone(statement.otherwise);
  copy->cases.reserve(statement.cases.size());
  for (const SwitchCase& one : statement.cases) {
    copy->cases.push_back(
        {.labels = one.labels, .is_default = one.is_default, .body = clone(one.body)});
  }
  return copy;
}

Statements clone(const Statements& statements) {
  Statements copy;
  copy.reserve(statements.size());
  for (const StatementPtr& statement : statements) {
    copy.push_back(clone(*statement));
  }
  return copy;
}

bool same(const Expression& a, const Expression& b) noexcept {
  return a.kind == b.kind && a.type == b.type && a.bits == b.bits && a.number == b.number &&
         a.variable == b.variable && a.callee == b.callee && a.unary == b.unary &&
         a.binary == b.binary && a.intrinsic == b.intrinsic && a.query == b.query &&
         std::equal(a.operands.begin(), a.operands.end(), b.operands.begin(), b.operands.end(),
                    [](const ExpressionPtr& x, const ExpressionPtr& y) { return same(*x, *y); });
}

const Variable* root_of(const Expression& place) noexcept {
  const Expression* part = &place;
  while (true) {
    switch (part->kind) {
      case ExpressionKind::variable:
      case ExpressionKind::buffer:
        return part->variable;
      case ExpressionKind::index:
        if (part->variable != nullptr) {
          return part->variable;
        }
        break;
      case ExpressionKind::member:
        break;
      default:
        return nullptr;
    }
    part = part->operands.front().get();
  }
}

Variable* root_of(Expression& place) noexcept {
  return const_cast<Variable*>(root_of(std::as_const(place)));
}

std::vector<const Variable*> writes_of(const Statements& statements) {
  Writes writes;
  writes.add(statements);
  return std::move(writes).take();
}

std::vector<const Variable*> writes_of(const Statement& statement) {
  Writes writes;
  writes.add(statement);
  return std::move(writes).take();
}

bool is_pure(const Function& function) {
  const std::vector<const Variable*> written = writes_of(function.body);
  return std::none_of(written.begin(), written.end(), [&](const Variable* variable) {
    return variable->kind == VariableKind::buffer || variable->kind == VariableKind::reference;
  });
}

}  // namespace dotcompute::kir
