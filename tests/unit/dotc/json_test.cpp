// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace dotcompute::dotc {
namespace {

std::string text_of(std::string_view value) {
  return JsonWriter().value(value).text();
}

TEST(JsonWriter, NestsObjectsAndArrays) {
  JsonWriter json;

  json.begin_object().field("a", 1).key("b").begin_array().value(true).null().end_array();
  json.key("c").begin_object().end_object().end_object();

  EXPECT_EQ(json.text(), "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ],\n  \"c\": {}\n}");
}

TEST(JsonWriter, EscapesQuotesBackslashesAndControls) {
  EXPECT_EQ(text_of("a\"b\\c\n\x01"), R"("a\"b\\c\u000a\u0001")");
}

TEST(JsonWriter, KeepsCharactersOfUtf8) {
  EXPECT_EQ(text_of("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"),
            "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
}

TEST(JsonWriter, ReplacesBytesThatAreNoUtf8) {
  // A stray byte, a cut character, a form longer than needed, half of a surrogate pair, and a
  // character above U+10FFFF.
  EXPECT_EQ(text_of("a\xFF"), R"("a\ufffd")");
  EXPECT_EQ(text_of("\xE2\x82"), R"("\ufffd\ufffd")");
  EXPECT_EQ(text_of("\xC0\xAF"), R"("\ufffd\ufffd")");
  EXPECT_EQ(text_of("\xED\xA0\x80"), R"("\ufffd\ufffd\ufffd")");
  EXPECT_EQ(text_of("\xF4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")");
}

TEST(JsonWriter, WritesNumbersThatReadBackAndNullForTheRest) {
  EXPECT_EQ(JsonWriter().value(0.1).text(), "0.1");
  EXPECT_EQ(JsonWriter().value(std::numeric_limits<std::uint64_t>::max()).text(),
            "18446744073709551615");
  EXPECT_EQ(JsonWriter().value(std::numeric_limits<double>::infinity()).text(), "null");
}

}  // namespace
}  // namespace dotcompute::dotc
