#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include <gtest/gtest.h>

#include "theus/runtime/describe.hpp"
#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"
#include "support/random_program.hpp"

// Identical inputs give byte-identical records with every compiler, and histories of released
// versions replay for ever. Every build of this test compares with the same files; to write them
// anew after a format level was raised on purpose: THEUS_REWRITE=1 ./golden_history_test
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::machine_driver;

struct line {
  std::string sku;
  std::int64_t quantity = 1;
  double price = 0;
};
BOOST_DESCRIBE_STRUCT(line, (), (sku, quantity, price))
struct order {
  std::string id;
  std::vector<line> lines;
  std::map<std::string, std::string> notes;
  std::optional<std::string> coupon;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, lines, notes, coupon))

constexpr activity<std::string(order)> charge{"charge"};
constexpr activity<std::string(order, std::int64_t)> reserve{"reserve"};
constexpr activity<void(std::string)> refund{"refund"};
constexpr signal<bool> approved{"approved"};

workflow<std::string> checkout(context& ctx, order o) {
  std::string receipt = co_await ctx.call(charge, o)
                            .retry({.attempts = 5, .coefficient = 1.7, .jitter = 0.25})
                            .non_retryable("card_declined")
                            .start_to_close(3s);
  const auto token = ctx.uuid().to_string();
  const auto drawn = ctx.random().uniform<std::int64_t>(1, 1'000'000);
  auto [reserved, slept] = co_await theus::all(ctx.call(reserve, o, drawn), ctx.sleep(90s));
  const auto answer = co_await ctx.receive(approved).within(72h);
  if (!answer.value_or(false)) {
    co_await ctx.call(refund, receipt).at_most_once();
    throw theus::failure("not_approved", "nobody approved in time");
  }
  co_return receipt + " " + token + " " + reserved;
}

const char* const an_order = R"([{"id":"order-1","lines":[{"sku":"tea","quantity":2,"price":0.1}],)"
                             R"("notes":{"gift":"für Zoë ☕"},"coupon":null}])";

machine_driver approved_order() {
  auto driver = machine_driver::running(checkout);
  driver.start(an_order);
  driver.advance(250ms);
  driver.intake({journal::attempt_failed{
      {"", 1}, 1, std::nullopt, {"network", "reset", {}}, driver.raw_time() + 1s}});
  driver.advance(1s);
  driver.turn({journal::activity_completed{{"", 1}, 2, driver.raw_time(), R"("paid-7")"}});
  driver.complete(2, R"("shelf 4")");
  driver.advance(2min);
  driver.signal("approved", "true", "request-1");
  return driver;
}

machine_driver refused_order() {
  auto driver = machine_driver::running(checkout);
  driver.start(an_order);
  driver.complete(1, R"("paid-8")");
  driver.advance(90s);
  driver.turn({journal::activity_completed{{"", 2}, 1, std::nullopt, R"("shelf 5")"}});
  driver.advance(73h);
  driver.intake({journal::signal_received{"approved", "true", std::nullopt, ""}});
  driver.advance(1s);
  driver.turn({});
  driver.intake({journal::attempt_started{{"", 6}, 1}});
  driver.complete(6);
  return driver;
}

machine_driver cancelled_order() {
  auto driver = machine_driver::running(checkout);
  driver.start(an_order);
  driver.complete(1, R"("paid-9")");
  driver.cancel();
  return driver;
}

machine_driver random_tree() {
  random_stream programs({42, 7}, "program");
  auto driver = machine_driver::running(testing::interpret);
  driver.start(encode_arguments(testing::make_program(programs, 5, false)));
  for (int i = 0; i < 200 && !driver.is_finished(); ++i) {
    const auto open = driver.state().pending_activities();
    if (!open.empty()) {
      driver.complete(open.back()->id(), std::to_string(i));
    } else {
      driver.advance(1s);
      driver.signal("number", std::to_string(i));
    }
  }
  return driver;
}

std::string hex(const std::string& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char each : bytes) {
    text += digits[each >> 4];
    text += digits[each & 15];
  }
  return text;
}

// The numbered list of what happened, as comments, with the bytes of each record below.
std::string render(const machine_driver& driver) {
  std::string text;
  for (std::size_t i = 0; i < driver.records().size(); ++i) {
    const auto& r = driver.records()[i].value;
    text += "# " + std::to_string(journal::number(r.at)) + " " + to_text(r.raw_time) + "\n";
    if (const auto* turn = std::get_if<journal::turn>(&r.body)) {
      if (turn->consumed_through != journal::before_first) {
        text += "#   consumes intakes through " +
                std::to_string(journal::number(turn->consumed_through)) + "\n";
      }
      for (const auto& e : turn->events) text += "#   < " + describe(e) + "\n";
      for (const auto& c : turn->commands) text += "#   > " + describe(c) + "\n";
    } else {
      for (const auto& e : journal::events_of(r)) text += "#   intake " + describe(e) + "\n";
    }
    text += hex(driver.record_bytes()[i]) + "\n";
  }
  return text;
}

void expect_golden(const std::string& name, const machine_driver& driver) {
  ASSERT_FALSE(driver.bug()) << driver.bug()->message;
  const auto differs = driver.replay();
  ASSERT_FALSE(differs) << differs->explain();
  const std::string path = std::string(THEUS_HISTORIES) + "/" + name + ".v1.txt";
  if (std::getenv("THEUS_REWRITE")) std::ofstream(path) << render(driver);
  std::ifstream file(path);
  ASSERT_TRUE(file) << "missing " << path;
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(render(driver), golden.str()) << "the bytes of the journal changed: " << path;
}

TEST(GoldenHistory, Rule08_ApprovedOrderIsByteIdenticalEverywhere) {
  auto driver = approved_order();
  EXPECT_TRUE(driver.is_finished());
  expect_golden("approved_order", driver);
}

TEST(GoldenHistory, Rule08_RefusedOrderIsByteIdenticalEverywhere) {
  auto driver = refused_order();
  EXPECT_TRUE(driver.is_finished());
  expect_golden("refused_order", driver);
}

TEST(GoldenHistory, Rule08_CancelledOrderIsByteIdenticalEverywhere) {
  auto driver = cancelled_order();
  EXPECT_TRUE(driver.is_finished());
  expect_golden("cancelled_order", driver);
}

TEST(GoldenHistory, Rule08_RandomTreeIsByteIdenticalEverywhere) {
  auto driver = random_tree();
  EXPECT_TRUE(driver.is_finished());
  expect_golden("random_tree", driver);
}

}  // namespace
}  // namespace theus
