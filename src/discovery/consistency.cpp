// SPDX-License-Identifier: Apache-2.0
#include "discovery/consistency.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace dotcompute::core {
namespace {

constexpr std::uint32_t kMaxGroupSize = 1024;  // what every GPU interface we know takes

bool is_identifier(std::string_view text) noexcept {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool is_name_space(std::string_view text) noexcept {
  for (;;) {
    const std::size_t end = text.find("::");
    if (!is_identifier(text.substr(0, end))) {
      return false;
    }
    if (end == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(end + 2);
  }
}

std::string_view kind_text(ParameterKind kind) noexcept {
  return kind == ParameterKind::buffer ? "a buffer" : "a scalar";
}

/// All checks of one registration.
class Checker {
 public:
  Checker(KernelRegistration& registration, Problems& problems)
      : registration_(registration),
        metadata_(registration.metadata),
        kernel_(registration.metadata.qualified_name()),
        problems_(problems) {}

  ShapeProgram run() {
    const std::size_t before = problems_.size();
    check_names();
    check_launch();
    check_count();
    for (std::size_t at = 0; at < metadata_.parameters.size(); ++at) {
      check_parameter(at);
    }
    check_bodies();
    if (registration_.callable.host.function != nullptr) {
      check_callable();
    }
    if (problems_.size() != before) {
      return {};
    }
    return compile_shapes();
  }

 private:
  void add(std::string_view what, std::string expected, std::string got) {
    problems_.add({kernel_, {}, what, std::move(expected), std::move(got), {}});
  }
  void add(const Parameter& parameter,
           std::string_view what,
           std::string expected,
           std::string got) {
    problems_.add({kernel_, parameter.name, what, std::move(expected), std::move(got), {}});
  }

  void check_names() {
    if (!is_identifier(metadata_.name)) {
      add("The name of a kernel is not an identifier.", "letters, digits and '_', no digit first",
          quoted(metadata_.name));
    }
    if (!metadata_.name_space.empty() && !is_name_space(metadata_.name_space)) {
      add("The name space of a kernel is wrong.", "identifiers joined by '::'",
          quoted(metadata_.name_space));
    }
  }

  void check_launch() {
    if (metadata_.dimensions < 1 || metadata_.dimensions > 3) {
      add("The launch range of a kernel has 1 to 3 axes.", "dimensions from 1 to 3",
          std::to_string(metadata_.dimensions));
      return;
    }
    std::uint64_t items = 1;
    for (std::size_t axis = 0; axis < metadata_.group_size.size(); ++axis) {
      const std::uint64_t size = metadata_.group_size[axis];
      // Each factor below 2^10, so that the product of three stays below 2^64.
      items *= std::clamp<std::uint64_t>(size, 1, kMaxGroupSize + 1);
      if (axis >= metadata_.dimensions && size > 1) {
        add("The work group has more axes than the launch range.",
            std::to_string(metadata_.dimensions) + " axes",
            "size " + std::to_string(size) + " on axis " + std::to_string(axis));
      }
    }
    if (items > kMaxGroupSize) {
      add("The work group is too large.", "at most 1024 items in a group",
          std::to_string(metadata_.group_size[0]) + " x " +
              std::to_string(metadata_.group_size[1]) + " x " +
              std::to_string(metadata_.group_size[2]));
    }
  }

  void check_count() {
    if (metadata_.parameters.size() > kMaxParameters) {
      add("The kernel has too many parameters.", "at most " + std::to_string(kMaxParameters),
          std::to_string(metadata_.parameters.size()));
    }
  }

  void check_parameter(std::size_t at) {
    const Parameter& parameter = metadata_.parameters[at];
    const auto begin = metadata_.parameters.begin();
    if (!is_identifier(parameter.name)) {
      add(parameter, "The name of a parameter is not an identifier.",
          "letters, digits and '_', no digit first",
          quoted(parameter.name) + " as parameter " + std::to_string(at + 1));
    } else if (std::any_of(begin, begin + static_cast<std::ptrdiff_t>(at),
                           [&](const Parameter& other) { return other.name == parameter.name; })) {
      add(parameter, "Two parameters have the same name.", "a name for each",
          quoted(parameter.name) + " again as parameter " + std::to_string(at + 1));
    }
    if (parameter.type.size() == 0) {
      add(parameter, "The parameter has no element type.", "a type with a size",
          text_of(parameter.type) + " of 0 bytes");
    }
    if (parameter.kind == ParameterKind::scalar) {
      check_scalar(parameter);
    } else {
      check_buffer(parameter);
    }
  }

  void check_scalar(const Parameter& parameter) {
    if (parameter.direction != Direction::in) {
      add(parameter, "A scalar is only read.", "direction in",
          "direction " + std::string(to_string(parameter.direction)));
    }
    if (!parameter.extents.empty()) {
      add(parameter, "A scalar has no extents.", "no extents", quoted(parameter.extents));
    }
  }

  void check_buffer(const Parameter& parameter) {
    if (parameter.rank < 1 || parameter.rank > 3) {
      add(parameter, "A buffer has 1 to 3 axes.", "a rank from 1 to 3",
          std::to_string(parameter.rank));
    }
    if (parameter.stencil_radius != 0 && parameter.access != AccessPattern::stencil) {
      add(parameter, "Only a stencil has a radius.", "access stencil, or radius 0",
          "access " + std::string(to_string(parameter.access)) + " and radius " +
              std::to_string(parameter.stencil_radius));
    }
    if (parameter.access == AccessPattern::element_wise && metadata_.dimensions != 1 &&
        parameter.rank != metadata_.dimensions) {
      add(parameter, "An element-wise buffer has the axes of the launch range.",
          "rank " + std::to_string(metadata_.dimensions), "rank " + std::to_string(parameter.rank));
    }
  }

  void check_bodies() {
    KernelBackends bodies = KernelBackends::none;
    const auto add_body = [&](AcceleratorType type) {
      const KernelBackends body = backends_of(type);
      if ((bodies & body) != KernelBackends::none) {
        add("The kernel has two bodies for one back end.", "one body for each back end",
            "a second one for " + std::string(to_string(type)));
      } else if ((metadata_.backends & body) == KernelBackends::none) {
        add("The kernel has a body for a back end that its metadata does not name.",
            "backends with " + std::string(to_string(type)), text_of(metadata_.backends));
      }
      bodies = bodies | body;
    };
    if (registration_.callable.host.function != nullptr) {
      add_body(AcceleratorType::cpu);
    }
    for (const KernelDefinition& definition : registration_.definitions) {
      if (backends_of(definition.backend) == KernelBackends::none) {
        add("The text of a body is for no back end.", "cpu, opencl, cuda, metal, vulkan or interp",
            std::string(to_string(definition.backend)));
        continue;
      }
      check_text(definition);
      add_body(definition.backend);
    }
    if (registration_.callable.host.function == nullptr && registration_.definitions.empty()) {
      add("The kernel has no body.", "a callable, or source text for a back end", "neither");
    }
    metadata_.backends = bodies;
  }

  void check_text(const KernelDefinition& definition) {
    const auto check = [&](std::string_view what, std::string_view expected,
                           const std::string& text) {
      if (text.empty()) {
        add(what, std::string(expected), "none for " + std::string(to_string(definition.backend)));
      }
    };
    check("The source of a body is empty.", "source text", definition.source);
    check("The entry point of a body is empty.", "the name of a function in the source",
          definition.entry_point);
  }

  void check_callable() {
    const CallableKernel& callable = registration_.callable;
    if (callable.form == CallableForm::whole) {
      metadata_.is_parallel = false;
    }
    if (callable.form == CallableForm::item && callable.dimensions != metadata_.dimensions) {
      add("The callable's work items have other axes than the launch range.",
          "ItemId<" + std::to_string(metadata_.dimensions) + ">",
          "ItemId<" + std::to_string(callable.dimensions) + ">");
    }
    if (callable.parameters.size() != metadata_.parameters.size()) {
      add("The callable takes another number of parameters than the metadata lists.",
          std::to_string(metadata_.parameters.size()), std::to_string(callable.parameters.size()));
      return;
    }
    for (std::size_t at = 0; at < callable.parameters.size(); ++at) {
      check_callable_parameter(metadata_.parameters[at], callable.parameters[at]);
    }
  }

  void check_callable_parameter(const Parameter& told, const CallableParameter& taken) {
    if (told.kind != taken.kind) {
      add(told, "The callable takes another kind of parameter.", std::string(kind_text(told.kind)),
          std::string(kind_text(taken.kind)));
      return;
    }
    if (told.type != taken.type) {
      const std::string expected = text_of(told.type);
      const std::string got = text_of(taken.type);
      add(told, "The callable takes another element type.", expected,
          got == expected ? "another " + got : got);
    }
    if (told.kind == ParameterKind::scalar) {
      return;
    }
    if (taken.rank != 0 && taken.rank != told.rank) {
      add(told, "The callable takes a view of another rank.", "rank " + std::to_string(told.rank),
          "rank " + std::to_string(taken.rank));
    }
    const bool fits = taken.any_direction ? taken.writes == (told.direction != Direction::in)
                                          : taken.direction == told.direction;
    if (!fits) {
      add(told, "The callable uses the buffer in another direction.",
          "direction " + std::string(to_string(told.direction)),
          !taken.any_direction ? "direction " + std::string(to_string(taken.direction))
          : taken.writes       ? "elements that it can write"
                               : "elements that it cannot write");
    }
  }

  ShapeProgram compile_shapes() {
    auto shapes = ShapeProgram::compile(metadata_);
    if (shapes) {
      return *std::move(shapes);
    }
    const Error& error = shapes.error();
    if (error.code == ErrorCode::host_memory) {
      throw std::bad_alloc();
    }
    problems_.add({kernel_,
                   std::string(error.context.parameter.view()),
                   error.what,
                   std::string(error.context.expected.view()),
                   std::string(error.context.got.view()),
                   {}});
    return {};
  }

  KernelRegistration& registration_;
  KernelMetadata& metadata_;
  std::string kernel_;
  Problems& problems_;
};

/// Everything that callers of a kernel see of a parameter, as one text.
std::string facts_text(const Parameter& parameter) {
  std::string text = parameter.name + ": " + text_of(parameter.type) + " ";
  if (parameter.kind == ParameterKind::scalar) {
    return text + "scalar";
  }
  text +=
      std::string(to_string(parameter.direction)) + " of rank " + std::to_string(parameter.rank);
  text += ", access " + std::string(to_string(parameter.access));
  if (parameter.access == AccessPattern::stencil) {
    text += " of radius " + std::to_string(parameter.stencil_radius);
  }
  return parameter.extents.empty() ? text : text + ", extents '" + parameter.extents + "'";
}

}  // namespace

ShapeProgram check_consistency(KernelRegistration& registration, Problems& problems) {
  return Checker(registration, problems).run();
}

void check_union(const KernelMetadata& known, const KernelMetadata& added, Problems& problems) {
  const auto add = [&](std::string parameter, std::string_view what, std::string expected,
                       std::string got) {
    problems.add({known.qualified_name(), std::move(parameter), what, std::move(expected),
                  std::move(got), "To put it in the place of the other, use replace()."});
  };
  const KernelBackends twice = known.backends & added.backends;
  if (twice != KernelBackends::none) {
    add({}, "A kernel of this name is already registered.",
        "a body for another back end than " + text_of(known.backends), "one for " + text_of(twice));
  }
  if (known.dimensions != added.dimensions || known.is_parallel != added.is_parallel) {
    const auto text = [](const KernelMetadata& metadata) {
      return std::to_string(metadata.dimensions) + " dimensions, is_parallel " +
             (metadata.is_parallel ? "true" : "false");
    };
    add({}, "A kernel of this name that is launched otherwise is already registered.", text(known),
        text(added));
  }
  if (known.parameters.size() != added.parameters.size()) {
    add({}, "A kernel of this name with other parameters is already registered.",
        std::to_string(known.parameters.size()) + " parameters",
        std::to_string(added.parameters.size()));
    return;
  }
  for (std::size_t at = 0; at < known.parameters.size(); ++at) {
    std::string expected = facts_text(known.parameters[at]);
    std::string got = facts_text(added.parameters[at]);
    if (expected != got || known.parameters[at].type != added.parameters[at].type) {
      add(known.parameters[at].name,
          "A kernel of this name with other parameters is already registered.", std::move(expected),
          std::move(got));
    }
  }
}

}  // namespace dotcompute::core
