// SPDX-License-Identifier: Apache-2.0
// Writes the CPU text of a file of KIR: generate <file.kir> <table> <output>
#include "emit/cpu/emit.hpp"
#include "kir/parse.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

int main(int argc, char** argv) {
  if (argc != 4) {
    return EXIT_FAILURE;
  }
  std::ifstream in(argv[1]);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto parsed = dotcompute::kir::parse(text);
  if (parsed.module == nullptr) {
    std::cerr << argv[1] << ":" << parsed.diagnostics.front().location.line << ": "
              << parsed.diagnostics.front().message << "\n";
    return EXIT_FAILURE;
  }
  std::ofstream out(argv[3]);
  out << dotcompute::emit::emit_cpu(*parsed.module, {.table = argv[2]});
  return out.good() ? EXIT_SUCCESS : EXIT_FAILURE;
}
