// SPDX-License-Identifier: Apache-2.0
#include "npy.hpp"

#include "npy_header.hpp"
#include "usage_error.hpp"

#include "dotcompute/exception.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace dotcompute::dotc {
namespace {

/// Copies `bytes`, turning the bytes of each element round.
void copy_swapped(const char* source, std::size_t bytes, std::size_t element_bytes, char* target) {
  for (std::size_t at = 0; at < bytes; at += element_bytes) {
    std::reverse_copy(source + at, source + at + element_bytes, target + at);
  }
}

DynamicArray copy_of(const NpyHeader& header, std::string_view file) {
  DynamicArray array(header.type, header.extents, header.rank);
  if (header.data_bytes == 0) {
    return array;
  }
  const char* const source = file.data() + header.data_offset;
  if (header.swapped) {
    copy_swapped(source, header.data_bytes, size_of(header.type), static_cast<char*>(array.data()));
  } else {
    std::memcpy(array.data(), source, header.data_bytes);
  }
  return array;
}

/// A bool of C++ that is neither 0 nor 1 would have no defined meaning.
void check_bools(std::string_view elements) {
  const auto wrong = std::find_if(elements.begin(), elements.end(), [](char element) {
    return static_cast<unsigned char>(element) > 1;
  });
  if (wrong != elements.end()) {
    refuse("", "elements that are 0 or 1 in an array of bool",
           std::to_string(static_cast<unsigned char>(*wrong)) + " at element " +
               std::to_string(wrong - elements.begin()));
  }
}

DynamicArray read_array(MappedFile file, bool to_be_written) {
  const NpyHeader header = parse_npy_header(file.bytes());
  if (header.type == ElementType::boolean) {
    check_bools(file.bytes().substr(header.data_offset));
  }
  const bool aligned = header.data_offset % size_of(header.type) == 0;
  if (to_be_written || header.swapped || !aligned) {
    return copy_of(header, file.bytes());
  }
  return {header.type, header.extents, header.rank, std::move(file), header.data_offset};
}

HostBlock take_block(const Extents& extents, ElementType type) {
  auto block = HostBlock::take_array(extents, size_of(type));
  if (!block) {
    throw_error(std::move(block.error()));
  }
  return *std::move(block);
}

}  // namespace

DynamicArray::DynamicArray(ElementType type, const Extents& extents, int rank)
    : type_(type), extents_(extents), rank_(rank), block_(take_block(extents, type)) {
  data_ = block_.data();
}

DynamicArray::DynamicArray(ElementType type,
                           const Extents& extents,
                           int rank,
                           MappedFile file,
                           std::size_t offset) noexcept
    : type_(type), extents_(extents), rank_(rank), file_(std::move(file)) {
  // Never written through: arguments of a mapped array are made of const elements.
  data_ = bytes() == 0 ? nullptr : const_cast<char*>(file_.bytes().data() + offset);
}

DynamicArray read_npy(const std::string& path, bool to_be_written) {
  MappedFile file(path);
  try {
    return read_array(std::move(file), to_be_written);
  } catch (const UsageError& problem) {
    throw UsageError(path + ": " + problem.what());
  }
}

void write_npy(NewFile& file, const DynamicArray& array) {
  const std::string header = format_npy_header(array.type(), array.extents(), array.rank());
  file.write(std::as_bytes(std::span(header)));
  file.write({static_cast<const std::byte*>(array.data()), array.bytes()});
  file.commit();
}

}  // namespace dotcompute::dotc
