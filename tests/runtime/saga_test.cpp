#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::machine_driver;

constexpr activity<std::int64_t(std::int64_t)> book{"book"};
constexpr activity<void(std::int64_t)> undo_booking{"undo"};

workflow<std::int64_t> books_three(context& ctx, saga undo) {
  std::int64_t sum = 0;
  for (std::int64_t i = 1; i <= 3; ++i) {
    const std::int64_t booking = co_await ctx.call(book, i);
    undo.add(ctx.call(undo_booking, booking));
    sum += booking;
  }
  co_return sum;
}

workflow<std::int64_t> books_or_undoes(context& ctx) {
  saga undo(ctx);
  const std::int64_t sum = co_await undo.run(books_three(ctx, undo));
  co_return sum;
}

TEST(Saga, UndoesNothingWhenAllGoesWell) {
  auto driver = machine_driver::running(books_or_undoes);
  driver.start();
  for (std::uint32_t i = 1; i <= 3; ++i) driver.complete(journal::command_id{"1/1", i}, "5");
  EXPECT_EQ(driver.result(), "15");
  EXPECT_FALSE(driver.replay());
}

void fail(machine_driver& driver, const journal::command_id& id) {
  driver.turn({journal::activity_completed{id, 1, std::nullopt,
                                           journal::failure_info{"broken", "it failed", {}}}});
}

TEST(Saga, UndoesTheLastFirstAndThenThrowsWhatFailed) {
  auto driver = machine_driver::running(books_or_undoes);
  driver.start();
  driver.complete(journal::command_id{"1/1", 1}, "11");
  driver.complete(journal::command_id{"1/1", 2}, "12");
  fail(driver, {"1/1", 3});
  EXPECT_THAT(driver.commands(), ElementsAre("#1/2/1:1 call undo [12]"));
  driver.evict();
  driver.complete(journal::command_id{"1/2/1", 1}, "null");
  EXPECT_THAT(driver.commands(), ElementsAre("#1/2/2:1 call undo [11]"));
  driver.complete(journal::command_id{"1/2/2", 1}, "null");
  ASSERT_TRUE(driver.failure());
  EXPECT_THAT(driver.failure()->message, HasSubstr("broken"));
  EXPECT_FALSE(driver.replay());
}

TEST(Saga, UndoesAlsoWhenTheScopeIsCancelledAndUntilTheEnd) {
  auto driver = machine_driver::running(books_or_undoes);
  driver.start();
  driver.complete(journal::command_id{"1/1", 1}, "11");
  driver.cancel();
  EXPECT_THAT(driver.commands(),
              ElementsAre("#1/1:2 withdraw activity", "#1/2/1:1 call undo [11]"));
  EXPECT_FALSE(driver.is_finished());
  driver.evict();
  driver.complete(journal::command_id{"1/2/1", 1}, "null");
  ASSERT_TRUE(driver.failure());
  EXPECT_EQ(driver.failure()->type, "cancelled");
  EXPECT_FALSE(driver.replay());
}

TEST(Saga, FailureOfACompensationStopsNoOtherAndIsSaidWithItsCause) {
  auto driver = machine_driver::running(books_or_undoes);
  driver.start();
  driver.complete(journal::command_id{"1/1", 1}, "11");
  driver.complete(journal::command_id{"1/1", 2}, "12");
  fail(driver, {"1/1", 3});
  fail(driver, {"1/2/1", 1});
  EXPECT_THAT(driver.commands(), ElementsAre("#1/2/2:1 call undo [11]"));
  driver.complete(journal::command_id{"1/2/2", 1}, "null");
  ASSERT_TRUE(driver.failure());
  EXPECT_EQ(driver.failure()->type, "compensation_failed");
  EXPECT_THAT(driver.failure()->message, HasSubstr("activity undo failed"));
  EXPECT_THAT(driver.failure()->message, HasSubstr("activity book failed"));
  EXPECT_FALSE(driver.replay());
}

workflow<void> sleeps_long(context& ctx) { co_await ctx.sleep(1h); }

workflow<void> undoes_by_a_task(context& ctx) {
  auto task = ctx.spawn(sleeps_long(ctx));
  task.cancel();
  co_await std::move(task);
}
workflow<void> finds_nothing(context& ctx, saga undo) {
  undo.add(undoes_by_a_task(ctx));
  co_await ctx.call(book, 1);
  throw failure("nothing_free", "all rooms are taken");
}
workflow<void> finds_nothing_and_undoes(context& ctx) {
  saga undo(ctx);
  co_await undo.run(finds_nothing(ctx, undo));
}

// Nobody cancelled the run.
TEST(Saga, CompensationThatIsCancelledWithinItselfHasFailed) {
  auto driver = machine_driver::running(finds_nothing_and_undoes);
  driver.start();
  driver.complete(journal::command_id{"1/1", 1}, "11");
  ASSERT_TRUE(driver.failure());
  EXPECT_EQ(driver.failure()->type, "compensation_failed");
  EXPECT_THAT(driver.failure()->message, HasSubstr("what a compensation awaited was cancelled"));
  EXPECT_THAT(driver.failure()->message, HasSubstr("all rooms are taken"));
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> compensates_by_hand(context& ctx, bool in_parallel, bool stops) {
  saga undo(ctx);
  if (in_parallel) undo.parallel();
  if (stops) undo.stop_at_failure();
  for (std::int64_t i = 1; i <= 3; ++i) undo.add(ctx.call(undo_booking, i));
  std::string said;
  try {
    co_await undo.compensate();
    said = "undone";
  } catch (const activity_failed&) {
    said = "failed";
  }
  said += ", left " + std::to_string(undo.size());
  co_await undo.compensate();
  co_return said;
}

TEST(Saga, ParallelStartsAllAtOnceTheLastFirst) {
  auto driver = machine_driver::running(compensates_by_hand);
  driver.start("[true,false]");
  EXPECT_THAT(driver.commands(),
              ElementsAre("#1/1:1 call undo [3]", "#1/2:1 call undo [2]", "#1/3:1 call undo [1]"));
  fail(driver, {"1/2", 1});
  EXPECT_THAT(driver.commands(), IsEmpty());
  driver.complete(journal::command_id{"1/1", 1}, "null");
  driver.complete(journal::command_id{"1/3", 1}, "null");
  EXPECT_EQ(driver.result(), "\"failed, left 0\"");
  EXPECT_FALSE(driver.replay());
}

TEST(Saga, CompensatedTwiceGoesOnWithWhatIsLeft) {
  auto driver = machine_driver::running(compensates_by_hand);
  driver.start("[false,true]");
  fail(driver, {"1/1", 1});
  EXPECT_THAT(driver.commands(), ElementsAre("#2/1:1 call undo [2]"));
  driver.evict();
  driver.complete(journal::command_id{"2/1", 1}, "null");
  driver.complete(journal::command_id{"2/2", 1}, "null");
  EXPECT_EQ(driver.result(), "\"failed, left 2\"");
  EXPECT_FALSE(driver.replay());
}

workflow<void> breaks(context& ctx, saga undo) {
  undo.add(ctx.call(undo_booking, 1));
  co_await ctx.sleep(1s);
  throw std::out_of_range("a bug");
}

workflow<void> breaks_in_a_saga(context& ctx) {
  saga undo(ctx);
  co_await undo.run(breaks(ctx, undo));
}

TEST(Saga, Rule12_BugUndoesNothing) {
  auto driver = machine_driver::running(breaks_in_a_saga);
  driver.start();
  driver.advance(1s);
  driver.fire_due();
  ASSERT_TRUE(driver.bug());
  EXPECT_EQ(driver.bug()->message, "a bug");
}

}  // namespace
}  // namespace theus
