// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "doctor.hpp"
#include "json.hpp"
#include "platform/cpu_quota.hpp"
#include "runtime_setup.hpp"

#include "dotcompute/dotcompute.hpp"
#include "dotcompute/kernels.hpp"

#include <algorithm>
#include <exception>
#include <iomanip>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

namespace dotcompute::dotc {
namespace {

/// The main job, done: a kernel of the pack on the CPU.
Finding run_a_kernel(Runtime& runtime) {
  std::vector<float> y{1, 2, 3};
  runtime.orchestrator().execute("saxpy", 2.0F, std::vector<float>{10, 20, 30}, y);
  const bool right = y == std::vector<float>{21, 42, 63};
  return {.name = "kernels",
          .health = right ? Health::ok : Health::failed,
          .found = right ? "saxpy has run" : "saxpy has run and is wrong"};
}

void examine_runtime(const Options& options, std::vector<Finding>& findings) {
  try {
    Runtime runtime = make_runtime(options);
    findings.push_back(run_a_kernel(runtime));
    findings.push_back(examine_opencl_devices(runtime.devices().backends()));
  } catch (const std::exception& problem) {
    findings.push_back(
        {.name = "kernels", .health = Health::failed, .found = problem.what(), .remedy = {}});
  }
}

void examine_cache_of(const Options& options, std::vector<Finding>& findings) {
  try {
    const RuntimeOptions settings = resolve_settings(options);
    if (settings.disk_cache) {
      findings.push_back(examine_cache(cache_directory_of(settings)));
    } else {
      findings.push_back({.name = "disk cache", .found = "off"});
    }
  } catch (const std::exception& problem) {
    findings.push_back({.name = "disk cache",
                        .health = Health::missing,
                        .found = problem.what(),
                        .remedy = "export DOTCOMPUTE_CACHE_DIRECTORY=$(mktemp -d)"});
  }
}

void write(const std::vector<Finding>& findings, bool works, std::ostream& out) {
  constexpr int kFirst = 9;
  constexpr int kSecond = 16;
  for (const Finding& finding : findings) {
    out << std::left << std::setw(kFirst) << to_string(finding.health) << std::setw(kSecond)
        << finding.name << finding.found << '\n';
    if (!finding.remedy.empty()) {
      out << std::setw(kFirst + kSecond) << "" << finding.remedy << '\n';
    }
  }
  out << (works ? "Kernels run.\n" : "Kernels do not run.\n");
}

void write_json(const std::vector<Finding>& findings, bool works, std::ostream& out) {
  JsonWriter json;
  json.begin_object().field("works", works).key("findings").begin_array();
  for (const Finding& finding : findings) {
    json.begin_object()
        .field("name", finding.name)
        .field("health", to_string(finding.health))
        .field("found", finding.found)
        .field("remedy", finding.remedy)
        .end_object();
  }
  out << json.end_array().end_object().text() << '\n';
}

}  // namespace

bool diagnose(const Options& options, std::ostream& out) {
  std::vector<Finding> findings;
  examine_runtime(options, findings);
  const SystemPlaces places = system_places();
  findings.push_back(examine_opencl_loader(places));
  findings.push_back(examine_opencl_drivers(places));
  examine_cache_of(options, findings);
  findings.push_back(
      examine_quota(core::cpu_quota(), std::max(1U, std::thread::hardware_concurrency())));
  findings.push_back(examine_huge_pages(places));
  const bool works = std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.health == Health::failed;
  });
  (options.json ? write_json : write)(findings, works, out);
  return works;
}

}  // namespace dotcompute::dotc
