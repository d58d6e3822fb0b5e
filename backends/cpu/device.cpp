// SPDX-License-Identifier: Apache-2.0
#include "device.hpp"

#include "base/try.hpp"
#include "chunk_grid.hpp"
#include "platform/caught_error.hpp"
#include "platform/clock.hpp"
#include "platform/host_device_memory.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

namespace dotcompute::cpu {
namespace {

constexpr double kChunkNanoseconds = 50'000;

// The ids of a box that is counted from the launch's first item.
ItemRange items_of(const backend::LaunchRequest& request, ItemRange box) noexcept {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.begin[axis] += request.first[axis];
    box.end[axis] += request.first[axis];
  }
  box.launch = &request.range;
  box.group_size = &request.group_size;
  return box;
}

ItemRange whole(const backend::LaunchRequest& request) noexcept {
  return items_of(request, {.begin = {0, 0, 0}, .end = request.range.size});
}

bool may_end_early(const backend::CallControl* control) noexcept {
  return control != nullptr && (control->stop.stop_requested() ||
                                control->deadline != std::chrono::steady_clock::time_point::max());
}

Status run_box(const Program& program,
               const backend::LaunchRequest& request,
               const ItemRange& box) noexcept {
  try {
    program.run(request.arguments.data(), box);
    return success();
  } catch (...) {
    return core::caught_error();
  }
}

Status run_timed(const Program& program, const backend::LaunchRequest& request) noexcept {
  const core::Ticks begin = core::ticks_now();
  DC_TRY(run_box(program, request, whole(request)));
  program.cost().record(request.range.items(), core::nanoseconds_since(begin));
  return success();
}

}  // namespace

Result<backend::Allocation> Device::allocate(const backend::AllocationRequest& request) noexcept {
  return core::host_device::allocate(request, info_.max_allocation_bytes);
}

void Device::free(backend::Allocation allocation) noexcept {
  core::host_device::release(allocation);
}

Result<std::unique_ptr<backend::Program>> Device::compile(
    const backend::KernelSource& source) noexcept {
  return cpu::compile(source, *pool_);
}

Result<backend::Completion> Device::copy(const backend::CopyRequest& request) noexcept {
  DC_TRY(core::host_device::copy(request));
  return backend::Completion{};
}

Result<backend::Completion> Device::launch(const backend::LaunchRequest& request) noexcept {
  const auto* program = static_cast<const Program*>(request.program);
  if (program == nullptr) [[unlikely]] {
    return Error{ErrorCode::invalid_argument, "A launch names no program."};
  }
  const std::uint64_t items = request.range.items();
  if (items == 0) [[unlikely]] {
    return backend::Completion{};
  }
  // Small work, the common case: straight into the body, with nothing that costs.
  if (program->is_short(items) && !may_end_early(request.control)) [[likely]] {
    try {
      program->run(request.arguments.data(), whole(request));
      return backend::Completion{};
    } catch (...) {
      return core::caught_error();
    }
  }
  DC_TRY(launch_measured(*program, request));
  return backend::Completion{};
}

Result<bool> Device::wait(backend::Completion /*completion*/,
                          std::chrono::nanoseconds /*timeout*/) noexcept {
  return true;
}

std::uint64_t Device::least_chunks() const noexcept {
  return 4 * std::uint64_t{pool_->threads()};
}

Status Device::launch_measured(const Program& program,
                               const backend::LaunchRequest& request) noexcept {
  if (request.control != nullptr) {
    DC_TRY(request.control->check());
  }
  if (!program.is_parallel()) {
    return run_timed(program, request);
  }
  const double expected = program.cost().measured_nanoseconds(request.range.items());
  if (!std::isfinite(expected)) {
    return run_learning(program, request);
  }
  if (expected <= pool_->grain_nanoseconds()) {
    return run_timed(program, request);
  }
  return run_in_chunks(program, request, expected);
}

Status Device::run_in_chunks(const Program& program,
                             const backend::LaunchRequest& request,
                             double expected_nanoseconds) noexcept {
  const auto by_time =
      static_cast<std::uint64_t>(std::min(expected_nanoseconds / kChunkNanoseconds, 1e9));
  const ChunkGrid grid(request.range, std::max(by_time, least_chunks()), least_chunks());
  const double box_nanoseconds = expected_nanoseconds / static_cast<double>(grid.count());
  DC_TRY_ASSIGN(const double busy, run_boxes(program, request, grid, 0, box_nanoseconds));
  program.cost().record(request.range.items(), busy);
  return success();
}

// Begins inline with small boxes until it is plain what the kernel costs, then decides for the rest.
Status Device::run_learning(const Program& program,
                            const backend::LaunchRequest& request) noexcept {
  constexpr std::uint64_t kBoxItems = 256;
  constexpr std::uint64_t kMostBoxes = 4096;
  const std::uint64_t items = request.range.items();
  const std::uint64_t wanted = std::min(items / kBoxItems, kMostBoxes);
  const ChunkGrid grid(request.range, std::max(wanted, least_chunks()), least_chunks());
  const double grain = pool_->grain_nanoseconds();
  const core::Ticks begin = core::ticks_now();
  std::uint64_t done = 0;
  double elapsed = 0;
  double left = 0;
  do {
    if (request.control != nullptr) {
      DC_TRY(request.control->check());
    }
    DC_TRY(run_box(program, request, items_of(request, grid.box(done))));
    ++done;
    elapsed = core::nanoseconds_since(begin);
    left = elapsed / static_cast<double>(done) * static_cast<double>(grid.count() - done);
  } while (done < grid.count() && (elapsed < grain || left <= grain));

  if (done < grid.count()) {
    const auto box_nanoseconds = elapsed / static_cast<double>(done);
    DC_TRY_ASSIGN(const double busy, run_boxes(program, request, grid, done, box_nanoseconds));
    elapsed += busy;
  }
  program.cost().record(items, elapsed);
  return success();
}

// Runs the boxes from `first` on in groups that take long enough to be worth a chunk.
Result<double> Device::run_boxes(const Program& program,
                                 const backend::LaunchRequest& request,
                                 const ChunkGrid& grid,
                                 std::uint64_t first,
                                 double box_nanoseconds) noexcept {
  const std::uint64_t boxes = grid.count() - first;
  const auto by_time = static_cast<std::uint64_t>(kChunkNanoseconds / box_nanoseconds);
  const std::uint64_t per_chunk =
      std::clamp<std::uint64_t>(by_time, 1, std::max<std::uint64_t>(1, boxes / least_chunks()));
  std::atomic<std::uint64_t> busy_ticks{0};
  const auto run_chunk = [&](std::uint64_t chunk) {
    const core::Ticks begin = core::ticks_now();
    const std::uint64_t begin_box = first + chunk * per_chunk;
    const std::uint64_t end_box = std::min(begin_box + per_chunk, grid.count());
    for (std::uint64_t box = begin_box; box < end_box; ++box) {
      program.run(request.arguments.data(), items_of(request, grid.box(box)));
    }
    busy_ticks.fetch_add(core::ticks_now() - begin, std::memory_order_relaxed);
  };
  const std::uint64_t chunks = (boxes + per_chunk - 1) / per_chunk;
  DC_TRY(pool_->parallel_for(chunks, run_chunk, request.control));
  return static_cast<double>(busy_ticks.load(std::memory_order_relaxed)) *
         core::nanoseconds_per_tick();
}

}  // namespace dotcompute::cpu
