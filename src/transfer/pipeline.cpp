// SPDX-License-Identifier: Apache-2.0
#include "transfer/pipeline.hpp"

#include "base/static_vector.hpp"
#include "base/try.hpp"
#include "transfer/wait.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <tuple>

namespace dotcompute::core {
namespace {

// One chunk is copied in, one runs, one is copied back, and one waits so that none of these does.
constexpr std::size_t kDepth = 4;
constexpr std::uint64_t kMostChunks = 64;

using Completions = StaticVector<backend::Completion, kMaxParameters>;

/// What is queued of one chunk.
struct Chunk {
  Completions uploads;
  Completions downloads;
  backend::Completion launch;

  void clear() noexcept {
    uploads.clear();
    downloads.clear();
    launch = {};
  }
};

/// One launch that is cut into chunks.
class Pipeline {
 public:
  Pipeline(backend::Device& device,
           DeviceArguments& arguments,
           const backend::LaunchRequest& launch,
           const ChunkPlan& plan) noexcept
      : device_(device), arguments_(arguments), launch_(launch), plan_(plan) {}
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  ~Pipeline() {
    // What is queued uses the buffers of the call, which go when this has gone.
    for (Chunk& chunk : ring_) {
      std::ignore = finish(chunk, nullptr);
    }
  }

  Status run() noexcept {
    for (std::uint64_t index = 0; index < plan_.count; ++index) {
      Chunk& chunk = ring_[index % kDepth];
      DC_TRY(finish(chunk, launch_.control));
      if (launch_.control != nullptr) {
        DC_TRY(launch_.control->check());
      }
      const std::uint64_t begin = index * plan_.chunk_items;
      const std::uint64_t end = std::min(begin + plan_.chunk_items, items());
      DC_TRY(upload(chunk, std::min(end + plan_.halo, items())));
      DC_TRY(launch(chunk, ring_[(index + kDepth - 1) % kDepth], begin, end));
      DC_TRY(download(chunk, begin, end));
    }
    for (Chunk& chunk : ring_) {
      DC_TRY(finish(chunk, launch_.control));
    }
    return success();
  }

 private:
  [[nodiscard]] std::uint64_t items() const noexcept { return launch_.range.size[plan_.axis]; }

  // Queues the copies of the items up to before `end` that have not been queued.
  Status upload(Chunk& chunk, std::uint64_t end) noexcept {
    if (end == uploaded_) {
      return success();
    }
    for (const auto& buffer : arguments_.copied()) {
      if (!buffer.deferred || !buffer.moved) {
        continue;
      }
      const std::size_t bytes = buffer.host.size() / items();
      auto copied = device_.copy(
          {.host_source = buffer.host.subspan(uploaded_ * bytes, (end - uploaded_) * bytes),
           .target = part_of(buffer.allocation, uploaded_ * bytes, (end - uploaded_) * bytes)});
      if (!copied) {
        return std::move(copied.error());
      }
      chunk.uploads.push_back(*copied);
      arguments_.count_upload((end - uploaded_) * bytes);
    }
    uploaded_ = end;
    return success();
  }

  // `before` is the chunk before this one, whose uploads hold what this one reads of its items.
  Status launch(Chunk& chunk,
                const Chunk& before,
                std::uint64_t begin,
                std::uint64_t end) noexcept {
    StaticVector<backend::Completion, 4 * kMaxParameters> after;
    const auto add = [&after](std::span<const backend::Completion> completions) {
      for (const backend::Completion& completion : completions) {
        after.push_back(completion);
      }
    };
    add(launch_.after);
    add(chunk.uploads.all());
    if (plan_.halo != 0) {
      add(before.uploads.all());
    }
    backend::LaunchRequest part = launch_;
    part.first[plan_.axis] = begin;
    part.range.size[plan_.axis] = end - begin;
    const std::uint64_t group = part.group_size[plan_.axis];
    part.groups[plan_.axis] = static_cast<std::uint32_t>((end - begin + group - 1) / group);
    part.after = after.all();
    DC_TRY_ASSIGN(chunk.launch, device_.launch(part));
    return success();
  }

  Status download(Chunk& chunk, std::uint64_t begin, std::uint64_t end) noexcept {
    for (const auto& buffer : arguments_.copied()) {
      if (!buffer.deferred || !buffer.written) {
        continue;
      }
      const std::size_t bytes = buffer.host.size() / items();
      const std::size_t first = begin * bytes;
      const std::size_t count = (end - begin) * bytes;
      auto copied = device_.copy({.host_target = buffer.host.subspan(first, count),
                                  .source = part_of(buffer.allocation, first, count),
                                  .after = std::span(&chunk.launch, 1)});
      if (!copied) {
        return std::move(copied.error());
      }
      chunk.downloads.push_back(*copied);
      arguments_.count_download(count);
    }
    return success();
  }

  // Waits for a chunk and forgets it.
  Status finish(Chunk& chunk, const backend::CallControl* control) noexcept {
    Status outcome = wait_for(chunk.launch, control);
    for (const auto& completion : chunk.downloads.all()) {
      auto done = wait_for(completion, outcome.ok() ? control : nullptr);
      if (!done && outcome.ok()) {
        outcome = std::move(done);
      }
    }
    for (const auto& completion : chunk.uploads.all()) {
      auto done = wait_for(completion, nullptr);
      if (!done && outcome.ok()) {
        outcome = std::move(done);
      }
    }
    if (outcome.ok() || control == nullptr) {
      chunk.clear();
    }
    return outcome;
  }

  Status wait_for(backend::Completion completion, const backend::CallControl* control) noexcept {
    if (completion.serial == 0) {
      return success();
    }
    return wait_or_give_up(device_, completion, control);
  }

  static backend::Allocation part_of(const backend::Allocation& whole,
                                     std::size_t first,
                                     std::size_t bytes) noexcept {
    return {whole.handle, bytes, whole.offset + static_cast<std::int64_t>(first)};
  }

  backend::Device& device_;
  DeviceArguments& arguments_;
  const backend::LaunchRequest& launch_;
  const ChunkPlan& plan_;
  std::uint64_t uploaded_ = 0;  // items whose copies are queued
  std::array<Chunk, kDepth> ring_;
};

}  // namespace

std::uint64_t best_chunk_count(const ChunkCosts& costs) noexcept {
  if (costs.upload + costs.download <= 0) {
    return 1;
  }
  const double best = std::sqrt((costs.upload + costs.download) / std::max(costs.fixed, 1.0));
  return static_cast<std::uint64_t>(std::clamp(best, 1.0, static_cast<double>(kMostChunks)));
}

Status run_in_chunks(backend::Device& device,
                     DeviceArguments& arguments,
                     const backend::LaunchRequest& launch,
                     const ChunkPlan& plan) noexcept {
  return Pipeline(device, arguments, launch, plan).run();
}

}  // namespace dotcompute::core
