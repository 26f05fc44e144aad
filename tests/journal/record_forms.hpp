#pragma once

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "theus/journal/codec.hpp"

#include "journal/random_record.hpp"
#include "journal/support.hpp"

// What the tests of records' form on disk have in common.
namespace theus::journal::test {

inline std::span<const std::uint8_t> bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string hex(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out.push_back("0123456789abcdef"[std::uint8_t(c) >> 4]);
    out.push_back("0123456789abcdef"[std::uint8_t(c) & 15]);
  }
  return out;
}

// What the encoder gives for `r` when nothing is refused.
inline std::string encoded(const record& r) { return encode(r).value(); }

inline std::string message_of(const result<record>& r) { return r ? "decoded" : r.error().message; }

// As the first of its run, at no time of its own.
inline record first_of_run(record r) {
  r.at = first_sequence;
  r.time = r.raw_time;
  return r;
}

inline int level_of_form(record r) { return encoded(first_of_run(std::move(r)))[0]; }

using next_record = record (random_records::*)();

// Random records come back as they were, and damaged ones are refused or read, and then can be
// written: nothing worse.
inline void expect_round_trips(next_record next, int level) {
  random_records records(4);
  for (int i = 0; i < 5'000; ++i) {
    const record r = (records.*next)();
    std::string form = encoded(r);
    ASSERT_EQ(form[0], level);
    const auto back = decode(bytes(form));
    ASSERT_TRUE(back) << i << ": " << message_of(back);
    ASSERT_EQ(*back, r) << i;
    ASSERT_EQ(encoded(*back), form) << i;
    for (int mutation = 0; mutation < 10; ++mutation) {
      form[records.below(form.size())] = char(records.draw());
      const auto mutated = decode(bytes(form));
      if (mutated) (void)encode(*mutated);
    }
  }
}

// `name`, of tests/histories, was written once: 64 records, a line of hexadecimal digits each.
inline void expect_golden(const std::string& name, next_record next) {
  std::ifstream golden(THEUS_SOURCE_DIR "/tests/histories/" + name);
  ASSERT_TRUE(golden);
  random_records records(2026, 4);
  std::string expected;
  int lines = 0;
  while (std::getline(golden, expected)) {
    ASSERT_EQ(hex(encoded((records.*next)())), expected) << "record " << lines;
    ++lines;
  }
  EXPECT_EQ(lines, 64);
}

}  // namespace theus::journal::test
