#include <gmock/gmock.h>

#include "theus/runtime/diagnosis.hpp"
#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

// What a parent's machine asks of its children, sees of them, and compares on replay.
namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::machine_driver;
using testing::type_of;
using ending = journal::child_ended::ending;

constexpr child_workflow<int(int)> one{"one"};
constexpr child_workflow<int(int)> other{"other"};

journal::child_ended ends(std::uint32_t number, std::string result) {
  return {{"", number}, "a child", {}, ending::completed, std::move(result)};
}

workflow<int> waits(context& ctx) {
  const int first = co_await ctx.child(one, 1).id("first");
  const int second = co_await ctx.child(other, 2);
  co_return first + second;
}

TEST(Child, IsAskedForWholeAndTakesANumberAsEveryCommand) {
  auto driver = machine_driver::running(waits);
  driver.start();
  EXPECT_THAT(driver.commands(), ElementsAre("#1 child one 'first' [1]"));
  driver.turn({ends(1, "5")});
  EXPECT_THAT(driver.commands(), ElementsAre("#2 child other [2]"));
  driver.turn({ends(2, "6")});
  EXPECT_EQ(driver.result(), "11");
  EXPECT_FALSE(driver.replay());
}

TEST(Child, Rule05AnEndThatComesTwiceIsTakenOnce) {
  auto driver = machine_driver::running(waits);
  driver.start();
  driver.intake({ends(1, "5"), ends(1, "7")});
  driver.turn({ends(1, "9"), ends(2, "6")});
  EXPECT_EQ(driver.result(), "11");
  EXPECT_FALSE(driver.replay());
}

workflow<int> races(context& ctx) {
  auto first = co_await any(ctx.child(one, 1).id("first"), ctx.child(other, 2));
  co_return static_cast<int>(first.index());
}

TEST(Child, Rule25ALoserIsWithdrawnByNameAndItsEndIsNotTaken) {
  auto driver = machine_driver::running(races);
  driver.start();
  driver.turn({ends(2, "6")});
  EXPECT_THAT(driver.commands(), ElementsAre("#1 withdraw child", "complete 1"));
  const auto& gone = std::get<journal::withdraw>(driver.last().commands.front().value);
  EXPECT_EQ(gone.workflow_id, "first");
  EXPECT_FALSE(driver.state().accepts(ends(1, "5")));
  EXPECT_FALSE(driver.replay());
}

workflow<int> hears_of_cancellation(context& ctx) {
  int sum = 0;
  try {
    sum += co_await ctx.child(one, 1);
  } catch (const cancelled&) {
    sum += 10;
  }
  co_return sum + co_await shield(ctx.child(other, 2));
}

TEST(Child, Rule26ACancelledScopeDoesNotWaitForItUnlessItIsShielded) {
  auto driver = machine_driver::running(hears_of_cancellation);
  driver.start();
  driver.cancel();
  EXPECT_THAT(driver.commands(), ElementsAre("#1 withdraw child", "#2 child other [2]"));
  driver.turn({ends(2, "6")});
  EXPECT_EQ(driver.result(), "16");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> explains(context& ctx) {
  try {
    co_await ctx.phase(
        "asks", [](context& inner) -> workflow<int> { co_return co_await inner.child(one, 1); });
  } catch (const child_failed& e) {
    co_return e.workflow_type() + "|" + e.workflow_id() + "|" + e.cause().type;
  }
  co_return "";
}

TEST(Child, ItsFailureSaysTheSameBehindThePhaseAndOnReplay) {
  auto driver = machine_driver::running(explains);
  driver.start();
  const journal::failure_info why{"broken", "into two", {}};
  driver.turn({journal::child_ended{{"1", 1}, "a child", {}, ending::failed, why}});
  EXPECT_EQ(driver.result(), R"("one|a child|broken")");
  EXPECT_FALSE(driver.replay());
}

TEST(Child, ItsFailureIsMadeAgainFromItsRecord) {
  const journal::failure_info why{"broken", "into two", {{"deeper", "down", {}}}};
  const child_failed first("one", {{"", 1}, "an id with spaces", {}, ending::cancelled, why});
  ASSERT_TRUE(child_failed::is(first.info()));
  const child_failed again(first.info());
  EXPECT_EQ(again.what(), std::string(first.what()));
  EXPECT_EQ(again.workflow_type(), "one");
  EXPECT_EQ(again.workflow_id(), "an id with spaces");
  EXPECT_EQ(again.how(), ending::cancelled);
  EXPECT_EQ(again.cause(), why);
  EXPECT_FALSE(child_failed::is({"child_failed", "that a workflow made up", {}}));
  EXPECT_FALSE(child_failed::is({"child_failed", "", {{"one", "odd", {{"x", "", {}}}}}}));
}

workflow<void> leaves_behind(context& ctx) {
  co_await ctx.start_child(one, 1).id("first");
  co_await ctx.start_child(other, 2);
}

TEST(Child, OneThatNobodyWaitsForIsOnlyAskedFor) {
  auto driver = machine_driver::running(leaves_behind);
  driver.start();
  EXPECT_THAT(driver.commands(),
              ElementsAre("#1 start one 'first' [1]", "#2 start other [2]", "complete null"));
  EXPECT_FALSE(driver.replay());
}

// ---- code that changed

using code = workflow<void> (*)(context&);

workflow<void> recorded(context& ctx) {
  co_await ctx.child(one, 1).id("first");
  co_await ctx.child(other, 2);
  co_await ctx.sleep(1h);
}

std::string likely_cause(code changed) {
  auto driver = machine_driver::running(recorded);
  driver.start();
  driver.turn({ends(1, "5")});
  driver.turn({ends(2, "6")});
  driver.advance(1h);
  driver.fire_due();
  const auto type = type_of(changed);
  replayer replay(*type, journal::run_id{}, replayer::check::everything);
  const auto& records = driver.records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto found = replay.feed(records[i]);
    if (!found) continue;
    explain_cause(*found, replay.state(), std::span(records).subspan(i), invented_results::yes);
    return found->cause;
  }
  return "none";
}

TEST(Child, AMismatchSaysWhatWasDoneToIt) {
  EXPECT_EQ(likely_cause(recorded), "none");
  EXPECT_EQ(likely_cause([](context& ctx) -> workflow<void> {
              co_await ctx.child(one, 7).id("first");
              co_await ctx.child(other, 2);
              co_await ctx.sleep(1h);
            }),
            "argument changed");
  EXPECT_EQ(likely_cause([](context& ctx) -> workflow<void> {
              co_await ctx.child(one, 1).id("another");
              co_await ctx.child(other, 2);
              co_await ctx.sleep(1h);
            }),
            "argument changed");
  EXPECT_EQ(likely_cause([](context& ctx) -> workflow<void> {
              co_await ctx.child(one, 1).id("first");
              co_await ctx.child(one, 2);
              co_await ctx.sleep(1h);
            }),
            "call renamed");
  EXPECT_EQ(likely_cause([](context& ctx) -> workflow<void> {
              co_await ctx.child(other, 2);
              co_await ctx.sleep(1h);
            }),
            "call removed");
  EXPECT_EQ(likely_cause([](context& ctx) -> workflow<void> {
              co_await ctx.child(one, 1).id("first");
              co_await ctx.child(one, 3);
              co_await ctx.child(other, 2);
              co_await ctx.sleep(1h);
            }),
            "call added");
  EXPECT_EQ(likely_cause([](context& ctx) -> workflow<void> {
              co_await ctx.child(other, 2);
              co_await ctx.child(one, 1).id("first");
              co_await ctx.sleep(1h);
            }),
            "order swapped");
  EXPECT_EQ(likely_cause([](context& ctx) -> workflow<void> {
              co_await ctx.start_child(one, 1).id("first");
              co_await ctx.child(other, 2);
              co_await ctx.sleep(1h);
            }),
            "argument changed");
}

}  // namespace
}  // namespace theus
