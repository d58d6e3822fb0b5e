// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "interpret/code.hpp"
#include "interpret/handlers.hpp"
#include "kir/module.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace dotcompute::interpret {

/// Makes instructions of a kernel and the functions it calls.
///
/// \pre the module is well formed.
class Compiler {
 public:
  Compiler(const kir::Module& module, const kir::Function& kernel) noexcept
      : module_(module), kernel_(kernel) {}

  /// Nothing if one item needs more memory than kMaxFrameBytes.
  std::optional<Code> compile() &&;

  static constexpr std::uint64_t kMaxFrameBytes = std::uint64_t{1} << 26U;

 private:
  /// Where a variable lives.
  struct Storage {
    enum class Kind : std::uint8_t { slot, memory, reference, buffer };
    Kind kind = Kind::slot;
    std::uint32_t offset = 0;
    std::uint32_t set_flag = 0;  ///< A slot that says whether it is set; 0: it always is.
  };

  /// A part of a variable, or a value in the frame.
  struct Place {
    enum class Kind : std::uint8_t {
      slot,     ///< A scalar in slot `base`.
      frame,    ///< In the frame at `base` + `offset`.
      address,  ///< `offset` behind the address in slot `base`.
      element,  ///< Of `bytes`, of the buffer at `base`, of one axis, at the index in slot `index`.
    };
    Kind kind = Kind::slot;
    std::uint32_t base = 0;
    std::uint64_t offset = 0;
    std::uint32_t index = 0;
    std::uint64_t bytes = 0;
    std::uint32_t set_flag = 0;
    kir::Location location = {};  ///< Of an element, whose index is looked at when it is used.
  };

  /// What a call of a function needs.
  struct Callee {
    std::uint32_t entry = 0;
    std::uint32_t return_slot = 0;
    std::uint32_t result = 0;  ///< A slot, or memory, by the type.
  };

  /// Jumps whose target is not known yet.
  using Jumps = std::vector<std::size_t>;

  struct Breakable {
    Jumps* breaks = nullptr;
    Jumps* continues = nullptr;  ///< Null for a switch.
  };

  // The frame.
  void find_functions();
  void find_literals();
  void find_references();
  void lay_out_constant(const kir::Variable& constant);
  void write_constant(const kir::Expression& value, std::uint32_t offset);
  void lay_out_parameters();
  Storage lay_out(const kir::Variable& variable);
  std::uint32_t allocate(std::uint64_t bytes);
  std::uint32_t temporary(std::uint64_t bytes = 8);
  void write_image(std::uint32_t offset, std::uint64_t bits, std::size_t bytes);
  [[nodiscard]] std::uint64_t size_of(const kir::Type& type) const;
  [[nodiscard]] bool is_slot(const kir::Variable& variable) const;

  // Instructions.
  std::size_t emit(Instruction instruction, kir::Location location = {});
  void emit_jump(Handler handler, Jumps& jumps, std::uint32_t slot = 0, std::uint64_t number = 0);
  void land(const Jumps& jumps);
  [[nodiscard]] std::uint32_t next() const noexcept {
    return static_cast<std::uint32_t>(code_.instructions.size());
  }

  // Functions and statements.
  void compile_function(const kir::Function& function);
  void compile_kernel();
  void compile_body(const kir::Statements& body);
  void compile_statement(const kir::Statement& statement);
  void compile_declare(const kir::Statement& statement);
  void compile_assign(const kir::Expression& target, const kir::Expression& value);
  void compile_if(const kir::Statement& statement);
  void compile_for(const kir::Statement& statement);
  void compile_while(const kir::Statement& statement);
  void compile_do(const kir::Statement& statement);
  void compile_loop_body(const kir::Statement& statement, Jumps& breaks, Jumps& continues);
  void compile_switch(const kir::Statement& statement);
  void compile_return(const kir::Statement& statement);
  /// Emits jumps that are taken if the condition is `when`.
  void branch(const kir::Expression& condition, bool when, Jumps& jumps);

  // Values. Only an expression's last instruction writes to `to`, so it may be a variable of it.
  std::uint32_t value(const kir::Expression& expression);
  void value_into(const kir::Expression& expression, std::uint32_t to);
  void operation_into(const kir::Expression& expression, std::uint32_t to);
  void select_into(const kir::Expression& expression, std::uint32_t to);
  void logical_into(const kir::Expression& expression, std::uint32_t to);
  void aggregate_into(const kir::Expression& expression, const Place& to);
  void construct_into(const kir::Expression& expression, const Place& to);
  void part_into(const kir::Expression& part, Place to, std::uint64_t offset);
  const Callee& call(const kir::Expression& expression);
  void pass(const kir::Variable& parameter, const Place& argument);
  Place argument_place(const kir::Variable& parameter, const kir::Expression& argument);
  std::optional<std::uint32_t> known_slot(const kir::Expression& expression);

  // Places.
  Place place_of(const kir::Expression& expression);
  Place place_of(const kir::Variable& variable);
  Place buffer_element(const kir::Expression& expression);
  Place array_element(const kir::Expression& expression);
  Place value_place(const kir::Expression& expression);
  std::uint32_t address_of(const Place& place);
  void load(const Place& place, ElementType type, std::uint32_t to);
  void store(const Place& place, ElementType type, std::uint32_t from);
  void copy(const Place& to, const Place& from, std::uint64_t bytes);
  void check_set(const kir::Expression& expression);

  const kir::Module& module_;
  const kir::Function& kernel_;
  Code code_;
  bool is_too_large_ = false;

  std::vector<const kir::Function*> functions_;  // used, callees first
  std::set<const kir::Variable*> referred_;      // those that references may refer to
  std::unordered_map<std::uint64_t, std::uint32_t> literals_;
  std::unordered_map<const kir::Variable*, Storage> storage_;
  std::unordered_map<const kir::Function*, Callee> callees_;

  std::uint64_t fixed_bytes_ = kIdBytes;  // what no statement's temporaries may use
  std::uint64_t top_ = kIdBytes;          // first byte not in use
  std::uint64_t highest_ = kIdBytes;

  const kir::Function* function_ = nullptr;
  kir::Location location_;  // of the statement
  std::vector<Breakable> breakables_;
};

}  // namespace dotcompute::interpret
