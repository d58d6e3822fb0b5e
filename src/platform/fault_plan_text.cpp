// SPDX-License-Identifier: Apache-2.0
#include "platform/fault_plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <new>
#include <span>
#include <utility>

namespace dotcompute::core {
namespace {

struct NamedCode {
  std::string_view name;
  ErrorCode code;
};
constexpr std::array<NamedCode, 5> kShortNames{{{"oom", ErrorCode::out_of_memory},
                                                {"lost", ErrorCode::device_unavailable},
                                                {"transient", ErrorCode::transient},
                                                {"compile", ErrorCode::compilation_failed},
                                                {"failed", ErrorCode::execution_failed}}};

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array<Unit, 4> kTimes{
    {{"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}}};
constexpr std::array<Unit, 4> kSizes{
    {{"", 1}, {"KiB", 1ULL << 10U}, {"MiB", 1ULL << 20U}, {"GiB", 1ULL << 30U}}};

template <class Number>
std::optional<Number> number_from(std::string_view text) noexcept {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

std::optional<std::uint64_t> quantity_from(std::string_view text,
                                           std::span<const Unit> units) noexcept {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = number_from<std::uint64_t>(text.substr(0, digits));
  for (const Unit& unit : units) {
    std::uint64_t value = 0;
    if (number && text.substr(digits) == unit.name &&
        !__builtin_mul_overflow(*number, unit.factor, &value) && value <= INT64_MAX) {
      return value;
    }
  }
  return std::nullopt;
}

std::optional<Fault> fault_from(std::string_view name) noexcept {
  for (const NamedCode& known : kShortNames) {
    if (known.name == name) {
      return Fault{.code = known.code, .native = {}};
    }
  }
  for (std::size_t code = 0; code <= static_cast<std::size_t>(ErrorCode::internal); ++code) {
    if (to_string(static_cast<ErrorCode>(code)) == name) {
      return Fault{.code = static_cast<ErrorCode>(code), .native = {}};
    }
  }
  if (const auto number = number_from<std::int64_t>(name)) {
    return Fault{.code = ErrorCode::internal, .native = number};
  }
  return std::nullopt;
}

// A part of the text that knows where it stands.
struct Piece {
  std::string_view text;
  std::size_t begin = 0;  // from 0 on

  // Takes the piece before the next `separator` off the front, without blanks round it.
  Piece take_until(char separator) noexcept {
    const std::size_t size = std::min(text.find(separator), text.size());
    Piece front{text.substr(0, size), begin};
    const std::size_t taken = std::min(size + 1, text.size());
    text.remove_prefix(taken);
    begin += taken;
    const std::size_t blanks = std::min(front.text.find_first_not_of(' '), front.text.size());
    front.text.remove_prefix(blanks);
    front.begin += blanks;
    front.text = front.text.substr(0, front.text.find_last_not_of(' ') + 1);
    return front;
  }
};

// Members may throw std::bad_alloc.
class Parser {
 public:
  explicit Parser(FaultPlan& plan) noexcept : plan_(plan) {}

  void parse(std::string_view text) {
    for (Piece rest{text, 0}; !rest.text.empty();) {
      const Piece rule = rest.take_until(';');
      if (rule.text.starts_with("seed=")) {
        parse_seed(rule);
      } else if (!rule.text.empty()) {
        parse_rule(rule);
      }
    }
  }

  [[nodiscard]] std::string take_problems() noexcept { return std::move(problems_); }

 private:
  void problem(const Piece& piece, std::string_view what) {
    problems_.append(problems_.empty() ? "" : "\n").append("character ");
    problems_.append(std::to_string(piece.begin + 1)).append(": \"").append(piece.text);
    problems_.append("\": ").append(what);
  }

  void parse_seed(const Piece& piece) {
    if (const auto seed = number_from<std::uint64_t>(piece.text.substr(5))) {
      plan_.set_seed(*seed);
    } else {
      problem(piece, "a seed is a whole number");
    }
  }

  void parse_rule(Piece rest) {
    const Piece name = rest.take_until(':');
    FaultRule rule;
    rule.fault = fault_from(name.text);
    const bool is_memory = name.text == "memory";
    if (!rule.fault && !is_memory && name.text != "delay") {
      problem(name,
              "not an error; oom, lost, transient, compile, failed, the name of an error code, "
              "a driver's number, delay, memory");
    }
    rule.call = rule.fault && rule.fault->code == ErrorCode::out_of_memory        ? "allocate"
                : rule.fault && rule.fault->code == ErrorCode::compilation_failed ? "compile"
                                                                                  : "*";
    while (!rest.text.empty()) {
      parse_option(rest.take_until(','), rule);
    }
    if (is_memory && rule.memory_limit_bytes == 0) {
      problem(name, "needs limit=BYTES above 0");
    } else if (!is_memory && rule.memory_limit_bytes != 0) {
      problem(name, "limit is an option of memory");
    } else if (name.text == "delay" && rule.delay.count() == 0) {
      problem(name, "needs delay=TIME above 0");
    }
    if (!plan_.add(std::move(rule)).ok()) {
      throw std::bad_alloc();
    }
  }

  void parse_option(Piece piece, FaultRule& rule) {
    Piece rest = piece;
    const std::string_view key = rest.take_until('=').text;
    const std::string_view value = rest.text;
    bool is_right = true;
    if (key == "call" || key == "backend") {
      is_right = !value.empty();
      (key == "call" ? rule.call : rule.backend) = value;
    } else if (key == "skip" || key == "count") {
      const auto number = number_from<std::uint64_t>(value);
      is_right = number.has_value();
      (key == "skip" ? rule.skip : rule.count) = number.value_or(0);
    } else if (piece.text == "sticky") {
      rule.count = FaultRule::kForever;
    } else if (key == "probability") {
      rule.probability = number_from<double>(value).value_or(-1);
      is_right = rule.probability >= 0 && rule.probability <= 1;
    } else if (key == "delay") {
      const auto time = quantity_from(value, kTimes);
      is_right = time.has_value();
      rule.delay = std::chrono::nanoseconds(time.value_or(0));
    } else if (key == "limit") {
      const auto bytes = quantity_from(value, kSizes);
      is_right = bytes.has_value();
      rule.memory_limit_bytes = bytes.value_or(0);
    } else {
      problem(piece,
              "not an option; call, backend, skip, count, sticky, probability, delay, limit");
    }
    if (!is_right) {
      problem(piece, "has a value that it cannot have");
    }
  }

  FaultPlan& plan_;
  std::string problems_;
};

}  // namespace

Result<std::shared_ptr<FaultPlan>> FaultPlan::parse(std::string_view text) noexcept {
  try {
    auto plan = std::make_shared<FaultPlan>();
    Parser parser(*plan);
    parser.parse(text);
    std::string problems = parser.take_problems();
    if (problems.empty()) {
      return plan;
    }
    Error error{ErrorCode::invalid_argument, "The fault plan has mistakes."};
    error.log = std::make_shared<const std::string>(std::move(problems));
    return error;
  } catch (const std::exception&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

}  // namespace dotcompute::core
