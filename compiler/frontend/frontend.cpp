// SPDX-License-Identifier: Apache-2.0
#include "frontend/frontend.hpp"

#include "analysis/checks.hpp"
#include "frontend/dependencies.hpp"
#include "frontend/header_cache.hpp"
#include "frontend/invocation.hpp"
#include "frontend/kernels.hpp"
#include "frontend/module_lowering.hpp"
#include "frontend/reporter.hpp"
#include "kir/render.hpp"
#include "kir/verify.hpp"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Basic/Stack.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/thread.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <tuple>

namespace dotcompute::frontend {
namespace {

// Clang and we recurse as deep as the source is nested; instrumented code takes more of it.
constexpr unsigned kStackBytes = 256U << 20U;

/// Finds the kernels of a file while it is read, and lowers them when all of it is known.
class KernelConsumer : public clang::ASTConsumer {
 public:
  KernelConsumer(clang::CompilerInstance& compiler, kir::Module& module, Reporter& reporter)
      : compiler_(compiler), module_(module), reporter_(reporter) {}

  bool HandleTopLevelDecl(clang::DeclGroupRef group) override {
    for (const clang::Decl* decl : group) {
      find_kernels(*decl);
    }
    return true;
  }

  void HandleTranslationUnit(clang::ASTContext& context) override {
    reporter_.use(context.getSourceManager());
    if (compiler_.getDiagnostics().hasFatalErrorOccurred()) {
      return;
    }
    ModuleLowering lowering(context, module_, reporter_);
    for (const clang::FunctionDecl* kernel : kernels_) {
      // Calls name a kernel's parameters: whatever else is called so gets another name.
      for (const clang::ParmVarDecl* parameter : kernel->parameters()) {
        lowering.note_local(parameter->getNameAsString());
      }
    }
    for (const clang::FunctionDecl* kernel : kernels_) {
      lowering.add_kernel(*kernel);
    }
  }

  /// What the standard library does inside is of no use to kernels, unless it is constexpr.
  bool shouldSkipFunctionBody(clang::Decl* decl) override {
    const clang::SourceManager& sources = compiler_.getSourceManager();
    return sources.isInSystemHeader(sources.getExpansionLoc(decl->getLocation()));
  }

 private:
  void find_kernels(const clang::Decl& decl) {
    if (const auto* template_decl = llvm::dyn_cast<clang::FunctionTemplateDecl>(&decl)) {
      return find_kernels(*template_decl->getTemplatedDecl());
    }
    if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(&decl)) {
      const bool known =
          std::any_of(kernels_.begin(), kernels_.end(), [&](const clang::FunctionDecl* one) {
            return one->getCanonicalDecl() == function->getCanonicalDecl();
          });
      if (!known && is_kernel(*function)) {
        kernels_.push_back(function);
      }
    } else if (const auto* context = llvm::dyn_cast<clang::DeclContext>(&decl);
               context != nullptr &&
               (llvm::isa<clang::NamespaceDecl>(decl) || llvm::isa<clang::LinkageSpecDecl>(decl) ||
                llvm::isa<clang::CXXRecordDecl>(decl))) {
      for (const clang::Decl* inner : context->decls()) {
        find_kernels(*inner);
      }
    }
  }

  clang::CompilerInstance& compiler_;
  kir::Module& module_;
  Reporter& reporter_;
  std::vector<const clang::FunctionDecl*> kernels_;
};

class KernelAction : public clang::ASTFrontendAction {
 public:
  KernelAction(kir::Module& module, Reporter& reporter) : module_(module), reporter_(reporter) {}

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef /*file*/) override {
    return std::make_unique<KernelConsumer>(compiler, module_, reporter_);
  }

 private:
  kir::Module& module_;
  Reporter& reporter_;
};

/// In the order of the source, each with the notes that belong to it.
void sort(kir::Diagnostics& diagnostics) {
  std::vector<kir::Diagnostics> groups;
  for (kir::Diagnostic& one : diagnostics) {
    if (groups.empty() || one.severity != kir::Severity::note) {
      groups.emplace_back();
    }
    groups.back().push_back(std::move(one));
  }
  const auto place = [](const kir::Diagnostics& group) {
    const kir::Location& at = group.front().location;
    return std::tuple(at.file, at.line, at.column);
  };
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  diagnostics.clear();
  for (kir::Diagnostics& group : groups) {
    std::move(group.begin(), group.end(), std::back_inserter(diagnostics));
  }
}

/// Adds `from` to `to`, each file once, without the one that stands in for `skip`.
void add_files(std::vector<std::string>& to, llvm::ArrayRef<std::string> from) {
  for (const std::string& file : from) {
    if (!file.starts_with("/dotcompute-kernel-header") &&
        std::find(to.begin(), to.end(), file) == to.end()) {
      to.push_back(file);
    }
  }
}

class Session {
 public:
  void parse(const Request& request, Outcome& outcome) {
    outcome.module.files.push_back(request.file);
    Reporter reporter(outcome.module, outcome.diagnostics);
    auto diagnostics = clang::CompilerInstance::createDiagnostics(new clang::DiagnosticOptions(),
                                                                  &reporter, false);
    const std::vector<std::string> arguments = arguments_of(request);
    auto invocation = make_invocation(arguments, request.file, *diagnostics);
    if (invocation == nullptr) {
      return;
    }
    const auto text = request.text ? request.text : kir::read_file(request.file);
    if (request.text) {
      invocation->getPreprocessorOpts().addRemappedFile(
          request.file,
          llvm::MemoryBuffer::getMemBufferCopy(*request.text, request.file).release());
    }
    invocation->getFrontendOpts().SkipFunctionBodies = true;
    clang::CompilerInstance compiler;
    const bool cached = text && HeaderCache::applies_to(*text);
    if (const HeaderCache::Entry* entry = cached ? headers_.find(arguments) : nullptr) {
      compiler.createFileManager(HeaderCache::use(*entry, *invocation));
      add_files(outcome.dependencies, entry->dependencies);
    }
    compiler.setInvocation(std::move(invocation));
    compiler.createDiagnostics(&reporter, /*ShouldOwnClient=*/false);
    auto collector = std::make_shared<AllDependencies>();
    compiler.addDependencyCollector(collector);
    KernelAction action(outcome.module, reporter);
    std::ignore = compiler.ExecuteAction(action);  // what went wrong is among the diagnostics
    add_files(outcome.dependencies, collector->getDependencies());
  }

 private:
  HeaderCache headers_;
};

}  // namespace

bool Outcome::ok() const noexcept {
  return std::none_of(diagnostics.begin(), diagnostics.end(), [](const kir::Diagnostic& one) {
    return one.severity == kir::Severity::error;
  });
}

Outcome parse(const Request& request) {
  static std::mutex mutex;
  static Session session;
  const std::lock_guard lock(mutex);
  Outcome outcome;
  llvm::thread thread(std::optional<unsigned>(kStackBytes), [&] {
    clang::noteBottomOfStack();
    session.parse(request, outcome);
  });
  thread.join();
  // What Clang refuses may be KIR that is not well formed; what both take is the emitters' to see.
  const bool well_formed = kir::verify(outcome.module).empty();
  const kir::Diagnostics found = well_formed ? analysis::check(outcome.module) : kir::Diagnostics();
  outcome.diagnostics.insert(outcome.diagnostics.end(), found.begin(), found.end());
  sort(outcome.diagnostics);
  outcome.rendered = kir::render(outcome.module, outcome.diagnostics, [&](const std::string& path) {
    return request.text && path == request.file ? request.text : kir::read_file(path);
  });
  return outcome;
}

}  // namespace dotcompute::frontend
