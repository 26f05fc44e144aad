#include "theus/query.hpp"

#include <atomic>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "theus/journal/stores.hpp"
#include "theus/runtime.hpp"
#include "theus/workflows.hpp"

// Queries as a program asks them, of a runtime with its threads.
namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

struct line {
  std::string item;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(line, (), (item, cents))
struct summary {
  std::int64_t lines = 0;
  std::int64_t cents = 0;
  std::optional<std::string> last;
};
BOOST_DESCRIBE_STRUCT(summary, (), (lines, cents, last))

constexpr theus::signal<line> add{"add"};
constexpr theus::signal<bool> close_basket{"close"};
constexpr query<summary(std::int64_t)> summary_above{"summary_above"};
constexpr query<line(std::int64_t)> line_at{"line_at"};
constexpr query<std::int64_t()> sum_slowly{"sum_slowly"};
constexpr query<bool()> waits_for_gate{"waits_for_gate"};

// Neither a workflow nor what answers a query captures anything.
std::shared_future<void> gate;

workflow<std::int64_t> basket(context& ctx) {
  ctx["lines"] = list();
  std::int64_t count = 0;
  for (;;) {
    const auto got = co_await theus::any(ctx.receive(add), ctx.receive(close_basket));
    if (got.index() == 1) co_return count;
    ctx["lines"][count++] = std::get<0>(got);
  }
}

workflow<void> holds_many(context& ctx, std::int64_t entries) {
  for (std::int64_t i = 0; i < entries; ++i) ctx["entries"][std::to_string(i)] = i;
  co_await ctx.receive(close_basket);
}

summary summarize(view run, std::int64_t least) {
  summary found;
  for (const line& each : run["lines"].as<std::vector<line>>()) {
    if (each.cents < least) continue;
    ++found.lines;
    found.cents += each.cents;
    found.last = each.item;
  }
  return found;
}

application shop() {
  application app;
  app.add("basket", basket).add("holds_many", holds_many);
  app.bind("basket", summary_above, summarize);
  app.bind("basket", line_at,
           [](view run, std::int64_t at) { return run["lines"][at].as<line>(); });
  app.bind("basket", waits_for_gate, [](const view& run) {
    if (gate.valid()) gate.wait();
    return !run.is_finished();
  });
  app.bind("holds_many", sum_slowly, [](view run) {
    std::int64_t sum = 0;
    for (const auto& [key, value] : run["entries"].as<std::map<std::string, std::int64_t>>()) {
      sum += value;
    }
    return sum;
  });
  return app;
}

class Query : public ::testing::Test {
 protected:
  Query() {
    options.control_socket = false;
    options.store = journal::make_memory_store();
    options.report = [this](const std::string& said) {
      const std::lock_guard lock(mutex_);
      reported_ += said + "\n";
    };
  }
  std::string reported() {
    const std::lock_guard lock(mutex_);
    return reported_;
  }

  application app = shop();
  runtime_options options;

 private:
  std::mutex mutex_;
  std::string reported_;
};

TEST_F(Query, TakesArgumentsAndGivesAResultByType) {
  runtime running(app, options);
  running.start("basket", {.workflow_id = "b"});
  running.signal("b", add, line{"tea", 400});
  running.signal("b", add, line{"cup", 900});
  const summary all = running.query("b", summary_above, 0);
  EXPECT_EQ(all.lines, 2);
  EXPECT_EQ(all.cents, 1'300);
  EXPECT_EQ(all.last, "cup");
  EXPECT_EQ(running.query("b", summary_above, 500).lines, 1);
  EXPECT_EQ(running.query("b", line_at, 0).item, "tea");
}

TEST_F(Query, WhatTheFunctionThrowsIsThrownWithItsWords) {
  runtime running(app, options);
  running.start("basket", {.workflow_id = "b"});
  try {
    running.query("b", line_at, 7);
    FAIL() << "nothing is there";
  } catch (const error_exception& e) {
    EXPECT_EQ(e.code(), errc::query_failed);
    EXPECT_THAT(e.what(), HasSubstr("/lines/7"));
  }
  EXPECT_THROW(running.query("nobody", line_at, 7), error_exception);
}

TEST_F(Query, ACoroutineAwaitsTheAnswer) {
  runtime running(app, options);
  running.start("basket", {.workflow_id = "b"});
  running.signal("b", add, line{"tea", 400});
  boost::asio::io_context io;
  summary got;
  boost::asio::co_spawn(
      io,
      [&]() -> boost::asio::awaitable<void> {
        got = co_await running.async_query("b", summary_above, 0);
      },
      boost::asio::detached);
  io.run();
  EXPECT_EQ(got.cents, 400);
}

TEST_F(Query, ARunIsAskedAboutWhatWasAcknowledged) {
  options.shards = 2;
  runtime running(app, options);
  std::vector<std::thread> clients;
  for (int c = 0; c < 4; ++c) {
    clients.emplace_back([&running, id = "b" + std::to_string(c)] {
      running.start("basket", {.workflow_id = id});
      for (int i = 1; i <= 50; ++i) {
        running.signal(id, add, line{"tea", 1});
        EXPECT_GE(running.query(id, summary_above, 0).lines, i);
      }
      running.signal(id, close_basket, true);
      EXPECT_EQ(running.result<std::int64_t>(id), 50);
      EXPECT_EQ(running.query(id, summary_above, 0).lines, 50);
    });
  }
  for (auto& each : clients) each.join();
}

TEST_F(Query, AFunctionThatBlocksDelaysNobodyElse) {
  std::promise<void> opens;
  gate = opens.get_future().share();
  {
    runtime running(app, options);
    running.start("basket", {.workflow_id = "b"});
    auto answered =
        std::async(std::launch::async, [&] { return running.query("b", waits_for_gate); });
    for (int i = 0; i < 100; ++i) running.signal("b", add, line{"tea", 1});
    EXPECT_EQ(running.query("b", summary_above, 0).lines, 100);
    while (reported().empty()) std::this_thread::sleep_for(1ms);
    EXPECT_THAT(reported(), HasSubstr("query 'waits_for_gate' of workflow 'b' has been computing "
                                      "or blocking"));
    opens.set_value();
    EXPECT_TRUE(answered.get());
  }
  gate = {};
}

TEST_F(Query, ALargeContextIsReadWhileOthersAppend) {
  runtime running(app, options);
  running.start("holds_many", {.workflow_id = "many"}, std::int64_t{100'000});
  running.start("basket", {.workflow_id = "b"});
  std::atomic<bool> ends = false;
  std::thread asks([&] {
    while (!ends) EXPECT_EQ(running.query("many", sum_slowly), 4'999'950'000);
  });
  for (int i = 0; i < 200; ++i) running.signal("b", add, line{"tea", 1});
  ends = true;
  asks.join();
  EXPECT_EQ(running.query("b", summary_above, 0).lines, 200);
}

TEST_F(Query, IsBoundOnceToAWorkflowThatIsThere) {
  EXPECT_THROW(app.bind("basket", summary_above, summarize), std::invalid_argument);
  EXPECT_THROW(app.bind("trolley", summary_above, summarize), std::invalid_argument);
  EXPECT_THROW(app.bind("basket", query<int()>{""}, [](view) { return 1; }), std::invalid_argument);
  EXPECT_NO_THROW(app.bind("holds_many", summary_above, summarize));
}

}  // namespace
}  // namespace theus
