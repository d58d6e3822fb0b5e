// SPDX-License-Identifier: Apache-2.0
#include "emit/opencl/helpers.hpp"

#include "emit/opencl/spelling.hpp"
#include "kir/type.hpp"

#include <array>
#include <string_view>

namespace dotcompute::emit::opencl {
namespace {

// The arguments' order is a, b, c; the body says what of them.
std::string function(Helper helper, ElementType type, int arguments, const std::string& body) {
  std::string parameters;
  for (int i = 0; i < arguments; ++i) {
    parameters += (i == 0 ? "" : ", ") + std::string(spell(type)) + " " + "abc"[i];
  }
  return "static " + std::string(spell(type)) + " " + name_of(helper, type) + "(" + parameters +
         ") { return " + body + "; }";
}

// "(int)((uint)a + (uint)b)": unsigned numbers wrap.
std::string wrapped(ElementType type, const char* op) {
  const std::string own(spell(type));
  return "(" + own + ")((u" + own + ")a " + op + " (u" + own + ")b)";
}

// What `a`, `b` or `c` is compared as.
std::string value_of(ElementType type, const char* name) {
  return type == ElementType::float16 ? name_of(Helper::from_half, type) + "(" + name + ")" : name;
}

std::string less(ElementType type, const char* a, const char* b) {
  return value_of(type, a) + " < " + value_of(type, b);
}

std::string definition_of_half(Helper helper, ElementType type) {
  if (helper == Helper::from_half) {
    return "static float dc_from_half(dc_half bits) { return vload_half(0, (const half*)&bits); }";
  }
  const std::string own(spell(type));
  return "static dc_half " + name_of(helper, type) + "(" + own +
         " value) { dc_half bits; vstore_half_rte(value, 0, (half*)&bits); return bits; }";
}

}  // namespace

std::string name_of(Helper helper, ElementType type) {
  constexpr std::array<std::string_view, 12> kNames{
      "add", "subtract", "multiply", "negate", "divide",    "remainder",
      "abs", "min",      "max",      "clamp",  "from_half", "half_from"};
  std::string name = "dc_" + std::string(kNames.at(static_cast<std::size_t>(helper)));
  if (helper == Helper::from_half) {
    return name;
  }
  const std::string own(spell(type));
  return name + "_" + (type == ElementType::float16 ? "half" : own);
}

std::string definition_of(Helper helper, ElementType type) {
  const std::string own(spell(type));
  switch (helper) {
    case Helper::add:
      return function(helper, type, 2, wrapped(type, "+"));
    case Helper::subtract:
      return function(helper, type, 2, wrapped(type, "-"));
    case Helper::multiply:
      return function(helper, type, 2, wrapped(type, "*"));
    case Helper::negate:
      return function(helper, type, 1, "(" + own + ")(0 - (u" + own + ")a)");
    case Helper::divide:
      return function(helper, type, 2, "b == -1 ? (" + own + ")(0 - (u" + own + ")a) : a / b");
    case Helper::remainder:
      return function(helper, type, 2, "b == -1 ? 0 : a % b");
    case Helper::abs:
      return function(helper, type, 1, "(" + own + ")(a < 0 ? -a : a)");
    case Helper::min:
      return function(helper, type, 2, less(type, "b", "a") + " ? b : a");
    case Helper::max:
      return function(helper, type, 2, less(type, "a", "b") + " ? b : a");
    case Helper::clamp:
      return function(helper, type, 3,
                      less(type, "a", "b") + " ? b : (" + less(type, "c", "a") + " ? c : a)");
    case Helper::from_half:
    case Helper::to_half:
      return definition_of_half(helper, type);
  }
  return {};
}

}  // namespace dotcompute::emit::opencl
