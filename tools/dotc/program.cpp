// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include "commands.hpp"
#include "options.hpp"
#include "runtime_setup.hpp"
#include "usage_error.hpp"

#include "dotcompute/exception.hpp"

#include <algorithm>
#include <exception>
#include <ostream>

namespace dotcompute::dotc {
namespace {

/// A message with a single line of detail needs no second line; a list of problems keeps its own.
std::string on_one_line(std::string message) {
  if (std::count(message.begin(), message.end(), '\n') == 1) {
    std::replace(message.begin(), message.end(), '\n', ' ');
  }
  return message;
}

bool run_command(const Options& options, std::ostream& out) {
  if (options.command == Command::cache) {
    manage_cache(options, out);
    return true;
  }
  if (options.command == Command::doctor) {
    return diagnose(options, out);
  }
  Runtime runtime = make_runtime(options);
  check_device(runtime, options.device);
  switch (options.command) {
    case Command::run:
      run_kernel(runtime, options, out);
      break;
    case Command::explain:
      explain_kernel(runtime, options, out);
      break;
    case Command::devices:
      list_devices(runtime, options, out);
      break;
    case Command::kernels:
      list_kernels(runtime, options, out);
      break;
    case Command::demo:
      return show_demo(runtime, options, out);
    case Command::cache:
    case Command::doctor:
      break;  // done above, without a runtime
  }
  return true;
}

int run_guarded(int argc, const char* const* argv, std::ostream& out) {
  std::string answer;
  const auto options = parse_options(argc, argv, answer);
  if (!options) {
    out << answer;
    return kSuccess;
  }
  return run_command(*options, out) ? kSuccess : kFailed;
}

/// Whether the user has to change the call: it would fail every time.
bool is_usage(ErrorCode code) {
  return code == ErrorCode::invalid_argument || code == ErrorCode::kernel_not_found;
}

}  // namespace

int run_program(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  try {
    const int status = run_guarded(argc, argv, out);
    out.flush();
    if (!out) {
      err << "dotc: standard output cannot be written\n";
      return kFailed;
    }
    return status;
  } catch (const UsageError& problem) {
    err << "dotc: " << on_one_line(problem.what()) << '\n';
    return kWrongUsage;
  } catch (const ConfigurationException& problem) {
    err << "dotc: " << on_one_line(problem.what()) << '\n';
    return kWrongUsage;
  } catch (const ComputeException& problem) {
    err << "dotc: " << on_one_line(problem.what()) << '\n';
    return is_usage(problem.code()) ? kWrongUsage : kFailed;
  } catch (const std::exception& problem) {
    err << "dotc: " << on_one_line(problem.what()) << '\n';
    return kFailed;
  }
}

}  // namespace dotcompute::dotc
