#pragma once

#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace subscription {

constexpr std::int64_t months = 1'200;

struct customer {
  std::string name;
  std::int64_t first_price_cents = 999;  // goes up by ten cents every year
};
BOOST_DESCRIBE_STRUCT(customer, (), (name, first_price_cents))

struct invoice {
  std::string customer;
  std::int64_t month = 0;  // from 1
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(invoice, (), (customer, month, cents))

struct receipt {
  std::int64_t month = 0;
  std::int64_t cents = 0;
  std::int64_t booked_as = 0;  // the number in the provider's book
};
BOOST_DESCRIBE_STRUCT(receipt, (), (month, cents, booked_as))

// The state of an iteration.
struct cycle {
  customer who;
  std::int64_t month = 1;
};
BOOST_DESCRIBE_STRUCT(cycle, (), (who, month))

constexpr theus::activity<std::string(customer)> open_account{"open_account"};
constexpr theus::activity<receipt(invoice)> charge{"charge"};

// The first day of a month, from January 2026 on; a month is billed on the first day of the next.
theus::time_point day_of(std::int64_t month);
std::int64_t price_of(const customer& who, std::int64_t month);

// Bills a customer for a hundred years; the sum of it in cents.
theus::workflow<std::int64_t> subscribe(theus::context& ctx, customer who);

}  // namespace subscription
