#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe.hpp>

// The words of the shop. All of these are recorded in the journal, as arguments or results.
namespace checkout {

struct address {
  std::string name;
  std::string street;
  std::string city;
  std::string country;
};
BOOST_DESCRIBE_STRUCT(address, (), (name, street, city, country))

// [docs:order]
struct line {
  std::string sku;
  std::string title;
  std::int64_t quantity = 0;
  std::int64_t cents = 0;  // for one
};
BOOST_DESCRIBE_STRUCT(line, (), (sku, title, quantity, cents))

struct order {
  std::string id;
  address ship_to;
  std::string card;  // a token of the payment provider
  std::vector<line> lines;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, ship_to, card, lines))
// [docs:end]

inline std::int64_t total_cents(const order& o) {
  std::int64_t total = 0;
  for (const line& l : o.lines) total += l.quantity * l.cents;
  return total;
}

struct receipt {
  std::string payment_id;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(receipt, (), (payment_id, cents))

// Goods set aside for an order.
struct reservation {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(reservation, (), (id))

struct shipment {
  std::string tracking;
};
BOOST_DESCRIBE_STRUCT(shipment, (), (tracking))

enum class outcome { shipped, declined, out_of_stock, refused, unanswered, undeliverable };
BOOST_DESCRIBE_ENUM(outcome, shipped, declined, out_of_stock, refused, unanswered, undeliverable)

// What a checkout came to.
struct summary {
  std::string order_id;
  outcome how = outcome::declined;
  std::int64_t charged_cents = 0;
  std::int64_t refunded_cents = 0;
  std::string payment_id;
  std::string tracking;
};
BOOST_DESCRIBE_STRUCT(summary, (),
                      (order_id, how, charged_cents, refunded_cents, payment_id, tracking))

}  // namespace checkout
