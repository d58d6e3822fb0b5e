// SPDX-License-Identifier: Apache-2.0
#include "call_arguments.hpp"

#include "describe.hpp"
#include "element_visitor.hpp"
#include "npy_header.hpp"
#include "usage_error.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace dotcompute::dotc {
namespace {

struct NamedOption {
  std::string_view option;  // "--in"
  const std::vector<NamedText>* texts;
};

std::vector<NamedOption> named_options(const Options& options) {
  return {{"--in", &options.inputs},
          {"--inout", &options.in_outs},
          {"--out", &options.outputs},
          {"--set", &options.scalars}};
}

std::string names_of(const KernelMetadata& kernel) {
  std::string names;
  for (const Parameter& parameter : kernel.parameters) {
    names += (names.empty() ? "" : ", ") + parameter.name;
  }
  return names.empty() ? "no parameter" : names;
}

const Parameter* find_parameter(const KernelMetadata& kernel, std::string_view name) {
  const auto found = std::find_if(kernel.parameters.begin(), kernel.parameters.end(),
                                  [&](const auto& parameter) { return parameter.name == name; });
  return found == kernel.parameters.end() ? nullptr : &*found;
}

/// Every option names a parameter of its kind, and none twice.
void check_option(const KernelMetadata& kernel, std::string_view option, std::string_view name) {
  const std::string subject = std::string(option) + " of kernel '" + kernel.qualified_name() + "'";
  const Parameter* const parameter = find_parameter(kernel, name);
  if (parameter == nullptr) {
    refuse(subject, "one of its parameters: " + names_of(kernel), "'" + std::string(name) + "'");
  }
  if (option_of(*parameter) != option) {
    refuse(subject,
           option_of(*parameter) + " for '" + parameter->name + "' (" + describe(*parameter) + ")",
           option);
  }
}

void check_options(const KernelMetadata& kernel, const Options& options) {
  std::vector<std::string_view> seen;
  for (const auto& [option, texts] : named_options(options)) {
    for (const auto& [name, value] : *texts) {
      check_option(kernel, option, name);
      if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
        refuse(option, "each parameter once", "'" + name + "' twice");
      }
      seen.emplace_back(name);
    }
  }
  for (const NamedShape& shape : options.shapes) {
    const Parameter* const parameter = find_parameter(kernel, shape.parameter);
    if (parameter == nullptr || parameter->kind == ParameterKind::scalar ||
        parameter->direction != Direction::out) {
      refuse("--shape", "an output of kernel '" + kernel.qualified_name() + "'",
             "'" + shape.parameter + "'");
    }
  }
}

const std::string* find_text(const std::vector<NamedText>& texts, std::string_view name) {
  const auto found = std::find_if(texts.begin(), texts.end(),
                                  [&](const auto& text) { return text.first == name; });
  return found == texts.end() ? nullptr : &found->second;
}

/// What the options give for a parameter, which must be there.
const std::string& text_for(const KernelMetadata& kernel,
                            const Parameter& parameter,
                            const Options& options) {
  const std::string option = option_of(parameter);
  for (const auto& [name, texts] : named_options(options)) {
    const std::string* const text = name == option ? find_text(*texts, parameter.name) : nullptr;
    if (text != nullptr) {
      return *text;
    }
  }
  const std::string form = parameter.kind == ParameterKind::scalar ? "=VALUE" : "=FILE.npy";
  refuse("kernel '" + kernel.qualified_name() + "'",
         option + " " + parameter.name + form + " for its parameter " + parameter.name + " (" +
             describe(parameter) + ")",
         "no argument");
}

/// An output: zeros, as a kernel may leave elements out, with a range of the user's above all.
DynamicArray zeros(const Parameter& parameter, const Extents& extents, int rank) {
  DynamicArray array(parameter.type.element(), extents, rank);
  if (array.bytes() != 0) {
    std::memset(array.data(), 0, array.bytes());
  }
  return array;
}

template <class Element>
NamedArgument argument_of(const std::string& name,
                          Element* data,
                          const Extents& extents,
                          int rank) {
  switch (rank) {
    case 1:
      return {name, ArrayView<Element, 1>(data, {extents[0]})};
    case 2:
      return {name, ArrayView<Element, 2>(data, {extents[0], extents[1]})};
    default:
      return {name, ArrayView<Element, 3>(data, extents)};
  }
}

NamedArgument argument_of(const CallArguments::Given& given) {
  const Parameter& parameter = *given.parameter;
  return with_element_type(
      parameter.type.element(), [&]<class T>(std::type_identity<T>) -> NamedArgument {
        if (parameter.kind == ParameterKind::scalar) {
          T value{};
          std::memcpy(&value, given.scalar.bytes.data(), sizeof(T));
          return {parameter.name, value};
        }
        const DynamicArray& array = given.array;
        if (parameter.direction == Direction::in) {
          return argument_of(parameter.name, static_cast<const T*>(array.data()), array.extents(),
                             array.rank());
        }
        return argument_of(parameter.name, static_cast<T*>(array.data()), array.extents(),
                           array.rank());
      });
}

}  // namespace

CallArguments::CallArguments(const KernelMetadata& kernel, const Options& options)
    : kernel_(kernel) {
  for (const Parameter& parameter : kernel.parameters) {
    if (parameter.type.element() == ElementType::structure) {
      refuse("kernel '" + kernel.qualified_name() + "'", "parameters of numbers or bool",
             "'" + parameter.name + "', whose elements are structs, for which .npy has no place");
    }
  }
  check_options(kernel, options);
  outputs_ = options.outputs;
  outputs_.insert(outputs_.end(), options.in_outs.begin(), options.in_outs.end());
  for (const Parameter& parameter : kernel.parameters) {
    take_parameter(parameter, options);
  }
}

void CallArguments::take_parameter(const Parameter& parameter, const Options& options) {
  Given given{.parameter = &parameter};
  if (parameter.kind == ParameterKind::scalar) {
    const std::string& text = text_for(kernel_, parameter, options);
    try {
      given.scalar = parse_scalar(text, parameter.type.element());
    } catch (const UsageError& problem) {
      throw UsageError("--set " + parameter.name + " of kernel '" + kernel_.qualified_name() +
                       "': " + problem.what());
    }
  } else if (parameter.direction == Direction::out) {
    const auto shape =
        std::find_if(options.shapes.begin(), options.shapes.end(),
                     [&](const auto& named) { return named.parameter == parameter.name; });
    if (shape == options.shapes.end()) {
      return;
    }
    given.path = path_of(parameter.name);
    given.array = zeros(parameter, shape->extents, shape->rank);
  } else {
    given.path = text_for(kernel_, parameter, options);
    given.array = read(parameter, given.path);
  }
  given_.push_back(std::move(given));
}

DynamicArray CallArguments::read(const Parameter& parameter, const std::string& path) const {
  DynamicArray array = read_npy(path, parameter.direction == Direction::inout);
  const auto form = [](ElementType type, int rank) {
    return std::string(to_string(type)) + " of " + std::to_string(rank) +
           (rank == 1 ? " axis" : " axes");
  };
  if (array.type() != parameter.type.element() || array.rank() != parameter.rank) {
    refuse(path,
           form(parameter.type.element(), parameter.rank) + " for parameter '" + parameter.name +
               "' of kernel '" + kernel_.qualified_name() + "'",
           form(array.type(), array.rank()) + ", shape " +
               format_shape(array.extents(), array.rank()));
  }
  return array;
}

void CallArguments::open_outputs() {
  for (const auto& [parameter, path] : outputs_) {
    targets_.push_back({parameter, NewFile(path)});
  }
}

void CallArguments::add_outputs(const std::vector<OutputShape>& shapes) {
  for (const OutputShape& shape : shapes) {
    const Parameter* const parameter = find_parameter(kernel_, shape.parameter);
    given_.push_back({.parameter = parameter,
                      .path = path_of(shape.parameter),
                      .array = zeros(*parameter, shape.extents, shape.rank)});
  }
  std::sort(given_.begin(), given_.end(), [](const Given& a, const Given& b) {
    return a.parameter < b.parameter;  // they lie in the kernel's vector
  });
}

std::vector<NamedArgument> CallArguments::named() const {
  std::vector<NamedArgument> arguments;
  arguments.reserve(given_.size());
  for (const Given& given : given_) {
    arguments.push_back(argument_of(given));
  }
  return arguments;
}

void CallArguments::write_outputs() {
  for (Target& target : targets_) {
    for (const Given& given : given_) {
      if (given.parameter->name == target.parameter) {
        write_npy(target.file, given.array);
      }
    }
  }
}

std::string CallArguments::path_of(std::string_view parameter) const {
  for (const Given& given : given_) {
    if (given.parameter->name == parameter) {
      return given.path;
    }
  }
  const std::string* const path = find_text(outputs_, parameter);
  return path == nullptr ? "" : *path;
}

}  // namespace dotcompute::dotc
