// SPDX-License-Identifier: Apache-2.0
#include "profile.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace dotcompute::simulated {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array<Unit, 4> kTimes{{{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}};
constexpr std::array<Unit, 7> kSizes{{{"B", 1},
                                      {"kB", 1e3},
                                      {"MB", 1e6},
                                      {"GB", 1e9},
                                      {"KiB", 1024},
                                      {"MiB", 1048576},
                                      {"GiB", 1073741824}}};
constexpr std::array<Unit, 1> kNone{{{"", 1}}};
constexpr double kMostNanoseconds = 1e15;  // well within what a duration holds
constexpr double kMostBytes = 1e18;

/// A number with one of `units` behind it, in the smallest of them; at most `most`.
std::optional<double> read_quantity(std::string_view text,
                                    std::span<const Unit> units,
                                    double most) noexcept {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !std::isfinite(number) || number < 0) {
    return std::nullopt;
  }
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const Unit& known : units) {
    if (known.name == unit && number * known.factor <= most) {
      return number * known.factor;
    }
  }
  return std::nullopt;
}

std::optional<double> read_rate(std::string_view text) noexcept {
  if (!text.ends_with("/s")) {
    return std::nullopt;
  }
  text.remove_suffix(2);
  return read_quantity(text, kSizes, kMostBytes);
}

bool read_time(std::string_view text, std::chrono::nanoseconds& to) noexcept {
  const auto value = read_quantity(text, kTimes, kMostNanoseconds);
  to = std::chrono::nanoseconds(std::llround(value.value_or(0)));
  return value.has_value();
}

bool read_rate(std::string_view text, double& to) noexcept {
  const auto value = read_rate(text);
  to = value.value_or(0);
  return value.value_or(0) > 0;
}

/// One name of a profile: what it takes, and how it is read.
struct Entry {
  std::string_view name;
  std::string_view expected;
  bool (*read)(std::string_view text, Profile& profile);
};

constexpr std::array<Entry, 9> kEntries{{
    {"inner", "the id of a device",
     [](std::string_view text, Profile& profile) {
       profile.inner = text;
       return !text.empty();
     }},
    {"latency", "a time such as 20us",
     [](std::string_view text, Profile& profile) {
       return read_time(text, profile.launch_latency);
     }},
    {"copy_latency", "a time such as 5us",
     [](std::string_view text, Profile& profile) { return read_time(text, profile.copy_latency); }},
    {"in", "a rate such as 12GB/s",
     [](std::string_view text, Profile& profile) {
       return read_rate(text, profile.in_bytes_per_second);
     }},
    {"out", "a rate such as 12GB/s",
     [](std::string_view text, Profile& profile) {
       return read_rate(text, profile.out_bytes_per_second);
     }},
    {"speed", "a number above 0",
     [](std::string_view text, Profile& profile) {
       profile.speed = read_quantity(text, kNone, kMostBytes).value_or(0);
       return profile.speed > 0;
     }},
    {"item", "a time above 0 such as 0.5ns",
     [](std::string_view text, Profile& profile) {
       const double time = read_quantity(text, kTimes, kMostNanoseconds).value_or(0);
       profile.item_time = std::chrono::duration<double, std::nano>(time);
       return time > 0;
     }},
    {"memory", "a size of at least 1MiB such as 4GiB",
     [](std::string_view text, Profile& profile) {
       const double bytes = read_quantity(text, kSizes, kMostBytes).value_or(0);
       profile.memory_bytes = static_cast<std::size_t>(bytes);
       return bytes >= 1048576;
     }},
    {"engines", "0, 1 or 2",
     [](std::string_view text, Profile& profile) {
       const bool ok = text.size() == 1 && text[0] >= '0' && text[0] <= '2';
       profile.copy_engines = ok ? static_cast<std::uint32_t>(text[0] - '0') : 0;
       return ok;
     }},
}};

void add_problem(std::string& problems,
                 std::size_t position,
                 std::string_view name,
                 std::string_view expected,
                 std::string_view got) {
  problems += problems.empty() ? "" : "\n";
  problems += "position " + std::to_string(position) + ": ";
  problems.append(name).append(": expected ").append(expected).append(", got \"");
  problems.append(got).append("\"");
}

void read_entry(std::string_view text,
                std::size_t position,
                Profile& profile,
                std::string& problems) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  for (const Entry& entry : kEntries) {
    if (entry.name == name && equals != std::string_view::npos) {
      const std::string_view value = text.substr(equals + 1);
      if (!entry.read(value, profile)) {
        add_problem(problems, position + equals + 1, name, entry.expected, value);
      }
      return;
    }
  }
  std::string known;
  for (const Entry& entry : kEntries) {
    known.append(known.empty() ? "" : ", ").append(entry.name);
  }
  add_problem(problems, position, "name=value", "one of " + known, text);
}

/// Calls `each(part, position)` for the parts of `text` between separators.
template <class Each>
void split(std::string_view text, char separator, std::size_t position, Each&& each) {
  while (true) {
    const std::size_t end = text.find(separator);
    each(text.substr(0, end), position);
    if (end == std::string_view::npos) {
      return;
    }
    text.remove_prefix(end + 1);
    position += end + 1;
  }
}

std::string shortest(double value) {
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), end.ptr};
}

}  // namespace

Result<std::vector<Profile>> read_profiles(std::string_view text) noexcept try {
  std::vector<Profile> profiles;
  std::string problems;
  split(text, ';', 0, [&](std::string_view device, std::size_t position) {
    Profile& profile = profiles.emplace_back();
    if (device.empty()) {
      return;  // a device of which nothing is said
    }
    split(device, ',', position, [&](std::string_view entry, std::size_t at) {
      read_entry(entry, at, profile, problems);
    });
  });
  if (problems.empty()) {
    return profiles;
  }
  return Error{.code = ErrorCode::invalid_argument,
               .what = "The description of a simulated device has problems.",
               .log = std::make_shared<const std::string>(std::move(problems))};
} catch (const std::exception&) {
  return Error{ErrorCode::host_memory, "The host has no memory left."};
}

std::string to_string(const Profile& profile) {
  std::string text = "inner=" + profile.inner;
  const auto add = [&](std::string_view name, const std::string& value, std::string_view unit) {
    text.append(",").append(name).append("=").append(value).append(unit);
  };
  add("latency", std::to_string(profile.launch_latency.count()), "ns");
  add("copy_latency", std::to_string(profile.copy_latency.count()), "ns");
  if (profile.in_bytes_per_second > 0) {
    add("in", shortest(profile.in_bytes_per_second), "B/s");
  }
  if (profile.out_bytes_per_second > 0) {
    add("out", shortest(profile.out_bytes_per_second), "B/s");
  }
  add("speed", shortest(profile.speed), "");
  if (profile.item_time.count() > 0) {
    add("item", shortest(profile.item_time.count()), "ns");
  }
  if (profile.memory_bytes > 0) {
    add("memory", std::to_string(profile.memory_bytes), "B");
  }
  add("engines", std::to_string(profile.copy_engines), "");
  return text;
}

}  // namespace dotcompute::simulated
