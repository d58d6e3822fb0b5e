// SPDX-License-Identifier: Apache-2.0
// A library like any other, which needs one that has modules.
extern "C" int dotcompute_test_answer() {
  return 42;
}
