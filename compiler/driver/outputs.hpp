// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::driver {

/// A file that cannot be written; what() is one line for the user.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Makes `path` hold `text`. A file that does already keeps its time stamp, so that nothing is
/// built again for it; one that does not is replaced at once, so that nobody sees half of it.
void write_if_changed(const std::string& path, std::string_view text);

/// Gives `path` the time stamp of now, and makes it if it is not there.
void touch(const std::string& path);

/// "target: dependency dependency", as make reads it.
[[nodiscard]] std::string depfile_text(const std::string& target,
                                       const std::vector<std::string>& dependencies);

}  // namespace dotcompute::driver
