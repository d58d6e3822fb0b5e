// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace dotcompute::backend {

/// Memory on one device, or a part of it: a plain handle, owned by whoever asked for it.
struct Allocation {
  std::uint64_t handle = 0;  ///< 0 is no memory. On a device with host memory: the address.
  std::size_t bytes = 0;
  /// Where it begins in what allocate() gave, in bytes; other than 0 for a part only. In a launch
  /// it may be negative: then the items of the launch touch no element before the memory's begin.
  std::int64_t offset = 0;
};

/// Memory wanted of a device.
struct AllocationRequest {
  std::size_t bytes = 0;
  /// Null, or memory of the host that the device is to work in, on a device with
  /// DeviceInfo::wraps_host_memory. It holds `bytes` and outlives the allocation. What the host
  /// does to it is seen by work that is queued after a copy() from it to the allocation, and the
  /// other way round: such copies move nothing.
  std::byte* host = nullptr;
};

/// A point in a device's work; later means more work is done.
struct Completion {
  std::uint64_t serial = 0;  ///< 0 is done already.
};

/// One argument as a body on the host sees it.
struct KernelArgument {
  void* data;       ///< First element of a buffer, or the value of a scalar. Never written if `in`.
  Extents extents;  ///< Of a buffer, slowest axis first, unused places 1. Not set for a scalar.
};

/// A body that the host can call: runs the items of one box. `arguments` are in parameter order.
/// Called by several threads at once on boxes that do not overlap. May throw.
using HostFunction = void (*)(const void* state,
                              const KernelArgument* arguments,
                              const ItemRange& items);

/// A host body and what it captured.
struct HostKernel {
  HostFunction function = nullptr;
  const void* state = nullptr;  ///< Handed to every call; outlives the program.
};

enum class SourceLanguage : std::uint8_t {
  host_function,
  cpp,
  opencl_c,
  cuda_cpp,
  msl,
  glsl,
  kir,  ///< The text form of compiler/kir: print.hpp says how it reads.
};

/// A kernel for one device: a body on the host, or text and the name of its entry.
struct KernelSource {
  const KernelMetadata* metadata = nullptr;
  SourceLanguage language = SourceLanguage::host_function;
  HostKernel host;        ///< With SourceLanguage::host_function.
  std::string_view text;  ///< With the others.
  std::string_view entry;
  /// Empty, or what Program::binary() of this text gave on the same device with the same driver:
  /// the program is then made from it, and nothing is compiled.
  std::span<const std::byte> binary;
};

/// A kernel built for one device.
class Program {
 public:
  virtual ~Program() = default;

  /// Runs all items of `range` on the caller's thread, if that is known to be the best way because
  /// they take less time than a launch: the shortest way for a device that works on the host.
  /// Threads: any, at the same time.
  /// \param arguments in parameter order.
  /// \param outcome what launch() would say; set if the result is true and the items failed.
  /// \return false if it has done nothing: they are to be launched.
  virtual bool run_at_once(const KernelArgument* /*arguments*/,
                           const LaunchRange& /*range*/,
                           Status& /*outcome*/) const noexcept {
    return false;
  }

  /// How long a launch of `items` is expected to keep the caller's thread, in nanoseconds; infinity
  /// while that is not known. Never blocks. Threads: any, at the same time.
  [[nodiscard]] virtual double expected_nanoseconds(std::uint64_t /*items*/) const noexcept {
    return std::numeric_limits<double>::infinity();
  }

  /// The program as bytes from which KernelSource::binary makes it again; empty if its device has no
  /// such form. \retval ErrorCode::host_memory
  [[nodiscard]] virtual Result<std::vector<std::byte>> binary() const noexcept {
    return std::vector<std::byte>{};
  }
};

/// Bytes from host to device, device to host, or within the device.
struct CopyRequest {
  std::span<const std::byte> host_source;  ///< Set, or `source` is.
  std::span<std::byte> host_target;        ///< Set, or `target` is.
  Allocation source;
  Allocation target;
  std::span<const Completion> after;
};

/// What may end a call early.
struct CallControl {
  std::stop_token stop;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();

  /// \retval ErrorCode::cancelled / deadline_exceeded if the call has to end now.
  [[nodiscard]] Status check() const noexcept;
};

/// One launch of a program over a range of items.
struct LaunchRequest {
  const Program* program = nullptr;
  LaunchRange range;
  /// The ids of the items along x, y, z begin here: not at 0 if this is a part of a larger launch.
  std::array<std::uint64_t, 3> first{0, 0, 0};
  std::array<std::uint32_t, 3> group_size{1, 1, 1};  ///< Work items per group [x, y, z].
  std::array<std::uint32_t, 3> groups{1, 1, 1};      ///< Work groups per axis; covers `range`.
  std::span<const KernelArgument> arguments;  ///< In parameter order; scalars for every device.
  std::span<const Allocation> memory;  ///< In parameter order, on a device without host memory.
  std::span<const Completion> after;
  const CallControl* control = nullptr;  ///< Null: runs to its end.
};

}  // namespace dotcompute::backend
