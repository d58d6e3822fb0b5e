// SPDX-License-Identifier: Apache-2.0
// KIR's loops have conditions without effects and steps of one assignment. Others are put into the
// body: the condition before it, the step behind it and before each `continue`.
#include "frontend/function_lowering.hpp"
#include "kir/walk.hpp"

namespace dotcompute::frontend {

using kir::DiagnosticCode;

namespace {

kir::StatementPtr leave_unless(kir::ExpressionPtr condition, kir::Location location) {
  return kir::make_if_else(
      kir::make_unary(kir::UnaryOperator::logical_not, std::move(condition), location),
      kir::statements(kir::make_break_out(location)), {}, location);
}

void prepend(kir::Statements& to, kir::Statements front) {
  front.insert(front.end(), std::make_move_iterator(to.begin()), std::make_move_iterator(to.end()));
  to = std::move(front);
}

bool is_simple_assign(const kir::Statements& list) {
  return list.size() == 1 && list.front()->kind == kir::StatementKind::assign;
}

}  // namespace

void FunctionLowering::continue_loop(kir::Location location) {
  if (!before_continue_.empty() && before_continue_.back()) {
    before_continue_.back()();
  }
  emit(kir::make_continue_loop(location));
}

kir::Statements FunctionLowering::loop_body(const clang::Stmt* body,
                                            std::function<void()> before_continue) {
  before_continue_.push_back(std::move(before_continue));
  kir::Statements list = body_of(body);
  before_continue_.pop_back();
  return list;
}

void FunctionLowering::for_loop(const clang::ForStmt& loop) {
  const kir::Location location = at(loop.getForLoc());
  kir::Statements first = captured([&] {
    if (loop.getInit() != nullptr) {
      statement(loop.getInit());
    }
  });
  ExpressionPtr condition = kir::make_bool(true, location);
  kir::Statements before_condition = captured([&] {
    if (loop.getConditionVariable() != nullptr) {
      declare(loop.getConditionVariable());
    }
    if (loop.getCond() != nullptr) {
      condition = value(loop.getCond());
    }
  });
  const auto step = [this, &loop] {
    if (loop.getInc() != nullptr) {
      effect(loop.getInc());
    }
  };
  kir::Statements stepping = captured(step);
  // The step may be a block of several statements: then it ends the body, and comes before continue.
  const bool in_body = !stepping.empty() && !is_simple_assign(stepping);
  kir::Statements body = loop_body(loop.getBody(), in_body ? std::function<void()>(step) : nullptr);
  if (condition == nullptr) {
    return;
  }
  if (!before_condition.empty()) {
    before_condition.push_back(leave_unless(std::move(condition), location));
    prepend(body, std::move(before_condition));
    condition = kir::make_bool(true, location);
  }
  kir::StatementPtr last;
  if (in_body) {
    body.push_back(kir::make_block(std::move(stepping), location));
  } else if (!stepping.empty()) {
    last = std::move(stepping.front());
  }
  kir::StatementPtr begin;
  const bool one_first = first.size() == 1 && (first.front()->kind == kir::StatementKind::declare ||
                                               first.front()->kind == kir::StatementKind::assign);
  if (one_first) {
    begin = std::move(first.front());
    first.clear();
  }
  kir::StatementPtr made = kir::make_for_loop(std::move(begin), std::move(condition),
                                              std::move(last), std::move(body), location);
  if (first.empty()) {
    return emit(std::move(made));
  }
  first.push_back(std::move(made));
  emit(kir::make_block(std::move(first), location));
}

void FunctionLowering::while_loop(const clang::WhileStmt& loop) {
  const kir::Location location = at(loop.getWhileLoc());
  ExpressionPtr condition;
  kir::Statements before_condition = captured([&] {
    if (loop.getConditionVariable() != nullptr) {
      declare(loop.getConditionVariable());
    }
    condition = value(loop.getCond());
  });
  kir::Statements body = loop_body(loop.getBody(), nullptr);
  if (condition == nullptr) {
    return;
  }
  if (!before_condition.empty()) {
    before_condition.push_back(leave_unless(std::move(condition), location));
    prepend(body, std::move(before_condition));
    condition = kir::make_bool(true, location);
  }
  emit(kir::make_while_loop(std::move(condition), std::move(body), location));
}

void FunctionLowering::do_loop(const clang::DoStmt& loop) {
  const kir::Location location = at(loop.getDoLoc());
  ExpressionPtr condition;
  kir::Statements probe = captured([&] { condition = value(loop.getCond()); });
  if (condition == nullptr) {
    loop_body(loop.getBody(), nullptr);  // for its mistakes
    return;
  }
  if (probe.empty()) {
    kir::Statements body = loop_body(loop.getBody(), nullptr);
    return emit(kir::make_do_loop(std::move(body), std::move(condition), location));
  }
  // What the condition does comes at the end of the body, and before each continue.
  kir::Variable& again = new_local("again", kir::scalar_type(ElementType::boolean), location);
  emit(kir::make_declare(again, nullptr, location));
  const auto ask = [this, &loop, &again, location] {
    if (ExpressionPtr answer = value(loop.getCond())) {
      emit(kir::make_assign(kir::make_variable(again, location), std::move(answer), location));
    }
  };
  kir::Statements body = loop_body(loop.getBody(), ask);
  kir::Statements asking = captured(ask);
  body.push_back(kir::make_block(std::move(asking), location));
  emit(kir::make_do_loop(std::move(body), kir::make_variable(again, location), location));
}

void FunctionLowering::range_loop(const clang::CXXForRangeStmt& loop) {
  const kir::Location location = at(loop.getForLoc());
  if (loop.getRangeInit() == nullptr || loop.getBeginStmt() == nullptr) {
    fail_quietly();
    return;
  }
  const clang::Expr* range = plain(loop.getRangeInit());
  const bool is_buffer = Types::buffer(range->getType()).has_value();
  const kir::Type index_type = kir::scalar_type(ElementType::uint64);
  kir::Statements made = captured([&] {
    if (loop.getInit() != nullptr) {
      statement(loop.getInit());
    }
    const Binding elements = is_buffer ? view(range) : Binding{};
    ExpressionPtr array = is_buffer ? nullptr : keep_place(referred_place(range));
    if (elements.variable == nullptr &&
        (array == nullptr || array->type.kind != kir::TypeKind::array)) {
      if (array != nullptr) {
        fail(DiagnosticCode::unsupported_construct, range->getExprLoc(),
             "kernels loop over spans and arrays; use an index");
      }
      return;
    }
    kir::Variable& index = new_local("index", index_type, location);
    ExpressionPtr end =
        is_buffer ? size_of(elements, location)
                  : kir::make_int(ElementType::uint64, array->type.extents.front(), location);
    ExpressionPtr element =
        is_buffer
            ? element_of(elements, kir::make_variable(index, location), location)
            : kir::make_index(std::move(array), kir::make_variable(index, location), location);
    const auto* iterator = llvm::cast<clang::VarDecl>(loop.getBeginStmt()->getSingleDecl());
    range_elements_[iterator] = std::move(element);
    // A reference to the element keeps its index: it does not change within a round.
    index.is_const = true;
    kir::Statements body = captured([&] { declare(loop.getLoopVariable()); });
    kir::Statements rest = loop_body(loop.getBody(), nullptr);
    index.is_const = false;
    for (kir::StatementPtr& one : rest) {
      body.push_back(std::move(one));
    }
    ExpressionPtr next =
        kir::make_binary(kir::BinaryOperator::add, kir::make_variable(index, location),
                         kir::make_int(ElementType::uint64, 1, location), location);
    emit(kir::make_for_loop(
        kir::make_declare(index, kir::make_int(ElementType::uint64, 0, location), location),
        kir::make_binary(kir::BinaryOperator::less, kir::make_variable(index, location),
                         std::move(end), location),
        kir::make_assign(kir::make_variable(index, location), std::move(next), location),
        std::move(body), location));
  });
  if (made.size() == 1) {
    return emit(std::move(made.front()));
  }
  if (!made.empty()) {
    emit(kir::make_block(std::move(made), location));
  }
}

}  // namespace dotcompute::frontend
