// SPDX-License-Identifier: Apache-2.0
#include "analysis/access_walk.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace dotcompute::analysis {

using kir::Statement;
using kir::StatementKind;
using kir::Statements;
using kir::Variable;
using kir::VariableKind;

namespace {

bool has_any(const Statements& statements, std::span<const StatementKind> kinds) {
  bool found = false;
  kir::for_each_statement(statements, [&](const Statement& statement) {
    found = found || std::find(kinds.begin(), kinds.end(), statement.kind) != kinds.end();
  });
  return found;
}

constexpr std::array kReturns{StatementKind::return_from};
constexpr std::array kReturnsAndContinues{StatementKind::return_from, StatementKind::continue_loop};
constexpr std::array kLeaves{StatementKind::return_from, StatementKind::continue_loop,
                             StatementKind::break_out};

bool is_return(const Statements& statements) {
  return statements.size() == 1 &&
         (statements[0]->kind == StatementKind::return_from ||
          (statements[0]->kind == StatementKind::block && is_return(statements[0]->body)));
}

bool is_identifier(std::string_view text) {
  return !text.empty() && (text[0] < '0' || text[0] > '9') &&
         text.find_first_of(" ()+-*/%,") == std::string_view::npos;
}

/// The rules of `extents`, without the blanks around them.
std::vector<std::string> rules_of(std::string_view extents) {
  std::vector<std::string> rules;
  while (!extents.empty()) {
    std::string_view rule = extents.substr(0, extents.find(','));
    extents.remove_prefix(std::min(extents.size(), rule.size() + 1));
    rule.remove_prefix(std::min(rule.find_first_not_of(' '), rule.size()));
    rule = rule.substr(0, rule.find_last_not_of(' ') + 1);
    rules.emplace_back(rule);
  }
  return rules;
}

}  // namespace

AccessWalk::AccessWalk(const kir::Module& module, const kir::Function& kernel)
    : module_(module), kernel_(kernel), uses_(kernel.parameters.size()) {
  path_.emplace();
  for (std::size_t at = 0; at < kernel.parameters.size(); ++at) {
    const Variable& parameter = *kernel.parameters[at];
    keys_.push_back(rules_of(parameter.extents));
    if (parameter.kind == VariableKind::buffer) {
      buffers_[&parameter] = at;
      keys_[at].resize(parameter.rank);
      for (std::size_t axis = 0; axis < parameter.rank; ++axis) {
        if (!is_identifier(keys_[at][axis])) {
          keys_[at][axis] = "#" + std::to_string(at) + "." + std::to_string(axis);
        }
      }
    } else {
      const bool is_count = parameter.type.is_scalar() && kir::is_integer(parameter.type.element);
      path_->values[&parameter] = {is_count ? extent_value(parameter.name) : uniform_value()};
    }
  }
  frames_.emplace_back();
  run(kernel.body);
  merge(frames_.back().returns, std::move(path_));
  if (const Path& end = frames_.back().returns) {
    always_read_ = end->read;
    always_written_ = end->written;
  }
}

std::string AccessWalk::key_of(std::size_t parameter, std::size_t axis) const {
  return keys_[parameter][axis];
}

void AccessWalk::merge(Path& into, Path from) {
  if (!from) {
    return;
  }
  if (!into) {
    into = std::move(from);
    return;
  }
  for (auto at = into->values.begin(); at != into->values.end();) {
    const auto other = from->values.find(at->first);
    if (other == from->values.end()) {
      at = into->values.erase(at);
      continue;
    }
    at->second = join(at->second, into->facts, other->second, from->facts);
    ++at;
  }
  for (auto& [parameter, fields] : into->fields) {
    const auto other = from->fields.find(parameter);
    fields &= other == from->fields.end() ? 0 : other->second;
  }
  // Facts are only ever added, so what two ways have in common stands first.
  std::size_t common = 0;
  const auto is_same = [](const IdFact& a, const IdFact& b) {
    return a.kind == b.kind && a.axis == b.axis && a.value == b.value && a.key == b.key;
  };
  while (common < into->facts.size() && common < from->facts.size() &&
         is_same(into->facts[common], from->facts[common])) {
    ++common;
  }
  into->facts.resize(common);
  into->read &= from->read;
  into->written &= from->written;
  into->is_positional |= from->is_positional;
}

void AccessWalk::run(const Statements& statements) {
  for (const auto& statement : statements) {
    if (!path_) {
      return;
    }
    run(*statement);
  }
}

void AccessWalk::run(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::block:
      return run(statement.body);
    case StatementKind::declare: {
      Value value = statement.value ? evaluate(*statement.value) : Value{};
      value.is_positional |= path_->is_positional;
      path_->values[statement.variable] = std::move(value);
      return;
    }
    case StatementKind::assign:
      return write_to(*statement.target, evaluate(*statement.value));
    case StatementKind::evaluate:
      evaluate(*statement.value);
      return;
    case StatementKind::if_else:
      return run_if(statement);
    case StatementKind::for_loop:
    case StatementKind::while_loop:
    case StatementKind::do_loop:
      return run_loop(statement);
    case StatementKind::switch_on:
      return run_switch(statement);
    case StatementKind::break_out:
      merge(exits_.back().breaks, std::exchange(path_, {}));
      return;
    case StatementKind::continue_loop: {
      const auto loop = std::find_if(exits_.rbegin(), exits_.rend(),
                                     [](const Exits& exits) { return exits.is_loop; });
      merge(loop->continues, std::exchange(path_, {}));
      return;
    }
    case StatementKind::return_from:
      return run_return(statement);
  }
}

void AccessWalk::run_return(const Statement& statement) {
  Value value = statement.value ? evaluate(*statement.value) : Value{};
  value.is_positional |= path_->is_positional;
  Frame& frame = frames_.back();
  if (frame.has_result) {
    frame.result = join(frame.result, {}, value, {});
  } else {
    frame.result = std::move(value);
    frame.has_result = true;
  }
  merge(frame.returns, std::exchange(path_, {}));
}

/// \return false if `statement` is no bounds guard of the kernel's.
bool AccessWalk::run_guard(const Statement& statement) {
  if (frames_.size() != 1 || !exits_.empty() || path_->is_positional) {
    return false;
  }
  // Items beyond the guard do nothing at all; else what they do could be meant for them.
  std::vector<Guard> limits;
  const bool is_early_return =
      is_return(statement.body) && add_guards(*statement.value, false, limits);
  if (!is_early_return) {
    limits.clear();
    if (!is_last(statement) || !add_guards(*statement.value, true, limits)) {
      return false;
    }
  }
  evaluate(*statement.value);
  guards_.insert(guards_.end(), limits.begin(), limits.end());
  for (const Guard& limit : limits) {
    path_->facts.push_back({.kind = IdFact::Kind::below, .axis = limit.axis, .key = limit.key});
  }
  run(is_early_return ? statement.otherwise : statement.body);
  return true;
}

/// True if nothing is done after `statement`, and nothing in its place if it is a condition.
bool AccessWalk::is_last(const Statement& statement) const {
  const Statements* list = &kernel_.body;
  for (;;) {
    std::size_t count = list->size();
    while (count > 0 && (*list)[count - 1]->kind == StatementKind::return_from) {
      --count;
    }
    if (count == 0) {
      return false;
    }
    const Statement& last = *(*list)[count - 1];
    const bool is_condition = last.kind == StatementKind::if_else && last.otherwise.empty();
    if (&last == &statement || (!is_condition && last.kind != StatementKind::block)) {
      return is_condition;
    }
    list = &last.body;
  }
}

void AccessWalk::run_if(const Statement& statement) {
  if (run_guard(statement)) {
    return;
  }
  const Value condition = evaluate(*statement.value);
  const Facts facts = facts_of(*statement.value);
  const PathState before = *path_;
  const auto branch = [&](const Statements& statements, const std::vector<IdFact>& more) {
    path_ = before;
    path_->facts.insert(path_->facts.end(), more.begin(), more.end());
    path_->is_positional |= condition.is_positional;
    run(statements);
  };
  branch(statement.body, facts.then);
  Path then = std::exchange(path_, {});
  branch(statement.otherwise, facts.otherwise);
  merge(path_, std::move(then));
  const bool parts = has_any(statement.body, kLeaves) || has_any(statement.otherwise, kLeaves);
  if (path_ && !parts) {
    path_->is_positional = before.is_positional;
  }
}

void AccessWalk::forget_written(const Statement& statement, bool is_positional) {
  for (const Variable* variable : kir::writes_of(statement)) {
    const auto found = path_->values.find(&real(*variable));
    if (found != path_->values.end()) {
      found->second.index = {};
      found->second.fields.clear();
      found->second.is_positional |= is_positional;
    }
  }
}

/// What the counter of a for loop may be in its body; unknown if the loop is not that simple.
IndexValue AccessWalk::counter_of(const Statement& loop) {
  const auto is_variable = [](const kir::Expression& expression, const Variable* variable) {
    return expression.kind == kir::ExpressionKind::variable && expression.variable == variable;
  };
  if (loop.kind != StatementKind::for_loop || !loop.first || !loop.step || !loop.value ||
      loop.first->kind != StatementKind::declare || !loop.first->value) {
    return {};
  }
  const Variable* counter = loop.first->variable;
  const kir::Expression& condition = *loop.value;
  const kir::Expression& step = *loop.step->value;
  const auto written = kir::writes_of(loop.body);
  if (condition.kind != kir::ExpressionKind::binary || step.kind != kir::ExpressionKind::binary ||
      step.binary != kir::BinaryOperator::add || !is_variable(*condition.operands[0], counter) ||
      !is_variable(*step.operands[0], counter) || !is_variable(*loop.step->target, counter) ||
      std::find(written.begin(), written.end(), counter) != written.end()) {
    return {};
  }
  const IndexValue begin = evaluate(*loop.first->value).index;
  const IndexValue end = evaluate(*condition.operands[1]).index;
  const IndexValue stride = evaluate(*step.operands[1]).index;
  const bool is_less = condition.binary == kir::BinaryOperator::less;
  if (begin.kind != IndexKind::constant || end.kind != IndexKind::constant ||
      stride.kind != IndexKind::constant || stride.low < 1 ||
      (!is_less && condition.binary != kir::BinaryOperator::less_equal)) {
    return {};
  }
  return constant_value(begin.low, std::max(begin.low, end.high - (is_less ? 1 : 0)));
}

/// One round from where `path_` is; gives where the loop ends if the condition does not hold.
AccessWalk::Path AccessWalk::run_round(const Statement& loop, const IndexValue& counter) {
  const bool is_do = loop.kind == StatementKind::do_loop;
  Path end;
  const auto test = [&] {
    const Value condition = loop.value ? evaluate(*loop.value) : Value{};
    if (loop.value) {
      end = path_;
      path_->is_positional |= condition.is_positional;
    }
  };
  if (!is_do) {
    test();
  }
  if (counter.kind == IndexKind::constant) {
    path_->values[loop.first->variable].index = counter;
  }
  run(loop.body);
  merge(path_, std::exchange(exits_.back().continues, {}));
  if (path_ && loop.step) {
    run(*loop.step);
  }
  if (path_ && is_do) {
    test();
  }
  return end;
}

void AccessWalk::run_loop(const Statement& loop) {
  if (loop.first) {
    run(*loop.first);
  }
  const bool was_positional = path_->is_positional;
  const bool may_return = has_any(loop.body, kReturns);
  const IndexValue counter = counter_of(loop);
  forget_written(loop, false);
  Path end;
  // What is positional only ever grows; three rounds hand it on through as many variables, and
  // whoever needs more is taken for positional altogether.
  constexpr int kRounds = 4;
  for (int round = 0; round < kRounds && path_; ++round) {
    if (round + 1 == kRounds) {
      path_->is_positional = true;
      forget_written(loop, true);
    }
    const PathState head = *path_;
    exits_.emplace_back();
    end = run_round(loop, counter);
    merge(end, std::move(exits_.back().breaks));
    exits_.pop_back();
    Path next = head;
    merge(next, std::move(path_));
    const bool is_stable =
        next->is_positional == head.is_positional &&
        std::equal(next->values.begin(), next->values.end(), head.values.begin(), head.values.end(),
                   [](const auto& a, const auto& b) {
                     return a.first == b.first && a.second.is_positional == b.second.is_positional;
                   });
    if (is_stable) {
      break;
    }
    path_ = std::move(next);
    forget_written(loop, false);
  }
  path_ = std::move(end);
  if (path_ && !may_return) {
    path_->is_positional = was_positional;
  }
}

void AccessWalk::run_switch(const Statement& statement) {
  const Value value = evaluate(*statement.value);
  const PathState before = *path_;
  PathState entry = before;
  entry.is_positional |= value.is_positional;
  exits_.push_back({.is_loop = false});
  path_.reset();
  bool has_default = false;
  bool may_leave = false;
  for (const kir::SwitchCase& one : statement.cases) {
    merge(path_, entry);  // and who falls through from the case before
    has_default = has_default || one.is_default;
    may_leave = may_leave || has_any(one.body, kReturnsAndContinues);
    run(one.body);
  }
  merge(path_, std::move(exits_.back().breaks));
  exits_.pop_back();
  if (!has_default) {
    merge(path_, entry);
  }
  if (path_ && !may_leave) {
    path_->is_positional = before.is_positional;
  }
}

}  // namespace dotcompute::analysis
