// SPDX-License-Identifier: Apache-2.0
#include "strip.hpp"

#include "analysis/dependence.hpp"
#include "kir/walk.hpp"

#include <utility>

namespace dotcompute::emit::cpu {
namespace {

using kir::Expression;
using kir::ExpressionKind;
using kir::Statement;
using kir::StatementKind;
using kir::Variable;

// What a loop over lanes asks for, also through what is computed anew in it.
struct Uses {
  std::set<const Variable*> repeated;
  bool ids[3] = {false, false, false};

  void add(const Expression& root, const lowering::KernelPlan& plan) {
    kir::for_each_expression(root, [&](const Expression& part) {
      if (part.kind == ExpressionKind::id) {
        ids[part.number] = true;
      } else if (part.kind == ExpressionKind::call && analysis::uses_ids(*part.callee)) {
        ids[0] = ids[1] = ids[2] = true;
      } else if (part.kind == ExpressionKind::variable && plan.repeated.contains(part.variable) &&
                 repeated.insert(part.variable).second) {
        add(*plan.dependence->definition(*part.variable), plan);
      }
    });
  }
};

// The declarations of what is computed anew, in the order of the source.
std::vector<const Statement*> declarations(const kir::Statements& body,
                                           const std::set<const Variable*>& variables) {
  std::vector<const Statement*> found;
  kir::for_each_statement(body, [&](const Statement& statement) {
    if (statement.kind == StatementKind::declare && variables.contains(statement.variable)) {
      found.push_back(&statement);
    }
  });
  return found;
}

}  // namespace

void StripWriter::write() {
  for (const Variable* variable : lowering::arrays_in_order(plan_)) {
    lines_.add("alignas(64) " + spell(variable->type, expressions_.names()) + " " +
               expressions_.names().of(*variable) + (plan_.tiles_rows ? "[dc_rows]" : "") +
               "[dc_strip];");
  }
  write(plan_.body.statements);
  flush();
}

bool StripWriter::stands_outside(const Statement& statement) const {
  if (plan_.split.empty()) {
    return false;
  }
  switch (statement.kind) {
    case StatementKind::declare:
      return plan_.uniform.contains(statement.variable);
    case StatementKind::assign:
      return plan_.uniform.contains(kir::root_of(std::as_const(*statement.target)));
    case StatementKind::break_out:
    case StatementKind::continue_loop:
      return true;
    default:
      return plan_.split.contains(&statement);
  }
}

void StripWriter::write(const kir::Statements& list) {
  for (const auto& statement : list) {
    if (!stands_outside(*statement)) {
      region_.push_back(statement.get());
      continue;
    }
    if (statement->kind != StatementKind::declare) {
      flush();  // a declaration has no effect on what waits, and may be written first
    }
    if (plan_.split.contains(statement.get())) {
      write_split(*statement);
    } else {
      statements_.write(*statement);
    }
  }
}

void StripWriter::write_split(const Statement& statement) {
  const auto inner = [this](const kir::Statements& list) {
    write(list);
    flush();
  };
  switch (statement.kind) {
    case StatementKind::if_else:
      lines_.open("if (" + expressions_.text(*statement.value) + ")");
      inner(statement.body);
      if (!statement.otherwise.empty()) {
        lines_.reopen("else");
        inner(statement.otherwise);
      }
      lines_.close();
      break;
    case StatementKind::do_loop:
      lines_.open("do");
      inner(statement.body);
      lines_.close(" while (" + expressions_.text(*statement.value) + ");");
      break;
    case StatementKind::block:
      lines_.open("");
      inner(statement.body);
      lines_.close();
      break;
    default:
      lines_.open(statements_.loop_head(statement));
      inner(statement.body);
      lines_.close();
      break;
  }
}

// One loop over lanes of all that waits.
void StripWriter::flush() {
  std::vector<const Statement*> region = std::exchange(region_, {});
  std::erase_if(region, [&](const Statement* statement) {
    return statement->kind == StatementKind::declare &&
           (plan_.repeated.contains(statement->variable) ||
            (plan_.arrays.contains(statement->variable) && statement->value == nullptr));
  });
  if (region.empty()) {
    return;
  }
  Uses uses;
  for (const Statement* statement : region) {
    kir::for_each_expression(*statement, [&](const Expression& part) {
      uses.add(part, plan_);
      if (plan_.early_loads.contains(&part)) {
        lines_.add(expressions_.early_load_declaration(part) + ";");
      }
    });
  }
  if (plan_.tiles_rows) {
    lines_.open("for (int dc_row = 0; dc_row < dc_rows; ++dc_row)");
    if (uses.ids[1]) {
      lines_.add("const std::uint64_t dc_y = dc_at.y + static_cast<std::uint64_t>(dc_row);");
    }
  }
  if (!plan_.has_inner_loops) {
    lines_.add("DC_SIMD");
  }
  lines_.open("for (int dc_lane = 0; dc_lane < dc_lanes; ++dc_lane)");
  if (uses.ids[0]) {
    lines_.add("const std::uint64_t dc_x = dc_at.x + static_cast<std::uint64_t>(dc_lane);");
  }
  for (const Statement* declare : declarations(plan_.body.statements, uses.repeated)) {
    statements_.write(*declare);
  }
  if (plan_.body.returns) {
    lines_.open("[&]() DC_INLINE_LAMBDA");
  }
  for (const Statement* statement : region) {
    statements_.write(*statement);
  }
  if (plan_.body.returns) {
    lines_.close("();");
  }
  lines_.close();
  if (plan_.tiles_rows) {
    lines_.close();
  }
}

}  // namespace dotcompute::emit::cpu
