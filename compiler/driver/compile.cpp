// SPDX-License-Identifier: Apache-2.0
#include "driver/compile.hpp"

#include "driver/outputs.hpp"
#include "emit/cpu/emit.hpp"
#include "emit/opencl/emit.hpp"
#include "emit/registration/emit.hpp"
#include "frontend/frontend.hpp"
#include "kir/print.hpp"
#include "kir/verify.hpp"

#include <filesystem>
#include <map>
#include <ostream>
#include <utility>
#include <vector>

namespace dotcompute::driver {
namespace {

/// What is written for one file.
struct Texts {
  std::string stem;
  std::string kir;
  std::string cpu;
  std::string opencl;
  std::string registration;
  std::string handles;
};

class Compilation {
 public:
  Compilation(const Options& options, std::ostream& problems)
      : options_(options), problems_(problems) {}

  /// \return false if there is an error in one of the files.
  bool run() {
    for (const std::string& file : options_.files) {
      add(file);
    }
    return ok_;
  }

  void write() const {
    const std::filesystem::path directory(options_.output_directory);
    std::vector<std::string> tables;
    for (const Texts& texts : texts_) {
      const std::string base = (directory / texts.stem).string();
      write_if_changed(base + ".kernels.hpp", texts.handles);
      write_if_changed(base + ".kernels.cpp", texts.registration);
      write_if_changed(base + ".cpu.cpp", texts.cpu);
      tables.push_back(table_of(texts.stem));
    }
    if (!options_.function.empty()) {
      write_if_changed((directory / "registration.cpp").string(),
                       emit::emit_joint_registration(options_.function, tables));
    }
    if (!options_.depfile.empty()) {
      const std::string first = (directory / (texts_.front().stem + ".kernels.cpp")).string();
      write_if_changed(options_.depfile,
                       depfile_text(options_.stamp.empty() ? first : options_.stamp, read_));
    }
    if (!options_.stamp.empty()) {
      touch(options_.stamp);
    }
  }

  void print(std::ostream& out) const {
    const Texts& texts = texts_.front();
    switch (options_.emit) {
      case Emit::files:
        break;
      case Emit::kir:
        out << texts.kir;
        break;
      case Emit::cpu:
        out << texts.cpu;
        break;
      case Emit::opencl:
        out << texts.opencl;
        break;
      case Emit::registration:
        out << texts.registration;
        break;
      case Emit::handles:
        out << texts.handles;
        break;
    }
  }

 private:
  void add(const std::string& file) {
    frontend::Outcome parsed = frontend::parse({.file = file,
                                                .include_directories = options_.include_directories,
                                                .definitions = options_.definitions,
                                                .standard = options_.standard,
                                                .extra_arguments = options_.arguments,
                                                .text = {}});
    problems_ << parsed.rendered;
    read_.insert(read_.end(), parsed.dependencies.begin(), parsed.dependencies.end());
    if (!parsed.ok() || !check(file, parsed.module)) {
      ok_ = false;
      return;
    }
    texts_.push_back(emit(file, parsed.module));
  }

  /// What all files together, or the compiler itself, may have got wrong.
  bool check(const std::string& file, const kir::Module& module) {
    bool ok = true;
    for (const kir::Diagnostic& defect : kir::verify(module)) {
      problems_ << file << ":" << defect.location.line << ":" << defect.location.column
                << ": error: a defect of dotcompute-kernelc, please report it: " << defect.message
                << " [" << defect.code << "]\n";
      ok = false;
    }
    for (const auto& function : module.functions) {
      if (!function->is_kernel) {
        continue;
      }
      const std::string& name =
          function->registered_name.empty() ? function->name : function->registered_name;
      const std::string place = file + ":" + std::to_string(function->location.line) + ":" +
                                std::to_string(function->location.column);
      const auto [known, is_new] = kernels_.emplace(function->name_space + "::" + name, place);
      if (!is_new) {
        problems_ << place << ": error: a kernel '" << name << "' is already in " << known->second
                  << "; give one of them another name with DC_KERNEL_NAMED [DC015]\n";
        ok = false;
      }
    }
    return ok;
  }

  [[nodiscard]] std::string table_of(const std::string& stem) const {
    std::string table = options_.name + "_" + stem;
    for (char& c : table) {
      const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      c = fits ? c : '_';
    }
    return table;
  }

  [[nodiscard]] std::string name_in_metadata(const std::string& file) const {
    const std::string root =
        options_.root.empty() || options_.root.ends_with('/') ? options_.root : options_.root + "/";
    return file.starts_with(root) ? file.substr(root.size()) : file;
  }

  /// The bodies that are no C++; a note for each that cannot be written.
  [[nodiscard]] std::vector<emit::KernelBody> bodies_of(const kir::Module& module) const {
    std::vector<emit::KernelBody> bodies;
    for (const auto& function : module.functions) {
      if (!function->is_kernel) {
        continue;
      }
      emit::OpenClKernel kernel = emit::emit_opencl(module, *function);
      if (kernel.note.empty()) {
        bodies.push_back(
            {function->symbol, "opencl", std::move(kernel.text), std::move(kernel.entry)});
      } else {
        problems_ << module.files[function->location.file] << ":" << function->location.line << ":"
                  << function->location.column << ": note: kernel '" << function->name
                  << "' has no body for OpenCL: " << kernel.note << "\n";
      }
    }
    return bodies;
  }

  /// \param module afterwards names its files as metadata does.
  [[nodiscard]] Texts emit(const std::string& file, kir::Module& module) const {
    const std::string stem = std::filesystem::path(file).stem().string();
    std::vector<std::string> directories = options_.include_directories;
    directories.push_back(std::filesystem::path(file).parent_path().string());
    emit::RegistrationOptions registration{.table = table_of(stem),
                                           .source = name_in_metadata(file),
                                           .handles = stem + ".kernels.hpp",
                                           .is_discovered = options_.function.empty(),
                                           .include_directories = std::move(directories),
                                           .bodies = {}};
    std::string handles = emit::emit_handles(module, registration);
    for (std::string& name : module.files) {
      name = name_in_metadata(name);
    }
    registration.bodies = bodies_of(module);
    return {.stem = stem,
            .kir = options_.emit == Emit::kir ? kir::print(module) : std::string(),
            .cpu = emit::emit_cpu(module, {.table = registration.table}),
            .opencl = options_.emit == Emit::opencl ? emit::emit_opencl(module) : std::string(),
            .registration = emit::emit_registration(module, registration),
            .handles = std::move(handles)};
  }

  const Options& options_;
  std::ostream& problems_;
  bool ok_ = true;
  std::vector<Texts> texts_;
  std::vector<std::string> read_;
  std::map<std::string, std::string> kernels_;  // -> where
};

}  // namespace

bool compile(const Options& options, std::ostream& out, std::ostream& problems) {
  Compilation compilation(options, problems);
  if (!compilation.run()) {
    return false;
  }
  if (options.emit == Emit::files) {
    compilation.write();
  } else {
    compilation.print(out);
  }
  return true;
}

}  // namespace dotcompute::driver
