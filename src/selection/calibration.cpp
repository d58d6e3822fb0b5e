// SPDX-License-Identifier: Apache-2.0
#include "selection/calibration.hpp"

#include "base/try.hpp"
#include "selection/calibration_kernels.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace dotcompute::core {
namespace {

constexpr std::uint64_t kCachedItems = 65'536;    // three arrays of float: kCachedBytes
constexpr std::uint64_t kLargeItems = 4'194'304;  // 48 MiB, beyond most caches
static_assert(static_cast<double>(3 * kCachedItems * sizeof(float)) == DeviceRates::kCachedBytes);
constexpr std::uint32_t kRounds = 128;
constexpr double kLongEnough = 1e6;  // nanoseconds that a clock and a neighbour hardly disturb
constexpr std::size_t kRepetitions = 5;
constexpr double kMostSpread = 2;

double rate_of(double amount, double nanoseconds, double overhead) noexcept {
  // The overhead was measured at another time: it is never taken for nearly all.
  return amount / std::max({nanoseconds - overhead, nanoseconds / 4, 1.0});
}

/// Memory of a device while this lives.
class Memory {
 public:
  Memory() = default;
  Memory(backend::Device& device, backend::Allocation allocation) noexcept
      : device_(&device), allocation_(allocation) {}
  Memory(Memory&& other) noexcept
      : device_(std::exchange(other.device_, nullptr)), allocation_(other.allocation_) {}
  Memory& operator=(Memory&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(allocation_, other.allocation_);
    return *this;
  }
  ~Memory() {
    if (device_ != nullptr) {
      device_->free(allocation_);
    }
  }
  [[nodiscard]] const backend::Allocation& get() const noexcept { return allocation_; }

 private:
  backend::Device* device_ = nullptr;
  backend::Allocation allocation_;
};

class Measurement {
 public:
  Measurement(backend::Device& device, const CalibrationOptions& options)
      : device_(device), options_(options), begin_(options.now()) {}

  Result<MeasuredRates> run() {
    DC_TRY_ASSIGN(add_, compile(CalibrationKernel::add, true));
    DC_TRY_ASSIGN(multiply_add_, compile(CalibrationKernel::multiply_add, true));
    DC_TRY(measure_launch());
    DC_TRY(measure_copies());
    DC_TRY(measure_memory());
    DC_TRY(measure_compute());
    finish_memory();
    rates_.threads_nanoseconds = options_.threads_nanoseconds;
    rates_.is_measured = true;
    return MeasuredRates(rates_, is_disturbed_);
  }

 private:
  using Programs = std::unique_ptr<backend::Program>;

  [[nodiscard]] bool has_time() const { return options_.now() - begin_ < options_.budget; }
  [[nodiscard]] bool is_on_host() const noexcept { return device_.info().host_memory; }
  [[nodiscard]] bool is_cpu() const noexcept { return device_.info().type == AcceleratorType::cpu; }

  Result<Programs> compile(CalibrationKernel kernel, bool is_parallel) {
    auto source = source_of(kernel, device_.info().type);
    if (!source) {
      return Error{ErrorCode::device_unavailable, "There is no calibration for this device."};
    }
    KernelMetadata metadata = metadata_of(kernel);
    metadata.is_parallel = is_parallel;
    source->metadata = &metadata;
    return device_.compile(*source);
  }

  Result<Memory> allocate(std::uint64_t bytes) {
    DC_TRY_ASSIGN(const auto allocation, device_.allocate({.bytes = bytes}));
    return Memory(device_, allocation);
  }

  /// Fills memory with zeros: what it held may be numbers that take longer.
  Status clear(const Memory& memory) {
    const std::vector<std::byte> zeros(memory.get().bytes);
    DC_TRY(copy({.host_source = zeros, .target = memory.get()}));
    return success();
  }

  /// Nanoseconds until the work that `queue` starts is done.
  template <class Queue>
  Result<double> time_of(const Queue& queue) {
    if (options_.stop.stop_requested()) {
      return Error{ErrorCode::cancelled, "The calibration was stopped."};
    }
    const auto begin = options_.now();
    DC_TRY_ASSIGN(const backend::Completion completion, queue());
    DC_TRY(device_.wait(completion, std::chrono::nanoseconds::max()));
    return std::chrono::duration<double, std::nano>(options_.now() - begin).count();
  }

  Result<double> copy(const backend::CopyRequest& request) {
    return time_of([&] { return device_.copy(request); });
  }

  Result<double> launch(const backend::Program& program,
                        std::uint64_t items,
                        std::span<const Memory* const> buffers,
                        std::uint32_t rounds) {
    std::array<backend::KernelArgument, 3> arguments{};
    std::array<backend::Allocation, 3> memory{};
    std::size_t count = 0;
    for (const Memory* buffer : buffers) {
      // The handle of memory on the host is its address, as requests.hpp says.
      void* const address = is_on_host() ? std::bit_cast<void*>(buffer->get().handle) : nullptr;
      memory[count] = buffer->get();
      arguments[count++] = {address, {items, 1, 1}};
    }
    if (rounds != 0) {
      arguments[count++] = {&rounds, {1, 1, 1}};
    }
    const std::uint32_t group = std::min<std::uint32_t>(256, device_.info().max_group_size);
    const backend::LaunchRequest request{
        .program = &program,
        .range = {{items, 1, 1}},
        .group_size = {group, 1, 1},
        .groups = {static_cast<std::uint32_t>((items + group - 1) / group), 1, 1},
        .arguments = std::span(arguments.data(), count),
        .memory = is_on_host() ? std::span<const backend::Allocation>()
                               : std::span<const backend::Allocation>(memory.data(), count)};
    return time_of([&] { return device_.launch(request); });
  }

  /// The least of a few times, after one that warms up.
  template <class Measure>
  Result<double> best_of(const Measure& measure) {
    DC_TRY(measure());
    std::array<double, kRepetitions> times{};
    std::size_t count = 0;
    do {
      DC_TRY_ASSIGN(times[count], measure());
      ++count;
    } while (count < kRepetitions && has_time());
    std::sort(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(count));
    // Three of five took much longer than the best. Where not all were done, nobody can tell.
    is_disturbed_ = is_disturbed_ || (count == kRepetitions &&
                                      times[kRepetitions / 2] > kMostSpread * times.front());
    return times.front();
  }

  template <class Measure>
  Result<double> median_of(const Measure& measure) {
    DC_TRY(measure());
    std::vector<double> times;
    do {
      DC_TRY_ASSIGN(const double time, measure());
      times.push_back(time);
    } while (times.size() < 15 && has_time());
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
  }

  Status measure_launch() {
    DC_TRY_ASSIGN(const Memory memory, allocate(sizeof(double)));
    DC_TRY(clear(memory));
    const std::array<const Memory*, 1> buffers{&memory};
    DC_TRY_ASSIGN(rates_.launch_nanoseconds,
                  median_of([&] { return launch(*multiply_add_, 1, buffers, 1); }));
    return success();
  }

  Status measure_copies() {
    if (is_on_host()) {
      return success();
    }
    const std::uint64_t bytes =
        std::min<std::uint64_t>(kLargeItems * sizeof(float), device_.info().max_allocation_bytes);
    DC_TRY_ASSIGN(const Memory memory, allocate(bytes));
    std::vector<std::byte> host(bytes);
    const std::span<std::byte> first = std::span(host).first(sizeof(float));
    DC_TRY_ASSIGN(rates_.copy_nanoseconds,
                  median_of([&] { return copy({.host_source = first, .target = memory.get()}); }));
    DC_TRY_ASSIGN(const double in,
                  best_of([&] { return copy({.host_source = host, .target = memory.get()}); }));
    DC_TRY_ASSIGN(const double out,
                  best_of([&] { return copy({.host_target = host, .source = memory.get()}); }));
    const auto amount = static_cast<double>(bytes);
    rates_.in_bytes_per_nanosecond = rate_of(amount, in, rates_.copy_nanoseconds);
    rates_.out_bytes_per_nanosecond = rate_of(amount, out, rates_.copy_nanoseconds);
    return success();
  }

  Status measure_compute() {
    DC_TRY_ASSIGN(const Rate single, rate_of_items(*multiply_add_, sizeof(float)));
    rates_.float32_operations_per_nanosecond = single.operations_per_nanosecond;
    rates_.float64_operations_per_nanosecond = single.operations_per_nanosecond / 64;
    if (device_.info().has_float64) {
      DC_TRY_ASSIGN(const auto program, compile(CalibrationKernel::multiply_add_double, true));
      DC_TRY_ASSIGN(const Rate both, rate_of_items(*program, sizeof(double)));
      rates_.float64_operations_per_nanosecond = both.operations_per_nanosecond;
    }
    return is_cpu() ? measure_one_thread(single) : measure_one_item();
  }

  struct Rate {
    double operations_per_nanosecond = 0;
    std::uint64_t items = 0;
  };

  /// On as many items as it takes for the time to mean something.
  Result<Rate> rate_of_items(const backend::Program& program, std::size_t element_bytes) {
    constexpr std::uint64_t kMostItems = 1'048'576;
    DC_TRY_ASSIGN(const Memory memory, allocate(kMostItems * element_bytes));
    DC_TRY(clear(memory));
    const std::array<const Memory*, 1> buffers{&memory};
    Rate rate{.items = 4096};
    while (true) {
      const auto run = [&] { return launch(program, rate.items, buffers, kRounds); };
      DC_TRY(run());
      DC_TRY_ASSIGN(double time, run());
      const bool is_last = time >= kLongEnough || rate.items >= kMostItems || !has_time();
      if (!is_last) {
        rate.items *= 4;
        continue;
      }
      if (has_time()) {
        DC_TRY_ASSIGN(time, best_of(run));
      }
      const double operations = 2.0 * kRounds * static_cast<double>(rate.items);
      rate.operations_per_nanosecond = rate_of(operations, time, rates_.launch_nanoseconds);
      return rate;
    }
  }

  Status measure_one_thread(const Rate& all) {
    DC_TRY_ASSIGN(const auto program, compile(CalibrationKernel::multiply_add, false));
    DC_TRY_ASSIGN(const Memory memory, allocate(all.items * sizeof(float)));
    DC_TRY(clear(memory));
    const std::array<const Memory*, 1> buffers{&memory};
    DC_TRY_ASSIGN(const double time,
                  best_of([&] { return launch(*program, all.items, buffers, kRounds); }));
    const double operations = 2.0 * kRounds * static_cast<double>(all.items);
    set_serial_share(rate_of(operations, time, rates_.launch_nanoseconds));
    return success();
  }

  Status measure_one_item() {
    DC_TRY_ASSIGN(const Memory memory, allocate(sizeof(double)));
    DC_TRY(clear(memory));
    const std::array<const Memory*, 1> buffers{&memory};
    for (std::uint32_t rounds = 1024;; rounds *= 4) {
      DC_TRY_ASSIGN(const double time, launch(*multiply_add_, 1, buffers, rounds));
      constexpr std::uint32_t kMostRounds = 1'048'576;
      if (time >= kLongEnough + rates_.launch_nanoseconds || rounds >= kMostRounds || !has_time()) {
        set_serial_share(rate_of(2.0 * rounds, time, rates_.launch_nanoseconds));
        return success();
      }
    }
  }

  void set_serial_share(double rate) noexcept {
    rates_.serial_share = std::clamp(rate / rates_.float32_operations_per_nanosecond, 1e-6, 1.0);
  }

  Status measure_memory() {
    DC_TRY_ASSIGN(rates_.cache_bytes_per_nanosecond, memory_rate(kCachedItems));
    cached_time_ = DeviceRates::kCachedBytes / rates_.cache_bytes_per_nanosecond;
    const std::uint64_t large = std::min<std::uint64_t>(
        kLargeItems, device_.info().max_allocation_bytes / sizeof(float) / 8);
    if (large <= kCachedItems || cached_time_ > 5 * kLongEnough) {
      rates_.memory_bytes_per_nanosecond = rates_.cache_bytes_per_nanosecond;
      return success();
    }
    DC_TRY_ASSIGN(rates_.memory_bytes_per_nanosecond, memory_rate(large));
    return success();
  }

  /// What one thread of the CPU has done because it was not worth sharing, all of them could.
  void finish_memory() noexcept {
    if (is_cpu() && cached_time_ < 2 * options_.threads_nanoseconds) {
      rates_.cache_bytes_per_nanosecond /= rates_.serial_share;
    }
  }

  Result<double> memory_rate(std::uint64_t items) {
    const std::uint64_t bytes = items * sizeof(float);
    DC_TRY_ASSIGN(const Memory a, allocate(bytes));
    DC_TRY_ASSIGN(const Memory b, allocate(bytes));
    DC_TRY_ASSIGN(const Memory sum, allocate(bytes));
    DC_TRY(clear(a));
    DC_TRY(clear(b));
    const std::array<const Memory*, 3> buffers{&a, &b, &sum};
    DC_TRY_ASSIGN(const double time, best_of([&] { return launch(*add_, items, buffers, 0); }));
    return rate_of(3.0 * static_cast<double>(bytes), time, rates_.launch_nanoseconds);
  }

  backend::Device& device_;
  const CalibrationOptions& options_;
  const std::chrono::nanoseconds begin_;
  DeviceRates rates_;
  double cached_time_ = 0;  // nanoseconds
  bool is_disturbed_ = false;
  Programs add_;
  Programs multiply_add_;
};

}  // namespace

Result<MeasuredRates> measure_rates(backend::Device& device,
                                    const CalibrationOptions& options) noexcept try {
  return Measurement(device, options).run();
} catch (const std::exception&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

}  // namespace dotcompute::core
