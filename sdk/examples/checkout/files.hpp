#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "types.hpp"

// The files of a shop's folder: who writes what, and the lines in them.
namespace checkout {

// How the person behind an approval behaves; one who is not listed never answers.
struct approver_plan {
  bool answer = true;
  std::int64_t after_ms = 0;
};
BOOST_DESCRIBE_STRUCT(approver_plan, (), (answer, after_ms))

// orders.json
struct order_book {
  std::map<std::string, std::int64_t> stock;  // pieces by sku
  std::map<std::string, approver_plan> approver;
  std::vector<order> orders;
};
BOOST_DESCRIBE_STRUCT(order_book, (), (stock, approver, orders))

// charges.log and refunds.log, the payment provider's
struct money_entry {
  std::int64_t sequence = 0;
  std::string key;
  std::string order_id;
  std::int64_t attempt = 0;
  std::string payment_id;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(money_entry, (), (sequence, key, order_id, attempt, payment_id, cents))

// stock.log, the warehouse's; what is reserved counts negative, what is released positive
struct stock_entry {
  std::int64_t sequence = 0;
  std::string key;
  std::string order_id;
  std::int64_t attempt = 0;
  std::map<std::string, std::int64_t> pieces;  // by sku
};
BOOST_DESCRIBE_STRUCT(stock_entry, (), (sequence, key, order_id, attempt, pieces))

// shipments.log, the courier's
struct shipment_entry {
  std::int64_t sequence = 0;
  std::string key;
  std::string order_id;
  std::int64_t attempt = 0;
  std::string tracking;
};
BOOST_DESCRIBE_STRUCT(shipment_entry, (), (sequence, key, order_id, attempt, tracking))

// questions.log, the approver's inbox
struct question_entry {
  std::int64_t sequence = 0;
  std::string key;
  std::string order_id;
  std::int64_t attempt = 0;
  std::int64_t asked_at_ms = 0;  // since the Unix epoch
};
BOOST_DESCRIBE_STRUCT(question_entry, (), (sequence, key, order_id, attempt, asked_at_ms))

// acknowledged.log: what Theus said it had done
struct acknowledgement {
  std::string what;  // "start", "approval" or "result"
  std::string order_id;
  std::string detail;  // the run id, the signal's request id, the summary
};
BOOST_DESCRIBE_STRUCT(acknowledgement, (), (what, order_id, detail))

struct shop_folder {
  std::filesystem::path path;

  std::filesystem::path orders() const { return path / "orders.json"; }
  std::filesystem::path journal() const { return path / "journal"; }
  std::filesystem::path charges() const { return path / "charges.log"; }
  std::filesystem::path refunds() const { return path / "refunds.log"; }
  std::filesystem::path stock() const { return path / "stock.log"; }
  std::filesystem::path shipments() const { return path / "shipments.log"; }
  std::filesystem::path questions() const { return path / "questions.log"; }
  std::filesystem::path acknowledged() const { return path / "acknowledged.log"; }
  std::filesystem::path witness() const { return path / "witness"; }
};

// Throws std::runtime_error or theus::codec_error that says what is wrong with the file.
order_book read_order_book(const std::filesystem::path& path);

}  // namespace checkout
