#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "theus/application.hpp"
#include "theus/journal/stores.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/testing/manual_clock.hpp"
#include "theus/workflows.hpp"

// Plain activities that wait for the one thread there is. It runs when the test lets it, on a clock
// that stands still otherwise: who begins when follows from the queue alone.
namespace theus {
namespace {

using namespace std::chrono_literals;

constexpr activity<std::int64_t(std::int64_t)> plain{"plain"};

workflow<void> plain_ones(context& ctx, std::int64_t count) {
  std::vector<call_operation<std::int64_t>> calls;
  for (std::int64_t i = 0; i < count; ++i) calls.push_back(ctx.call(plain, i));
  co_await all(std::move(calls));
}

class one_thread {
 public:
  struct begin {
    std::string workflow_id;
    journal::wall_time at;
  };

  explicit one_thread(const queue_limits& limits) {
    app_.add("plain_ones", plain_ones).queue("limited", limits, plain);
    app_.bind(plain, [this](attempt& a, std::int64_t value) {
      begins_.push_back({a.workflow_id(), clock_.now()});
      return value;
    });
    engine_executors where;
    where.shards = {io_.get_executor()};
    where.journal = where.sync = where.io = where.background = io_.get_executor();
    where.blocking = thread_.get_executor();
    where.blocking_threads = 1;
    engine_.emplace(engine_options{}, app_.bound(), *store_, clock_, entropy_, where);
    EXPECT_TRUE(engine_->open());
  }
  ~one_thread() {
    engine_->stop([] {});
    let_go();
  }
  // Its calls are made, and wait for the thread.
  void start(const std::string& id, int calls) {
    engine_->start({"plain_ones", id, "", "[" + std::to_string(calls) + "]"}, [](auto) {});
    settle();
  }
  // What may begin begins.
  void let_go() {
    do settle();
    while (thread_.poll_one() > 0);
  }
  void advance(std::chrono::microseconds by) {
    clock_.advance(by);
    settle();
  }
  const std::vector<begin>& begins() const { return begins_; }

 private:
  void settle() {
    do io_.restart();
    while (io_.poll() > 0);
    thread_.restart();
  }

  application app_;
  std::vector<begin> begins_;
  std::unique_ptr<journal::store> store_ = journal::make_memory_store();
  testing::manual_clock clock_;
  seeded_entropy entropy_{{1, 2}};
  boost::asio::io_context io_;
  boost::asio::io_context thread_;
  std::optional<engine> engine_;
};

TEST(EngineOneThread, RunsTakeTurnsForIt) {
  one_thread world({});
  world.start("large", 20);
  world.start("small", 1);
  world.let_go();
  ASSERT_EQ(world.begins().size(), 21u);
  const auto small = std::ranges::find(world.begins(), "small", &one_thread::begin::workflow_id);
  EXPECT_LE(small - world.begins().begin(), 2);
}

TEST(EngineOneThread, ARateHoldsThoughItWasBusy) {
  one_thread world({.per_second = 10});
  world.start("first", 1);
  world.start("others", 5);
  world.advance(500ms);
  world.let_go();
  EXPECT_LE(world.begins().size(), 2u) << "what could have begun meanwhile does not begin at once";
  for (int i = 0; i < 60; ++i) {
    world.advance(10ms);
    world.let_go();
  }
  ASSERT_EQ(world.begins().size(), 6u);
  for (std::size_t i = 2; i < 6; ++i) {
    EXPECT_GE(world.begins()[i].at - world.begins()[i - 1].at, 90ms) << "before " << i;
  }
}

}  // namespace
}  // namespace theus
