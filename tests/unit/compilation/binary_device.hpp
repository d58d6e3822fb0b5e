// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/device.hpp"

#include <atomic>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dotcompute {

/// A program of BinaryDevice: what it was compiled from.
class BinaryProgram final : public backend::Program {
 public:
  BinaryProgram(std::string driver, std::string text, bool gives_binary)
      : driver_(std::move(driver)), text_(std::move(text)), gives_binary_(gives_binary) {}

  [[nodiscard]] Result<std::vector<std::byte>> binary() const noexcept override {
    std::vector<std::byte> bytes;
    if (gives_binary_) {
      const std::string content = driver_ + ":" + text_;
      bytes.resize(content.size());
      std::memcpy(bytes.data(), content.data(), content.size());
    }
    return bytes;
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  const std::string driver_;
  const std::string text_;
  const bool gives_binary_;
};

/// A device that only compiles, to programs that have a binary form. A text that begins with "error"
/// is wrong.
class BinaryDevice final : public backend::Device {
 public:
  explicit BinaryDevice(std::string driver = "driver 1") {
    info_.id = "binary:0";
    info_.type = AcceleratorType::opencl;
    info_.name = "binary";
    info_.max_allocation_bytes = std::size_t{1} << 30U;
    info_.driver_version = std::move(driver);
  }

  /// Called before each compilation of a text, such as to count it.
  std::function<void()> on_compile = [] {};
  bool gives_binary = true;
  bool refuses_binaries = false;

  [[nodiscard]] int compiled() const noexcept { return compiled_; }  ///< From a text.
  [[nodiscard]] int loaded() const noexcept { return loaded_; }      ///< From a binary.
  [[nodiscard]] int refused() const noexcept { return refused_; }    ///< Of the binaries.

  [[nodiscard]] const backend::DeviceInfo& info() const noexcept override { return info_; }
  Result<std::unique_ptr<backend::Program>> compile(
      const backend::KernelSource& source) noexcept override {
    if (!source.binary.empty()) {
      return load(source.binary);
    }
    ++compiled_;
    on_compile();
    if (source.text.starts_with("error")) {
      Error error{ErrorCode::compilation_failed, "The source is wrong."};
      error.log = std::make_shared<const std::string>("1: this is an error\n");
      return error;
    }
    return make(std::string(source.text));
  }

  Result<backend::Allocation> allocate(const backend::AllocationRequest&) noexcept override {
    return backend::Allocation{};
  }
  void free(backend::Allocation) noexcept override {}
  Result<backend::Completion> copy(const backend::CopyRequest&) noexcept override {
    return backend::Completion{};
  }
  Result<backend::Completion> launch(const backend::LaunchRequest&) noexcept override {
    return backend::Completion{};
  }
  Result<bool> wait(backend::Completion, std::chrono::nanoseconds) noexcept override {
    return true;
  }

 private:
  Result<std::unique_ptr<backend::Program>> load(std::span<const std::byte> binary) {
    std::string content(binary.size(), '\0');
    std::memcpy(content.data(), binary.data(), binary.size());
    const std::string prefix = info_.driver_version + ":";
    if (refuses_binaries || !content.starts_with(prefix)) {
      ++refused_;
      return Error{ErrorCode::invalid_argument, "The binary is of another driver."};
    }
    ++loaded_;
    return make(content.substr(prefix.size()));
  }
  [[nodiscard]] Result<std::unique_ptr<backend::Program>> make(std::string text) const {
    return std::unique_ptr<backend::Program>(
        std::make_unique<BinaryProgram>(info_.driver_version, std::move(text), gives_binary));
  }

  backend::DeviceInfo info_;
  std::atomic<int> compiled_{0};
  std::atomic<int> loaded_{0};
  std::atomic<int> refused_{0};
};

/// What a program of a BinaryDevice was compiled from.
inline std::string text_of(const backend::Program* program) {
  const auto* const binary = dynamic_cast<const BinaryProgram*>(program);
  return binary == nullptr ? "no program" : binary->text();
}

inline backend::KernelSource source_of(std::string_view text) {
  return {.language = backend::SourceLanguage::opencl_c, .text = text, .entry = "kernel_entry"};
}

}  // namespace dotcompute
