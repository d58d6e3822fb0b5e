// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kir/build.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace dotcompute::analysis {

/// One kernel, put together with few words.
class KernelBuilder {
 public:
  using Ptr = kir::ExpressionPtr;

  kir::Variable& buffer(std::string name,
                        Direction direction,
                        std::uint8_t rank = 1,
                        std::string extents = {}) {
    kir::Variable& added =
        kir::add_buffer(kernel, std::move(name), ElementType::float32, direction, rank);
    added.extents = std::move(extents);
    kernel.dimensions = std::max(kernel.dimensions, rank);
    return added;
  }
  kir::Variable& scalar(std::string name, ElementType type) {
    return kir::add_parameter(kernel, std::move(name), kir::VariableKind::scalar,
                              kir::scalar_type(type));
  }
  kir::Variable& local(std::string name, ElementType type) {
    return kir::add_local(kernel, std::move(name), kir::scalar_type(type));
  }

  static Ptr id(std::uint32_t axis = 0) { return kir::make_id(kir::IdQuery::global_id, axis); }
  static Ptr number(std::int64_t value) { return kir::make_int(ElementType::uint64, value); }
  static Ptr integer(std::int64_t value) { return kir::make_int(ElementType::int32, value); }
  static Ptr real(double value) { return kir::make_float(ElementType::float32, value); }
  static Ptr use(kir::Variable& variable) { return kir::make_variable(variable); }
  static Ptr binary(kir::BinaryOperator op, Ptr a, Ptr b) {
    return kir::make_binary(op, std::move(a), std::move(b));
  }
  static Ptr add(Ptr a, Ptr b) {
    return binary(kir::BinaryOperator::add, std::move(a), std::move(b));
  }
  static Ptr subtract(Ptr a, Ptr b) {
    return binary(kir::BinaryOperator::subtract, std::move(a), std::move(b));
  }
  static Ptr equal(Ptr a, Ptr b) {
    return binary(kir::BinaryOperator::equal, std::move(a), std::move(b));
  }
  static Ptr less(Ptr a, Ptr b) {
    return binary(kir::BinaryOperator::less, std::move(a), std::move(b));
  }
  template <class... Indices>
  static Ptr at(kir::Variable& buffer, Indices... indices) {
    return kir::make_index(buffer, kir::expressions(std::move(indices)...));
  }
  static Ptr extent(kir::Variable& buffer, std::uint32_t axis = kir::Expression::kAllAxes) {
    return kir::make_extent(buffer, axis);
  }

  void append(kir::StatementPtr statement) { kernel.body.push_back(std::move(statement)); }
  void assign(Ptr target, Ptr value) {
    append(kir::make_assign(std::move(target), std::move(value)));
  }
  /// `if (id(axis) >= limit) return;`
  void guard(Ptr limit, std::uint32_t axis = 0) {
    append(kir::make_if_else(binary(kir::BinaryOperator::greater_equal, id(axis), std::move(limit)),
                             kir::statements(kir::make_return_from())));
  }

  kir::Module module;
  kir::Function& kernel = kir::add_kernel(module, "kernel");
};

}  // namespace dotcompute::analysis
