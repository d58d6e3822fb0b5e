// SPDX-License-Identifier: Apache-2.0
#include "support/random_kernel.hpp"

#include "kir/build.hpp"
#include "kir/walk.hpp"
#include "support/random_values.hpp"

#include <utility>
#include <vector>

namespace dotcompute {
namespace {

using namespace kir;
using enum ElementType;

// Draws one module. Variables come into and go out of use as scopes do.
class Generator {
 public:
  Generator(std::uint64_t seed, const RandomKernelOptions& options)
      : values_(seed, options),
        numbers_(values_.numbers()),
        statements_(options.statements),
        module_(std::make_unique<Module>()) {}

  std::unique_ptr<Module> run() && {
    module_->files = {"random.cpp"};
    for (std::uint32_t i = numbers_.below(3); i > 0; --i) {
      add_helper();
    }
    add_random_kernel();
    return std::move(module_);
  }

 private:
  void begin(Function& function) {
    function_ = &function;
    values_.scope = {};
    depth_ = 0;
  }

  Variable& add(VariableKind kind, const char* stem) {
    const ElementType element = values_.type();
    Variable& made = add_parameter(*function_, values_.name(stem), kind, scalar_type(element));
    made.is_const = numbers_.one_in(3);
    values_.scope.variables.push_back(&made);
    return made;
  }

  Variable& declare(Statements& list, const char* stem, const Type& type, ExpressionPtr initial) {
    Variable& local = add_local(*function_, values_.name(stem), type);
    list.push_back(make_declare(local, std::move(initial)));
    return local;
  }

  void add_helper() {
    std::string name = values_.name("helper");
    const ElementType result = values_.type();
    Function& helper = add_function(*module_, std::move(name), scalar_type(result));
    begin(helper);
    for (std::uint32_t i = 1 + numbers_.below(3); i > 0; --i) {
      add(numbers_.one_in(4) ? VariableKind::reference : VariableKind::scalar, "p");
    }
    append_statements(helper.body, 3);
    helper.body.push_back(make_return_from(values_.value(result, 3)));
    helpers_.push_back(&helper);
  }

  void add_random_kernel() {
    Function& kernel = add_kernel(*module_, "random_kernel");
    begin(kernel);
    for (std::uint32_t i = 1 + numbers_.below(3); i > 0; --i) {
      const ElementType element = values_.type();
      values_.scope.inputs.push_back(
          &add_buffer(kernel, values_.name("in"), element, Direction::in));
    }
    for (std::uint32_t i = 1 + numbers_.below(2); i > 0; --i) {
      const ElementType element = values_.type();
      values_.scope.outputs.push_back(
          &add_buffer(kernel, values_.name("out"), element, Direction::inout));
    }
    for (std::uint32_t i = numbers_.below(3); i > 0; --i) {
      add(VariableKind::scalar, "n");
    }
    add_kernel_body(kernel);
  }

  void add_kernel_body(Function& kernel) {
    Variable& index = declare(kernel.body, "i", scalar_type(uint64), make_id(IdQuery::global_id));
    index.is_const = true;
    const std::vector<Variable*> outputs = values_.scope.outputs;
    kernel.body.push_back(
        make_if_else(make_binary(BinaryOperator::greater_equal, make_variable(index),
                                 make_extent(*outputs.front())),
                     statements(make_return_from())));
    values_.scope.index = &index;
    values_.scope.variables.push_back(&index);
    append_statements(kernel.body, statements_);
    for (Variable* output : outputs) {
      ExpressionPtr last = values_.value(output->type.element, 3);
      kernel.body.push_back(make_assign(values_.own_element(*output), std::move(last)));
    }
  }

  // A body of its own: what it declares ends with it.
  Statements body(std::uint32_t count) {
    const RandomValues::Scope outer = values_.scope;
    Statements list;
    ++depth_;
    append_statements(list, count);
    --depth_;
    values_.scope = outer;
    return list;
  }

  void append_statements(Statements& list, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      append_statement(list);
    }
  }

  void append_statement(Statements& list) {
    switch (numbers_.below(depth_ < 3 ? 12 : 7)) {
      case 0:
      case 1:
      case 2:
        return append_declare(list);
      case 3:
        return append_array(list);
      case 4:
      case 5:
        return append_assign(list);
      case 6:
        return append_call(list);
      case 7:
      case 8:
        return append_if(list);
      case 9:
        return append_for(list);
      case 10:
        return append_while(list);
      default:
        return append_switch(list);
    }
  }

  void append_declare(Statements& list) {
    const ElementType element = values_.type();
    ExpressionPtr initial = values_.value(element, 3);
    Variable& local = declare(list, "v", scalar_type(element), std::move(initial));
    local.is_const = numbers_.one_in(3);
    values_.scope.variables.push_back(&local);
  }

  void append_array(Statements& list) {
    const ElementType element = values_.type();
    const std::uint32_t size = 1U << (1 + numbers_.below(3));
    std::vector<ExpressionPtr> parts;
    for (std::uint32_t i = 0; i < size; ++i) {
      parts.push_back(values_.value(element, 1));
    }
    const Type array = array_type(scalar_type(element), {size});
    values_.scope.arrays.push_back(
        &declare(list, "a", array, make_construct(array, std::move(parts))));
  }

  void append_assign(Statements& list) {
    const ElementType element = values_.type();
    ExpressionPtr target = values_.place(element);
    if (target != nullptr) {
      list.push_back(make_assign(std::move(target), values_.value(element, 3)));
    }
  }

  // A call of any helper, whose result is kept.
  void append_call(Statements& list) {
    if (helpers_.empty()) {
      return append_declare(list);
    }
    const Function& helper = *helpers_[numbers_.below(static_cast<std::uint32_t>(helpers_.size()))];
    std::vector<ExpressionPtr> arguments;
    for (const auto& parameter : helper.parameters) {
      const ElementType element = parameter->type.element;
      const bool is_reference = parameter->kind == VariableKind::reference;
      arguments.push_back(is_reference ? values_.place(element) : values_.value(element, 2));
      if (arguments.back() == nullptr) {
        return append_declare(list);
      }
    }
    values_.scope.variables.push_back(
        &declare(list, "r", helper.result, make_call(helper, std::move(arguments))));
  }

  void append_if(Statements& list) {
    ExpressionPtr condition = values_.value(boolean, 3);
    Statements then = body(1 + numbers_.below(3));
    Statements otherwise = body(numbers_.below(2));
    list.push_back(make_if_else(std::move(condition), std::move(then), std::move(otherwise)));
  }

  // Counted by a variable that nothing else writes.
  void append_for(Statements& list) {
    const ElementType element = values_.integer_type();
    Statements head;
    Variable& counter = declare(head, "j", scalar_type(element), make_int(element, 0));
    ExpressionPtr condition = make_binary(BinaryOperator::less, make_variable(counter),
                                          make_int(element, 1 + numbers_.below(6)));
    StatementPtr step =
        make_assign(make_variable(counter),
                    make_binary(BinaryOperator::add, make_variable(counter), make_int(element, 1)));
    list.push_back(make_for_loop(std::move(head.front()), std::move(condition), std::move(step),
                                 loop_body(counter, {})));
  }

  void append_while(Statements& list) {
    const std::uint32_t rounds = 1 + numbers_.below(5);
    Variable& counter = declare(list, "j", scalar_type(int32), make_int(int32, rounds));
    ExpressionPtr condition =
        make_binary(BinaryOperator::greater, make_variable(counter), make_int(int32, 0));
    // It comes first, so that no `continue` passes it by.
    Statements inner = loop_body(
        counter, statements(make_assign(make_variable(counter),
                                        make_binary(BinaryOperator::subtract,
                                                    make_variable(counter), make_int(int32, 1)))));
    list.push_back(numbers_.one_in(2) ? make_while_loop(std::move(condition), std::move(inner))
                                      : make_do_loop(std::move(inner), std::move(condition)));
  }

  Statements loop_body(Variable& counter, Statements inner) {
    const RandomValues::Scope outer = values_.scope;
    counter.is_const = true;  // for those who look for something to write
    values_.scope.variables.push_back(&counter);
    ++depth_;
    append_statements(inner, 1 + numbers_.below(3));
    if (numbers_.one_in(3)) {
      ExpressionPtr condition = values_.value(boolean, 2);
      StatementPtr leave = numbers_.one_in(2) ? make_break_out() : make_continue_loop();
      inner.push_back(make_if_else(std::move(condition), statements(std::move(leave))));
      append_statements(inner, 1);
    }
    --depth_;
    values_.scope = outer;
    counter.is_const = false;
    return inner;
  }

  void append_switch(Statements& list) {
    const ElementType element = values_.integer_type();
    ExpressionPtr any = values_.value(element, 2);
    ExpressionPtr chosen =
        make_binary(BinaryOperator::bit_and, std::move(any), make_int(element, 3));
    std::vector<SwitchCase> cases(2 + numbers_.below(3));
    for (std::size_t i = 0; i < cases.size(); ++i) {
      cases[i].labels = {i};
      cases[i].body = body(1 + numbers_.below(2));
      if (!numbers_.one_in(4)) {
        cases[i].body.push_back(make_break_out());
      }
    }
    cases.back().is_default = numbers_.one_in(2);
    list.push_back(make_switch_on(std::move(chosen), std::move(cases)));
  }

  RandomValues values_;
  RandomNumbers& numbers_;
  const std::uint32_t statements_;
  std::unique_ptr<Module> module_;
  std::vector<const Function*> helpers_;
  Function* function_ = nullptr;
  std::uint32_t depth_ = 0;
};

// Places in a source that is not there: a line for each statement, a column for each expression.
void add_places(Module& module) {
  std::uint32_t line = 0;
  for (const auto& function : module.functions) {
    function->location = {.line = ++line, .column = 1};
    for (const auto& parameter : function->parameters) {
      parameter->location = {.line = line, .column = 10};
    }
    for_each_statement(function->body, [&](Statement& statement) {
      statement.location = {.line = ++line, .column = 3};
      std::uint32_t column = 3;
      const auto add_column = [&](Expression& expression) {
        expression.location = {.line = line, .column = ++column};
      };
      if (statement.target != nullptr) {
        for_each_expression(*statement.target, add_column);
      }
      if (statement.value != nullptr) {
        for_each_expression(*statement.value, add_column);
      }
      if (statement.kind == StatementKind::declare) {
        statement.variable->location = statement.location;
      }
    });
  }
}

}  // namespace

std::unique_ptr<Module> random_kernel(std::uint64_t seed, const RandomKernelOptions& options) {
  auto module = Generator(seed, options).run();
  add_places(*module);
  return module;
}

}  // namespace dotcompute
