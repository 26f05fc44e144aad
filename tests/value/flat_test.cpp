#include "theus/value/flat.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "value/hex.hpp"
#include "value/memory_nodes.hpp"
#include "value/model.hpp"

namespace theus::test {
namespace {

using namespace std::string_literals;

std::string flat(const std::string& body) { return "\x18" + body; }

errc refusal_of(const std::string& bytes, const flat_limits& limits = {}) {
  const auto decoded = decode_flat(bytes, limits);
  EXPECT_FALSE(decoded) << hex(bytes);
  return decoded ? errc{} : decoded.error().code;
}

value nested(unsigned depth) {
  value v = 1;
  for (unsigned i = 0; i < depth; ++i) v = i % 2 == 0 ? value(list::of(v)) : value(map{{"m", v}});
  return v;
}

TEST(Flat, GivesBackAnyTree) {
  random_source random(31);
  for (int i = 0; i < 400; ++i) {
    const model m = random_model(random, 3);
    const value v = built(m, random);
    const std::string bytes = encode_flat(v);
    const value back = decode_flat(bytes).value();
    ASSERT_EQ(back, v);
    ASSERT_EQ(back.root(), v.root());
    ASSERT_EQ(encode_flat(built(m, random)), bytes);
  }
  EXPECT_EQ(decode_flat(encode_flat(nested(64))).value(), nested(64));
}

TEST(Flat, RefusesWhatEncodingWouldNotWrite) {
  const std::string wrong[] = {
      ""s,
      flat(""),
      flat("\x00\x00"s),                              // something behind the end
      flat("\x0D"),                                   // no kind
      flat("\x07" + std::string(32, 0)),              // a reference
      flat("\x03\x01"),                               // an integer cut short
      flat("\x04\x01\x00\x00\x00\x00\x00\xF8\x7F"s),  // another NaN
      flat("\x05\x01\xFF"),                           // no UTF-8
      flat("\x05\x02x"),                              // a text cut short
      flat("\x05\x81\x00x"s),                         // a length with a byte too many
      flat("\x05\xFF\xFF\xFF\xFF\xFF\xFF"),
      flat("\x0A\x00"s),  // an empty list that is not the empty list
      flat("\x0C\x00"s),
      flat("\x0A\x02\x00"s),             // fewer elements than it says
      flat("\x0A\xFF\xFF\xFF\xFF\x0F"),  // far fewer
      flat("\x0C\x01\x01\xFF\x00"s),     // a key that is no UTF-8
      flat("\x0C\x02\x01"
           "b\x00\x01"
           "a\x00"s),  // keys that are not sorted
      flat("\x0C\x02\x01"
           "a\x00\x01"
           "a\x00"s),                                                // a key twice
      flat("\x0C\x01\x81\x08" + std::string(1'025, 'k') + "\x00"s),  // a key too long
      "\x10\x00"s,                                                   // a node
      "\x19\x00"s,                                                   // a patch
  };
  for (const std::string& bytes : wrong) EXPECT_EQ(refusal_of(bytes), errc::corrupt) << hex(bytes);
  EXPECT_EQ(refusal_of("\x28\x00"s), errc::unknown_version);
}

TEST(Flat, RefusesWhatExceedsALimit) {
  std::string deep = "\x18";
  for (int i = 0; i < 64; ++i) deep += "\x0A\x01";
  EXPECT_TRUE(decode_flat(deep + "\x01"));
  EXPECT_EQ(refusal_of(deep + "\x09"), errc::limit_exceeded);
  EXPECT_EQ(refusal_of(deep + "\x0B"), errc::limit_exceeded);
  EXPECT_EQ(refusal_of(deep + "\x0A\x01\x01"), errc::limit_exceeded);
  EXPECT_EQ(refusal_of(deep + "\x0C\x01\x00\x01"s), errc::limit_exceeded);
  const std::string five = encode_flat(list::of(1, 2, 3, 4));
  EXPECT_TRUE(decode_flat(five, {.bytes = five.size(), .values = 5}));
  EXPECT_EQ(refusal_of(five, {.values = 4}), errc::limit_exceeded);
  EXPECT_EQ(refusal_of(five, {.bytes = five.size() - 1}), errc::limit_exceeded);
  EXPECT_EQ(refusal_of(flat("\x05\x81\x80\x80\x08" + std::string((16 << 20) + 1, 'x'))),
            errc::limit_exceeded);
}

TEST(Flat, CutOrChangedAnywhereIsRefusedOrAnotherValue) {
  random_source random(32);
  for (int i = 0; i < 60; ++i) {
    const std::string bytes = encode_flat(built(random_model(random, 3), random));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      ASSERT_FALSE(decode_flat(bytes.substr(0, at)));
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ (1 << below(random, 8)));
      if (const auto decoded = decode_flat(changed)) {
        ASSERT_EQ(encode_flat(*decoded), changed);
      }
    }
  }
}

}  // namespace
}  // namespace theus::test
