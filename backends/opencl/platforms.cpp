// SPDX-License-Identifier: Apache-2.0
#include "platforms.hpp"

#include "errors.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

namespace dotcompute::opencl {
namespace {

constexpr cl_int kNoPlatform = -1001;  // CL_PLATFORM_NOT_FOUND_KHR

struct Platform {
  cl_platform_id id = nullptr;
  std::string name;
};

// Facts of one device. A query that fails makes the device unusable: `code` keeps the first failure.
// Members may throw std::bad_alloc.
class Query {
 public:
  Query(const Api& api, cl_device_id device) noexcept : api_(api), device_(device) {}

  template <class Value>
  Value value(cl_device_info what) noexcept {
    Value answer{};
    note(api_.get_device_info(device_, what, sizeof(answer), &answer, nullptr));
    return answer;
  }

  bool flag(cl_device_info what) noexcept { return value<cl_bool>(what) == CL_TRUE; }

  std::string text(cl_device_info what) {
    std::size_t size = 0;
    note(api_.get_device_info(device_, what, 0, nullptr, &size));
    std::string answer(size, '\0');
    if (size > 0) {
      note(api_.get_device_info(device_, what, size, answer.data(), nullptr));
    }
    return trimmed(answer);
  }

  [[nodiscard]] cl_int code() const noexcept { return code_; }

  // Without blanks at both ends, each run of blanks within a single one, and nothing after a null.
  static std::string trimmed(std::string_view text) {
    std::string result;
    for (const char letter : text.substr(0, text.find('\0'))) {
      const bool is_blank = letter == ' ' || letter == '\t' || letter == '\n';
      if (!is_blank || (!result.empty() && result.back() != ' ')) {
        result += is_blank ? ' ' : letter;
      }
    }
    if (!result.empty() && result.back() == ' ') {
      result.pop_back();
    }
    return result;
  }

 private:
  void note(cl_int code) noexcept { code_ = code_ == CL_SUCCESS ? code : code_; }

  const Api& api_;
  const cl_device_id device_;
  cl_int code_ = CL_SUCCESS;
};

bool has_word(std::string_view words, std::string_view word) noexcept {
  for (std::size_t at = words.find(word); at != std::string_view::npos;
       at = words.find(word, at + 1)) {
    const bool begins = at == 0 || words[at - 1] == ' ';
    const std::size_t end = at + word.size();
    if (begins && (end == words.size() || words[end] == ' ')) {
      return true;
    }
  }
  return false;
}

// llvmpipe tells through rusticl that it is a GPU.
bool is_named_like_software(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  constexpr std::array<std::string_view, 5> kNames{"pocl", "pthread", "llvmpipe", "softpipe",
                                                   "oclgrind"};
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view known) {
    return lower.find(known) != std::string::npos;
  });
}

// "OpenCL C 1.2 ..." and later.
bool is_opencl_c_12(std::string_view version) noexcept {
  constexpr std::string_view kPrefix = "OpenCL C ";
  return version.starts_with(kPrefix) && version.substr(kPrefix.size(), 3) >= "1.2";
}

Result<DeviceFacts> describe(const Api& api, cl_device_id device, std::string id) {
  Query query(api, device);
  DeviceFacts facts;
  facts.device = device;
  backend::DeviceInfo& info = facts.info;
  info.id = std::move(id);
  info.type = AcceleratorType::opencl;
  info.name = query.text(CL_DEVICE_NAME);
  info.vendor = query.text(CL_DEVICE_VENDOR);
  info.driver_version = query.text(CL_DRIVER_VERSION) + " (" + query.text(CL_DEVICE_VERSION) + ")";
  info.features = query.text(CL_DEVICE_EXTENSIONS);
  info.compute_units = std::max(query.value<cl_uint>(CL_DEVICE_MAX_COMPUTE_UNITS), 1U);
  info.memory_bytes = query.value<cl_ulong>(CL_DEVICE_GLOBAL_MEM_SIZE);
  info.max_allocation_bytes = query.value<cl_ulong>(CL_DEVICE_MAX_MEM_ALLOC_SIZE);
  info.alignment_bytes = std::max(query.value<cl_uint>(CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8, 1U);
  const auto group_size = query.value<std::size_t>(CL_DEVICE_MAX_WORK_GROUP_SIZE);
  info.max_group_size = static_cast<std::uint32_t>(std::clamp<std::size_t>(group_size, 1, 65536));
  info.wraps_host_memory = query.flag(CL_DEVICE_HOST_UNIFIED_MEMORY);
  info.has_float64 = has_word(info.features, "cl_khr_fp64");
  info.has_float16 = has_word(info.features, "cl_khr_fp16");
  info.has_int64_atomics = has_word(info.features, "cl_khr_int64_base_atomics") &&
                           has_word(info.features, "cl_khr_int64_extended_atomics");
  const auto type = query.value<cl_device_type>(CL_DEVICE_TYPE);
  info.is_software = (type & CL_DEVICE_TYPE_CPU) != 0 || is_named_like_software(info.name);
  // A processor that plays the device copies with the cores that run the kernels.
  info.copies_beside_launches = !info.is_software;
  facts.needs_staging = !info.wraps_host_memory && !info.is_software;
  const auto queues = query.value<cl_command_queue_properties>(CL_DEVICE_QUEUE_PROPERTIES);
  facts.has_out_of_order_queues = (queues & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) != 0;
  const auto floats = query.value<cl_device_fp_config>(CL_DEVICE_SINGLE_FP_CONFIG);
  facts.rounds_division_correctly = (floats & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0;
  facts.takes_opencl_c_12 = is_opencl_c_12(query.text(CL_DEVICE_OPENCL_C_VERSION));
  facts.address_bits = query.value<cl_uint>(CL_DEVICE_ADDRESS_BITS);
  if (facts.address_bits < 64) {
    // Ranges are rounded up to whole groups.
    info.max_items = (std::uint64_t{1} << facts.address_bits) - 1 - info.max_group_size;
  }
  const bool is_ready = query.flag(CL_DEVICE_AVAILABLE) && query.flag(CL_DEVICE_ENDIAN_LITTLE);
  const bool has_compiler = query.flag(CL_DEVICE_COMPILER_AVAILABLE);
  if (query.code() != CL_SUCCESS) {
    return error_of(query.code());
  }
  if (!is_ready || !has_compiler) {
    return Error{ErrorCode::device_unavailable,
                 has_compiler ? "The device is not available." : "The device has no compiler."};
  }
  return facts;
}

std::string name_of(const Api& api, cl_platform_id platform) {
  std::size_t size = 0;
  if (api.get_platform_info(platform, CL_PLATFORM_NAME, 0, nullptr, &size) != CL_SUCCESS) {
    return "unnamed";
  }
  std::string name(size, '\0');
  if (api.get_platform_info(platform, CL_PLATFORM_NAME, size, name.data(), nullptr) != CL_SUCCESS) {
    return "unnamed";
  }
  return Query::trimmed(name);
}

Result<std::vector<Platform>> platforms_of(const Api& api) {
  cl_uint count = 0;
  cl_int code = api.get_platform_ids(0, nullptr, &count);
  std::vector<cl_platform_id> ids(code == CL_SUCCESS ? count : 0);
  if (!ids.empty()) {
    code = api.get_platform_ids(count, ids.data(), nullptr);
  }
  if (code != CL_SUCCESS && code != kNoPlatform) {
    return error_of(code);
  }
  std::vector<Platform> platforms;
  platforms.reserve(ids.size());
  for (cl_platform_id id : ids) {
    platforms.push_back({.id = id, .name = name_of(api, id)});
  }
  std::stable_sort(platforms.begin(), platforms.end(),
                   [](const Platform& a, const Platform& b) { return a.name < b.name; });
  return platforms;
}

void add_devices(const Api& api, const Platform& platform, std::size_t number, Found& found) {
  const std::string who = "The platform \"" + platform.name + "\"";
  cl_uint count = 0;
  cl_int code = api.get_device_ids(platform.id, CL_DEVICE_TYPE_ALL, 0, nullptr, &count);
  if (code == CL_DEVICE_NOT_FOUND || (code == CL_SUCCESS && count == 0)) {
    found.notes.push_back(who + " has no device.");
    return;
  }
  std::vector<cl_device_id> devices(code == CL_SUCCESS ? count : 0);
  if (!devices.empty()) {
    code = api.get_device_ids(platform.id, CL_DEVICE_TYPE_ALL, count, devices.data(), nullptr);
  }
  if (code != CL_SUCCESS) {
    found.notes.push_back(who + " does not tell its devices: " + error_of(code).message());
    return;
  }
  for (std::size_t index = 0; index < devices.size(); ++index) {
    std::string id = "opencl:" + std::to_string(number) + ":" + std::to_string(index);
    auto facts = describe(api, devices[index], id);
    if (facts.ok()) {
      found.devices.push_back(*std::move(facts));
    } else {
      found.notes.push_back(id + " of \"" + platform.name + "\": " + facts.error().message());
    }
  }
}

}  // namespace

Result<Found> find_devices(const Api& api) noexcept {
  try {
    auto platforms = platforms_of(api);
    if (!platforms.ok()) {
      return platforms.error();
    }
    Found found;
    if (platforms->empty()) {
      found.notes.emplace_back(
          "The OpenCL loader finds no platform; install a driver, such as pocl-opencl-icd.");
    }
    for (std::size_t number = 0; number < platforms->size(); ++number) {
      add_devices(api, (*platforms)[number], number, found);
    }
    return found;
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

}  // namespace dotcompute::opencl
