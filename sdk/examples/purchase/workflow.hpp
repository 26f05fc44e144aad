#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <theus/workflows.hpp>

// A purchase that two people have to agree to, each by a link in a mail. Nobody logs in: the link
// holds the token of a promise.
namespace purchase {

// [docs:types]
struct order {
  std::string what;
  std::int64_t cents = 0;
  std::string boss;
  std::string accountant;
};
BOOST_DESCRIBE_STRUCT(order, (), (what, cents, boss, accountant))

struct decision {
  bool agreed = false;
  std::string by;
};
BOOST_DESCRIBE_STRUCT(decision, (), (agreed, by))

constexpr theus::activity<void(std::string to, std::string what, std::string token)> mail{"mail"};
constexpr theus::activity<void(std::string what, std::int64_t cents)> buy{"buy"};
// [docs:end]

// "bought", or why not.
theus::workflow<std::string> purchase(theus::context& ctx, order o);

}  // namespace purchase
