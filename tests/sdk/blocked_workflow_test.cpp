#include <atomic>
#include <filesystem>
#include <future>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/journal/stores.hpp"
#include "theus/runtime.hpp"
#include "theus/workflows.hpp"

// A workflow that blocks its thread is a mistake, but only its own: the shard's other runs go on.
namespace theus {
namespace {

constexpr activity<std::int64_t(std::int64_t)> plus_one{"plus_one"};
constexpr signal<bool> go_on{"go_on"};

// Workflows capture nothing, so what the test holds them by is here.
std::atomic<int> blocked = 0;
std::shared_future<void> gate;

void block() {
  ++blocked;
  gate.wait();
}

workflow<std::int64_t> blocks(context& ctx, std::int64_t number) {
  const std::int64_t first = co_await ctx.call(plus_one, number);
  block();
  const std::int64_t second = co_await ctx.call(plus_one, first);
  co_return second;
}

workflow<std::int64_t> blocks_once_told(context& ctx, std::int64_t number) {
  co_await ctx.receive(go_on);
  if (gate.valid()) block();
  const std::int64_t value = co_await ctx.call(plus_one, number);
  co_await ctx.receive(go_on);
  co_return value;
}

workflow<std::int64_t> counts(context& ctx, std::int64_t steps) {
  std::int64_t at = 0;
  for (std::int64_t i = 0; i < steps; ++i) at = co_await ctx.call(plus_one, at);
  co_return at;
}

class BlockedWorkflow : public ::testing::Test {
 protected:
  BlockedWorkflow() {
    app.add("blocks", blocks);
    app.add("blocks_once_told", blocks_once_told);
    app.add("counts", counts);
    app.bind(plus_one, [](std::int64_t n) { return n + 1; });
    options.control_socket = false;
    options.store = journal::make_memory_store();
    options.report = [this](const std::string& line) {
      const std::lock_guard lock(mutex);
      reports.push_back(line);
      if (line.find("more than a second") != std::string::npos && !reported.exchange(true)) {
        was_reported.set_value();
      }
    };
    blocked = 0;
    gate = opened.get_future().share();
  }
  ~BlockedWorkflow() override { gate = {}; }

  static void wait_until_blocked() {
    while (blocked == 0) std::this_thread::yield();
  }

  application app;
  runtime_options options;
  std::promise<void> opened;
  std::promise<void> was_reported;
  std::atomic<bool> reported = false;
  std::mutex mutex;
  std::vector<std::string> reports;
};

TEST_F(BlockedWorkflow, DelaysNobodyElseAndGoesOnAfterwards) {
  runtime engine(app, options);
  engine.start("blocks", {"b", ""}, std::int64_t{40});
  wait_until_blocked();
  for (int i = 0; i < 20; ++i) {
    const std::string id = "w" + std::to_string(i);
    engine.start("counts", {id, ""}, std::int64_t{10});
    EXPECT_EQ(engine.result<std::int64_t>(id), 10);
  }
  opened.set_value();
  EXPECT_EQ(engine.result<std::int64_t>("b"), 42);
}

TEST_F(BlockedWorkflow, IsReportedWhileItBlocks) {
  runtime engine(app, options);
  engine.start("blocks", {"b", ""}, std::int64_t{40});
  was_reported.get_future().wait();
  opened.set_value();
  EXPECT_EQ(engine.result<std::int64_t>("b"), 42);
  const std::lock_guard lock(mutex);
  EXPECT_THAT(reports, ::testing::Contains(::testing::HasSubstr("workflow 'b'")));
}

TEST_F(BlockedWorkflow, TakesWhatCameInMeanwhileAfterItsTurn) {
  runtime engine(app, options);
  engine.start("blocks_once_told", {"b", ""}, std::int64_t{1});
  auto first = std::async(std::launch::async, [&] { engine.signal("b", go_on, true); });
  wait_until_blocked();
  auto second = std::async(std::launch::async, [&] { engine.signal("b", go_on, true, "once"); });
  engine.start("counts", {"w", ""}, std::int64_t{3});
  EXPECT_EQ(engine.result<std::int64_t>("w"), 3);
  opened.set_value();
  first.get();
  second.get();
  EXPECT_EQ(engine.result<std::int64_t>("b"), 2);
}

TEST_F(BlockedWorkflow, InItsReplayDelaysNobodyEither) {
  const auto kept = std::exchange(gate, {});
  {
    runtime engine(app, options);
    engine.start("blocks_once_told", {"b", ""}, std::int64_t{1});
    engine.signal("b", go_on, true);
  }
  gate = kept;
  runtime engine(app, options);
  auto told = std::async(std::launch::async, [&] { engine.signal("b", go_on, true); });
  wait_until_blocked();
  engine.start("counts", {"w", ""}, std::int64_t{3});
  EXPECT_EQ(engine.result<std::int64_t>("w"), 3);
  opened.set_value();
  told.get();
  EXPECT_EQ(engine.result<std::int64_t>("b"), 2);
}

TEST_F(BlockedWorkflow, StopWaitsForItsTurnAndRecordsIt) {
  auto engine = std::make_unique<runtime>(app, options);
  engine->start("blocks", {"b", ""}, std::int64_t{40});
  wait_until_blocked();
  engine->start("counts", {"w", ""}, std::int64_t{3});
  EXPECT_EQ(engine->result<std::int64_t>("w"), 3);  // by another thread
  auto stopped = std::async(std::launch::async, [&] { engine->stop(); });
  for (int i = 0; i >= 0; ++i) {
    try {
      engine->start("counts", {"late" + std::to_string(i), ""}, std::int64_t{0});
    } catch (const error_exception& e) {
      ASSERT_EQ(e.code(), errc::stopped);
      break;
    }
  }
  opened.set_value();
  stopped.get();
  engine.reset();
  runtime again(app, options);
  EXPECT_EQ(again.result<std::int64_t>("b"), 42);
}

TEST_F(BlockedWorkflow, LeavesNoThreadBehindOnceItGoesOn) {
  const auto threads = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
  };
  runtime engine(app, options);
  std::ptrdiff_t most = 0;
  for (int i = 0; i < 8; ++i) {
    std::promise<void> open;
    gate = open.get_future().share();
    blocked = 0;
    const std::string id = std::to_string(i);
    engine.start("blocks", {"b" + id, ""}, std::int64_t{1});
    wait_until_blocked();
    engine.start("counts", {"w" + id, ""}, std::int64_t{1});
    EXPECT_EQ(engine.result<std::int64_t>("w" + id), 1);
    open.set_value();
    EXPECT_EQ(engine.result<std::int64_t>("b" + id), 3);
    if (i == 1) most = threads();
  }
  EXPECT_LE(threads(), most + 2);
}

}  // namespace
}  // namespace theus
