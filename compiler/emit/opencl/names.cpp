// SPDX-License-Identifier: Apache-2.0
#include "emit/opencl/names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace dotcompute::emit::opencl {
namespace {

// Words of OpenCL C, types and functions that it has, and macros that its drivers define.
// Source: The OpenCL Specification 1.2, sections 6.1, 6.9 and 6.12.
constexpr std::string_view kReserved =
    " auto break case char const continue default do double else enum extern float for goto if "
    "inline int long register restrict return short signed sizeof static struct switch typedef "
    "union unsigned void volatile while bool uchar ushort uint ulong half quad complex imaginary "
    "size_t ptrdiff_t intptr_t uintptr_t event_t sampler_t queue_t clk_event_t reserve_id_t pipe "
    "image1d_t image1d_array_t image1d_buffer_t image2d_t image2d_array_t image3d_t kernel global "
    "local constant private generic read_only write_only read_write uniform true false NULL "
    "INFINITY NAN MAXFLOAT HUGE_VAL HUGE_VALF EOF errno linux unix i386 main assert this class "
    "template namespace new delete operator virtual public protected try catch throw using "
    "typename explicit friend mutable and or not xor "
    "acos acosh acospi asin asinh asinpi atan atan2 atanh atanpi atan2pi cbrt ceil copysign cos "
    "cosh cospi erfc erf exp exp2 exp10 expm1 fabs fdim floor fma fmax fmin fmod fract frexp hypot "
    "ilogb ldexp lgamma lgamma_r log log2 log10 log1p logb mad maxmag minmag modf nan nextafter "
    "pow pown powr remainder remquo rint rootn round rsqrt sin sincos sinh sinpi sqrt tan tanh "
    "tanpi tgamma trunc abs abs_diff add_sat hadd rhadd clamp clz ctz mad24 mad_hi mad_sat max min "
    "mul24 mul_hi rotate sub_sat upsample popcount degrees mix radians step smoothstep sign cross "
    "dot distance length normalize fast_distance fast_length fast_normalize isequal isnotequal "
    "isgreater isgreaterequal isless islessequal islessgreater isfinite isinf isnan isnormal "
    "isordered isunordered signbit any all bitselect select barrier mem_fence read_mem_fence "
    "write_mem_fence prefetch wait_group_events vec_step shuffle shuffle2 printf range dc ";

constexpr std::array<std::string_view, 22> kPrefixes{"dc_",        "DC_",
                                                     "__",         "_",
                                                     "cl_",        "CL_",
                                                     "CLK_",       "FLT_",
                                                     "DBL_",       "HALF_",
                                                     "M_",         "FP_",
                                                     "as_",        "convert_",
                                                     "vload",      "vstore",
                                                     "read_image", "write_image",
                                                     "get_",       "atomic_",
                                                     "atom_",      "async_work_group_"};
constexpr std::array<std::string_view, 4> kMorePrefixes{"native_", "half_", "sub_group_",
                                                        "work_group_"};
// With a number of elements after them, the types of vectors.
constexpr std::string_view kElements =
    " char uchar short ushort int uint long ulong float double "
    "half bool ";
constexpr std::string_view kWidths = " 2 3 4 8 16 ";
// What else of a buffer has a name.
constexpr std::array<const char*, 3> kOfBuffers{"_memory", "_extents", "_offset"};
constexpr std::string_view kDigits = "0123456789";

bool is_word_of(std::string_view list, std::string_view word) {
  std::string padded(1, ' ');
  padded.append(word).append(1, ' ');
  return list.find(padded) != std::string_view::npos;
}

bool is_vector_type(const std::string& name) {
  const auto end = name.find_last_not_of(kDigits);
  return end != std::string::npos && end + 1 < name.size() &&
         is_word_of(kElements, std::string_view(name).substr(0, end + 1)) &&
         is_word_of(kWidths, std::string_view(name).substr(end + 1));
}

bool has_reserved_prefix(const std::string& name) {
  const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), begins) ||
         std::any_of(kMorePrefixes.begin(), kMorePrefixes.end(), begins);
}

std::string identifier_of(std::string_view qualified) {
  std::string name;
  for (std::size_t i = 0; i < qualified.size(); ++i) {
    if (qualified.substr(i, 2) == "::") {
      name += '_';
      ++i;
    } else {
      const bool fits =
          qualified[i] == '_' || std::isalnum(static_cast<unsigned char>(qualified[i])) != 0;
      name += fits ? qualified[i] : '_';
    }
  }
  return name;
}

}  // namespace

Names::Names(const kir::Module& module) {
  for (const auto& structure : module.structures) {
    StructureNames names{take(identifier_of(structure.name), global_), {}};
    std::set<std::string> taken;
    for (const kir::Field& field : structure.fields) {
      names.fields.push_back(take(field.name, taken));
    }
    structures_.push_back(std::move(names));
  }
  for (const auto& function : module.functions) {
    functions_[function.get()] = take(function->symbol, global_);
  }
  for (const auto& constant : module.constants) {
    variables_[constant.get()] = take(constant->name, global_);
  }
  for (const auto& function : module.functions) {
    add_variables(*function);
  }
}

void Names::add_variables(const kir::Function& function) {
  std::set<std::string> taken = global_;
  for (const auto& list : {&function.parameters, &function.locals}) {
    for (const auto& variable : *list) {
      const bool is_buffer = variable->kind == kir::VariableKind::buffer;
      std::string name = take(variable->name, taken);
      while (is_buffer && std::any_of(kOfBuffers.begin(), kOfBuffers.end(), [&](const char* tail) {
               return taken.contains(name + tail);
             })) {
        name = take(name, taken);
      }
      for (const char* tail : kOfBuffers) {
        if (is_buffer) {
          taken.insert(name + tail);
        }
      }
      variables_[variable.get()] = std::move(name);
    }
  }
}

std::string Names::take(std::string wanted, std::set<std::string>& taken) {
  if (has_reserved_prefix(wanted)) {
    wanted.insert(0, "user_");
  }
  while (is_word_of(kReserved, wanted) || is_vector_type(wanted) || !taken.insert(wanted).second) {
    wanted += '_';
  }
  return wanted;
}

}  // namespace dotcompute::emit::opencl
