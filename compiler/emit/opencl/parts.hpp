// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "emit/opencl/helpers.hpp"
#include "emit/opencl/names.hpp"
#include "kir/module.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute::emit::opencl {

/// The memories that a place can lie in. A pointer says which one it points into, so that a function
/// with references is written once for each combination that it is called with.
enum class Space : std::uint8_t { own, global, constant };

/// What a text consists of. Whoever writes a part asks here for the names of what it needs, and so
/// makes that part of the text.
class Parts {
 public:
  /// \param module outlives it.
  explicit Parts(const kir::Module& module) : module_(module), names_(module) {}

  [[nodiscard]] const kir::Module& module() const noexcept { return module_; }
  [[nodiscard]] const Names& names() const noexcept { return names_; }

  /// "dc_add_int"
  std::string helper(Helper which, ElementType type);
  /// "int", "Point", "dc_float_4", "void".
  std::string type(const kir::Type& type);
  const std::string& constant(const kir::Variable& constant);
  /// \param spaces of what its references refer to, in the order of the parameters.
  const std::string& function(const kir::Function& function, const std::vector<Space>& spaces);
  /// True if `function`, or one that it calls, asks for more of the launch than its own id.
  bool asks_for_launch(const kir::Function& function);
  /// "dc_launch": what tells those functions.
  const char* launch();

  void add_kernel(const kir::Function& kernel);
  /// Why a part cannot be written in OpenCL C, or empty.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  void set_problem(std::string problem);

  /// All parts, each after those that it needs.
  [[nodiscard]] std::string text();

 private:
  using Instance = std::pair<const kir::Function*, std::vector<Space>>;

  [[nodiscard]] std::string array_name(const kir::Type& type) const;
  [[nodiscard]] std::string types_text();
  void append_array(const kir::Type& type, std::set<std::string>& done, std::string& text);
  void append_structure(std::uint32_t number, std::set<std::string>& done, std::string& text);
  [[nodiscard]] std::string constants_text();
  [[nodiscard]] std::string constant_value(const kir::Expression& value);

  const kir::Module& module_;
  Names names_;
  std::string problem_;
  bool has_doubles_ = false;
  bool has_launch_ = false;
  std::set<std::pair<Helper, ElementType>> helpers_;
  std::set<std::uint32_t> structures_;
  std::map<std::string, kir::Type> arrays_;
  std::set<const kir::Variable*> constants_;
  std::map<Instance, std::string> instances_;
  std::map<const kir::Function*, bool> asks_;
  std::string functions_;
  std::string kernels_;
};

/// True if fields lie where C puts them: OpenCL C has no word for another layout that all drivers
/// take.
[[nodiscard]] bool has_natural_layout(const kir::Module& module, const kir::Structure& structure);

/// "{{1, 2}}": the initialiser of a structure or array.
/// \param parts its elements in row-major order, or its fields.
[[nodiscard]] std::string braces_of(const kir::Type& type, const std::vector<std::string>& parts);

}  // namespace dotcompute::emit::opencl
