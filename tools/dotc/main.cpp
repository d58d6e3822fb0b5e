// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include <iostream>

int main(int argc, char** argv) {
  return dotcompute::dotc::run_program(argc, argv, std::cout, std::cerr);
}
