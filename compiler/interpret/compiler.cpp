// SPDX-License-Identifier: Apache-2.0
#include "interpret/compiler.hpp"

#include "kir/layout.hpp"
#include "kir/walk.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace dotcompute::interpret {

using kir::Expression;
using kir::ExpressionKind;
using kir::Function;
using kir::TypeKind;
using kir::Variable;
using kir::VariableKind;

std::optional<Code> Compiler::compile() && {
  code_.name = kernel_.name_space.empty() ? kernel_.name : kernel_.name_space + "::" + kernel_.name;
  code_.files = module_.files;
  code_.group_size = kernel_.group_size;
  find_functions();
  find_literals();
  find_references();
  for (const auto& constant : module_.constants) {
    lay_out_constant(*constant);
  }
  for (const Function* function : functions_) {
    if (function != &kernel_) {
      compile_function(*function);
    }
  }
  compile_kernel();
  if (is_too_large_) {
    return std::nullopt;
  }
  code_.frame_bytes = highest_;
  return std::move(code_);
}

// Callees stand before their callers, so one way back through the list finds all that are used.
void Compiler::find_functions() {
  std::set<const Function*> used{&kernel_};
  for (auto it = module_.functions.rbegin(); it != module_.functions.rend(); ++it) {
    const Function& function = **it;
    if (!used.contains(&function)) {
      continue;
    }
    functions_.push_back(&function);
    kir::for_each_expression(std::as_const(function.body), [&](const Expression& expression) {
      if (expression.kind == ExpressionKind::call) {
        used.insert(expression.callee);
      }
    });
  }
  std::reverse(functions_.begin(), functions_.end());
}

void Compiler::find_literals() {
  for (const Function* function : functions_) {
    kir::for_each_expression(std::as_const(function->body), [&](const Expression& expression) {
      if (expression.kind == ExpressionKind::literal && !literals_.contains(expression.bits)) {
        const std::uint32_t slot = allocate(8);
        write_image(slot, expression.bits, 8);
        literals_.emplace(expression.bits, slot);
      }
    });
  }
}

void Compiler::find_references() {
  for (const Function* function : functions_) {
    kir::for_each_expression(std::as_const(function->body), [&](const Expression& expression) {
      if (expression.kind != ExpressionKind::call) {
        return;
      }
      for (std::size_t i = 0; i < expression.operands.size(); ++i) {
        if (expression.callee->parameters[i]->kind == VariableKind::reference) {
          referred_.insert(kir::root_of(std::as_const(*expression.operands[i])));
        }
      }
    });
  }
}

std::uint64_t Compiler::size_of(const kir::Type& type) const {
  return kir::bytes_of(module_.structures, type).value_or(0);
}

// Until statements are compiled, all that is allocated stays.
std::uint32_t Compiler::allocate(std::uint64_t bytes) {
  const std::uint32_t offset = temporary(bytes);
  fixed_bytes_ = top_;
  return offset;
}

std::uint32_t Compiler::temporary(std::uint64_t bytes) {
  const std::uint64_t rounded = (bytes + 7) / 8 * 8;
  if (rounded > kMaxFrameBytes - top_) {
    is_too_large_ = true;
    return 0;
  }
  const auto offset = static_cast<std::uint32_t>(top_);
  top_ += rounded;
  highest_ = std::max(highest_, top_);
  return offset;
}

void Compiler::write_image(std::uint32_t offset, std::uint64_t bits, std::size_t bytes) {
  if (is_too_large_) {
    return;
  }
  code_.image.resize(std::max(code_.image.size(), offset + bytes));
  std::memcpy(code_.image.data() + offset, &bits, bytes);
}

bool Compiler::is_slot(const Variable& variable) const {
  return variable.type.is_scalar() && !referred_.contains(&variable);
}

void Compiler::lay_out_constant(const Variable& constant) {
  // A scalar is a slot, whose first bytes are also what a const reference to it sees.
  const bool is_scalar = constant.type.is_scalar();
  const std::uint32_t offset = allocate(size_of(constant.type));
  storage_[&constant] = {.kind = is_scalar ? Storage::Kind::slot : Storage::Kind::memory,
                         .offset = offset};
  if (is_scalar) {
    write_image(offset, constant.value->bits, 8);
  } else {
    write_constant(*constant.value, offset);
  }
}

void Compiler::write_constant(const Expression& value, std::uint32_t offset) {
  if (value.kind == ExpressionKind::literal) {
    write_image(offset, value.bits, size_of(value.type));
    return;
  }
  const bool is_structure = value.type.kind == TypeKind::structure;
  std::uint64_t at = offset;
  for (std::size_t i = 0; i < value.operands.size(); ++i) {
    const Expression& part = *value.operands[i];
    if (is_structure) {
      at = offset + std::uint64_t{module_.structures[value.type.structure].fields[i].offset};
    }
    write_constant(part, static_cast<std::uint32_t>(at));
    at += size_of(part.type);
  }
}

Compiler::Storage Compiler::lay_out(const Variable& variable) {
  Storage storage;
  if (variable.kind == VariableKind::buffer) {
    storage = {.kind = Storage::Kind::buffer, .offset = allocate(buffer_slot::kBytes)};
  } else if (variable.kind == VariableKind::reference) {
    storage = {.kind = Storage::Kind::reference, .offset = allocate(8)};
  } else {
    const bool in_slot = is_slot(variable);
    storage = {.kind = in_slot ? Storage::Kind::slot : Storage::Kind::memory,
               .offset = allocate(in_slot ? 8 : size_of(variable.type))};
  }
  storage_[&variable] = storage;
  return storage;
}

// A parameter by value that the kernel writes is set anew for each item.
void Compiler::lay_out_parameters() {
  const std::vector<const Variable*> written = kir::writes_of(kernel_.body);
  for (const auto& parameter : kernel_.parameters) {
    const Storage storage = lay_out(*parameter);
    ParameterPlace place{.name = parameter->name,
                         .is_buffer = parameter->kind == VariableKind::buffer,
                         .is_slot = storage.kind == Storage::Kind::slot,
                         .rank = parameter->rank,
                         .element = parameter->type.element,
                         .offset = storage.offset,
                         .bytes = static_cast<std::uint32_t>(size_of(parameter->type))};
    const bool is_written =
        std::find(written.begin(), written.end(), parameter.get()) != written.end();
    if (!place.is_buffer && is_written) {
      place.offset = allocate(place.bytes);
      if (place.is_slot) {
        emit({.run = move_handler(), .to = storage.offset, .a = place.offset});
      } else {
        copy({.kind = Place::Kind::frame, .base = storage.offset},
             {.kind = Place::Kind::frame, .base = place.offset}, place.bytes);
      }
    }
    code_.parameters.push_back(std::move(place));
  }
}

std::size_t Compiler::emit(Instruction instruction, kir::Location location) {
  code_.instructions.push_back(instruction);
  code_.locations.push_back(location.line != 0 ? location : location_);
  return code_.instructions.size() - 1;
}

void Compiler::emit_jump(Handler handler, Jumps& jumps, std::uint32_t slot, std::uint64_t number) {
  jumps.push_back(emit({.run = handler, .a = slot, .number = number}));
}

void Compiler::land(const Jumps& jumps) {
  for (const std::size_t jump : jumps) {
    code_.instructions[jump].to = next();
  }
}

void Compiler::compile_function(const Function& function) {
  function_ = &function;
  location_ = function.location;
  top_ = fixed_bytes_;
  Callee callee{.return_slot = allocate(8)};
  if (function.result.kind != TypeKind::none) {
    callee.result = allocate(std::max<std::uint64_t>(8, size_of(function.result)));
  }
  for (const auto& parameter : function.parameters) {
    lay_out(*parameter);
  }
  callee.entry = next();
  callees_[&function] = callee;
  compile_body(function.body);
  location_ = function.location;
  if (function.result.kind != TypeKind::none) {
    emit({.run = no_result_handler()});
  } else {
    emit({.run = return_handler(), .a = callee.return_slot});
  }
  // The temporaries of one function are not those of its callers.
  fixed_bytes_ = highest_;
}

void Compiler::compile_kernel() {
  function_ = &kernel_;
  location_ = kernel_.location;
  top_ = fixed_bytes_;
  code_.entry = next();
  lay_out_parameters();
  compile_body(kernel_.body);
  emit({.run = end_handler()});
}

}  // namespace dotcompute::interpret
