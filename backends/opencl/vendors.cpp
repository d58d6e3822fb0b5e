// SPDX-License-Identifier: Apache-2.0
#include "vendors.hpp"

#include "platform/driver_library.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace dotcompute::opencl {
namespace {

void try_library(const std::string& library,
                 const std::string& who,
                 std::vector<std::string>& out) {
  const auto opened = core::DriverLibrary::open(library.c_str());
  if (!opened.ok()) {
    out.push_back(who + ": " + opened.error().message());
  }
}

// An .icd file holds the name of one library.
void try_file(const std::filesystem::path& path, std::vector<std::string>& out) {
  std::ifstream file(path);
  std::string library;
  if (!std::getline(file, library)) {
    out.push_back(path.string() + " cannot be read or is empty.");
    return;
  }
  library.erase(library.find_last_not_of(" \t\r") + 1);
  try_library(library, path.string(), out);
}

}  // namespace

std::vector<std::string> vendor_problems(std::string_view vendors) {
  std::vector<std::string> problems;
  const std::filesystem::path path(vendors);
  std::error_code error;
  if (path.extension() == ".icd") {
    try_file(path, problems);
  } else if (std::filesystem::is_directory(path, error)) {
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() == ".icd") {
        files.push_back(entry->path());
      }
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
      try_file(file, problems);
    }
  } else if (path.string().find(".so") != std::string::npos) {
    try_library(path.string(), "OCL_ICD_VENDORS", problems);
  } else {
    problems.push_back("There is no folder " + path.string() + " of OpenCL drivers.");
  }
  return problems;
}

std::string_view vendors_of_this_process() noexcept {
  const char* const named = std::getenv("OCL_ICD_VENDORS");  // NOLINT: nobody sets it meanwhile
  return named != nullptr && *named != '\0' ? named : "/etc/OpenCL/vendors";
}

}  // namespace dotcompute::opencl
