#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <theus/workflows.hpp>

namespace bank {

struct transfer {
  std::string id;
  std::string from;
  std::string to;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(transfer, (), (id, from, to, cents))

struct day_plan {
  std::map<std::string, std::int64_t> accounts;  // in cents, in the morning
  std::vector<transfer> transfers;
  std::int64_t at_once = 8;
};
BOOST_DESCRIBE_STRUCT(day_plan, (), (accounts, transfers, at_once))

struct evening {
  std::int64_t total_cents = 0;
  std::int64_t rounds = 0;
  std::int64_t conflicts = 0;
};
BOOST_DESCRIBE_STRUCT(evening, (), (total_cents, rounds, conflicts))

constexpr theus::activity<void(transfer)> screen{"screen"};  // takes its time, changes nothing

// Makes all transfers, many at once; those that get into each other's way again.
theus::workflow<evening> business_day(theus::context& ctx, day_plan plan);

}  // namespace bank
