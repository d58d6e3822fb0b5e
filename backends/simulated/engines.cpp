// SPDX-License-Identifier: Apache-2.0
#include "engines.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <new>
#include <system_error>
#include <utility>

namespace dotcompute::simulated {
namespace {

// A failure nobody has asked for by then is forgotten, and taken for work that is done.
constexpr std::size_t kFailuresKept = 4096;

}  // namespace

Engines::~Engines() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  changed_.notify_all();
  for (Engine& engine : engines_) {
    if (engine.thread.joinable()) {
      engine.thread.join();
    }
  }
}

Result<backend::Completion> Engines::queue(std::size_t engine,
                                           std::span<const backend::Completion> after,
                                           Time now,
                                           Work work) noexcept try {
  std::vector<backend::Completion> before(after.begin(), after.end());
  const std::lock_guard lock(mutex_);
  forget_finished(now);
  Engine& own = engines_[engine];
  if (!own.thread.joinable()) {
    own.thread = std::thread([this, &own] { run(own); });
  }
  const std::uint64_t serial = last_serial_ + 1;
  outcomes_.try_emplace(serial);
  try {
    own.queue.push_back(
        {.serial = serial, .queued_at = now, .after = std::move(before), .work = std::move(work)});
  } catch (const std::bad_alloc&) {
    outcomes_.erase(serial);
    throw;
  }
  for (const backend::Completion& earlier : own.queue.back().after) {
    if (const auto found = outcomes_.find(earlier.serial); found != outcomes_.end()) {
      ++found->second.awaited;
    }
  }
  last_serial_ = serial;
  changed_.notify_all();
  return backend::Completion{serial};
} catch (const std::system_error&) {
  return Error{ErrorCode::transient, "The host has no thread left for a simulated engine."};
} catch (const std::exception&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

Result<std::optional<Engines::Time>> Engines::wait_for_work(backend::Completion completion,
                                                            Deadline deadline) noexcept {
  std::unique_lock lock(mutex_);
  const auto done = [&] { return is_done(std::span(&completion, 1)); };
  if (deadline == Deadline::max()) {
    changed_.wait(lock, done);
  } else if (!changed_.wait_until(lock, deadline, done)) {
    return std::optional<Time>();
  }
  const auto found = outcomes_.find(completion.serial);
  if (found == outcomes_.end()) {
    return std::optional<Time>(Time(0));
  }
  if (found->second.error) {
    return *found->second.error;
  }
  return std::optional<Time>(found->second.finished_at);
}

Engines::Time Engines::busy_until() const noexcept {
  const std::lock_guard lock(mutex_);
  Time latest{0};
  for (const Engine& engine : engines_) {
    latest = std::max(latest, engine.busy_until);
  }
  return latest;
}

void Engines::run(Engine& engine) noexcept {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return is_closing_ || !engine.queue.empty(); });
    if (engine.queue.empty()) {
      return;
    }
    Piece piece = std::move(engine.queue.front());
    engine.queue.pop_front();
    changed_.wait(lock, [&] { return is_done(piece.after); });
    Outcome outcome = begin(engine, piece);
    if (!outcome.error) {
      lock.unlock();
      Result<Time> duration = piece.work();
      piece.work = nullptr;  // what it holds goes while nobody waits for the lock
      lock.lock();
      if (duration) {
        outcome.finished_at += *duration;
      } else {
        outcome.error = std::move(duration.error());
      }
    }
    engine.busy_until = outcome.finished_at;
    Outcome& known = outcomes_.find(piece.serial)->second;  // there since queue()
    known.finished_at = outcome.finished_at;
    known.error = std::move(outcome.error);
    known.is_done = true;
    changed_.notify_all();
  }
}

// With the time at which the piece begins.
Engines::Outcome Engines::begin(const Engine& engine, const Piece& piece) noexcept {
  Outcome outcome{.finished_at = std::max(engine.busy_until, piece.queued_at)};
  for (const backend::Completion& earlier : piece.after) {
    const auto found = outcomes_.find(earlier.serial);
    if (found == outcomes_.end()) {
      continue;
    }
    --found->second.awaited;
    outcome.finished_at = std::max(outcome.finished_at, found->second.finished_at);
    if (found->second.error && !outcome.error) {
      outcome.error = found->second.error;
    }
  }
  return outcome;
}

bool Engines::is_done(std::span<const backend::Completion> completions) const noexcept {
  return std::ranges::all_of(completions, [&](const backend::Completion& completion) {
    const auto found = outcomes_.find(completion.serial);
    return found == outcomes_.end() || found->second.is_done;
  });
}

// What the device has finished by now need not be known any longer. Failures are kept for those who
// still ask.
void Engines::forget_finished(Time now) {
  if (outcomes_.size() < next_sweep_) {
    return;
  }
  std::vector<std::uint64_t> failures;
  std::erase_if(outcomes_, [&](const auto& entry) {
    const Outcome& outcome = entry.second;
    const bool is_over = outcome.is_done && outcome.awaited == 0;
    if (is_over && outcome.error) {
      failures.push_back(entry.first);
    }
    return is_over && !outcome.error && outcome.finished_at <= now;
  });
  if (failures.size() > kFailuresKept) {
    const auto newest = failures.begin() + static_cast<std::ptrdiff_t>(kFailuresKept);
    std::ranges::nth_element(failures, newest, std::greater<>());
    std::for_each(newest, failures.end(), [&](std::uint64_t serial) { outcomes_.erase(serial); });
  }
  next_sweep_ = std::max<std::size_t>(64, 2 * outcomes_.size());
}

}  // namespace dotcompute::simulated
