// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/module.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace clang {
class ValueDecl;
}

namespace dotcompute::frontend {

struct Closure;

/// What a name of the source stands for. With no member set: nothing, as its declaration was
/// refused, or as a value of its type has no parts.
///
/// No statement changes what `offset` and `size` give, nor which place `place` is.
struct Binding {
  kir::Variable* variable = nullptr;
  kir::ExpressionPtr place;  ///< Of which this is another name.
  /// Of a part of the buffer `variable`: its first element, and how many. Null: the whole.
  kir::ExpressionPtr offset;
  kir::ExpressionPtr size;
  std::shared_ptr<const Closure> closure;

  [[nodiscard]] bool is_nothing() const noexcept {
    return variable == nullptr && place == nullptr && closure == nullptr;
  }
};

/// What a lambda captures.
struct Capture {
  const clang::ValueDecl* decl = nullptr;  ///< Null: *this.
  bool is_bound = true;                    ///< Else it is a constant of the file.
  Binding bound;
};

/// A lambda that captures: KIR has no such values, so what it captures is handed to its body, and to
/// functions that it is handed to, each as a parameter.
struct Closure {
  std::vector<Capture> captures;
};

/// How arguments are handed on that C++ counts as one and KIR as several: a function is lowered for
/// each way it is called.
enum class Form : std::uint32_t {
  nothing,
  constant,
  whole_buffer,
  part_of_buffer,  ///< The buffer, the first element's index, and how many.
  value,
  reference,
  const_reference,
  object,  ///< *this; its structure follows.
  const_object,
  closure,  ///< The number of captures follows, and the forms of each.
};
using Forms = std::vector<std::uint32_t>;

[[nodiscard]] Binding clone(const Binding& binding);

}  // namespace dotcompute::frontend
