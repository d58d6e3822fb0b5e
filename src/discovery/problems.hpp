// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/accelerator_type.hpp"
#include "dotcompute/base/element_type.hpp"
#include "dotcompute/base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dotcompute::core {

/// One thing that is wrong with a registration.
struct Problem {
  std::string kernel;     ///< Qualified name.
  std::string parameter;  ///< Empty: of the kernel as a whole.
  std::string_view what;  ///< A literal, one sentence.
  std::string expected;
  std::string got;
  std::string_view advice;  ///< A literal.
};

/// Collects all that is wrong, so that it is reported at once.
class Problems {
 public:
  void add(Problem problem) { problems_.push_back(std::move(problem)); }
  [[nodiscard]] std::size_t size() const noexcept { return problems_.size(); }
  [[nodiscard]] bool empty() const noexcept { return problems_.empty(); }

  /// What a refused registration says: one problem in full, or several as lines of the log. May
  /// throw std::bad_alloc. \pre !empty()
  [[nodiscard]] Error error() const;

 private:
  std::vector<Problem> problems_;
};

// Words for problems.
[[nodiscard]] std::string quoted(std::string_view text);
[[nodiscard]] std::string text_of(TypeId type);
[[nodiscard]] std::string text_of(KernelBackends backends);

}  // namespace dotcompute::core
