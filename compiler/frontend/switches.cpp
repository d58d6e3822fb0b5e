// SPDX-License-Identifier: Apache-2.0
#include "frontend/function_lowering.hpp"

namespace dotcompute::frontend {

using kir::DiagnosticCode;

bool FunctionLowering::add_case(const clang::SwitchCase& label,
                                std::vector<kir::SwitchCase>& cases) {
  if (llvm::isa<clang::DefaultStmt>(label)) {
    cases.back().is_default = true;
    return true;
  }
  const auto& one = llvm::cast<clang::CaseStmt>(label);
  clang::Expr::EvalResult low;
  if (one.caseStmtIsGNURange() || one.getLHS()->isValueDependent() ||
      !one.getLHS()->EvaluateAsInt(low, module_.context())) {
    fail(DiagnosticCode::unsupported_construct, one.getCaseLoc(),
         "a case has one constant; write one case for each");
    return false;
  }
  const llvm::APSInt& number = low.Val.getInt();
  cases.back().labels.push_back(number.isSigned()
                                    ? static_cast<std::uint64_t>(number.getSExtValue())
                                    : number.getZExtValue());
  return true;
}

void FunctionLowering::switch_on(const clang::SwitchStmt& one) {
  const kir::Location location = at(one.getSwitchLoc());
  const auto make = [&] {
    if (one.getInit() != nullptr) {
      statement(one.getInit());
    }
    if (one.getConditionVariable() != nullptr) {
      declare(one.getConditionVariable());
    }
    ExpressionPtr chosen = value(one.getCond());
    std::vector<kir::SwitchCase> cases;
    llvm::SmallVector<const clang::Stmt*, 16> parts{one.getBody()};
    if (const auto* block = llvm::dyn_cast<clang::CompoundStmt>(one.getBody())) {
      parts.assign(block->body_begin(), block->body_end());
    }
    for (const clang::Stmt* part : parts) {
      bool fresh = true;
      while (const auto* label = llvm::dyn_cast<clang::SwitchCase>(part)) {
        // Labels that follow each other share a body.
        if (fresh) {
          cases.emplace_back();
        }
        fresh = false;
        if (!add_case(*label, cases)) {
          return;
        }
        part = label->getSubStmt();
      }
      add_to_case(part, cases);
    }
    if (chosen != nullptr) {
      emit(kir::make_switch_on(std::move(chosen), std::move(cases), location));
    }
  };
  // Also for the locals of one case that are used in the next.
  kir::Statements made = captured(make);
  if (made.size() == 1) {
    emit(std::move(made.front()));
  } else if (!made.empty()) {
    emit(kir::make_block(std::move(made), location));
  }
}

void FunctionLowering::add_to_case(const clang::Stmt* part, std::vector<kir::SwitchCase>& cases) {
  kir::Statements list = captured([&] { statement(part); });
  for (kir::StatementPtr& one : list) {
    if (one->kind == kir::StatementKind::declare && one->value == nullptr) {
      emit(std::move(one));  // before the switch, as later cases may use it
    } else if (!cases.empty()) {
      cases.back().body.push_back(std::move(one));
    } else {
      fail(DiagnosticCode::unsupported_construct, part->getBeginLoc(),
           "no case leads here; move it before the switch");
      return;
    }
  }
}

}  // namespace dotcompute::frontend
