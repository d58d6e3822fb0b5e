// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clang/Frontend/Utils.h>

namespace dotcompute::frontend {

/// Names every file that Clang reads, the system's too: a new version of those is a reason to
/// compile again.
class AllDependencies : public clang::DependencyCollector {
 public:
  bool needSystemDependencies() override { return true; }
};

}  // namespace dotcompute::frontend
