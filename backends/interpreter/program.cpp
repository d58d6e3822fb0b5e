// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include "base/try.hpp"
#include "kir/layout.hpp"
#include "kir/parse.hpp"

#include <algorithm>
#include <exception>
#include <string>

namespace dotcompute::interpreter {
namespace {

Error refusal(std::string_view what,
              const backend::KernelSource& source,
              std::string_view expected,
              std::string_view got) noexcept {
  Error error{ErrorCode::compilation_failed, what};
  error.context.expected = expected;
  error.context.got = got;
  error.context.device = "interp:0";
  if (source.metadata != nullptr) {
    error.context.kernel = source.metadata->name;
  }
  return error;
}

// May throw std::bad_alloc.
Error unreadable(const backend::KernelSource& source, const kir::Diagnostic& mistake) {
  Error error = refusal("The text of the kernel is not KIR.", source, {}, {});
  error.log = std::make_shared<const std::string>(std::to_string(mistake.location.line) + ":" +
                                                  std::to_string(mistake.location.column) + ": " +
                                                  mistake.message);
  return error;
}

const kir::Function* find_kernel(const kir::Module& module, std::string_view entry) noexcept {
  const auto found = std::find_if(
      module.functions.begin(), module.functions.end(),
      [&](const auto& function) { return function->is_kernel && function->symbol == entry; });
  return found == module.functions.end() ? nullptr : found->get();
}

bool agree(const kir::Module& module, const kir::Variable& variable, const Parameter& parameter) {
  const bool is_buffer = variable.kind == kir::VariableKind::buffer;
  return is_buffer == (parameter.kind == ParameterKind::buffer) &&
         variable.type.element == parameter.type.element() &&
         kir::bytes_of(module.structures, variable.type) == parameter.type.size() &&
         (!is_buffer || variable.rank == parameter.rank);
}

// The addresses of a launch are those of arguments that were bound to the metadata's parameters, so
// the kernel has to have the same.
Status check_parameters(const backend::KernelSource& source,
                        const kir::Module& module,
                        const kir::Function& kernel) {
  if (source.metadata == nullptr) {
    return success();
  }
  const auto& parameters = source.metadata->parameters;
  if (parameters.size() != kernel.parameters.size()) {
    Error error = refusal("The text has a kernel with other parameters.", source, {}, {});
    error.context.expected.append(parameters.size()).append(" parameters");
    error.context.got.append(kernel.parameters.size()).append(" parameters");
    return error;
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const kir::Variable& variable = *kernel.parameters[i];
    if (!agree(module, variable, parameters[i])) {
      Error error = refusal("The text has a kernel with other parameters.", source,
                            to_string(parameters[i].type.element()),
                            kir::describe(module.structures, variable.type));
      error.context.parameter = parameters[i].name;
      return error;
    }
  }
  return success();
}

}  // namespace

Status Program::run(const backend::LaunchRequest& request) const noexcept {
  const auto size = is_parallel_ ? request.range.size : LaunchRange{}.size;
  ItemRange items{.begin = {0, 0, 0}, .end = size};
  for (std::size_t axis = 0; axis < 3 && is_parallel_; ++axis) {
    items.begin[axis] += request.first[axis];
    items.end[axis] += request.first[axis];
  }
  const interpret::RunOptions options{
      .range = size, .group_size = request.group_size, .control = request.control};
  return kernel_.run(request.arguments, items, options);
}

Result<std::unique_ptr<backend::Program>> compile(const backend::KernelSource& source) noexcept {
  if (source.language != backend::SourceLanguage::kir) {
    return refusal("The interpreter takes KIR only.", source, "KIR", "another language");
  }
  try {
    const kir::ParseOutcome outcome = kir::parse(source.text);
    if (outcome.module == nullptr) {
      return unreadable(source, outcome.diagnostics.front());
    }
    const kir::Function* const kernel = find_kernel(*outcome.module, source.entry);
    if (kernel == nullptr) {
      return refusal("The text has no such kernel.", source, source.entry, {});
    }
    DC_TRY_ASSIGN(interpret::Kernel made, interpret::Kernel::make(*outcome.module, *kernel));
    DC_TRY(check_parameters(source, *outcome.module, *kernel));
    const bool is_parallel = source.metadata == nullptr || source.metadata->is_parallel;
    return std::unique_ptr<backend::Program>(
        std::make_unique<Program>(std::move(made), is_parallel));
  } catch (const std::exception&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

}  // namespace dotcompute::interpreter
