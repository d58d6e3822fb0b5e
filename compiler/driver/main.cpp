// SPDX-License-Identifier: Apache-2.0
#include "driver/compile.hpp"
#include "driver/options.hpp"
#include "driver/outputs.hpp"

#include <exception>
#include <iostream>
#include <string>

namespace {

constexpr int kMistakes = 1;  // in the kernels, or an output that cannot be written
constexpr int kWrongUsage = 2;

}  // namespace

int main(int argc, char** argv) {
  using namespace dotcompute::driver;
  try {
    std::string answer;
    const auto options = parse_options(argc, argv, answer);
    std::cout << answer;
    return !options || compile(*options, std::cout, std::cerr) ? 0 : kMistakes;
  } catch (const UsageError& error) {
    std::cerr << "dotcompute-kernelc: " << error.what() << " (--help tells more)\n";
    return kWrongUsage;
  } catch (const std::exception& error) {
    std::cerr << "dotcompute-kernelc: " << error.what() << "\n";
    return kMistakes;
  }
}
