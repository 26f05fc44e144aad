#include "theus/value/value.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "theus/journal/errc.hpp"

namespace theus {
namespace {

TEST(Value, IsWhatItWasMadeFrom) {
  EXPECT_TRUE(value().is_null());
  EXPECT_TRUE(value(true).as_boolean());
  EXPECT_EQ(value(-7).as_integer(), -7);
  EXPECT_EQ(value(1.5).as_real(), 1.5);
  EXPECT_EQ(value("text").as_string(), "text");
  EXPECT_EQ(value(std::string(15, 'x')).as_string(), std::string(15, 'x'));
  const std::byte two[] = {std::byte{0}, std::byte{255}};
  EXPECT_EQ(value(std::span<const std::byte>(two)).as_bytes()[1], std::byte{255});
  EXPECT_EQ(value(list::of(1)).as_list().size(), 1u);
  EXPECT_EQ(value(map{{"a", 1}}).as_map().size(), 1u);
}

TEST(Value, NumbersThatAreNotTheSameAreNotEqual) {
  EXPECT_NE(value(1), value(1.0));
  EXPECT_NE(value(0.0), value(-0.0));
  EXPECT_NE(value(false), value(0));
  EXPECT_NE(value(nullptr), value(false));
  EXPECT_NE(value("1"), value(1));
}

TEST(Value, ThereIsOneNanAndItEqualsItself) {
  const value nan(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(nan, value(-std::numeric_limits<double>::signaling_NaN()));
  EXPECT_EQ(nan, value(std::nan("12345")));
  EXPECT_EQ(nan.root(), value(-std::nan("1")).root());
  EXPECT_TRUE(std::isnan(nan.as_real()));
}

TEST(Value, EveryLengthOfTextSurvives) {
  for (std::size_t length = 0; length < 300; ++length) {
    const std::string text(length, 'x');
    const value v(text);
    const value copy = v;
    EXPECT_EQ(copy.as_string(), text);
    EXPECT_EQ(value(text), v);
    EXPECT_EQ(value(text).root(), v.root());
    EXPECT_NE(value(text + "x"), v);
    EXPECT_NE(value(std::as_bytes(std::span(text))), v);
    EXPECT_NE(value(std::as_bytes(std::span(text))).root(), v.root());
  }
}

TEST(Value, RefusesWhatItCannotBe) {
  const auto code_of = [](auto&& act) {
    try {
      act();
    } catch (const error_exception& e) {
      return e.code();
    }
    return errc{};
  };
  EXPECT_EQ(code_of([] { (void)value("\xC0\x80"); }), errc::bad_input);
  EXPECT_EQ(code_of([] { (void)value("12345678\xED\xA0\x80"); }), errc::bad_input);
  EXPECT_EQ(code_of([] { (void)value(std::numeric_limits<std::uint64_t>::max()); }),
            errc::limit_exceeded);
  EXPECT_EQ(code_of([] { (void)value(std::string((16u << 20) + 1, 'x')); }), errc::limit_exceeded);
  EXPECT_EQ(code_of([] { (void)value(1).as_string(); }), errc::wrong_type);
  EXPECT_EQ(code_of([] { (void)value().as_map(); }), errc::wrong_type);
  EXPECT_FALSE((std::is_constructible_v<value, int*>));
}

TEST(Value, AssignsItselfAndItsOwnParts) {
  value v = list::of(list::of(1, 2), std::string(100, 'x'));
  const value& itself = v;
  v = itself;
  EXPECT_EQ(v.as_list().size(), 2u);
  v = v.as_list()[0];
  EXPECT_EQ(v, value(list::of(1, 2)));
}

TEST(Value, ThreadsShareOneTreeAndItsRoot) {
  map m;
  for (int i = 0; i < 2'000; ++i)
    m.put("key" + std::to_string(i), list::of(i, std::string(200, 'x')));
  const value shared = m;
  std::vector<journal::hash256> roots(4);
  {
    std::vector<std::jthread> threads;
    for (auto& root : roots)
      threads.emplace_back([&root, copy = shared]() mutable {
        root = copy.root();
        for (int i = 0; i < 500; ++i) copy.edit_map().put("key" + std::to_string(i), i);
      });
  }
  for (const auto& root : roots) EXPECT_EQ(root, shared.root());
}

}  // namespace
}  // namespace theus
