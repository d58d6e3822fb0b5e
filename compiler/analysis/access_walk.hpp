// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analysis/index_value.hpp"
#include "kir/module.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute::analysis {

/// Parameters of a kernel, one bit each.
using ParameterSet = std::uint32_t;

/// What is known of a value.
struct Value {
  IndexValue index;
  bool is_positional = false;  ///< Depends on who the item is, other than by what it reads.
  std::vector<Value> fields;   ///< Of a structure whose fields are told apart.
};

/// Whichever of two values it is, where `a_facts` hold for a, and `b_facts` for b.
[[nodiscard]] Value join(const Value& a, IdFacts a_facts, const Value& b, IdFacts b_facts);

/// What is known at one point of one way through a kernel.
struct PathState {
  std::map<const kir::Variable*, Value> values;  ///< Of those not named here: nothing.
  std::vector<IdFact> facts;
  ParameterSet read = 0;     ///< Own element read on the way here, whatever the item.
  ParameterSet written = 0;  ///< Own element written whole.
  std::map<std::size_t, std::uint64_t> fields;  ///< Of the own element, the fields written.
  bool is_positional = false;                   ///< Not every item comes this way.
};

/// All that a kernel does with one buffer, on all ways.
struct BufferUse {
  bool reads = false;
  bool writes = false;
  bool is_own = true;          ///< Every access is at the item's own id.
  bool is_near = true;         ///< Every access is near it, ...
  std::int64_t distance = 0;   ///< ... at most so far.
  bool is_uniform = true;      ///< Every access is at the same few elements for all items.
  bool is_positional = false;  ///< Who the item is decides whether it accesses the buffer.
};

/// A bounds guard that lets pass the items whose id on `axis` is below a limit.
struct Guard {
  std::uint8_t axis = 0;
  std::string key;  ///< The extent, or the scalar parameter, that is the limit.
};

/// Goes all ways through a kernel and the functions it calls, as if these stood in its place.
class AccessWalk {
 public:
  AccessWalk(const kir::Module& module, const kir::Function& kernel);

  /// The results, after construction.
  [[nodiscard]] const std::vector<BufferUse>& uses() const noexcept { return uses_; }
  [[nodiscard]] const std::vector<Guard>& guards() const noexcept { return guards_; }
  /// Own elements read, and written whole, on every way that the guards let pass.
  [[nodiscard]] ParameterSet always_read() const noexcept { return always_read_; }
  [[nodiscard]] ParameterSet always_written() const noexcept { return always_written_; }
  /// The name of the extent of a buffer parameter on `axis`, 0 the slowest. What DC_SHAPE calls by
  /// one name is one extent.
  [[nodiscard]] std::string key_of(std::size_t parameter, std::size_t axis) const;

 private:
  using Path = std::optional<PathState>;  ///< Nothing: no way leads here.

  /// The ways that leave a loop, a switch or a function early.
  struct Exits {
    bool is_loop = true;  ///< A `continue` goes to the innermost of these.
    Path breaks;
    Path continues;
  };
  struct Frame {
    Path returns;
    Value result;
    bool has_result = false;
  };
  /// What a condition says: on the way where it holds, and on the other.
  struct Facts {
    std::vector<IdFact> then;
    std::vector<IdFact> otherwise;
  };

  // Expressions; `path_` is where they are evaluated.
  Value evaluate(const kir::Expression& expression);
  Value evaluate_operands(const kir::Expression& expression);
  Value evaluate_binary(const kir::Expression& expression);
  Value evaluate_select(const kir::Expression& expression);
  Value evaluate_intrinsic(const kir::Expression& expression);
  Value evaluate_call(const kir::Expression& call);
  Value evaluate_element(const kir::Expression& element);
  [[nodiscard]] Value evaluate_extent(const kir::Expression& expression) const;
  Value value_of(const kir::Variable& variable);
  void bind_argument(const kir::Variable& parameter, const kir::Expression& argument);
  void record(const kir::Expression& element, bool is_write, bool is_whole);
  void record_place(std::size_t parameter,
                    const std::vector<Value>& indices,
                    bool is_write,
                    bool is_whole);
  void write_to(const kir::Expression& target, Value value);
  void write_field(const kir::Expression& target);
  void write_part(const kir::Expression& place, bool is_positional);
  [[nodiscard]] const kir::Variable& real(const kir::Variable& variable) const;
  [[nodiscard]] std::optional<std::size_t> parameter_of(const kir::Variable& buffer) const;

  // Conditions.
  Facts facts_of(const kir::Expression& condition);
  Facts comparison_facts(const kir::Expression& condition);
  bool add_guards(const kir::Expression& condition, bool is_inside, std::vector<Guard>& guards);
  bool add_limits(const kir::Expression& limit, std::uint8_t axis, std::vector<Guard>& guards);

  // Statements.
  void run(const kir::Statements& statements);
  void run(const kir::Statement& statement);
  void run_if(const kir::Statement& statement);
  bool run_guard(const kir::Statement& statement);
  [[nodiscard]] bool is_last(const kir::Statement& statement) const;
  void run_loop(const kir::Statement& loop);
  Path run_round(const kir::Statement& loop, const IndexValue& counter);
  void run_switch(const kir::Statement& statement);
  void run_return(const kir::Statement& statement);
  void forget_written(const kir::Statement& statement, bool is_positional);
  IndexValue counter_of(const kir::Statement& loop);
  static void merge(Path& into, Path from);

  const kir::Module& module_;
  const kir::Function& kernel_;
  std::vector<std::vector<std::string>> keys_;  // of each parameter's axes
  std::vector<BufferUse> uses_;
  std::vector<Guard> guards_;
  ParameterSet always_read_ = ~0U;
  ParameterSet always_written_ = ~0U;
  std::map<const kir::Variable*, std::size_t> buffers_;              // -> parameter
  std::map<const kir::Variable*, const kir::Variable*> references_;  // -> what they name
  Path path_;
  std::vector<Frame> frames_;
  std::vector<Exits> exits_;
};

}  // namespace dotcompute::analysis
