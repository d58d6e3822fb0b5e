// SPDX-License-Identifier: Apache-2.0
#include "base/shape_program.hpp"

#include "base/try.hpp"

#include <charconv>
#include <cstring>
#include <new>
#include <string_view>
#include <system_error>

namespace dotcompute::core {
namespace {

bool is_name_start(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// An integer scalar as an extent; nothing if it is negative.
bool integer_value(TypeId type, const void* data, std::uint64_t& value) noexcept {
  const auto read = [&]<class T>(T) {
    T stored{};
    std::memcpy(&stored, data, sizeof(T));
    if constexpr (std::is_signed_v<T>) {
      if (stored < 0) {
        return false;
      }
    }
    value = static_cast<std::uint64_t>(stored);
    return true;
  };
  switch (type.element()) {
    case ElementType::int8:
      return read(std::int8_t{});
    case ElementType::uint8:
      return read(std::uint8_t{});
    case ElementType::int16:
      return read(std::int16_t{});
    case ElementType::uint16:
      return read(std::uint16_t{});
    case ElementType::int32:
      return read(std::int32_t{});
    case ElementType::uint32:
      return read(std::uint32_t{});
    case ElementType::int64:
      return read(std::int64_t{});
    case ElementType::uint64:
      return read(std::uint64_t{});
    default:
      return false;
  }
}

bool is_integer(TypeId type) noexcept {
  return type.element() >= ElementType::int8 && type.element() <= ElementType::uint64;
}

}  // namespace

/// Recursive descent over `sum := product {+- product}`, `product := atom {*/% atom}`,
/// `atom := number | name | ( sum )`. Problems are kept, not thrown: the first one counts.
class ShapeCompiler {
 public:
  explicit ShapeCompiler(const KernelMetadata& metadata) : metadata_(metadata) {}

  Result<ShapeProgram> run() {
    add_scalars();
    for (std::size_t index = 0; index < metadata_.parameters.size(); ++index) {
      const Parameter& parameter = metadata_.parameters[index];
      program_.ranks_.push_back(parameter.rank);
      if (parameter.kind == ParameterKind::scalar) {
        continue;
      }
      if (!parameter.extents.empty()) {
        add_rules(index, parameter);
      } else if (parameter.access == AccessPattern::element_wise) {
        add_element_wise_rules(index, parameter);
      }
    }
    check_symbols();
    drop_unused_scalars();
    if (failed_) {
      return error_;
    }
    return std::move(program_);
  }

 private:
  using Code = ShapeProgram::Code;
  using Rule = ShapeProgram::Rule;
  static constexpr std::size_t kMaxDepth = 16;  // of parentheses, and of the evaluation's stack

  void fail(std::size_t parameter, std::string_view expected, std::string_view got) {
    if (failed_) {
      return;
    }
    failed_ = true;
    error_.code = ErrorCode::invalid_argument;
    error_.what = "A rule for the extents of a parameter is wrong.";
    error_.context.kernel = metadata_.name;
    error_.context.parameter = metadata_.parameters[parameter].name;
    error_.context.expected = expected;
    error_.context.got = got;
  }

  std::uint8_t symbol_of(std::string_view name, std::size_t parameter) {
    for (std::size_t index = 0; index < symbols_.size(); ++index) {
      if (symbols_[index] == name) {
        return static_cast<std::uint8_t>(index);
      }
    }
    if (symbols_.size() == ShapeProgram::kMaxSymbols) {
      fail(parameter, "at most 32 different names in a kernel's extents", name);
      return 0;
    }
    symbols_.emplace_back(name);
    return static_cast<std::uint8_t>(symbols_.size() - 1);
  }

  void add_scalars() {
    for (std::size_t index = 0; index < metadata_.parameters.size(); ++index) {
      const Parameter& parameter = metadata_.parameters[index];
      if (parameter.kind == ParameterKind::scalar && is_integer(parameter.type)) {
        const auto symbol = symbol_of(parameter.name, index);
        program_.scalars_.push_back({static_cast<std::uint8_t>(index), symbol, parameter.type});
        bound_ |= 1U << symbol;
      }
    }
  }

  void add_element_wise_rules(std::size_t index, const Parameter& parameter) {
    for (std::uint8_t axis = 0; axis < parameter.rank; ++axis) {
      // Counted from the fastest axis, so that buffers of different rank would still agree on it.
      // '#' is no start of a name: a user's rule cannot mean these symbols.
      const std::string name = "#" + std::to_string(parameter.rank - axis);
      Rule rule{.parameter = static_cast<std::uint8_t>(index), .axis = axis, .is_symbol = true};
      rule.symbol = symbol_of(name, index);
      program_.texts_.push_back({rule.parameter, rule.axis, "one element for each work item"});
      bound_ |= 1U << rule.symbol;
      program_.names_.push_back(rule);
    }
  }

  void add_rules(std::size_t index, const Parameter& parameter) {
    text_ = parameter.extents;
    parameter_ = index;
    position_ = 0;
    std::uint8_t axis = 0;
    do {
      skip_spaces();
      const std::size_t start = position_;
      Rule rule{.parameter = static_cast<std::uint8_t>(index),
                .axis = axis,
                .begin = static_cast<std::uint32_t>(program_.instructions_.size())};
      parse_sum(0);
      rule.end = static_cast<std::uint32_t>(program_.instructions_.size());
      program_.texts_.push_back(
          {rule.parameter, rule.axis, std::string(text_.substr(start, position_ - start))});
      add_rule(rule);
      ++axis;
    } while (!failed_ && take(','));
    if (!failed_ && position_ != text_.size()) {
      fail(index, "extents parted by commas", parameter.extents);
    }
    if (!failed_ && axis != parameter.rank) {
      fail(index, "as many extents as the parameter has axes", parameter.extents);
    }
  }

  void add_rule(Rule rule) {
    if (failed_ || rule.axis >= 3) {
      return;
    }
    const auto& code = program_.instructions_;
    if (rule.end == rule.begin + 1 && code[rule.begin].code == Code::symbol) {
      rule.is_symbol = true;
      rule.symbol = static_cast<std::uint8_t>(code[rule.begin].operand);
      bound_ |= 1U << rule.symbol;
      program_.names_.push_back(rule);
    } else {
      program_.expressions_.push_back(rule);
    }
  }

  void check_symbols() {
    for (const Rule& rule : program_.expressions_) {
      for (std::uint32_t at = rule.begin; at < rule.end; ++at) {
        const auto& instruction = program_.instructions_[at];
        if (instruction.code == Code::symbol && (bound_ >> instruction.operand & 1U) == 0) {
          fail(rule.parameter, "names that stand alone as an extent, or name an integer scalar",
               symbols_[instruction.operand]);
        }
      }
    }
  }

  // A scalar nobody's extents speak of would be read in every call for nothing.
  void drop_unused_scalars() {
    std::uint32_t used = 0;
    for (const Rule& rule : program_.names_) {
      used |= 1U << rule.symbol;
    }
    for (const auto& instruction : program_.instructions_) {
      used |= instruction.code == Code::symbol ? 1U << instruction.operand : 0U;
    }
    std::erase_if(program_.scalars_,
                  [used](const auto& scalar) { return (used >> scalar.symbol & 1U) == 0; });
  }

  void skip_spaces() {
    while (position_ < text_.size() && text_[position_] == ' ') {
      ++position_;
    }
  }

  bool take(char wanted) {
    skip_spaces();
    if (position_ < text_.size() && text_[position_] == wanted) {
      ++position_;
      return true;
    }
    return false;
  }

  void emit(Code code, std::uint64_t operand = 0) {
    program_.instructions_.push_back({code, operand});
  }

  void parse_sum(std::size_t depth) {
    parse_product(depth);
    while (!failed_) {
      if (take('+')) {
        parse_product(depth + 1);
        emit(Code::add);
      } else if (take('-')) {
        parse_product(depth + 1);
        emit(Code::subtract);
      } else {
        return;
      }
    }
  }

  void parse_product(std::size_t depth) {
    parse_atom(depth);
    while (!failed_) {
      if (take('*')) {
        parse_atom(depth + 1);
        emit(Code::multiply);
      } else if (take('/')) {
        parse_atom(depth + 1);
        emit(Code::divide);
      } else if (take('%')) {
        parse_atom(depth + 1);
        emit(Code::modulo);
      } else {
        return;
      }
    }
  }

  void parse_atom(std::size_t depth) {
    if (depth >= kMaxDepth) {
      fail(parameter_, "an expression nested at most 16 deep", text_);
      return;
    }
    skip_spaces();
    const std::size_t start = position_;
    if (take('(')) {
      parse_sum(depth + 1);
      if (!failed_ && !take(')')) {
        fail(parameter_, "a closing parenthesis", text_);
      }
    } else if (position_ < text_.size() && is_digit(text_[position_])) {
      std::uint64_t value = 0;
      const auto parsed =
          std::from_chars(text_.data() + position_, text_.data() + text_.size(), value);
      position_ = static_cast<std::size_t>(parsed.ptr - text_.data());
      if (parsed.ec != std::errc{}) {
        fail(parameter_, "a number below 2^64", text_);
      }
      emit(Code::number, value);
    } else if (position_ < text_.size() && is_name_start(text_[position_])) {
      while (position_ < text_.size() &&
             (is_name_start(text_[position_]) || is_digit(text_[position_]))) {
        ++position_;
      }
      emit(Code::symbol, symbol_of(text_.substr(start, position_ - start), parameter_));
    } else {
      fail(parameter_, "a number, a name or '('", text_);
    }
  }

  const KernelMetadata& metadata_;
  ShapeProgram program_;
  std::vector<std::string> symbols_;
  std::uint32_t bound_ = 0;  // symbols that a call can give a value
  std::string_view text_;
  std::size_t parameter_ = 0;
  std::size_t position_ = 0;
  bool failed_ = false;
  Error error_;
};

Result<ShapeProgram> ShapeProgram::compile(const KernelMetadata& metadata) noexcept {
  try {
    return ShapeCompiler(metadata).run();
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

ShapeProgram::Mismatch ShapeProgram::read_scalars(const backend::KernelArgument* arguments,
                                                  Solution& solution) const noexcept {
  for (const ScalarSymbol& scalar : scalars_) {
    std::uint64_t value = 0;
    if (!integer_value(scalar.type, arguments[scalar.parameter].data, value)) {
      return {.found = true, .parameter = scalar.parameter, .undefined = true};
    }
    solution.known |= 1U << scalar.symbol;
    solution.values[scalar.symbol] = value;
  }
  return {};
}

bool ShapeProgram::evaluate(const Rule& rule,
                            const Solution& solution,
                            std::uint64_t& value) const noexcept {
  // Each of the at most 16 nested levels holds two operands.
  std::array<std::uint64_t, 40> stack{};
  std::size_t top = 0;
  for (std::uint32_t at = rule.begin; at < rule.end; ++at) {
    const Instruction& instruction = instructions_[at];
    if (instruction.code == Code::number) {
      stack[top++] = instruction.operand;
      continue;
    }
    if (instruction.code == Code::symbol) {
      if ((solution.known >> instruction.operand & 1U) == 0) {
        return false;
      }
      stack[top++] = solution.values[instruction.operand];
      continue;
    }
    const std::uint64_t right = stack[--top];
    std::uint64_t& left = stack[top - 1];
    bool out_of_range = false;
    switch (instruction.code) {
      case Code::add:
        out_of_range = __builtin_add_overflow(left, right, &left);
        break;
      case Code::subtract:
        out_of_range = __builtin_sub_overflow(left, right, &left);
        break;
      case Code::multiply:
        out_of_range = __builtin_mul_overflow(left, right, &left);
        break;
      case Code::divide:
      case Code::modulo:
        out_of_range = right == 0;
        if (!out_of_range) {
          left = instruction.code == Code::divide ? left / right : left % right;
        }
        break;
      case Code::number:
      case Code::symbol:
        break;
    }
    if (out_of_range) {
      return false;
    }
  }
  value = stack[0];
  return true;
}

Result<Extents> ShapeProgram::extents_of(std::size_t parameter,
                                         const Solution& solution) const noexcept {
  Extents extents{1, 1, 1};
  std::size_t solved = 0;
  for (const Rule& rule : names_) {
    if (rule.parameter == parameter && (solution.known >> rule.symbol & 1U) != 0) {
      extents[rule.axis] = solution.values[rule.symbol];
      ++solved;
    }
  }
  for (const Rule& rule : expressions_) {
    if (rule.parameter == parameter && evaluate(rule, solution, extents[rule.axis])) {
      ++solved;
    }
  }
  if (solved != ranks_[parameter]) {
    return Error{ErrorCode::invalid_argument, "The shape of a returned output is not known."};
  }
  return extents;
}

std::string_view ShapeProgram::text_of(std::size_t parameter, std::size_t axis) const noexcept {
  for (const RuleText& rule : texts_) {
    if (rule.parameter == parameter && rule.axis == axis) {
      return rule.text;
    }
  }
  return {};
}

}  // namespace dotcompute::core
