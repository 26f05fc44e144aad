#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::machine_driver;
using testing::type_of;

constexpr activity<std::int64_t(std::int64_t)> work{"work"};
constexpr signal<std::int64_t> number_signal{"number"};
constexpr signal<std::int64_t> halt{"halt"};

std::string explained(const std::optional<mismatch>& found) {
  return found ? found->explain() : "";
}

struct cycle {
  std::int64_t left = 0;
};
BOOST_DESCRIBE_STRUCT(cycle, (), (left))

workflow<next<cycle>> once(context& ctx, cycle c) {
  co_await ctx.sleep(1s);
  const auto got = co_await ctx.call(work, c.left);
  ctx["sum"] = ctx["sum"].value_or<std::int64_t>(0) + got;
  if (c.left == 1) co_return theus::stop;
  co_return theus::again(cycle{c.left - 1});
}

workflow<std::int64_t> loops(context& ctx, std::int64_t times) {
  ctx["sum"] = 100;
  co_await ctx.loop("working", once, cycle{times});
  co_return ctx["sum"].as<std::int64_t>();
}

void run_once(machine_driver& driver, const std::string& scope, const char* result = "1") {
  driver.advance(1s);
  driver.fire_due();
  driver.complete({scope, 2}, result);
}

TEST(Loop, RunsUntilItIsStoppedAndKeepsItsState) {
  auto driver = machine_driver::running(loops);
  driver.start("[3]");
  EXPECT_THAT(driver.commands(), ElementsAre("#1 loop working {\"left\":3}",
                                             "#1/1:1 sleep until 2026-01-01T00:00:01.000000Z"));
  run_once(driver, "1/1");
  EXPECT_THAT(driver.commands(), ElementsAre("#1 iteration 1 again {\"left\":2}",
                                             "#1/2:1 sleep until 2026-01-01T00:00:02.000000Z"));
  driver.evict();
  run_once(driver, "1/2");
  driver.evict();
  run_once(driver, "1/3");
  EXPECT_EQ(driver.result(), "103");
  EXPECT_EQ(explained(driver.replay()), "");
}

std::size_t size_of(const checkpoint& c) {
  std::size_t steps = 0;
  for (const auto& turn : c.turns) steps += turn.steps.size() + turn.commands.size();
  return steps;
}

TEST(Loop, Rule19_ItsHistoryStaysAsShortAsOneIteration) {
  auto driver = machine_driver::running(loops);
  driver.start("[1000]");
  std::size_t after_ten = 0;
  for (int i = 1; i <= 500; ++i) {
    run_once(driver, "1/" + std::to_string(i));
    if (i == 10) {
      after_ten = size_of(*driver.checkpoint_after(*type_of(loops), driver.records().size()));
    }
  }
  const auto last = driver.checkpoint_after(*type_of(loops), driver.records().size());
  EXPECT_EQ(size_of(*last), after_ten);
  EXPECT_LT(after_ten, 8u);
}

workflow<next<cycle>> counts_signals(context& ctx, cycle c) {
  const auto got = co_await ctx.receive(number_signal);
  ctx["signals"] = ctx["signals"].value_or<std::int64_t>(0) + got;
  co_return theus::again(cycle{c.left + 1});
}

// A loop beside a signal that stops it, and a second loop beside both.
workflow<std::int64_t> many(context& ctx) {
  co_await theus::any(ctx.loop("working", once, cycle{1'000'000}),
                      ctx.loop("counting", counts_signals, cycle{0}), ctx.receive(halt));
  co_return ctx["sum"].value_or<std::int64_t>(0) + ctx["signals"].value_or<std::int64_t>(0);
}

TEST(Loop, Rule19_TwoBesideASignalStayShortToo) {
  auto driver = machine_driver::running(many);
  driver.start();
  std::vector<std::size_t> sizes;
  for (int i = 1; i <= 60; ++i) {
    if (i % 2 == 0) driver.signal("number", "1000");
    run_once(driver, "1/" + std::to_string(i));
    if (i % 7 == 0) driver.evict();
    if (i % 20 == 0) {
      sizes.push_back(size_of(*driver.checkpoint_after(*type_of(many), driver.records().size())));
    }
  }
  EXPECT_EQ(sizes[0], sizes[2]);
  driver.signal("halt", "1");
  EXPECT_EQ(driver.result(), "30060");
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<next<cycle>> once_and_a_note(context& ctx, cycle c) {
  co_await ctx.sleep(1s);
  co_await ctx.call(work, -1);
  const auto got = co_await ctx.call(work, c.left);
  ctx["sum"] = ctx["sum"].value_or<std::int64_t>(0) + got;
  if (c.left == 1) co_return theus::stop;
  co_return theus::again(cycle{c.left - 1});
}

workflow<std::int64_t> loops_differently(context& ctx, std::int64_t times) {
  ctx["sum"] = 100;
  co_await ctx.loop("working", once_and_a_note, cycle{times});
  co_return ctx["sum"].as<std::int64_t>();
}

TEST(Loop, Rule18_19_TheCodeOfIterationsThatAreOverMayChange) {
  auto driver = machine_driver::running(loops);
  driver.start("[3]");
  run_once(driver, "1/1");
  driver.upgrade(type_of(loops_differently));
  driver.advance(1s);
  driver.fire_due();
  EXPECT_THAT(driver.commands(), ElementsAre("#1/2:2 call work [-1]"));
  driver.complete({"1/2", 2}, "0");
  driver.complete({"1/2", 3}, "1");
  driver.advance(1s);
  driver.fire_due();
  driver.complete({"1/3", 2}, "0");
  driver.complete({"1/3", 3}, "1");
  EXPECT_EQ(driver.result(), "103");
  EXPECT_EQ(explained(driver.replay_rest(*type_of(loops_differently))), "");
  EXPECT_THAT(explained(driver.replay_from_zero(*type_of(loops_differently))),
              HasSubstr("mismatch"));
}

workflow<next<cycle>> fails_later(context& ctx, cycle c) {
  ctx["tried"] = c.left;
  if (c.left == 2) {
    co_await ctx.sleep(1s);
    throw failure("odd", "it is odd");
  }
  co_return theus::again(cycle{c.left + 1});
}

workflow<std::int64_t> sees_it_fail(context& ctx) {
  std::int64_t tried = 0;
  const auto how = co_await outcome_of(ctx.loop("failing", fails_later, cycle{0}));
  if (!how) tried = ctx["tried"].as<std::int64_t>();
  co_await ctx.sleep(1s);
  co_return tried;
}

TEST(Loop, AnIterationThatThrowsEndsItAndIsRolledBack) {
  auto driver = machine_driver::running(sees_it_fail);
  driver.start();
  driver.advance(1s);
  driver.fire_due();
  driver.evict();
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "1");
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<next<cycle>> never_waits(context&, cycle c) { co_return theus::again(cycle{c.left + 1}); }

workflow<void> spins(context& ctx) { co_await ctx.loop("spinning", never_waits, cycle{0}); }

TEST(Loop, OneThatNeverWaitsIsABugAndNoHang) {
  auto driver = machine_driver::running(spins);
  driver.start();
  ASSERT_TRUE(driver.bug());
  EXPECT_THAT(driver.bug()->message, HasSubstr("commands of one turn"));
}

workflow<next<cycle>> shielded_once(context& ctx, cycle c) {
  co_await ctx.sleep(1s);
  co_return theus::again(cycle{c.left + 1});
}

workflow<std::int64_t> timed_loop(context& ctx) {
  const bool ended = co_await ctx.loop("timed", shielded_once, cycle{0}).within(2500ms);
  co_await ctx.sleep(1s);
  co_return ended;
}

TEST(Loop, Rule26_OneThatIsGivenUpStartsNoFurtherIteration) {
  auto driver = machine_driver::running(timed_loop);
  driver.start();
  for (int i = 0; i < 2; ++i) {
    driver.advance(1s);
    driver.fire_due();
  }
  driver.advance(500ms);
  driver.fire_due();
  EXPECT_THAT(driver.commands(), ElementsAre("#1/3:1 withdraw timer", "#1 iteration 3 cancelled",
                                             "#3 sleep until 2026-01-01T00:00:03.500000Z"));
  driver.evict();
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "0");
  EXPECT_EQ(explained(driver.replay()), "");
}

}  // namespace
}  // namespace theus
