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
constexpr signal<std::int64_t> go{"go"};

// Completes the call that the scope made as its command of that number.
void complete(machine_driver& driver, const std::string& scope, std::uint32_t number = 1) {
  driver.complete(journal::command_id{scope, number}, "0");
}

workflow<void> works_locked(context& ctx, mutex accounts, std::int64_t number) {
  permit lock = co_await accounts.lock();
  co_await ctx.call(work, number);
}

workflow<void> three_in_turn(context& ctx) {
  mutex accounts;
  for (std::int64_t i = 1; i <= 3; ++i) ctx.spawn(works_locked(ctx, accounts, i));
  co_return;
}

TEST(Mutex, TheNextWaiterGetsItInOrder) {
  auto driver = machine_driver::running(three_in_turn);
  driver.start();
  EXPECT_THAT(driver.commands(), ElementsAre("#1:1 call work [1]"));
  EXPECT_THAT(driver.state().inner_waits(),
              ElementsAre("a mutex in scope 2", "a mutex in scope 3"));
  complete(driver, "1");
  EXPECT_THAT(driver.commands(), ElementsAre("#2:1 call work [2]"));
  driver.evict();
  complete(driver, "2");
  EXPECT_THAT(driver.commands(), ElementsAre("#3:1 call work [3]"));
  complete(driver, "3");
  EXPECT_TRUE(driver.is_finished());
  EXPECT_FALSE(driver.replay());
}

TEST(Mutex, OutlivesTheScopeThatMadeItWhileTasksUseIt) {
  auto driver = machine_driver::running(three_in_turn);
  driver.start();
  // The function has returned, and its locals are gone.
  complete(driver, "1");
  complete(driver, "2");
  complete(driver, "3");
  EXPECT_TRUE(driver.is_finished());
}

workflow<void> fails_locked(context& ctx, mutex accounts) {
  permit lock = co_await accounts.lock();
  co_await ctx.receive(go);
  throw failure("broken");
}

workflow<void> one_fails(context& ctx) {
  mutex accounts;
  auto first = ctx.spawn(fails_locked(ctx, accounts));
  auto second = ctx.spawn(works_locked(ctx, accounts, 2));
  auto ended = co_await theus::outcome_of(std::move(first));
  co_await std::move(second);
}

TEST(Mutex, IsGivenBackWhenItsHolderThrows) {
  auto driver = machine_driver::running(one_fails);
  driver.start();
  driver.signal("go", "1");
  EXPECT_THAT(driver.commands(), ElementsAre("#2:1 call work [2]"));
  complete(driver, "2");
  EXPECT_FALSE(driver.failure());
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> gives_up_waiting(context& ctx) {
  mutex accounts;
  auto holder = ctx.spawn(works_locked(ctx, accounts, 1));
  auto impatient = ctx.spawn(works_locked(ctx, accounts, 2));
  auto patient = ctx.spawn(works_locked(ctx, accounts, 3));
  co_await ctx.receive(go);
  impatient.cancel();
  co_await patient.join();
  co_return accounts.is_locked() ? "locked" : "free";
}

TEST(Mutex, WaiterThatIsCancelledLeavesTheQueueToTheOthers) {
  auto driver = machine_driver::running(gives_up_waiting);
  driver.start();
  driver.signal("go", "1");
  EXPECT_THAT(driver.commands(), IsEmpty());
  complete(driver, "1");
  EXPECT_THAT(driver.commands(), ElementsAre("#3:1 call work [3]"));
  driver.evict();
  complete(driver, "3");
  EXPECT_EQ(driver.result(), "\"free\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> tries_for_a_while([[maybe_unused]] context& ctx) {
  mutex accounts;
  permit first = co_await accounts.lock();
  std::optional<permit> second = co_await accounts.lock().within(1s);
  first.release();
  std::optional<permit> third = co_await accounts.lock().within(1s);
  co_return std::string(second ? "taken" : "given up") + (third ? ", taken" : ", given up");
}

TEST(Mutex, IsAwaitedForAWhileOnly) {
  auto driver = machine_driver::running(tries_for_a_while);
  driver.start();
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "\"given up, taken\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> loses_what_it_got(context& ctx) {
  mutex accounts;
  auto both = co_await theus::outcome_of(theus::all(accounts.lock(), ctx.call(work, 1)));
  co_return accounts.is_locked() ? "locked" : "free";
}

TEST(Mutex, IsGivenBackWhenWhatWasAwaitedBesideItFailed) {
  auto driver = machine_driver::running(loses_what_it_got);
  driver.start();
  driver.fail(1, "broken");
  EXPECT_EQ(driver.result(), "\"free\"");
  EXPECT_FALSE(driver.replay());
}

workflow<void> locks_itself_out(context& ctx) {
  mutex accounts;
  permit lock = co_await accounts.lock();
  permit again = co_await accounts.lock();
  co_await ctx.call(work, 1);
}

TEST(Mutex, RunThatWaitsForNothingThatCanComeIsNotFinishedAndSaysWhatFor) {
  auto driver = machine_driver::running(locks_itself_out);
  driver.start();
  EXPECT_FALSE(driver.is_finished());
  EXPECT_TRUE(driver.state().is_deadlocked());
  EXPECT_THAT(driver.state().inner_waits(), ElementsAre("a mutex"));
  driver.evict();
  EXPECT_TRUE(driver.state().is_deadlocked());
  driver.cancel();
  ASSERT_TRUE(driver.failure());
  EXPECT_EQ(driver.failure()->type, "cancelled");
  EXPECT_FALSE(driver.replay());
}

workflow<void> works_with(context& ctx, semaphore seats, std::int64_t wanted) {
  permit held = co_await seats.acquire(static_cast<std::size_t>(wanted));
  co_await ctx.call(work, wanted);
}

workflow<std::size_t> shares_seats(context& ctx, std::vector<std::int64_t> wanted) {
  semaphore seats(3);
  std::vector<task<void>> tasks;
  for (const auto each : wanted) tasks.push_back(ctx.spawn(works_with(ctx, seats, each)));
  co_await theus::all(std::move(tasks));
  co_return seats.available();
}

TEST(Semaphore, LetsSoManyInAndNobodyOvertakesWhoWantsMore) {
  auto driver = machine_driver::running(shares_seats);
  driver.start("[[2,2,1,1]]");
  EXPECT_THAT(driver.commands(), ElementsAre("#1:1 call work [2]"));
  complete(driver, "1");
  EXPECT_THAT(driver.commands(), ElementsAre("#2:1 call work [2]", "#3:1 call work [1]"));
  complete(driver, "3");
  EXPECT_THAT(driver.commands(), ElementsAre("#4:1 call work [1]"));
  driver.evict();
  complete(driver, "4");
  complete(driver, "2");
  EXPECT_EQ(driver.result(), "3");
  EXPECT_FALSE(driver.replay());
}

workflow<void> wants_much(context&, semaphore seats) {
  permit all_of_them = co_await seats.acquire(3);
}

workflow<std::size_t> gives_up_wanting_much(context& ctx) {
  semaphore seats(3);
  permit first = co_await seats.acquire(2);
  auto greedy = ctx.spawn(wants_much(ctx, seats));
  ctx.spawn(works_with(ctx, seats, 1));
  co_await ctx.receive(go);
  greedy.cancel();
  co_await greedy.join();
  co_return seats.available();
}

TEST(Semaphore, WhoGivesUpWantingMuchLetsTheNextOneIn) {
  auto driver = machine_driver::running(gives_up_wanting_much);
  driver.start();
  driver.signal("go", "1");
  EXPECT_THAT(driver.commands(), ElementsAre("#2:1 call work [1]"));
  complete(driver, "2");
  EXPECT_EQ(driver.result(), "0");
  EXPECT_FALSE(driver.replay());
}

workflow<void> wants_too_much(context& ctx) {
  semaphore seats(3);
  co_await ctx.sleep(1s);
  permit held = co_await seats.acquire(4);
}

TEST(Semaphore, WaitingForMorePermitsThanThereAreIsABug) {
  auto driver = machine_driver::running(wants_too_much);
  driver.start();
  driver.advance(1s);
  driver.fire_due();
  ASSERT_TRUE(driver.bug());
  EXPECT_THAT(driver.bug()->message, HasSubstr("4 permits"));
}

// A global is a mistake that the lint finds; here it is how a mutex gets into a phase at all.
const mutex* smuggled = nullptr;

workflow<void> locks_what_is_outside(context&) { permit lock = co_await smuggled->lock(); }

workflow<void> locks_over_the_border(context& ctx) {
  mutex accounts;
  smuggled = &accounts;
  permit lock = co_await accounts.lock();
  co_await ctx.phase("part", locks_what_is_outside);
}

TEST(Mutex, Rule21_DoesNotCrossTheBorderOfAPhase) {
  auto driver = machine_driver::running(locks_over_the_border);
  driver.start();
  ASSERT_TRUE(driver.bug());
  EXPECT_THAT(driver.bug()->message, HasSubstr("a mutex of outside"));
}

}  // namespace
}  // namespace theus
