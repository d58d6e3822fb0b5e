// SPDX-License-Identifier: Apache-2.0
#include <dotcompute/kernel.hpp>

DC_DEVICE int next(int& state) {
  state = state * 5 + 1;
  return state >> 2;
}

DC_KERNEL void effects(std::span<int> y, std::span<const int> x, int n) {
  int state = n;
  std::size_t at = 0;
  y[at++] = x[at];
  y[at] += next(state) - next(state);
  if (n > 3 && next(state) > 2) {
    y[2] = n++;
  }
  for (int low = 0, high = n; low < high; ++low, --high) {
    if (low == 2) {
      continue;
    }
    y[3] += low * high;
  }
  do {
    --n;
  } while (next(state) < n);
  while (n-- > 0) {
    switch (n & 3) {
      case 0:
        y[4] = n;
        [[fallthrough]];
      case 1:
        break;
      default:
        y[5] ^= n;
    }
  }
  for (const int value : x) {
    y[6] = std::max(y[6], value);
  }
}
