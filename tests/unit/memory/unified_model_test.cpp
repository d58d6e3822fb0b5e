// SPDX-License-Identifier: Apache-2.0
// Random operations on a unified buffer over the host and three devices, against a model that keeps
// one bit for each byte and place.
#include "memory/unified_memory.hpp"
#include "unit/memory/lazy_device.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace dotcompute::core {
namespace {

constexpr std::size_t kBytes = 48;
constexpr std::size_t kDevices = 3;
constexpr std::size_t kHost = kDevices;

/// What a unified buffer has to do, in the simplest way.
struct Model {
  std::array<std::optional<std::byte>, kBytes> contents;  // nothing: not known
  std::array<std::array<bool, kBytes>, kDevices + 1> valid{};
  BufferTraffic traffic;

  [[nodiscard]] bool is_on_a_device(std::size_t byte) const {
    return std::any_of(valid.begin(), valid.begin() + kDevices,
                       [byte](const auto& place) { return place[byte]; });
  }
  void fetch(std::size_t place, ByteRange range) {
    for (std::size_t byte = range.begin; byte < range.end; ++byte) {
      if (valid[place][byte]) {
        continue;
      }
      if (!valid[kHost][byte] && is_on_a_device(byte)) {
        ++traffic.bytes_from_devices;
        valid[kHost][byte] = true;
      }
      if (place != kHost && valid[kHost][byte]) {
        ++traffic.bytes_to_devices;
        valid[place][byte] = true;
      }
    }
  }
  void write(std::size_t place, ByteRange range, std::byte value) {
    for (std::size_t byte = range.begin; byte < range.end; ++byte) {
      contents[byte] = value;
      for (auto& other : valid) {
        other[byte] = false;
      }
      valid[place][byte] = true;
    }
  }
  void distrust(std::size_t place, ByteRange range) {
    for (std::size_t byte = range.begin; byte < range.end; ++byte) {
      valid[place][byte] = false;
      if (!valid[kHost][byte] && !is_on_a_device(byte)) {
        contents[byte].reset();
      }
    }
  }
  [[nodiscard]] bool agrees(std::span<const std::byte> bytes, ByteRange range) const {
    for (std::size_t byte = range.begin; byte < range.end; ++byte) {
      if (contents[byte] && *contents[byte] != bytes[byte - range.begin]) {
        return false;
      }
    }
    return true;
  }
};

class UnifiedModelTest : public testing::Test {
 protected:
  void start(std::uint64_t seed) {
    random_.seed(seed);
    model_ = {};
    for (std::size_t index = 0; index < kDevices; ++index) {
      devices_[index] =
          std::make_unique<LazyDevice>("lazy:" + std::to_string(index), 1'000'000 * (index + 1));
      pools_[index] = std::make_unique<BufferPool>(*devices_[index], /*max_cached_bytes=*/0);
    }
    memory_ = *UnifiedMemory::make(owner_, kBytes);
  }

  /// Ends the buffer with work still queued, and sees that nothing is left behind.
  void finish() {
    memory_.reset();
    for (std::size_t index = 0; index < kDevices; ++index) {
      devices_[index]->fail_no_more();
      pools_[index].reset();
      EXPECT_EQ(devices_[index]->live_allocations(), 0U);
    }
  }

  ByteRange any_range() {
    if (random_() % 3 == 0) {
      return {0, kBytes};
    }
    const std::uint64_t begin = random_() % kBytes;
    return {begin, begin + 1 + random_() % (kBytes - begin)};
  }

  Result<MemoryUse> use(std::size_t place, ByteRange range, Access access) {
    return place == kHost ? memory_->use_on_host(range, access)
                          : memory_->use_on(*pools_[place], range, access);
  }

  /// What a kernel does, once its turn has come: sees that it reads the right bytes, and writes.
  backend::Completion run_kernel(std::size_t place,
                                 const MemoryUse& use,
                                 ByteRange range,
                                 bool reads,
                                 std::optional<std::byte> written) {
    LazyDevice& device = *devices_[place];
    const backend::Allocation part = use.allocation();
    return device.queue(part.handle, use.after(), [=, &device, expected = model_] {
      if (reads) {
        EXPECT_TRUE(expected.agrees(device.bytes_of(part), range));
      }
      if (written) {
        device.set_bytes(part, std::vector<std::byte>(range.size(), *written));
      }
    });
  }

  void run_on_host(const MemoryUse& use,
                   ByteRange range,
                   bool reads,
                   std::optional<std::byte> written) {
    const std::span bytes(use.data(), range.size());
    if (reads) {
      EXPECT_TRUE(model_.agrees(bytes, range));
    }
    if (written) {
      std::fill(bytes.begin(), bytes.end(), *written);
    }
  }

  void work(MemoryUse used, std::size_t place, ByteRange range, Access access) {
    enum class Ending { done, left, failed };
    const auto ending = static_cast<Ending>(std::max<int>(0, static_cast<int>(random_() % 8) - 5));
    const bool reads = access != Access::write;
    const bool writes = access != Access::read;
    if (ending == Ending::left) {
      return;
    }
    const auto value = static_cast<std::byte>(random_() % 255 + 1);
    const auto written = writes ? std::optional(value) : std::nullopt;
    backend::Completion completion;
    if (place == kHost) {
      run_on_host(used, range, reads, written);
    } else {
      completion = run_kernel(place, used, range, reads, written);
    }
    if (ending == Ending::failed) {
      used.failed_after(completion);
      if (writes) {
        model_.distrust(place, range);
      }
    } else {
      used.used_until(completion, writes);
      if (writes) {
        model_.write(place, range, value);
      }
    }
  }

  void step(bool with_failures) {
    const std::size_t place = random_() % (kDevices + 1);
    const ByteRange range = any_range();
    const auto access = static_cast<Access>(random_() % 3);
    if (random_() % 4 == 0) {
      devices_[random_() % kDevices]->run_some(random_);
    }
    auto result =
        with_failures ? use_with_failures(place, range, access) : use(place, range, access);
    ASSERT_TRUE(result.ok()) << result.error().message();
    if (access != Access::write) {
      model_.fetch(place, range);
    }
    ASSERT_EQ(memory_->traffic(), model_.traffic);
    work(*std::move(result), place, range, access);
    check_places();
  }

  /// Lets the Nth call of one kind fail, for N = 0, 1, 2, until nothing fails any more.
  Result<MemoryUse> use_with_failures(std::size_t place, ByteRange range, Access access) {
    constexpr std::array kKinds{std::pair(null::Operation::allocate, ErrorCode::out_of_memory),
                                std::pair(null::Operation::copy, ErrorCode::transient),
                                std::pair(null::Operation::wait, ErrorCode::transient)};
    const auto [operation, code] = kKinds[random_() % kKinds.size()];
    for (std::uint64_t skip = 0;; ++skip) {
      for (auto& device : devices_) {
        device->fail(operation, code, skip, /*times=*/2);
      }
      auto result = use(place, range, access);
      for (auto& device : devices_) {
        device->fail_no_more();
      }
      if (result.ok()) {
        return result;
      }
      EXPECT_EQ(result.error().code, code);
    }
  }

  void check_places() {
    const auto places = memory_->where({0, kBytes});
    ASSERT_TRUE(places.ok());
    for (const BufferCopy& copy : *places) {
      const std::size_t place =
          copy.device == "host" ? kHost : static_cast<std::size_t>(copy.device.back() - '0');
      const auto& valid = model_.valid[place];
      ASSERT_EQ(copy.valid_bytes, static_cast<std::uint64_t>(std::ranges::count(valid, true)));
    }
  }

  std::mt19937_64 random_;
  UnifiedOwner owner_;
  std::array<std::unique_ptr<LazyDevice>, kDevices> devices_;
  std::array<std::unique_ptr<BufferPool>, kDevices> pools_;
  UnifiedMemory::Reference memory_;
  Model model_;
};

// R6.1
TEST_F(UnifiedModelTest, HoldsTheRightBytesAndMovesNoneNeedlesslyWhateverIsDone) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    start(seed);
    for (int count = 0; count < 80 && !HasFailure(); ++count) {
      step(/*with_failures=*/false);
    }
    finish();
  }
}

// R6.1
TEST_F(UnifiedModelTest, LosesNothingWhicheverCallOfADeviceFails) {
  for (std::uint64_t seed = 1001; seed <= 1060; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    start(seed);
    for (int count = 0; count < 60 && !HasFailure(); ++count) {
      step(/*with_failures=*/true);
    }
    finish();
  }
}

}  // namespace
}  // namespace dotcompute::core
