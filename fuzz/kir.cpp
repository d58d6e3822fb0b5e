// SPDX-License-Identifier: Apache-2.0
// Any text: what can be read and is well formed prints as it reads, and runs without harm.
#include "interpret/interpret.hpp"
#include "kir/layout.hpp"
#include "kir/parse.hpp"
#include "kir/print.hpp"
#include "kir/verify.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

using namespace dotcompute;

constexpr Extents kExtents[] = {{5, 1, 1}, {2, 3, 1}, {2, 2, 2}};

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void run(const kir::Module& module, const kir::Function& function) {
  const auto kernel = interpret::Kernel::make(module, function);
  if (!kernel.ok()) {
    return;  // it needs more memory than there is
  }
  std::vector<std::vector<std::byte>> bytes;
  std::vector<backend::KernelArgument> arguments;
  for (const auto& parameter : function.parameters) {
    const bool is_buffer = parameter->kind == kir::VariableKind::buffer;
    const std::uint64_t size = kir::bytes_of(module.structures, parameter->type).value_or(0);
    // Exactly as much as there is said to be, so that the sanitizer sees what goes beyond.
    const Extents extents = is_buffer ? kExtents[parameter->rank - 1] : Extents{1, 1, 1};
    bytes.emplace_back(extents[0] * extents[1] * extents[2] * size, std::byte{3});
    arguments.push_back({.data = bytes.back().data(), .extents = extents});
  }
  // Faults are what such a kernel is expected to do.
  std::ignore = kernel->run(arguments, {.begin = {0, 0, 0}, .end = {2, 2, 2}},
                            {.shuffle_seed = 1, .max_steps = 200});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const kir::ParseOutcome read = kir::parse(text);
  require((read.module == nullptr) == !read.diagnostics.empty());
  if (read.module == nullptr) {
    require(read.diagnostics.front().location.line > 0);
    return 0;
  }
  if (!kir::verify(*read.module).empty()) {
    return 0;
  }
  const std::string printed = kir::print(*read.module);
  const kir::ParseOutcome again = kir::parse(printed);
  require(again.module != nullptr && kir::print(*again.module) == printed);
  require(kir::verify(*again.module).empty());
  for (const auto& function : again.module->functions) {
    if (function->is_kernel) {
      run(*again.module, *function);
    }
  }
  return 0;
}
