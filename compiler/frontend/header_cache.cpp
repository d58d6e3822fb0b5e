// SPDX-License-Identifier: Apache-2.0
#include "frontend/header_cache.hpp"

#include "frontend/dependencies.hpp"
#include "frontend/invocation.hpp"

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <clang/Sema/Sema.h>
#include <clang/Serialization/ASTWriter.h>
#include <clang/Serialization/PCHContainerOperations.h>
#include <llvm/Support/MemoryBuffer.h>

#include <memory>

namespace dotcompute::frontend {
namespace {

constexpr const char* kHeaderFile = "/dotcompute-kernel-header.hpp";
constexpr const char* kCacheFile = "/dotcompute-kernel-header.pch";
constexpr const char* kHeaderText = "#include <dotcompute/kernel.hpp>\n";

/// Keeps what Clang would write into a file.
class KeepHeader : public clang::ASTFrontendAction {
 public:
  explicit KeepHeader(std::string& bytes) : bytes_(bytes) {}

  clang::TranslationUnitKind getTranslationUnitKind() override { return clang::TU_Prefix; }
  [[nodiscard]] bool hasCodeCompletionSupport() const override { return false; }
  [[nodiscard]] bool hasASTFileSupport() const override { return false; }

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef /*file*/) override {
    return std::make_unique<clang::PCHGenerator>(compiler.getPreprocessor(),
                                                 compiler.getModuleCache(), "", "", buffer_,
                                                 compiler.getFrontendOpts().ModuleFileExtensions,
                                                 /*AllowASTWithErrors=*/false);
  }
  void EndSourceFileAction() override {
    if (buffer_->IsComplete) {
      bytes_.assign(buffer_->Data.begin(), buffer_->Data.end());
    }
  }

 private:
  std::string& bytes_;
  std::shared_ptr<clang::PCHBuffer> buffer_ = std::make_shared<clang::PCHBuffer>();
};

}  // namespace

bool HeaderCache::applies_to(std::string_view text) {
  const auto skip = [&](std::string_view end) {
    const std::size_t at = text.find(end);
    text = at == std::string_view::npos ? std::string_view() : text.substr(at + end.size());
  };
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    text = begin == std::string_view::npos ? std::string_view() : text.substr(begin);
    if (text.starts_with("//")) {
      const std::string_view line = text.substr(0, text.find('\n'));
      if (line.find('\\') != std::string_view::npos) {
        return false;  // may go on in the next line
      }
      skip("\n");
    } else if (text.starts_with("/*")) {
      skip("*/");
    } else {
      return text.starts_with("#include <dotcompute/kernel.hpp>") ||
             text.starts_with("#include \"dotcompute/kernel.hpp\"");
    }
  }
}

const HeaderCache::Entry* HeaderCache::find(const std::vector<std::string>& arguments) {
  const auto [found, fresh] = entries_.try_emplace(arguments);
  Entry& entry = found->second;
  if (fresh) {
    clang::IgnoringDiagConsumer silent;
    auto diagnostics =
        clang::CompilerInstance::createDiagnostics(new clang::DiagnosticOptions(), &silent, false);
    auto invocation = make_invocation(arguments, kHeaderFile, *diagnostics);
    if (invocation != nullptr) {
      invocation->getPreprocessorOpts().addRemappedFile(
          kHeaderFile, llvm::MemoryBuffer::getMemBuffer(kHeaderText).release());
      invocation->getFrontendOpts().ProgramAction = clang::frontend::GeneratePCH;
      clang::CompilerInstance compiler;
      compiler.setInvocation(std::move(invocation));
      compiler.createDiagnostics(&silent, /*ShouldOwnClient=*/false);
      auto collector = std::make_shared<AllDependencies>();
      compiler.addDependencyCollector(collector);
      KeepHeader action(entry.bytes);
      if (!compiler.ExecuteAction(action)) {
        entry.bytes.clear();
      }
      for (const std::string& file : collector->getDependencies()) {
        if (file != kHeaderFile) {
          entry.dependencies.push_back(file);
        }
      }
    }
  }
  return entry.bytes.empty() ? nullptr : &entry;
}

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> HeaderCache::use(
    const Entry& entry, clang::CompilerInvocation& invocation) {
  auto memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  memory->addFile(kCacheFile, 0, llvm::MemoryBuffer::getMemBuffer(entry.bytes, kCacheFile, false));
  auto both =
      llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(llvm::vfs::getRealFileSystem());
  both->pushOverlay(memory);
  invocation.getPreprocessorOpts().ImplicitPCHInclude = kCacheFile;
  return both;
}

}  // namespace dotcompute::frontend
