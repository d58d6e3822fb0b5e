// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "interpret/interpret.hpp"
#include "kir/parse.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::interpret {

/// The arguments of a kernel, in parameter order. What they are made of outlives them.
class Arguments {
 public:
  template <class T>
  Arguments& buffer(std::vector<T>& elements) {
    return buffer(elements, {elements.size(), 1, 1});
  }
  template <class T>
  Arguments& buffer(std::vector<T>& elements, Extents extents) {
    list_.push_back({.data = elements.data(), .extents = extents});
    return *this;
  }
  /// A buffer of one element.
  template <class T>
  Arguments& single(T& element) {
    list_.push_back({.data = &element, .extents = {1, 1, 1}});
    return *this;
  }
  template <class T>
  Arguments& scalar(T& value) {
    list_.push_back({.data = &value, .extents = {}});
    return *this;
  }
  [[nodiscard]] const std::vector<backend::KernelArgument>& list() const { return list_; }

 private:
  std::vector<backend::KernelArgument> list_;
};

/// Items 0 to x - 1, 0 to y - 1, 0 to z - 1.
[[nodiscard]] inline ItemRange items_of(std::uint64_t x, std::uint64_t y = 1, std::uint64_t z = 1) {
  return {.begin = {0, 0, 0}, .end = {x, y, z}};
}

/// The last function of a KIR text, without its first line, ready to run; nothing, and a failed
/// test, if it is not well formed.
[[nodiscard]] inline std::optional<Kernel> kernel_of(std::string_view text) {
  const kir::ParseOutcome outcome = kir::parse("kir 1;\nfile \"test.cpp\";\n" + std::string(text));
  if (outcome.module == nullptr) {
    const kir::Diagnostic& mistake = outcome.diagnostics.front();
    ADD_FAILURE() << mistake.location.line << ":" << mistake.location.column << ": "
                  << mistake.message;
    return std::nullopt;
  }
  auto kernel = Kernel::make(*outcome.module, *outcome.module->functions.back());
  if (!kernel.ok()) {
    ADD_FAILURE() << kernel.error().message();
    return std::nullopt;
  }
  return std::move(*kernel);
}

/// Runs the last kernel of `text`; a failed test if it cannot be made.
[[nodiscard]] inline Status run(std::string_view text,
                                const Arguments& arguments,
                                const ItemRange& items = items_of(1),
                                const RunOptions& options = {}) {
  const std::optional<Kernel> kernel = kernel_of(text);
  if (!kernel) {
    return Error{ErrorCode::internal, "The kernel cannot be made."};
  }
  return kernel->run(arguments.list(), items, options);
}

}  // namespace dotcompute::interpret
