// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/error.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

namespace dotcompute::simulated {

/// What runs queued work: each engine one piece after the other, all engines at the same time.
///
/// The work itself is done as soon as what it comes after is done. When the simulated device has
/// finished it is a matter of reckoning: a piece begins when it was queued, when its engine has
/// finished the one before, and when what it comes after has finished, whichever is last.
///
/// Threads: every member may be called from any thread at the same time.
class Engines {
 public:
  using Time = std::chrono::nanoseconds;
  using Deadline = std::chrono::steady_clock::time_point;
  /// Does the work, and says how long the simulated device takes for it.
  using Work = std::function<Result<Time>()>;

  explicit Engines(std::size_t count) : engines_(count) {}
  Engines(const Engines&) = delete;
  Engines& operator=(const Engines&) = delete;
  /// All that is queued is done first.
  ~Engines();

  /// \param now when it is queued, on the device's clock.
  /// \param after work that fails there fails here too, and this is not begun.
  /// \retval ErrorCode::transient if there is no thread for the engine.
  Result<backend::Completion> queue(std::size_t engine,
                                    std::span<const backend::Completion> after,
                                    Time now,
                                    Work work) noexcept;

  /// Waits until the work itself is done, at most until `deadline`.
  /// \return when the device has finished it; nothing if the deadline passed first. The error of work
  ///         that failed.
  Result<std::optional<Time>> wait_for_work(backend::Completion completion,
                                            Deadline deadline) noexcept;

  /// When the device will have finished all that is done so far.
  [[nodiscard]] Time busy_until() const noexcept;

 private:
  struct Piece {
    std::uint64_t serial = 0;
    Time queued_at{0};
    std::vector<backend::Completion> after;
    Work work;
  };
  struct Outcome {
    bool is_done = false;
    Time finished_at{0};
    std::optional<Error> error;
    std::size_t awaited = 0;  // by pieces that are queued and have not begun
  };
  struct Engine {
    std::deque<Piece> queue;
    Time busy_until{0};
    std::thread thread;
  };

  void run(Engine& engine) noexcept;
  Outcome begin(const Engine& engine, const Piece& piece) noexcept;
  [[nodiscard]] bool is_done(std::span<const backend::Completion> completions) const noexcept;
  void forget_finished(Time now);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Engine> engines_;                          // guarded by mutex_
  std::unordered_map<std::uint64_t, Outcome> outcomes_;  // guarded by mutex_; missing: finished
  std::uint64_t last_serial_ = 0;                        // guarded by mutex_
  std::size_t next_sweep_ = 64;                          // guarded by mutex_
  bool is_closing_ = false;                              // guarded by mutex_
};

}  // namespace dotcompute::simulated
