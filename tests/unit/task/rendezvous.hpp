// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace dotcompute {

/// Lets two threads do one round each at the same moment, again and again.
class Rendezvous {
 public:
  void meet() noexcept {
    const int earlier = arrived_.fetch_add(1);
    if (earlier % 2 == 1) {
      arrived_.notify_one();
      return;
    }
    // Awake for a while, so that both go on at the same moment; then asleep, so that the other one
    // gets the processor where there is but one.
    constexpr int kLooks = 2'000;
    for (int look = 0; look < kLooks; ++look) {
      if (arrived_.load() > earlier + 1) {
        return;
      }
    }
    arrived_.wait(earlier + 1);
  }

 private:
  std::atomic<int> arrived_{0};
};

}  // namespace dotcompute
