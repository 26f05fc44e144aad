#pragma once

// What the README's workflow and its activities both know: types and names.
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

// [docs:types]
struct order {
  std::string id;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, cents))
struct receipt {
  std::string payment_id;
};
BOOST_DESCRIBE_STRUCT(receipt, (), (payment_id))

constexpr theus::activity<receipt(order)> charge{"charge"};
constexpr theus::activity<void(order)> ship{"ship"};
constexpr theus::activity<void(receipt)> refund{"refund"};
constexpr theus::signal<bool> approved{"approved"};

theus::workflow<receipt> checkout(theus::context& ctx, order o);
// [docs:end]
