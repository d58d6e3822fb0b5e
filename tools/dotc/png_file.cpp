// SPDX-License-Identifier: Apache-2.0
#include "png_file.hpp"

#include "usage_error.hpp"

#include <png.h>

#include <cstddef>
#include <span>
#include <vector>

namespace dotcompute::dotc {
namespace {

/// Frees what libpng holds for an image, whichever way the scope ends.
struct Image {
  png_image value{};
  Image() {
    value.version = PNG_IMAGE_VERSION;
    value.format = PNG_FORMAT_RGB;
  }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image() { png_image_free(&value); }

  void check(int succeeded, const std::string& path, const char* expected) const {
    if (succeeded == 0) {
      refuse(path, expected, value.message);
    }
  }
};

}  // namespace

Picture read_png(const std::string& path) {
  constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 28U;
  constexpr const char* kExpected = "a PNG picture";
  const MappedFile file(path);
  if (file.bytes().empty()) {
    refuse(path, kExpected, "an empty file");
  }
  Image image;
  image.check(
      png_image_begin_read_from_memory(&image.value, file.bytes().data(), file.bytes().size()),
      path, kExpected);
  const std::uint64_t rows = image.value.height;
  const std::uint64_t cols = image.value.width;
  if (rows * cols > kMaxPixels) {
    refuse(path, "at most 2^28 pixels", std::to_string(cols) + " x " + std::to_string(rows));
  }
  image.value.format = PNG_FORMAT_RGB;
  Picture picture(rows, cols, 3);
  const png_color black{};
  image.check(png_image_finish_read(&image.value, &black, picture.data(), 0, nullptr), path,
              kExpected);
  return picture;
}

void write_png(NewFile& file, const std::string& path, const Picture& picture) {
  constexpr const char* kExpected = "a picture that PNG can hold";
  Image image;
  image.value.height = static_cast<png_uint_32>(picture.extent(0));
  image.value.width = static_cast<png_uint_32>(picture.extent(1));
  image.value.flags = PNG_IMAGE_FLAG_FAST;  // a third of the time for a few per cent of size
  png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image.value);
  std::vector<std::byte> encoded(bytes);
  image.check(png_image_write_to_memory(&image.value, encoded.data(), &bytes, 0, picture.data(), 0,
                                        nullptr),
              path, kExpected);
  file.write(std::span(encoded).first(bytes));
  file.commit();
}

}  // namespace dotcompute::dotc
