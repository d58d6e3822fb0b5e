// SPDX-License-Identifier: Apache-2.0
#include "platform/thread_pool.hpp"

#include "platform/clock.hpp"
#include "platform/cpu_quota.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <optional>
#include <tuple>

namespace dotcompute::core {
namespace {

constexpr double kMinGrainNanoseconds = 5'000;
constexpr double kMaxGrainNanoseconds = 100'000;
constexpr std::uint32_t kCallsPerChunk = 8;

// oneTBB has one worker less than there are processors, since it counts the caller in. One control
// for the process, since of several the smallest would win.
class WorkerLimit {
 public:
  // Guarded by the mutex of PoolCache.
  void allow(std::uint32_t workers) {
    const std::size_t wanted = std::size_t{workers} + 1;
    using tbb::global_control;
    if (wanted <= allowed_ ||
        wanted <= static_cast<std::size_t>(tbb::info::default_concurrency())) {
      return;
    }
    control_.reset();
    control_.emplace(global_control::max_allowed_parallelism, wanted);
    allowed_ = wanted;
  }

 private:
  std::optional<tbb::global_control> control_;
  std::size_t allowed_ = 0;
};

// Orders what the caller wrote before what the work reads. oneTBB does that too, but the thread
// sanitizer does not see into it.
std::atomic<std::uint32_t> handed_over{0};

// Pools stay: an arena of oneTBB that goes while work is queued in it may take the work along.
struct PoolCache {
  std::mutex mutex;
  std::map<std::uint32_t, std::shared_ptr<ThreadPool>> pools;  // guarded by mutex
  WorkerLimit limit;                                           // guarded by mutex
};

// Never destroyed: threads of the program may still ask while it ends.
PoolCache& pool_cache() {
  static PoolCache& cache = *new PoolCache;
  return cache;
}

}  // namespace

// oneTBB makes an arena when it is first used.
struct ThreadPool::Arenas {
  explicit Arenas(int threads)
      : low(threads, 0, tbb::task_arena::priority::low),
        normal(threads, 0, tbb::task_arena::priority::normal),
        high(threads, 0, tbb::task_arena::priority::high) {}

  tbb::task_arena& of(Priority priority) noexcept {
    switch (priority) {
      case Priority::low:
        return low;
      case Priority::high:
        return high;
      case Priority::normal:
        break;
    }
    return normal;
  }

  tbb::task_arena low;
  tbb::task_arena normal;
  tbb::task_arena high;
};

ThreadPool::ThreadPool(std::uint32_t threads, std::unique_ptr<Arenas> arenas) noexcept
    : threads_(threads), arenas_(std::move(arenas)) {}

ThreadPool::~ThreadPool() = default;

Result<std::shared_ptr<ThreadPool>> ThreadPool::shared(std::uint32_t threads) noexcept {
  if (threads > kMaxThreads) {
    return Error{ErrorCode::invalid_argument, "A pool has at most 4096 threads."};
  }
  const std::uint32_t count = threads == 0 ? cpu_quota() : threads;
  try {
    PoolCache& cache = pool_cache();
    const std::lock_guard lock(cache.mutex);
    std::shared_ptr<ThreadPool>& pool = cache.pools[count];
    if (pool == nullptr) {
      cache.limit.allow(count);
      auto arenas = std::make_unique<Arenas>(static_cast<int>(count));
      pool.reset(new ThreadPool(count, std::move(arenas)));
    }
    return pool;
  } catch (const std::exception&) {
    return Error{ErrorCode::host_memory, "The host has no memory left for threads."};
  }
}

Status ThreadPool::enqueue(Work work, void* state, Priority priority) noexcept {
  waiting_.fetch_add(1, std::memory_order_relaxed);
  handed_over.fetch_add(1, std::memory_order_release);
  try {
    arenas_->of(priority).enqueue([this, work, state] {
      std::ignore = handed_over.load(std::memory_order_acquire);
      waiting_.fetch_sub(1, std::memory_order_relaxed);
      work(state);
    });
    return success();
  } catch (const std::exception&) {
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    return Error{ErrorCode::host_memory, "The host has no memory left to queue work."};
  }
}

bool ThreadPool::recruit(ChunkJob& job) noexcept {
  // When this many wait already, all workers are busy: more would only lengthen the queue. The
  // caller asks again after each chunk. Some room above the workers is needed, since helpers of
  // loops that are over wait there too until a worker finds them closed.
  const std::uint32_t max_waiting = 8 * threads_ + 16;
  if (waiting_.load(std::memory_order_relaxed) >= max_waiting) {
    return false;
  }
  job.add_reference();
  const auto help = [](void* state) noexcept {
    auto* helped = static_cast<ChunkJob*>(state);
    helped->help();
    helped->drop();
  };
  if (!enqueue(help, &job).ok()) {
    job.drop();
    return false;
  }
  return true;
}

Status ThreadPool::run_chunks(std::uint64_t chunk_count,
                              const ChunkBody& body,
                              const backend::CallControl* control) noexcept {
  ChunkJob* const job = ChunkJob::take(body, chunk_count, control);
  if (job == nullptr) [[unlikely]] {
    return Error{ErrorCode::host_memory, "The host has no memory left for a loop."};
  }
  const std::uint64_t others = chunk_count > 1 ? chunk_count - 1 : 0;
  std::uint64_t missing = std::min<std::uint64_t>(threads_ - 1, others);
  do {
    // A few at a time: calling hundreds of helpers first would take longer than a chunk.
    for (std::uint32_t calls = 0; missing > 0 && calls < kCallsPerChunk && recruit(*job); ++calls) {
      --missing;
    }
  } while (job->run_next());
  Status status = job->close();
  job->drop();
  return status;
}

double ThreadPool::known_grain_nanoseconds() const noexcept {
  return std::max(grain_nanoseconds_.load(std::memory_order_relaxed), kMinGrainNanoseconds);
}

// How long a loop takes whose first chunk waits for a helper to run the second, if one comes before
// the wait alone costs the largest grain.
double ThreadPool::time_of_a_meeting() noexcept {
  std::atomic<std::uint32_t> arrived{0};
  const Ticks begin = ticks_now();
  const auto meet = [&](std::uint64_t) noexcept {
    arrived.fetch_add(1, std::memory_order_relaxed);
    while (arrived.load(std::memory_order_relaxed) < 2 &&
           nanoseconds_since(begin) < kMaxGrainNanoseconds / 2) {
    }
  };
  std::ignore = parallel_for(2, meet);  // the body cannot fail; without memory nothing is shared
  return nanoseconds_since(begin);
}

double ThreadPool::measure_grain() noexcept {
  const std::lock_guard lock(measuring_);
  if (const double measured = grain_nanoseconds_.load(std::memory_order_relaxed); measured > 0) {
    return measured;
  }
  double grain = kMaxGrainNanoseconds;
  if (threads_ > 1) {
    std::array<double, 9> samples{};
    for (double& sample : samples) {
      sample = time_of_a_meeting();
    }
    std::ranges::nth_element(samples, samples.begin() + samples.size() / 2);
    grain = std::clamp(2 * samples[samples.size() / 2], kMinGrainNanoseconds, kMaxGrainNanoseconds);
  }
  grain_nanoseconds_.store(grain, std::memory_order_relaxed);
  return grain;
}

}  // namespace dotcompute::core
