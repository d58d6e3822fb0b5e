// SPDX-License-Identifier: Apache-2.0
#include "selection/calibration_file.hpp"

#include "platform/cpu_info.hpp"
#include "platform/cpu_quota.hpp"

#include "dotcompute/base/name_hash.hpp"
#include "dotcompute/generated/bodies.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <exception>
#include <string_view>

namespace dotcompute::core {
namespace {

// Raised when what is measured, or how, changes.
constexpr std::string_view kFirstLine = "dotcompute calibration 2\n";
constexpr std::size_t kMostBytes = 16'384;

struct Field {
  std::string_view name;
  double DeviceRates::*member;
};

constexpr std::array<Field, 10> kFields{{
    {"launch_nanoseconds", &DeviceRates::launch_nanoseconds},
    {"copy_nanoseconds", &DeviceRates::copy_nanoseconds},
    {"in_bytes_per_nanosecond", &DeviceRates::in_bytes_per_nanosecond},
    {"out_bytes_per_nanosecond", &DeviceRates::out_bytes_per_nanosecond},
    {"memory_bytes_per_nanosecond", &DeviceRates::memory_bytes_per_nanosecond},
    {"cache_bytes_per_nanosecond", &DeviceRates::cache_bytes_per_nanosecond},
    {"float32_operations_per_nanosecond", &DeviceRates::float32_operations_per_nanosecond},
    {"float64_operations_per_nanosecond", &DeviceRates::float64_operations_per_nanosecond},
    {"serial_share", &DeviceRates::serial_share},
    {"threads_nanoseconds", &DeviceRates::threads_nanoseconds},
}};

constexpr std::string_view kDisturbed = "disturbed";  // how many times; 0: not
constexpr double kMostDisturbed = 1e6;

template <class Number>
std::string text_of(Number value, int base = 10) {
  std::array<char, 40> digits{};
  std::to_chars_result end{};
  if constexpr (std::is_floating_point_v<Number>) {
    end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  } else {
    end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base);
  }
  return {digits.data(), end.ptr};
}

/// A line of its own whatever the text holds.
void add_line(std::string& to, std::string_view name, std::string_view text) {
  to.append(name).append(" ");
  for (const char letter : text) {
    to += letter == '\n' || letter == '\r' ? ' ' : letter;
  }
  to += '\n';
}

std::string header_of(const CalibrationKey& key) {
  std::string text(kFirstLine);
  add_line(text, "device", key.device);
  add_line(text, "driver", key.driver);
  add_line(text, "host", key.host);
  add_line(text, "quota", key.quota);
  return text;
}

std::string checksum_line(std::string_view text) {
  return "checksum " + text_of(hash_name(text), 16) + "\n";
}

std::string contents_of(const CalibrationKey& key, const MeasuredRates& rates) {
  std::string text = header_of(key);
  for (const Field& field : kFields) {
    add_line(text, field.name, text_of(rates.*field.member));
  }
  add_line(text, kDisturbed, text_of(rates.is_disturbed ? rates.disturbed_times : 0));
  return text + checksum_line(text);
}

/// Takes "name number\n" off the front of `text`.
std::optional<double> take_number(std::string_view& text, std::string_view name) noexcept {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  if (end == std::string_view::npos || !line.starts_with(name)) {
    return std::nullopt;
  }
  line.remove_prefix(name.size());
  double value = 0;
  const char* const last = line.data() + line.size();
  if (!line.starts_with(' ') || std::from_chars(line.data() + 1, last, value).ptr != last) {
    return std::nullopt;
  }
  text.remove_prefix(end + 1);
  return value;
}

std::optional<MeasuredRates> read_contents(std::string_view text, const CalibrationKey& key) {
  const std::string header = header_of(key);
  const std::size_t sum = text.rfind("checksum ");
  if (!text.starts_with(header) || sum == std::string_view::npos ||
      text.substr(sum) != checksum_line(text.substr(0, sum))) {
    return std::nullopt;
  }
  text = text.substr(header.size(), sum - header.size());
  DeviceRates rates{.is_measured = true};
  for (const Field& field : kFields) {
    const auto value = take_number(text, field.name);
    if (!value || !std::isfinite(*value) || *value < 0) {
      return std::nullopt;
    }
    rates.*field.member = *value;
  }
  const auto disturbed = take_number(text, kDisturbed);
  if (!disturbed || !text.empty() || !(*disturbed >= 0 && *disturbed <= kMostDisturbed)) {
    return std::nullopt;
  }
  MeasuredRates measured(rates, *disturbed != 0);
  measured.disturbed_times = static_cast<std::uint32_t>(*disturbed);
  return measured;
}

/// A file descriptor that is closed at the end.
class File {
 public:
  File(const std::string& path, int flags) noexcept
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (is_open()) {
      ::close(descriptor_);
    }
  }
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  [[nodiscard]] std::string read() const {
    std::string text(kMostBytes, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
      const ssize_t got = ::read(descriptor_, text.data() + size, text.size() - size);
      if (got <= 0) {
        break;
      }
      size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    return text;
  }

  [[nodiscard]] bool write(std::string_view text) const noexcept {
    while (!text.empty()) {
      const ssize_t put = ::write(descriptor_, text.data(), text.size());
      if (put <= 0) {
        return false;
      }
      text.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }

 private:
  const int descriptor_;
};

Error cannot_write(int number) noexcept {
  return Error{.code = ErrorCode::device_unavailable,
               .what = "The rates of a device cannot be kept.",
               .native = number};
}

void make_folders(const std::string& folder) {
  for (std::size_t end = folder.find('/', 1); true; end = folder.find('/', end + 1)) {
    ::mkdir(folder.substr(0, end).c_str(), S_IRWXU);  // what is there already stays
    if (end == std::string::npos) {
      return;
    }
  }
}

}  // namespace

CalibrationKey calibration_key_of(const backend::DeviceInfo& device) {
  const CpuInfo cpu = read_cpu_info();
  const auto set = static_cast<unsigned>(generated::instruction_set());
  return {.device = device.id + " " + device.name,
          .driver = device.driver_version,
          .host = cpu.name + " " + cpu.vendor + " " + text_of(set),
          .quota = text_of(cpu_quota()) + " of " + text_of(device.compute_units)};
}

std::string calibration_path(const std::string& folder, const CalibrationKey& key) {
  return folder + "/" + text_of(hash_name(header_of(key)), 16) + ".rates";
}

std::optional<MeasuredRates> load_rates(const std::string& folder, const CalibrationKey& key) {
  const File file(calibration_path(folder, key), O_RDONLY);
  return file.is_open() ? read_contents(file.read(), key) : std::nullopt;
}

Status store_rates(const std::string& folder,
                   const CalibrationKey& key,
                   const MeasuredRates& rates) noexcept try {
  const std::string path = calibration_path(folder, key);
  const std::string contents = contents_of(key, rates);
  make_folders(folder);
  // A name of its own for each process; within one, rates are kept by one thread at a time.
  const std::string fresh = path + "." + text_of(::getpid());
  {
    const File file(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (!file.is_open()) {
      return cannot_write(errno);
    }
    if (!file.write(contents)) {
      const int number = errno;
      ::unlink(fresh.c_str());
      return cannot_write(number);
    }
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) {
    const int number = errno;
    ::unlink(fresh.c_str());
    return cannot_write(number);
  }
  return success();
} catch (const std::exception&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

}  // namespace dotcompute::core
