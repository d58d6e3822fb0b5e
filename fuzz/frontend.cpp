// SPDX-License-Identifier: Apache-2.0
// Any text is a file of kernels to the front end: it has an answer, and what it gives is well formed.
#include "frontend/frontend.hpp"

#include "kir/parse.hpp"
#include "kir/print.hpp"
#include "kir/render.hpp"
#include "kir/verify.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

void require(bool holds, const char* rule, const std::string& text) {
  if (!holds) {
    std::fprintf(stderr, "%s\n%s\n", rule, text.c_str());
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace kir = dotcompute::kir;
  const std::string body(reinterpret_cast<const char*>(data), size);
  if (body.find("include") != std::string::npos || body.find("embed") != std::string::npos) {
    return 0;  // files of this machine, some without an end
  }
  const dotcompute::frontend::Outcome outcome = dotcompute::frontend::parse(
      {.file = "fuzz.cpp",
       .include_directories = {DOTCOMPUTE_ROOT "/include"},
       .extra_arguments = {"-ftemplate-depth=64", "-fconstexpr-steps=10000"},
       // Behind the header, which is read once.
       .text = "#include <dotcompute/kernel.hpp>\n" + body});
  if (!outcome.ok()) {
    return 0;
  }
  const kir::Diagnostics defects = kir::verify(outcome.module);
  require(defects.empty(), "The front end makes what is not well formed:",
          kir::render(outcome.module, defects,
                      [&](const std::string&) { return std::optional<std::string>(body); }));
  const std::string printed = kir::print(outcome.module);
  const auto parsed = kir::parse(printed);
  require(parsed.module != nullptr && kir::print(*parsed.module) == printed,
          "KIR does not come back from its text:", printed);
  return 0;
}
