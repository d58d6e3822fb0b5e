// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clang/Basic/Diagnostic.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <llvm/ADT/IntrusiveRefCntPtr.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dotcompute::frontend {

/// dotcompute/kernel.hpp as Clang has read it, for the next files of the process: most of the time
/// of a file goes to the headers of the standard library.
class HeaderCache {
 public:
  /// True if the first line of `text` that is no comment includes dotcompute/kernel.hpp. Only then
  /// does a file mean the same if the header was read before.
  [[nodiscard]] static bool applies_to(std::string_view text);

  /// What Clang keeps of the header under `arguments`; null if the header cannot be read.
  struct Entry {
    std::string bytes;
    std::vector<std::string> dependencies;
  };
  const Entry* find(const std::vector<std::string>& arguments);

  /// Has `invocation` start from `entry`, found in the file system that is returned.
  static llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> use(const Entry& entry,
                                                             clang::CompilerInvocation& invocation);

 private:
  std::map<std::vector<std::string>, Entry> entries_;
};

}  // namespace dotcompute::frontend
