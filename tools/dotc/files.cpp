// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"

#include "usage_error.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

namespace dotcompute::dotc {
namespace {

std::string last_error() {
  return std::generic_category().message(errno);
}

std::string kind_of(mode_t mode) {
  return S_ISDIR(mode) ? "a directory" : "a device or pipe";
}

/// Closes a descriptor at the end of a scope.
struct Descriptor {
  int value = -1;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  explicit Descriptor(int opened) : value(opened) {}
  ~Descriptor() {
    if (value >= 0) {
      ::close(value);
    }
  }
};

}  // namespace

MappedFile::MappedFile(const std::string& path) {
  struct stat facts {};
  // Before it is opened: opening a pipe would wait for its other end.
  if (::stat(path.c_str(), &facts) != 0) {
    refuse(path, "a file", last_error());
  }
  if (!S_ISREG(facts.st_mode)) {
    refuse(path, "a file", kind_of(facts.st_mode));
  }
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value < 0 || ::fstat(file.value, &facts) != 0) {
    refuse(path, "a file that can be read", last_error());
  }
  size_ = static_cast<std::size_t>(facts.st_size);
  if (size_ == 0) {
    return;  // an empty mapping is an error to the system
  }
  void* const mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.value, 0);
  if (mapped == MAP_FAILED) {
    refuse(path, "a file that can be mapped into memory", last_error());
  }
  data_ = mapped;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) {
    ::munmap(data_, size_);
  }
}

NewFile::NewFile(const std::string& path) : path_(path), target_(path) {
  std::error_code no_link;
  if (const auto real = std::filesystem::canonical(path, no_link); !no_link) {
    target_ = real.string();
  }
  struct stat facts {};
  if (::stat(target_.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) {
    // Renaming onto a device would put a file in its place.
    refuse(path_, "a file or a new name", kind_of(facts.st_mode));
  }
  temporary_ = target_ + ".dotc-" + std::to_string(::getpid());
  constexpr mode_t kUsual = 0666;  // less the user's umask
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kUsual);
  if (descriptor_ < 0) {
    const std::string why = last_error();
    temporary_.clear();
    refuse(path_, "a file that can be written", why);
  }
}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

NewFile::~NewFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  if (!temporary_.empty()) {
    std::ignore = ::unlink(temporary_.c_str());  // nobody is left to hear of it
  }
}

void NewFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      refuse(path_, "a file that can be written", last_error());
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void NewFile::commit() {
  // Some file systems tell only now that there was no room.
  if (::close(std::exchange(descriptor_, -1)) != 0 ||
      std::rename(temporary_.c_str(), target_.c_str()) != 0) {
    refuse(path_, "a file that can be written", last_error());
  }
  temporary_.clear();
}

}  // namespace dotcompute::dotc
