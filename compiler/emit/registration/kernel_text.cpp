// SPDX-License-Identifier: Apache-2.0
#include "emit/registration/emit.hpp"
#include "kir/parse.hpp"
#include "kir/print.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <string>

namespace dotcompute::emit {
namespace {

using kir::Expression;
using kir::Function;
using kir::Module;
using kir::Variable;

/// What `function` needs, itself included.
void collect(const Function& function,
             std::set<const Function*>& functions,
             std::set<const Variable*>& constants) {
  if (!functions.insert(&function).second) {
    return;
  }
  kir::for_each_expression(function.body, [&](const Expression& expression) {
    if (expression.callee != nullptr) {
      collect(*expression.callee, functions, constants);
    }
    if (expression.variable != nullptr &&
        expression.variable->kind == kir::VariableKind::constant) {
      constants.insert(expression.variable);
    }
  });
}

/// Constants may be made of others.
void close_over(std::set<const Variable*>& constants) {
  for (std::size_t before = 0; before != constants.size();) {
    before = constants.size();
    for (const Variable* constant : std::set(constants)) {
      kir::for_each_expression(*constant->value, [&](const Expression& expression) {
        if (expression.variable != nullptr) {
          constants.insert(expression.variable);
        }
      });
    }
  }
}

}  // namespace

std::string kernel_text(const Module& module, const Function& kernel, const std::string& source) {
  // A copy of one's own, to take from: what print() writes, parse() reads.
  const kir::ParseOutcome copied = kir::parse(kir::print(module));
  if (copied.module == nullptr) {
    return {};
  }
  Module& copy = *copied.module;
  const auto own = std::find_if(copy.functions.begin(), copy.functions.end(),
                                [&](const auto& other) { return other->symbol == kernel.symbol; });
  std::set<const Function*> functions;
  std::set<const Variable*> constants;
  collect(**own, functions, constants);
  close_over(constants);
  std::erase_if(copy.functions,
                [&](const auto& function) { return !functions.contains(function.get()); });
  std::erase_if(copy.constants,
                [&](const auto& constant) { return !constants.contains(constant.get()); });
  // Where the compiler ran is nobody's business later.
  for (std::string& file : copy.files) {
    file = file.substr(file.rfind('/') + 1);
  }
  if (!copy.files.empty()) {
    copy.files.front() = source;
  }
  return kir::print(copy);
}

}  // namespace dotcompute::emit
