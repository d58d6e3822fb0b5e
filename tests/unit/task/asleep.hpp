// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace dotcompute {

/// Returns when the thread of that number (see gettid) sleeps, as the kernel tells it.
inline void wait_until_asleep(pid_t thread) {
  const std::string path = "/proc/self/task/" + std::to_string(thread) + "/stat";
  while (true) {
    std::ifstream file(path);
    const std::string line(std::istreambuf_iterator<char>(file), {});
    // "number (name) state ...", and the name may hold anything.
    const auto state = line.rfind(')') + 2;
    if (state < line.size() && line[state] == 'S') {
      return;
    }
    std::this_thread::yield();
  }
}

}  // namespace dotcompute
