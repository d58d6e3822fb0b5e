// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include "usage_error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <system_error>

namespace dotcompute::dotc {
namespace {

/// What CLI11 fills, before it is taken apart.
struct Texts {
  std::vector<std::string> inputs;
  std::vector<std::string> in_outs;
  std::vector<std::string> outputs;
  std::vector<std::string> scalars;
  std::vector<std::string> shapes;
  std::string range;
  std::string log_level;
};

NamedText split(std::string_view option, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    refuse(option, "PARAMETER=VALUE", "'" + text + "'");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::vector<NamedText> split_all(std::string_view option, const std::vector<std::string>& texts) {
  std::vector<NamedText> named;
  named.reserve(texts.size());
  for (const std::string& text : texts) {
    named.push_back(split(option, text));
  }
  return named;
}

/// 1 to 3 numbers parted by commas; returns how many.
int parse_numbers(std::string_view option, const std::string& text, Extents& numbers) {
  const char* at = text.data();
  const char* const end = at + text.size();
  int count = 0;
  while (count < 3) {
    const auto parsed = std::from_chars(at, end, numbers[static_cast<std::size_t>(count)]);
    ++count;
    if (parsed.ec != std::errc{} || (parsed.ptr != end && *parsed.ptr != ',')) {
      break;
    }
    if (parsed.ptr == end) {
      return count;
    }
    at = parsed.ptr + 1;
  }
  refuse(option, "1 to 3 numbers parted by commas", "'" + text + "'");
}

NamedShape parse_shape(const std::string& text) {
  auto [parameter, extents] = split("--shape", text);
  NamedShape shape{.parameter = std::move(parameter)};
  shape.rank = parse_numbers("--shape", extents, shape.extents);
  return shape;
}

LogLevel parse_log_level(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, LogLevel>, 6> kLevels{
      {{"trace", LogLevel::trace},
       {"debug", LogLevel::debug},
       {"information", LogLevel::information},
       {"warning", LogLevel::warning},
       {"error", LogLevel::error},
       {"off", LogLevel::off}}};
  const auto* const found = std::find_if(kLevels.begin(), kLevels.end(),
                                         [&](const auto& level) { return level.first == name; });
  if (found == kLevels.end()) {
    refuse("--log-level", "trace, debug, information, warning, error or off", "'" + name + "'");
  }
  return found->second;
}

/// An option that may stand several times, each time with one value.
void add_repeated(CLI::App& app,
                  const std::string& name,
                  std::vector<std::string>& values,
                  const std::string& form,
                  const std::string& help) {
  app.add_option(name, values, help)->allow_extra_args(false)->type_name(form);
}

void add_call(CLI::App& app, Options& options, Texts& texts) {
  app.add_option("kernel", options.kernel, "Short or qualified name of the kernel")
      ->required()
      ->type_name("KERNEL");
  add_repeated(app, "--in", texts.inputs, "PARAMETER=FILE.npy", "Array that the kernel reads");
  add_repeated(app, "--inout", texts.in_outs, "PARAMETER=FILE.npy",
               "Array that the kernel changes; the file is replaced when it succeeds");
  add_repeated(app, "--out", texts.outputs, "PARAMETER=FILE.npy", "Array that the kernel writes");
  add_repeated(app, "--set", texts.scalars, "PARAMETER=VALUE", "Single value");
  add_repeated(app, "--shape", texts.shapes, "PARAMETER=N[,M[,K]]",
               "Shape of an output, slowest axis first; else the kernel's own rule");
  app.add_option("--range", texts.range, "Work items along x, y, z; else those of the first output")
      ->type_name("N[,M[,K]]");
  app.add_option("--device", options.device, "Only this device, such as cpu:0");
}

void add_commands(CLI::App& app, Options& options, Texts& texts) {
  auto* run = app.add_subcommand("run", "Run a kernel on .npy arrays");
  add_call(*run, options, texts);
  auto* explain = app.add_subcommand("explain", "Say where a kernel would run, and why");
  add_call(*explain, options, texts);
  auto* devices = app.add_subcommand("devices", "List devices and back ends");
  auto* kernels = app.add_subcommand("kernels", "List kernels, or tell all about one");
  kernels->add_option("name", options.kernel, "The kernel to tell about")->type_name("NAME");
  kernels->add_option("--source", options.source, "Print the kernel as text: opencl or kir")
      ->type_name("BACKEND");
  auto* demo = app.add_subcommand("demo", "Find the edges in a picture, check and time it");
  demo->add_option("picture", options.picture, "Where the result goes")
      ->type_name("FILE.png")
      ->capture_default_str();
  demo->add_option("--input", options.photograph, "Picture to use; else one is drawn")
      ->type_name("FILE.png");
  demo->add_option("--device", options.device, "Only this device, such as cpu:0");
  auto* cache = app.add_subcommand("cache", "Tell about compiled programs on the disk");
  cache
      ->add_option("action", options.action,
                   "path, stats, clear (remove all) or prune (remove what is damaged, of another "
                   "version or too much)")
      ->required()
      ->check(CLI::IsMember({"path", "stats", "clear", "prune"}))
      ->type_name("ACTION");
  auto* doctor = app.add_subcommand("doctor", "Tell what is missing here, and how to get it");
  for (auto* command : {run, explain, devices, kernels, demo, cache, doctor}) {
    command->add_flag("--json", options.json, "Answer in JSON");
    add_repeated(*command, "--module", options.modules, "FILE.so", "More kernels");
    command->fallthrough();
  }
}

Command command_of(const CLI::App& app) {
  const std::map<std::string, Command> commands{
      {"run", Command::run},         {"explain", Command::explain}, {"devices", Command::devices},
      {"kernels", Command::kernels}, {"demo", Command::demo},       {"cache", Command::cache},
      {"doctor", Command::doctor}};
  return commands.at(app.get_subcommands().front()->get_name());
}

void take_texts(const Texts& texts, Options& options) {
  options.inputs = split_all("--in", texts.inputs);
  options.in_outs = split_all("--inout", texts.in_outs);
  options.outputs = split_all("--out", texts.outputs);
  options.scalars = split_all("--set", texts.scalars);
  for (const std::string& text : texts.shapes) {
    options.shapes.push_back(parse_shape(text));
  }
  if (!texts.range.empty()) {
    LaunchRange range;
    parse_numbers("--range", texts.range, range.size);
    options.range = range;
  }
  if (!texts.log_level.empty()) {
    options.log_level = parse_log_level(texts.log_level);
  }
}

void check_source(const Options& options) {
  if (options.source.empty()) {
    return;
  }
  if (options.source != "opencl" && options.source != "kir") {
    refuse("--source", "opencl or kir", "'" + options.source + "'");
  }
  if (options.kernel.empty()) {
    refuse("--source", "the name of a kernel", "none");
  }
}

/// The first line of `text`: an error is one line.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, std::string& answer) {
  Options options;
  Texts texts;
  CLI::App app("Runs DotCompute kernels from the command line.", "dotc");
  app.set_version_flag("--version", "dotc " DOTC_VERSION);
  app.add_option("--config", options.configuration_file, "Configuration of the runtime")
      ->type_name("FILE.toml");
  app.add_option("--log-level", texts.log_level, "trace, debug, information, warning, error or off")
      ->type_name("LEVEL");
  app.require_subcommand(1);
  add_commands(app, options, texts);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion& version) {
    answer = std::string(version.what()) + "\n";
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    const auto asked = app.get_subcommands();
    answer = (asked.empty() ? &app : asked.front())->help();
    return std::nullopt;
  } catch (const CLI::ParseError& problem) {
    if (app.get_subcommands().empty() && !app.remaining().empty()) {
      // CLI11 would only say that a command is missing, not that this is none.
      refuse("", "run, explain, devices, kernels, demo, cache or doctor",
             "'" + app.remaining().front() + "'");
    }
    throw UsageError(first_line(problem.what()) + " (dotc --help tells more)");
  }
  options.command = command_of(app);
  take_texts(texts, options);
  check_source(options);
  return options;
}

}  // namespace dotcompute::dotc
