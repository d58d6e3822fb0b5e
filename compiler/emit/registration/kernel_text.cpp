// SPDX-License-Identifier: Apache-2.0
#include "emit/registration/emit.hpp"
#include "kir/print.hpp"

#include <string>

namespace dotcompute::emit {

std::string kernel_text(const kir::Module& module,
                        const kir::Function& /*kernel*/,
                        const std::string& /*source*/) {
  return kir::print(module);
}

}  // namespace dotcompute::emit
