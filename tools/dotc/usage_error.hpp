// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace dotcompute::dotc {

/// Wrong usage, or a file that cannot be used: what() is one line for the user, and the program
/// ends with status 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// \throws UsageError "<subject>: expected <expected>, got <got>", without the subject if empty.
[[noreturn]] inline void refuse(std::string_view subject,
                                std::string_view expected,
                                std::string_view got) {
  std::string message(subject);
  message += subject.empty() ? "" : ": ";
  message += "expected ";
  message += expected;
  message += ", got ";
  message += got;
  throw UsageError(message);
}

}  // namespace dotcompute::dotc
