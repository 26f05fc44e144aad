#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <theus/codec.hpp>

// Types that the tests of the codec record.
namespace theus::testing {

struct order {
  std::string id;
  std::int64_t cents = 0;
  friend bool operator==(const order&, const order&) = default;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, cents))

enum class color { red, green = 7 };
BOOST_DESCRIBE_ENUM(color, red, green)

enum class plain : std::uint8_t { off, on };

struct tree {
  int value = 0;
  std::vector<tree> children;
  friend bool operator==(const tree&, const tree&) = default;
};
BOOST_DESCRIBE_STRUCT(tree, (), (value, children))

struct animal {
  std::string name;
  friend bool operator==(const animal&, const animal&) = default;
};
BOOST_DESCRIBE_STRUCT(animal, (), (name))

struct dog : animal {
  int age = 3;
  friend bool operator==(const dog&, const dog&) = default;
};
BOOST_DESCRIBE_STRUCT(dog, (animal), (age))

struct everything {
  bool yes = true;
  std::int8_t tiny = -128;
  std::uint64_t huge = 18446744073709551615U;
  float third = 1.0F / 3;
  double tenth = 0.1;
  std::string text = "\"\\/\b\f\n\r\t\x01\x7f é€😀";
  color paint = color::green;
  plain state = plain::on;
  std::optional<int> none;
  std::optional<order> some = order{"o", 1};
  std::vector<bool> bits = {true, false};
  std::array<int, 2> two = {1, 2};
  std::map<std::string, int> named = {{"b", 2}, {"a", 1}};
  std::map<int, std::string> numbered = {{-1, "x"}, {10, "y"}, {9, "z"}};
  std::unordered_map<std::string, int> hashed = {{"z", 1}, {"é", 2}, {"a", 3}};
  std::set<int> ordered = {3, 1, 2};
  std::unordered_set<int> bag = {10, 9, -1};
  std::pair<int, std::string> both = {1, "p"};
  std::tuple<int, double, std::string> three = {1, 2.5, "t"};
  std::variant<std::monostate, int, std::string> either = "s";
  std::chrono::milliseconds wait{1500};
  std::chrono::sys_seconds when{std::chrono::seconds{1700000000}};
  theus::bytes raw{std::string_view("\0\xff\x10z", 4)};
  theus::uuid id;
  friend bool operator==(const everything&, const everything&) = default;
};
BOOST_DESCRIBE_STRUCT(everything, (),
                      (yes, tiny, huge, third, tenth, text, paint, state, none, some, bits, two,
                       named, numbered, hashed, ordered, bag, both, three, either, wait, when, raw,
                       id))

}  // namespace theus::testing
