// SPDX-License-Identifier: Apache-2.0
// Writes the CPU text of kernels drawn from seeds: generate_random <first seed> <count> <output>
#include "emit/cpu/emit.hpp"
#include "random_comparison.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

int main(int argc, char** argv) {
  if (argc != 4) {
    return EXIT_FAILURE;
  }
  const std::uint64_t first = std::strtoull(argv[1], nullptr, 10);
  const std::uint64_t count = std::strtoull(argv[2], nullptr, 10);
  std::ofstream out(argv[3]);
  std::string tables;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::string name = "random_" + std::to_string(seed);
    // All in one file, each in a namespace of its own.
    out << "#define dc_kernels dc_kernels_" << seed << "\n"
        << dotcompute::emit::emit_cpu(
               *dotcompute::random_kernel(seed, dotcompute::emit::random_options(seed)),
               {.table = name})
        << "#undef dc_kernels\n\n";
    tables += "&DC_BODY_TABLE(" + name + "), ";
  }
  const std::string array = "const dotcompute::generated::BodyTable* const DC_BODY_TABLE(random)[" +
                            std::to_string(count) + "]";
  out << "extern " << array << ";\n" << array << " = {" << tables << "};\n";
  return out.good() ? EXIT_SUCCESS : EXIT_FAILURE;
}
