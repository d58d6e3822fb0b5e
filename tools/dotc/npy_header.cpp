// SPDX-License-Identifier: Apache-2.0
#include "npy_header.hpp"

#include "usage_error.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>
#include <vector>

namespace dotcompute::dotc {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

struct DtypeName {
  std::string_view code;  // without the byte order
  ElementType type;
};
constexpr std::array<DtypeName, 12> kDtypes{{{"b1", ElementType::boolean},
                                             {"i1", ElementType::int8},
                                             {"u1", ElementType::uint8},
                                             {"i2", ElementType::int16},
                                             {"u2", ElementType::uint16},
                                             {"i4", ElementType::int32},
                                             {"u4", ElementType::uint32},
                                             {"i8", ElementType::int64},
                                             {"u8", ElementType::uint64},
                                             {"f2", ElementType::float16},
                                             {"f4", ElementType::float32},
                                             {"f8", ElementType::float64}}};

/// `text` for a message: at most 40 characters, what cannot be printed as '?'.
std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 40;
  std::string shown = "'";
  for (const char c : text.substr(0, kShown)) {
    shown += c >= ' ' && c <= '~' ? c : '?';
  }
  return shown + (text.size() > kShown ? "...'" : "'");
}

struct Fields {
  std::optional<std::string_view> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::uint64_t>> shape;
};

/// Reads the one Python literal that a header is: a dict of three known keys.
class DictionaryParser {
 public:
  explicit DictionaryParser(std::string_view text) : text_(text) {}

  Fields run() {
    Fields fields;
    expect('{');
    while (!take('}')) {
      read_entry(fields);
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_spaces();
    if (position_ != text_.size()) {
      fail("nothing after the header's dict");
    }
    if (!fields.descr || !fields.fortran_order || !fields.shape) {
      refuse("", "a header with the keys 'descr', 'fortran_order' and 'shape'", quoted(text_));
    }
    return fields;
  }

 private:
  void read_entry(Fields& fields) {
    const std::string_view key = read_string();
    expect(':');
    if (key == "descr" && !fields.descr) {
      fields.descr = read_descr();
    } else if (key == "fortran_order" && !fields.fortran_order) {
      fields.fortran_order = read_bool();
    } else if (key == "shape" && !fields.shape) {
      fields.shape = read_shape();
    } else {
      refuse("", "each of the keys 'descr', 'fortran_order' and 'shape' once", quoted(key));
    }
  }

  std::string_view read_descr() {
    skip_spaces();
    if (position_ < text_.size() && text_[position_] == '[') {
      refuse("", "one element type",
             "a structured dtype " + quoted(text_.substr(position_)) + "; save each field alone");
    }
    return read_string();
  }

  std::string_view read_string() {
    skip_spaces();
    const char quote = position_ < text_.size() ? text_[position_] : '\0';
    if (quote != '\'' && quote != '"') {
      fail("a quoted word in the header");
    }
    const std::size_t begin = ++position_;
    const std::size_t end = text_.find(quote, begin);
    if (end == std::string_view::npos) {
      fail("a closing quote in the header");
    }
    position_ = end + 1;
    return text_.substr(begin, end - begin);
  }

  bool read_bool() {
    skip_spaces();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(position_).starts_with(word)) {
        position_ += word.size();
        return value;
      }
    }
    fail("True or False for 'fortran_order'");
  }

  std::vector<std::uint64_t> read_shape() {
    std::vector<std::uint64_t> shape;
    expect('(');
    while (!take(')')) {
      shape.push_back(read_number());
      if (!take(',')) {
        expect(')');
        if (shape.size() == 1) {
          fail("a comma after the only extent of a shape");  // "(3)" is no tuple in Python
        }
        break;
      }
    }
    return shape;
  }

  std::uint64_t read_number() {
    skip_spaces();
    const char* const begin = text_.data() + position_;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{}) {
      fail("an extent from 0 to 2^64 - 1 in the header's shape");
    }
    position_ += static_cast<std::size_t>(end - begin);
    return value;
  }

  void skip_spaces() {
    while (position_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[position_]) != std::string_view::npos) {
      ++position_;
    }
  }

  bool take(char wanted) {
    skip_spaces();
    if (position_ < text_.size() && text_[position_] == wanted) {
      ++position_;
      return true;
    }
    return false;
  }

  void expect(char wanted) {
    if (!take(wanted)) {
      fail(std::string("'") + wanted + "' in the header");
    }
  }

  [[noreturn]] void fail(std::string_view expected) {
    const std::string_view rest = text_.substr(position_);
    refuse("", expected, rest.empty() ? "its end" : quoted(rest));
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

std::uint32_t read_little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8U | static_cast<std::uint8_t>(bytes[i]);
  }
  return value;
}

/// The text of the header, and where the elements begin.
std::string_view header_text(std::string_view file, std::size_t& data_offset) {
  if (file.empty()) {
    refuse("", "a NumPy array", "an empty file");
  }
  if (file.substr(0, kMagic.size()) != kMagic.substr(0, file.size())) {
    refuse("", "a NumPy array, which begins with \\x93NUMPY",
           "a file that begins with " + quoted(file.substr(0, kMagic.size())));
  }
  const auto truncated = [&](std::size_t needed) {
    if (file.size() < needed) {
      refuse("", "a header of " + std::to_string(needed) + " bytes",
             "a truncated file of " + std::to_string(file.size()));
    }
  };
  truncated(10);
  const auto major = static_cast<unsigned>(static_cast<std::uint8_t>(file[6]));
  const auto minor = static_cast<unsigned>(static_cast<std::uint8_t>(file[7]));
  if (major < 1 || major > 3 || minor != 0) {
    refuse("", "format version 1.0, 2.0 or 3.0",
           std::to_string(major) + "." + std::to_string(minor));
  }
  const std::size_t prefix = major == 1 ? 10 : 12;
  truncated(prefix);
  const std::size_t length = read_little_endian(file.substr(8, prefix - 8));
  truncated(prefix + length);
  data_offset = prefix + length;
  return file.substr(prefix, length);
}

void set_type(NpyHeader& header, std::string_view descr) {
  constexpr bool kLittle = std::endian::native == std::endian::little;
  const char order = descr.empty() ? '\0' : descr.front();
  for (const DtypeName& known : kDtypes) {
    const bool has_order = order == '<' || order == '>' || order == '=' || order == '|';
    if (has_order && descr.substr(1) == known.code) {
      header.type = known.type;
      header.swapped = size_of(known.type) > 1 && order == (kLittle ? '>' : '<');
      return;
    }
  }
  refuse("", "a dtype of bool, int8 to int64, uint8 to uint64 or float16 to float64",
         quoted(descr));
}

void set_shape(NpyHeader& header, const std::vector<std::uint64_t>& shape) {
  if (shape.empty()) {
    refuse("", "an array of 1 to 3 axes",
           "a single value, shape (); give it with --set, or save it with shape (1,)");
  }
  if (shape.size() > 3) {
    refuse("", "an array of 1 to 3 axes", std::to_string(shape.size()) + " axes");
  }
  header.rank = static_cast<int>(shape.size());
  std::uint64_t bytes = size_of(header.type);
  bool overflows = false;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    header.extents[axis] = shape[axis];
    overflows = __builtin_mul_overflow(bytes, shape[axis], &bytes) || overflows;
  }
  const bool empty = header.extents[0] == 0 || header.extents[1] == 0 || header.extents[2] == 0;
  if (overflows && !empty) {
    refuse("", "an array of fewer than 2^64 bytes",
           "shape " + format_shape(header.extents, header.rank));
  }
  header.data_bytes = empty ? 0 : bytes;
}

void check_size(const NpyHeader& header, std::size_t file_bytes) {
  const std::size_t available = file_bytes - header.data_offset;
  if (available == header.data_bytes) {
    return;
  }
  const std::string array = std::to_string(header.data_bytes) + " bytes of elements for shape " +
                            format_shape(header.extents, header.rank) + " of " +
                            std::string(to_string(header.type));
  refuse("", array,
         std::to_string(available) + (available < header.data_bytes
                                          ? ": the file is truncated"
                                          : ": something follows the array"));
}

}  // namespace

NpyHeader parse_npy_header(std::string_view file) {
  NpyHeader header;
  const Fields fields = DictionaryParser(header_text(file, header.data_offset)).run();
  set_type(header, *fields.descr);
  if (*fields.fortran_order) {
    refuse("", "C order", "Fortran order; save numpy.ascontiguousarray(a) instead");
  }
  set_shape(header, *fields.shape);
  check_size(header, file.size());
  return header;
}

std::string format_shape(const Extents& extents, int rank) {
  std::string text = "(";
  for (int axis = 0; axis < rank; ++axis) {
    text += (axis == 0 ? "" : ", ") + std::to_string(extents[static_cast<std::size_t>(axis)]);
  }
  return text + (rank == 1 ? ",)" : ")");
}

std::string format_npy_header(ElementType type, const Extents& extents, int rank) {
  std::string_view code;
  for (const DtypeName& known : kDtypes) {
    code = known.type == type ? known.code : code;
  }
  const char order = size_of(type) == 1                           ? '|'
                     : std::endian::native == std::endian::little ? '<'
                                                                  : '>';
  std::string dictionary = "{'descr': '";
  dictionary += order;
  dictionary += code;
  dictionary += "', 'fortran_order': False, 'shape': " + format_shape(extents, rank) + ", }";

  constexpr std::size_t kPrefix = 10;
  constexpr std::size_t kAlignment = 64;
  const std::size_t used = kPrefix + dictionary.size() + 1;
  dictionary.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  dictionary += '\n';
  std::string header(kMagic);
  header += '\x01';
  header += '\0';
  header += static_cast<char>(dictionary.size() & 0xFFU);
  header += static_cast<char>(dictionary.size() >> 8U);
  return header + dictionary;
}

}  // namespace dotcompute::dotc
