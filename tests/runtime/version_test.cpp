#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

// Code that changes while runs of it are under way.
namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::machine_driver;
using testing::type_of;

constexpr activity<std::int64_t(std::int64_t)> work{"work"};

std::string explained(const std::optional<mismatch>& found) {
  return found ? found->explain() : "";
}

workflow<std::int64_t> newest(context& ctx) {
  const std::int64_t fees = ctx.version("fees", 1, 3);
  co_await ctx.call(work, fees);
  co_await ctx.sleep(1s);
  co_return ctx.version("fees", 1, 4);
}

TEST(Version, Rule22_IsTheGreatestInWhatIsNewAndRemembered) {
  auto driver = machine_driver::running(newest);
  driver.start();
  EXPECT_THAT(driver.commands(), ElementsAre("version fees 3", "#1 call work [3]"));
  driver.evict();
  driver.complete(1, "0");
  driver.evict();
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "3");
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<std::int64_t> before_the_change(context& ctx) {
  co_await ctx.call(work, 1);
  co_await ctx.sleep(1s);
  co_return 1;
}

workflow<std::int64_t> after_the_change(context& ctx) {
  const std::int64_t fees = ctx.version("fees", 1, 2);
  co_await ctx.call(work, fees);
  co_await ctx.sleep(1s);
  co_return ctx.version("fees", 1, 2);
}

TEST(Version, Rule22_IsTheLeastWhereTheCodeDidNotAskYet) {
  auto driver = machine_driver::running(before_the_change);
  driver.start();
  driver.upgrade(type_of(after_the_change));
  driver.complete(1, "0");
  driver.evict();
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "1");
  EXPECT_THAT(driver.commands(), ElementsAre("complete 1"));
  EXPECT_EQ(explained(driver.replay()), "");
}

workflow<std::int64_t> change_is_forgotten(context& ctx) {
  co_await ctx.call(work, 2);
  co_await ctx.sleep(1s);
  co_return 2;
}

TEST(Version, Rule22_AChangeThatEveryRunFollowsMayBeForgotten) {
  auto driver = machine_driver::running(after_the_change);
  driver.start();
  EXPECT_THAT(driver.commands(), ElementsAre("version fees 2", "#1 call work [2]"));
  driver.upgrade(type_of(change_is_forgotten));
  driver.complete(1, "0");
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "2");
  EXPECT_EQ(explained(driver.replay()), "");
  EXPECT_EQ(explained(driver.replay(*type_of(after_the_change))), "");
}

workflow<std::int64_t> too_new(context& ctx) {
  const std::int64_t fees = ctx.version("fees", 2, 4);
  co_await ctx.call(work, fees);
  co_return fees;
}

TEST(Version, Rule22_OneThatTheCodeNoLongerHasIsNamed) {
  auto driver = machine_driver::running(before_the_change);
  driver.start();
  const auto found = explained(driver.replay(*type_of(too_new)));
  EXPECT_THAT(found, HasSubstr("command differs"));  // it follows 2, the least
  auto newer = machine_driver::running(newest);
  newer.start();
  EXPECT_EQ(explained(newer.replay(*type_of(too_new))), "");  // 3 is among 2 to 4
  auto old = machine_driver::running(after_the_change);
  old.start();
  workflow<std::int64_t> (*const newest_only)(context&) =
      [](context& ctx) -> workflow<std::int64_t> {
    co_await ctx.call(work, ctx.version("fees", 3, 4));
    co_return 0;
  };
  EXPECT_THAT(explained(old.replay(*type_of(newest_only))),
              HasSubstr("this run follows version 2 of the change 'fees', and this code supports "
                        "3 to 4"));
}

workflow<void> mixed_up(context& ctx) {
  ctx.version("fees", 3, 2);
  co_await ctx.sleep(1s);
}

TEST(Version, OfNoneAtAllIsABug) {
  auto driver = machine_driver::running(mixed_up);
  driver.start();
  ASSERT_TRUE(driver.bug());
  EXPECT_THAT(driver.bug()->message, HasSubstr("the least version is above the greatest"));
}

struct cycle {
  std::int64_t left = 0;
};
BOOST_DESCRIBE_STRUCT(cycle, (), (left))

workflow<next<cycle>> old_iteration(context& ctx, cycle c) {
  co_await ctx.sleep(1s);
  ctx["sum"] = ctx["sum"].value_or<std::int64_t>(0) + co_await ctx.call(work, c.left);
  if (c.left == 1) co_return theus::stop;
  co_return theus::again(cycle{c.left - 1});
}

workflow<next<cycle>> new_iteration(context& ctx, cycle c) {
  co_await ctx.sleep(1s);
  const bool twice = ctx.version("twice", 1, 2) == 2;
  ctx["sum"] = ctx["sum"].value_or<std::int64_t>(0) + co_await ctx.call(work, c.left);
  if (twice) {
    ctx["sum"] = ctx["sum"].value_or<std::int64_t>(0) + co_await ctx.call(work, -c.left);
  }
  if (c.left == 1) co_return theus::stop;
  co_return theus::again(cycle{c.left - 1});
}

workflow<std::int64_t> old_loop(context& ctx) {
  co_await ctx.loop("working", old_iteration, cycle{4});
  co_return ctx["sum"].as<std::int64_t>();
}

workflow<std::int64_t> new_loop(context& ctx) {
  co_await ctx.loop("working", new_iteration, cycle{4});
  co_return ctx["sum"].as<std::int64_t>();
}

void go_on(machine_driver& driver) {
  driver.advance(1s);
  driver.fire_due();
}

TEST(Version, Rule22_TheBodyOfARunningLoopIsUpgradedFromItsNextIterationOn) {
  for (const bool asked_before_the_upgrade : {true, false}) {
    auto driver = machine_driver::running(old_loop);
    driver.start();
    go_on(driver);
    driver.complete({"1/1", 2}, "1");
    if (asked_before_the_upgrade) go_on(driver);
    driver.upgrade(type_of(new_loop));
    if (!asked_before_the_upgrade) go_on(driver);
    // The second iteration is half through: it ends as it began, if it had begun to work.
    driver.complete({"1/2", 2}, "10");
    if (!asked_before_the_upgrade) driver.complete({"1/2", 3}, "20");
    for (const char* later : {"1/3", "1/4"}) {
      SCOPED_TRACE(later);
      driver.evict();
      go_on(driver);
      EXPECT_THAT(driver.commands().front(), "#" + std::string(later) + " version twice 2");
      driver.complete({later, 2}, "100");
      driver.evict_to_checkpoint(driver.records().size());
      driver.complete({later, 3}, "200");
    }
    EXPECT_EQ(driver.result(), asked_before_the_upgrade ? "611" : "631");
    // Whole, without what is over, and from a checkpoint after every record.
    EXPECT_EQ(explained(driver.replay()), "");
  }
}

workflow<std::int64_t> part(context& ctx) {
  const std::int64_t seen = ctx.version("fees", 1, 3);
  co_await ctx.sleep(1s);
  co_return seen * 10 + ctx.version("fees", 1, 3);
}

workflow<std::int64_t> strand(context& ctx) {
  co_await ctx.sleep(1s);
  co_return ctx.version("fees", 1, 2);
}

workflow<std::int64_t> parts(context& ctx) {
  const std::int64_t seen = ctx.version("fees", 1, 2);
  const auto [inner, one, other] =
      co_await theus::all(ctx.phase("part", part), strand(ctx), strand(ctx));
  co_return seen * 10'000 + inner * 100 + one * 10 + other;
}

TEST(Version, Rule22_APhaseRemembersItsOwnAndStrandsThatOfTheRun) {
  auto driver = machine_driver::running(parts);
  driver.start();
  EXPECT_THAT(driver.commands(),
              ElementsAre("version fees 2", "#1 phase part []", "#1 version fees 3",
                          "#1:1 sleep until 2026-01-01T00:00:01.000000Z",
                          "#2:1 sleep until 2026-01-01T00:00:01.000000Z",
                          "#3:1 sleep until 2026-01-01T00:00:01.000000Z"));
  driver.evict();
  go_on(driver);
  EXPECT_EQ(driver.result(), "23322");
  EXPECT_EQ(explained(driver.replay()), "");
}

struct asks_when_it_goes {
  context& ctx;
  std::int32_t* answer;
  ~asks_when_it_goes() { *answer = ctx.version("fees", 1, 7); }
};

std::int32_t answered = 0;

workflow<void> evicted(context& ctx) {
  const asks_when_it_goes last{ctx, &answered};
  co_await ctx.sleep(1s);
}

TEST(Version, Rule16_AskedForWhileTheRunIsEvictedRecordsNothing) {
  auto driver = machine_driver::running(evicted);
  driver.start();
  driver.evict();
  EXPECT_EQ(answered, 7);
  go_on(driver);
  EXPECT_THAT(driver.commands(), ElementsAre("version fees 7", "complete null"));
  EXPECT_EQ(explained(driver.replay()), "");
}

}  // namespace
}  // namespace theus
