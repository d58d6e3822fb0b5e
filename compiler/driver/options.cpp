// SPDX-License-Identifier: Apache-2.0
#include "driver/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace dotcompute::driver {
namespace {

const std::map<std::string, Emit>& emit_names() {
  static const std::map<std::string, Emit> names{{"files", Emit::files},
                                                 {"kir", Emit::kir},
                                                 {"cpu", Emit::cpu},
                                                 {"opencl", Emit::opencl},
                                                 {"registration", Emit::registration},
                                                 {"handles", Emit::handles}};
  return names;
}

/// An option that may stand several times, each time with one value.
void add_repeated(CLI::App& app,
                  const std::string& name,
                  std::vector<std::string>& values,
                  const std::string& form,
                  const std::string& help) {
  app.add_option(name, values, help)->allow_extra_args(false)->type_name(form);
}

void add_options(CLI::App& app, Options& options) {
  app.add_option("files", options.files, "Files of kernels")->required()->type_name("FILE.cpp...");
  app.add_option("-o,--output-directory", options.output_directory, "Where the outputs go")
      ->type_name("DIRECTORY")
      ->capture_default_str();
  app.add_option("--name", options.name,
                 "Begins all names that the linker sees; unique in a program")
      ->type_name("IDENTIFIER")
      ->capture_default_str();
  app.add_option("--function", options.function,
                 "Write registration.cpp, which defines this function; else runtimes find the "
                 "kernels by themselves")
      ->type_name("QUALIFIED::NAME");
  app.add_option("--root", options.root, "What file names in metadata are relative to")
      ->type_name("DIRECTORY");
  app.add_option("--depfile", options.depfile, "Write what was read, as make wants it")
      ->type_name("FILE");
  app.add_option("--stamp", options.stamp, "Touch this file after success")->type_name("FILE");
  add_repeated(app, "-I,--include-directory", options.include_directories, "DIRECTORY",
               "Look for headers there");
  add_repeated(app, "-D,--define", options.definitions, "NAME[=VALUE]", "Define a macro");
  add_repeated(app, "--argument", options.arguments, "TEXT", "An argument for Clang");
  app.add_option("--std", options.standard, "Standard of the kernels' language")
      ->type_name("STANDARD")
      ->capture_default_str();
  app.add_option(
         "--emit", options.emit,
         "Write files, or one text to standard output: kir, cpu, opencl, registration, handles")
      ->transform(CLI::CheckedTransformer(emit_names(), CLI::ignore_case))
      ->type_name("WHAT");
}

bool is_identifier(const std::string& text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::string stem_of(const std::string& file) {
  const std::string name = file.substr(file.rfind('/') + 1);
  return name.substr(0, name.rfind('.'));
}

void check(const Options& options) {
  if (!is_identifier(options.name)) {
    throw UsageError("--name: expected letters, digits and '_', got '" + options.name + "'");
  }
  std::set<std::string> stems;
  for (const std::string& file : options.files) {
    if (!stems.insert(stem_of(file)).second) {
      throw UsageError("Two files are called " + stem_of(file) +
                       ", and so would be their outputs; rename one");
    }
  }
  if (options.emit != Emit::files && options.files.size() != 1) {
    throw UsageError("--emit to standard output takes one file");
  }
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, std::string& answer) {
  Options options;
  CLI::App app("Compiles C++ kernels into what a DotCompute program is built from.",
               "dotcompute-kernelc");
  app.set_version_flag("--version", "dotcompute-kernelc " DOTCOMPUTE_VERSION);
  add_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion& version) {
    answer = std::string(version.what()) + "\n";
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    answer = app.help();
    return std::nullopt;
  } catch (const CLI::ParseError& problem) {
    const std::string text = problem.what();
    throw UsageError(text.substr(0, text.find('\n')));
  }
  check(options);
  return options;
}

}  // namespace dotcompute::driver
