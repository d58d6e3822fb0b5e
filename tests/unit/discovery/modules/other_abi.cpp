// SPDX-License-Identifier: Apache-2.0
// A module as a later version might make it: only the number at the start may be read.
#include <cstdint>
#include <cstdlib>

namespace {

void never_to_be_called() {
  std::abort();
}

struct LaterTable {
  std::uint32_t abi;
  void (*function)();
};

}  // namespace

extern "C" {
[[gnu::visibility("default")]] extern const LaterTable dotcompute_module_table;
const LaterTable dotcompute_module_table{77, never_to_be_called};
}
