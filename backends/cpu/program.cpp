// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include "platform/caught_error.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>

namespace dotcompute::cpu {
namespace {

std::string_view name_of(backend::SourceLanguage language) noexcept {
  constexpr std::array<std::string_view, 7> kNames{
      "a host function", "C++ text", "OpenCL C", "CUDA C++", "MSL", "GLSL", "KIR"};
  return kNames[static_cast<std::size_t>(language)];
}

Error refusal(std::string_view got, const KernelMetadata* metadata) noexcept {
  Error error{ErrorCode::compilation_failed, "The cpu back end takes host functions only."};
  error.context.expected = "a host function";
  error.context.got = got;
  error.context.device = "cpu:0";
  if (metadata != nullptr) {
    error.context.kernel = metadata->name;
  }
  return error;
}

}  // namespace

bool Program::run_at_once(const backend::KernelArgument* arguments,
                          const LaunchRange& range,
                          Status& outcome) const noexcept {
  const std::uint64_t items = range.items();
  std::uint8_t& short_launches = launches();
  // The next to be measured is left to launch(), which counts it then.
  if (items == 0 || !(cost_.measured_nanoseconds(items) < kTimedNanoseconds) ||
      short_launches == std::numeric_limits<std::uint8_t>::max()) [[unlikely]] {
    return false;
  }
  ++short_launches;
  try {
    kernel_.function(kernel_.state, arguments, {.begin = {0, 0, 0}, .end = range.size});
  } catch (...) {
    outcome = core::caught_error();
  }
  return true;
}

double Program::expected_nanoseconds(std::uint64_t items) const noexcept {
  const double serial = cost_.expected_nanoseconds(items);
  const double grain = pool_.known_grain_nanoseconds();
  if (!is_parallel_ || serial <= grain) {
    return serial;
  }
  return std::max(grain, serial / pool_.threads());
}

Result<std::unique_ptr<backend::Program>> compile(const backend::KernelSource& source,
                                                  const core::ThreadPool& pool) noexcept {
  if (source.language != backend::SourceLanguage::host_function) {
    return refusal(name_of(source.language), source.metadata);
  }
  if (source.host.function == nullptr) {
    return refusal("a null pointer", source.metadata);
  }
  const bool is_parallel = source.metadata == nullptr || source.metadata->is_parallel;
  try {
    return std::unique_ptr<backend::Program>(
        std::make_unique<Program>(source.host, is_parallel, pool));
  } catch (const std::exception&) {
    return Error{ErrorCode::host_memory, "The host has no memory left."};
  }
}

}  // namespace dotcompute::cpu
