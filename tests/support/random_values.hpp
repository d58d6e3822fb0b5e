// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/build.hpp"
#include "support/random_kernel.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace dotcompute {

/// Draws values of the variables in scope. Every draw is a statement of its own, as the order in
/// which arguments of a call are evaluated differs from compiler to compiler.
class RandomValues {
 public:
  RandomValues(std::uint64_t seed, const RandomKernelOptions& options);

  RandomNumbers& numbers() noexcept { return numbers_; }
  ElementType type();
  ElementType integer_type();
  std::string name(const char* stem) { return stem + std::to_string(names_++); }

  /// \param depth levels of operations at most.
  kir::ExpressionPtr value(ElementType element, std::uint32_t depth);
  /// Something to be written, or null.
  kir::ExpressionPtr place(ElementType element);
  kir::ExpressionPtr own_element(kir::Variable& output);

  /// What is in scope.
  struct Scope {
    std::vector<kir::Variable*> variables;  ///< Scalars.
    std::vector<kir::Variable*> arrays;     ///< Of scalars, with a power of two of them.
    std::vector<kir::Variable*> inputs;
    std::vector<kir::Variable*> outputs;
    kir::Variable* index = nullptr;  ///< The item's own, in kernels.
  };
  Scope scope;

 private:
  template <class T>
  T& any_of(const std::vector<T*>& list) {
    return *list[numbers_.below(static_cast<std::uint32_t>(list.size()))];
  }
  kir::Variable* known(ElementType element, bool is_written);
  kir::ExpressionPtr binary(kir::BinaryOperator op, ElementType element, std::uint32_t depth);
  kir::ExpressionPtr leaf(ElementType element);
  kir::ExpressionPtr literal(ElementType element);
  kir::ExpressionPtr select(ElementType element, std::uint32_t depth);
  kir::ExpressionPtr condition(std::uint32_t depth);
  kir::ExpressionPtr converted(ElementType element, std::uint32_t depth);
  kir::ExpressionPtr integer(ElementType element, std::uint32_t depth);
  kir::ExpressionPtr integer_operation(ElementType element, std::uint32_t depth);
  kir::ExpressionPtr bounded(ElementType element, std::uint32_t depth);
  kir::ExpressionPtr floating(ElementType element, std::uint32_t depth);
  kir::ExpressionPtr small(ElementType element);
  kir::ExpressionPtr masked(ElementType element, std::uint32_t mask, std::uint32_t depth);
  kir::ExpressionPtr array_element(kir::Variable& array);
  kir::ExpressionPtr input_element(kir::Variable& input);

  RandomNumbers numbers_;
  std::vector<ElementType> types_;
  std::uint32_t names_ = 0;
};

}  // namespace dotcompute
