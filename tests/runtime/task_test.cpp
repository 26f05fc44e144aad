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

constexpr activity<std::int64_t(std::int64_t)> work{"work"};
constexpr activity<void(std::string)> note{"note"};
constexpr signal<std::int64_t> number_signal{"number"};
constexpr signal<std::int64_t> go{"go"};

workflow<std::int64_t> works(context& ctx, std::int64_t number) {
  const std::int64_t value = co_await ctx.call(work, number);
  co_return value;
}

workflow<std::int64_t> takes_both(context& ctx) {
  auto first = ctx.spawn(works(ctx, 1));
  auto second = ctx.spawn(works(ctx, 2));
  co_await ctx.call(note, "spawned");
  const std::int64_t b = co_await std::move(second);
  const std::int64_t a = co_await std::move(first);
  co_return 10 * a + b;
}

TEST(Task, Rule18_IsNumberedWhereItIsSpawnedAndRunsBehindTheSpawner) {
  auto driver = machine_driver::running(takes_both);
  driver.start();
  EXPECT_THAT(driver.commands(), ElementsAre("#3 call note [\"spawned\"]", "#1:1 call work [1]",
                                             "#2:1 call work [2]"));
}

TEST(Task, GivesItsResultToWhoAwaitsItWheneverItEnded) {
  auto driver = machine_driver::running(takes_both);
  driver.start();
  driver.complete(journal::command_id{"1", 1}, "4");
  driver.complete(3);
  EXPECT_THAT(driver.state().inner_waits(), ElementsAre("a task"));
  driver.complete(journal::command_id{"2", 1}, "2");
  EXPECT_EQ(driver.result(), "42");
  EXPECT_FALSE(driver.replay());
}

// Says in which order things ran.
workflow<void> says(context& ctx, std::string what) {
  ctx.log(what);
  co_await ctx.sleep(1s);
  ctx.log(what + " again");
}

workflow<void> spawns_and_goes_on(context& ctx) {
  ctx.spawn(says(ctx, "first"));
  ctx.log("spawned one");
  ctx.spawn(says(ctx, "second"));
  ctx.log("spawned two");
  co_await says(ctx, "awaited");
}

std::vector<std::string> log_of(const machine_driver& driver) {
  std::vector<std::string> lines;
  for (const auto& each : driver.last().log) lines.push_back(each.text);
  return lines;
}

TEST(Task, Rule10_FirstRunsWhenTheSpawnerAwaitsBehindWhatWasRunnable) {
  auto driver = machine_driver::running(spawns_and_goes_on);
  driver.start();
  EXPECT_THAT(log_of(driver),
              ElementsAre("spawned one", "spawned two", "first", "second", "awaited"));
  driver.advance(1s);
  driver.fire_due();
  EXPECT_THAT(log_of(driver), ElementsAre("first again", "second again", "awaited again"));
  EXPECT_TRUE(driver.is_finished());
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> only_spawns(context& ctx) {
  ctx.spawn(works(ctx, 1));
  ctx.spawn(works(ctx, 2));
  co_return "returned";
}

TEST(Task, ScopeThatReturnsWaitsForItsTasks) {
  auto driver = machine_driver::running(only_spawns);
  driver.start();
  EXPECT_FALSE(driver.is_finished());
  driver.complete(journal::command_id{"2", 1}, "1");
  EXPECT_FALSE(driver.is_finished());
  driver.complete(journal::command_id{"1", 1}, "1");
  EXPECT_EQ(driver.result(), "\"returned\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> awaits_a_spawner(context& ctx) {
  const std::string text = co_await only_spawns(ctx);
  co_return text + " late";
}

TEST(Task, ScopeThatIsAwaitedEndsBehindItsTasks) {
  auto driver = machine_driver::running(awaits_a_spawner);
  driver.start();
  EXPECT_THAT(driver.commands(), ElementsAre("#1/1:1 call work [1]", "#1/2:1 call work [2]"));
  driver.complete(journal::command_id{"1/1", 1}, "1");
  driver.evict();
  driver.complete(journal::command_id{"1/2", 1}, "1");
  EXPECT_EQ(driver.result(), "\"returned late\"");
  EXPECT_FALSE(driver.replay());
}

workflow<void> fails_beside_tasks(context& ctx) {
  ctx.spawn(works(ctx, 1));
  ctx.spawn(says(ctx, "second"));
  co_await ctx.receive(number_signal);
  throw failure("given up");
}

TEST(Task, Rule26_ScopeThatThrowsCancelsItsTasksInOrderAndWaitsForThem) {
  auto driver = machine_driver::running(fails_beside_tasks);
  driver.start();
  driver.signal("number", "1");
  EXPECT_THAT(driver.commands(), ElementsAre("#1:1 withdraw activity", "#2:1 withdraw timer",
                                             "fail failure: given up"));
  EXPECT_FALSE(driver.replay());
}

workflow<std::int64_t> cleans_up(context& ctx, std::int64_t number) {
  bool cancelled_here = false;
  try {
    co_await ctx.call(work, number);
  } catch (const cancelled&) {
    cancelled_here = true;
  }
  if (cancelled_here) co_await theus::shield(ctx.call(note, "cleaned"));
  co_return number;
}

workflow<void> spawns_two_deep(context& ctx) {
  ctx.spawn(cleans_up(ctx, 2));
  co_await ctx.call(work, 3);
}

workflow<void> tree_of_tasks(context& ctx) {
  ctx.spawn(cleans_up(ctx, 1));
  ctx.spawn(spawns_two_deep(ctx));
  co_await cleans_up(ctx, 4);
}

TEST(Task, Rule26_CancellationGoesDepthFirstInTheOrderOfIds) {
  auto driver = machine_driver::running(tree_of_tasks);
  driver.start();
  driver.cancel();
  EXPECT_THAT(
      driver.commands(),
      ElementsAre("#1:1 withdraw activity", "#2/1:1 withdraw activity", "#2:2 withdraw activity",
                  "#3:1 withdraw activity", "#1:2 call note [\"cleaned\"]",
                  "#2/1:2 call note [\"cleaned\"]", "#3:2 call note [\"cleaned\"]"));
  EXPECT_FALSE(driver.is_finished());
  driver.evict();
  driver.complete(journal::command_id{"3", 2}, "null");
  driver.complete(journal::command_id{"2/1", 2}, "null");
  EXPECT_FALSE(driver.is_finished());
  driver.complete(journal::command_id{"1", 2}, "null");
  EXPECT_TRUE(driver.is_finished());
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> drops_a_failing_task(context& ctx) {
  ctx.spawn(works(ctx, 1));
  ctx.spawn(works(ctx, 2));
  co_await ctx.receive(number_signal);
  co_return "returned";
}

TEST(Task, FailureThatNobodyTookFailsTheScopeWhenItJoins) {
  auto driver = machine_driver::running(drops_a_failing_task);
  driver.start();
  driver.turn({journal::activity_completed{
      {"2", 1}, 1, std::nullopt, journal::failure_info{"broken", "it failed", {}}}});
  EXPECT_THAT(driver.commands(), IsEmpty());
  // The function has returned: nobody can take it, so it decides.
  driver.signal("number", "1");
  ASSERT_TRUE(driver.failure());
  EXPECT_THAT(driver.failure()->message, HasSubstr("broken"));
  EXPECT_THAT(driver.commands().front(), "#1:1 withdraw activity");
  EXPECT_FALSE(driver.replay());
}

TEST(Task, FailureWhileTheScopeJoinsCancelsTheOthers) {
  auto driver = machine_driver::running(drops_a_failing_task);
  driver.start();
  driver.signal("number", "1");
  EXPECT_FALSE(driver.is_finished());
  driver.turn({journal::activity_completed{
      {"1", 1}, 1, std::nullopt, journal::failure_info{"broken", "it failed", {}}}});
  EXPECT_THAT(driver.commands().front(), "#2:1 withdraw activity");
  EXPECT_TRUE(driver.failure());
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> throws_beside_a_failed_task(context& ctx) {
  auto spawned = ctx.spawn(works(ctx, 1));
  co_await ctx.receive(number_signal);
  throw failure("mine", "of the function");
}

TEST(Task, WhatTheFunctionThrowsWinsOverTheFailuresOfItsTasks) {
  auto driver = machine_driver::running(throws_beside_a_failed_task);
  driver.start();
  driver.turn({journal::activity_completed{
      {"1", 1}, 1, std::nullopt, journal::failure_info{"broken", "it failed", {}}}});
  driver.signal("number", "1");
  ASSERT_TRUE(driver.failure());
  EXPECT_EQ(driver.failure()->type, "mine");
  EXPECT_FALSE(driver.replay());
}

workflow<void> has_a_bug(context& ctx) {
  co_await ctx.receive(go);
  throw std::out_of_range("a bug in a task");
}

workflow<std::string> throws_beside_a_bug(context& ctx) {
  ctx.spawn(has_a_bug(ctx));
  co_await ctx.receive(number_signal);
  throw failure("of the function");
}

TEST(Task, Rule12_BugOfATaskIsNotCoveredByAFailureOfTheFunction) {
  auto driver = machine_driver::running(throws_beside_a_bug);
  driver.start();
  driver.signal("go", "1");
  EXPECT_FALSE(driver.bug());
  driver.signal("number", "1");
  ASSERT_TRUE(driver.bug());
  EXPECT_EQ(driver.bug()->message, "a bug in a task");
}

workflow<std::string> takes_a_failure(context& ctx) {
  auto spawned = ctx.spawn(works(ctx, 1));
  auto ended = co_await theus::outcome_of(std::move(spawned));
  co_return ended ? "value" : "failure";
}

TEST(Task, FailureThatIsTakenIsTheTakers) {
  auto driver = machine_driver::running(takes_a_failure);
  driver.start();
  driver.turn({journal::activity_completed{
      {"1", 1}, 1, std::nullopt, journal::failure_info{"broken", "it failed", {}}}});
  EXPECT_EQ(driver.result(), "\"failure\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> cancels_its_task(context& ctx) {
  auto spawned = ctx.spawn(works(ctx, 1));
  co_await ctx.receive(number_signal);
  spawned.cancel();
  auto ended = co_await theus::outcome_of(std::move(spawned));
  ctx.spawn(works(ctx, 2)).cancel();
  co_return ended ? "value" : "cancelled";
}

TEST(Task, CancelledByItsHandleEndsWithCancelledAndDoesNotFailItsScope) {
  auto driver = machine_driver::running(cancels_its_task);
  driver.start();
  driver.signal("number", "1");
  EXPECT_THAT(driver.commands(), ElementsAre("#1:1 withdraw activity", "complete \"cancelled\""));
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> looks_twice(context& ctx) {
  auto spawned = ctx.spawn(works(ctx, 1));
  const bool in_time = co_await spawned.join().within(1s);
  co_await spawned.join();
  const std::int64_t value = co_await std::move(spawned);
  co_return (in_time ? "in time " : "late ") + std::to_string(value);
}

TEST(Task, JoinGivenUpLeavesTheTaskAsItIs) {
  auto driver = machine_driver::running(looks_twice);
  driver.start();
  driver.advance(1s);
  driver.fire_due();
  EXPECT_THAT(driver.commands(), IsEmpty());
  driver.complete(journal::command_id{"1", 1}, "7");
  EXPECT_EQ(driver.result(), "\"late 7\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> races_its_task(context& ctx) {
  auto spawned = ctx.spawn(works(ctx, 1));
  const auto value = co_await std::move(spawned).within(1s);
  co_return value ? "value" : "given up";
}

TEST(Task, Rule25_AwaitedByItsHandleItIsGivenUpAsAWorkflowIs) {
  auto driver = machine_driver::running(races_its_task);
  driver.start();
  driver.advance(1s);
  driver.fire_due();
  EXPECT_THAT(driver.commands(), ElementsAre("#1:1 withdraw activity", "complete \"given up\""));
  EXPECT_FALSE(driver.replay());
}

workflow<std::int64_t> sums_many(context& ctx, std::int64_t count) {
  std::vector<task<std::int64_t>> tasks;
  for (std::int64_t i = 0; i < count; ++i) tasks.push_back(ctx.spawn(works(ctx, i)));
  const auto values = co_await theus::all(std::move(tasks));
  std::int64_t sum = 0;
  for (const auto each : values) sum += each;
  co_return sum;
}

TEST(Task, AVectorOfThemIsAwaitedTogether) {
  auto driver = machine_driver::running(sums_many);
  driver.start("[3]");
  for (const char* scope : {"2", "1", "3"}) driver.complete(journal::command_id{scope, 1}, "5");
  EXPECT_EQ(driver.result(), "15");
  EXPECT_FALSE(driver.replay());
}

TEST(Task, AreBoundedAsPendingOperationsAre) {
  const auto type = testing::type_of(sums_many);
  machine_limits few;
  few.pending_operations = 9;
  for (const auto& [count, fits] : {std::pair("[3]", true), std::pair("[4]", false)}) {
    machine bounded(*type, few);
    journal::started start;
    start.workflow_id = "many";
    start.workflow_type = "tested";
    start.arguments = count;
    const std::vector<journal::event> events{start};
    const auto stepped =
        bounded.step({}, {machine_driver::start_time, machine_driver::start_time, events});
    // Each is a task, an activity and somebody who waits for it.
    EXPECT_EQ(std::holds_alternative<turn_draft>(stepped), fits) << count;
  }
}

workflow<void> nests(context& ctx, std::int64_t levels) {
  if (levels > 0) {
    ctx.spawn(nests(ctx, levels - 1));
  } else {
    co_await ctx.receive(go);
  }
}

TEST(Task, ChainOfThemEndsAndIsDestroyedWithoutRecursion) {
  for (const bool ends : {true, false}) {
    auto driver = machine_driver::running(nests);
    driver.start("[900]");
    EXPECT_EQ(driver.state().frame_count(), 901u);
    if (!ends) continue;
    driver.signal("go", "1");
    EXPECT_TRUE(driver.is_finished());
  }
}

struct notes_its_end {
  context* ctx;
  explicit notes_its_end(context& of) : ctx(&of) {}
  notes_its_end(const notes_its_end&) = delete;
  notes_its_end& operator=(const notes_its_end&) = delete;
  ~notes_its_end() {
    ctx->log("ended");
    ctx->spawn(says(*ctx, "from a destructor"));
  }
};

workflow<void> has_a_destructor(context& ctx) {
  notes_its_end guard(ctx);
  auto inner = ctx.spawn(works(ctx, 1));
  co_await ctx.receive(go);
}

TEST(Task, Rule16_EvictionSpawnsNothingFromDestructors) {
  auto driver = machine_driver::running(has_a_destructor);
  driver.start();
  driver.evict();
  driver.signal("go", "1");
  EXPECT_FALSE(driver.is_finished());  // what the destructor spawned at a normal end is awaited
  driver.complete(journal::command_id{"1", 1}, "1");
  driver.advance(1s);
  driver.fire_due();
  EXPECT_TRUE(driver.is_finished());
  EXPECT_FALSE(driver.replay());
}

workflow<std::int64_t> phase_with_tasks(context& ctx) {
  ctx.spawn(works(ctx, 1));
  const std::int64_t value = co_await works(ctx, 2);
  ctx["value"] = value;
  co_return value;
}

workflow<std::int64_t> runs_phase_with_tasks(context& ctx) {
  const std::int64_t value = co_await ctx.phase("part", phase_with_tasks);
  co_await ctx.receive(go);
  co_return value + ctx["value"].as<std::int64_t>();
}

TEST(Task, Rule21_PhaseClosesBehindItsTasks) {
  auto driver = machine_driver::running(runs_phase_with_tasks);
  driver.start();
  driver.complete(journal::command_id{"1/2", 1}, "21");
  EXPECT_THAT(driver.commands(), IsEmpty());
  driver.evict();
  driver.complete(journal::command_id{"1/1", 1}, "0");
  EXPECT_THAT(driver.commands(), ElementsAre("#1 completed 21", "#2 receive go"));
  driver.evict();
  driver.signal("go", "1");
  EXPECT_EQ(driver.result(), "42");
  EXPECT_FALSE(driver.replay());
}

workflow<void> awaits_twice(context& ctx) {
  auto spawned = ctx.spawn(works(ctx, 1));
  auto moved = std::move(spawned);
  co_await std::move(spawned);
}

TEST(Task, HandleThatWasMovedFromIsABugToAwait) {
  auto driver = machine_driver::running(awaits_twice);
  driver.start();
  ASSERT_TRUE(driver.bug());
  EXPECT_THAT(driver.bug()->message, HasSubstr("awaited before"));
}

}  // namespace
}  // namespace theus
