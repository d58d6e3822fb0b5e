// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace dotcompute::emit {

/// Text that grows line by line, indented by two spaces for each block it is in.
class Lines {
 public:
  void add(const std::string& line) {
    text_ += line.empty() ? "\n" : std::string(2 * depth_, ' ') + line + "\n";
  }
  /// A line outside of all blocks, as a label of the preprocessor's.
  void add_flush(const std::string& line) { text_ += line + "\n"; }
  void open(const std::string& head) {
    add(head.empty() ? "{" : head + " {");
    ++depth_;
  }
  /// Ends a block and begins the next, as "} else {" does.
  void reopen(const std::string& head) {
    --depth_;
    add("} " + head + " {");
    ++depth_;
  }
  void close(const std::string& tail = "") {
    --depth_;
    add("}" + tail);
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
  std::size_t depth_ = 0;
};

}  // namespace dotcompute::emit
