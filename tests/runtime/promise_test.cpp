#include <gmock/gmock.h>

#include "theus/runtime/diagnosis.hpp"
#include "theus/runtime/promise_state.hpp"
#include "theus/runtime/promise_token.hpp"
#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

// What a machine does with promises: live, on replay, from checkpoints.
namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::machine_driver;
using testing::type_of;

constexpr activity<void(std::string)> mail{"mail"};
constexpr signal<int> note{"note"};

journal::promise_settled resolved(std::uint32_t number, std::string value, std::string scope = {}) {
  return {{std::move(scope), number}, std::move(value)};
}
journal::promise_settled rejected(std::uint32_t number, std::string type) {
  return {{"", number}, journal::failure_info{std::move(type), "so it was said", {}}};
}
errc code_of(const result<void>& answer) { return answer ? errc{} : answer.error().code; }

workflow<int> waits(context& ctx) {
  const promise<int> answer = ctx.promise<int>();
  co_await ctx.call(mail, answer.token());
  const int value = co_await answer;
  co_return value;
}

TEST(Promise, IsACommandWhereItIsMadeAndItsTokenNamesIt) {
  auto driver = machine_driver::running(waits);
  driver.start();
  const promise_token token{driver.state().run(), {"", 1}};
  EXPECT_THAT(driver.commands(),
              ElementsAre("#1 promise", "#2 call mail [\"" + token.to_string() + "\"]"));
  driver.complete(2);
  driver.turn({resolved(1, "5")});
  EXPECT_EQ(driver.result(), "5");
  EXPECT_FALSE(driver.replay());
}

TEST(Promise, MayBeSettledBeforeItIsAwaited) {
  auto driver = machine_driver::running(waits);
  driver.start();
  driver.turn({resolved(1, "5")});
  EXPECT_THAT(driver.commands(), IsEmpty());
  driver.evict();
  driver.complete(2);
  EXPECT_EQ(driver.result(), "5");
  EXPECT_FALSE(driver.replay());
}

TEST(Promise, Rule01ASettlementInAnIntakeIsTakenWithTheNextTurn) {
  auto driver = machine_driver::running(waits);
  driver.start();
  driver.complete(2);
  driver.intake({resolved(1, "5"), resolved(1, "6")});
  driver.turn({resolved(1, "7")});
  EXPECT_EQ(driver.result(), "5");
  EXPECT_FALSE(driver.replay());
}

TEST(Promise, TheFirstSettlementCountsAndTheSameOnceMoreIsHarmless) {
  auto driver = machine_driver::running(waits);
  driver.start();
  EXPECT_EQ(code_of(driver.state().answer_to(resolved(1, "5"))), errc::not_found);
  driver.turn({resolved(1, "5"), resolved(1, "6")});
  for (int evictions = 0; evictions < 2; ++evictions) {
    EXPECT_FALSE(driver.state().accepts(resolved(1, "5")));
    EXPECT_EQ(code_of(driver.state().answer_to(resolved(1, "5"))), errc{});
    EXPECT_EQ(code_of(driver.state().answer_to(resolved(1, "6"))), errc::already_settled);
    EXPECT_EQ(code_of(driver.state().answer_to(rejected(1, "5"))), errc::already_settled);
    EXPECT_EQ(code_of(driver.state().answer_to(resolved(2, "5"))), errc::not_found);
    driver.evict();
  }
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> hears_no(context& ctx) {
  const promise<int> answer = ctx.promise<int>();
  try {
    co_await answer;
  } catch (const failure& e) {
    co_return e.type() + ": " + e.what();
  }
  co_return "yes";
}

TEST(Promise, RejectedItThrowsTheFailure) {
  auto driver = machine_driver::running(hears_no);
  driver.start();
  driver.turn({rejected(1, "too_late")});
  EXPECT_EQ(driver.result(), "\"too_late: so it was said\"");
  EXPECT_FALSE(driver.replay());
}

workflow<void> waits_for_nothing(context& ctx) {
  const promise<void> answer = ctx.promise<void>();
  co_await answer;
}

TEST(Promise, OfNothingIsResolvedWithNull) {
  auto driver = machine_driver::running(waits_for_nothing);
  driver.start();
  EXPECT_FALSE(driver.state().find_promise({"", 1})->complaint("null"));
  driver.turn({resolved(1, "null")});
  EXPECT_TRUE(driver.is_finished());
  EXPECT_FALSE(driver.replay());
}

TEST(Promise, SaysWhatItsTypeCannotBeReadFrom) {
  auto driver = machine_driver::running(waits);
  driver.start();
  const promise_state* open = driver.state().find_promise({"", 1});
  ASSERT_TRUE(open);
  EXPECT_FALSE(open->complaint("5"));
  EXPECT_THAT(open->complaint("\"five\"").value_or(""), HasSubstr("expected"));
}

workflow<int> races(context& ctx) {
  const promise<int> first = ctx.promise<int>();
  const promise<int> second = ctx.promise<int>();
  const auto won = co_await any(first.result(), second.result(), ctx.receive(note));
  const int later = co_await first;
  co_return 10 * static_cast<int>(won.index()) + later;
}

TEST(Promise, Rule25GivingUpAWaitLeavesItOpen) {
  auto driver = machine_driver::running(races);
  driver.start();
  driver.turn({resolved(2, "7")});
  EXPECT_THAT(driver.commands(), ElementsAre("#3 withdraw signal"));
  driver.evict();
  driver.turn({resolved(1, "3")});
  EXPECT_EQ(driver.result(), "13");
  EXPECT_FALSE(driver.replay());
}

workflow<int> gives_up(context& ctx) {
  const promise<int> answer = ctx.promise<int>();
  const auto in_time = co_await answer.result().within(1h);
  const auto at_last = co_await answer.result().by(ctx.now() + 1h);
  co_return in_time.value_or(0) + at_last.value_or(100);
}

TEST(Promise, HasLimitsOfTimeAsEveryOperation) {
  auto driver = machine_driver::running(gives_up);
  driver.start();
  driver.advance(1h);
  driver.fire_due();
  driver.turn({resolved(1, "5")});
  EXPECT_EQ(driver.result(), "5");
  EXPECT_FALSE(driver.replay());
  auto patient = machine_driver::running(gives_up);
  patient.start();
  for (int hours = 0; hours < 2; ++hours) {
    patient.advance(1h);
    patient.fire_due();
  }
  EXPECT_THAT(patient.commands(), ElementsAre("#1 withdraw promise", "complete 100"));
  EXPECT_FALSE(patient.replay());
}

workflow<int> asks_inside(context& ctx) {
  const promise<int> answer = ctx.promise<int>();
  const auto in_time = co_await answer.result().within(1h);
  co_return in_time.value_or(-1);
}

workflow<int> asks_and_goes_on(context& ctx) {
  const int value = co_await asks_inside(ctx);
  co_await ctx.sleep(1h);
  co_return value;
}

TEST(Promise, IsWithdrawnWhenNobodyCanAwaitItAnyMore) {
  auto driver = machine_driver::running(asks_and_goes_on);
  driver.start();
  driver.advance(1h);
  driver.fire_due();
  ASSERT_EQ(driver.commands().size(), 2u);
  EXPECT_EQ(driver.commands().front(), "#1:1 withdraw promise");
  EXPECT_FALSE(driver.state().accepts(resolved(1, "5", "1")));
  EXPECT_EQ(code_of(driver.state().answer_to(resolved(1, "5", "1"))), errc::not_found);
  driver.evict();
  driver.advance(1h);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "-1");
  EXPECT_FALSE(driver.replay());
}

workflow<int> takes(context&, promise<int> answer) {
  const int value = co_await answer;
  co_return value;
}

workflow<int> hears_of_cancellation(context& ctx) {
  const promise<int> answer = ctx.promise<int>();
  try {
    co_await answer;
  } catch (const cancelled&) {
  }
  const int value = co_await shield(takes(ctx, answer));
  co_return value;
}

TEST(Promise, Rule26ACancelledScopeStopsWaitingUnlessItIsShielded) {
  auto driver = machine_driver::running(hears_of_cancellation);
  driver.start();
  driver.cancel();
  EXPECT_FALSE(driver.is_finished());
  driver.turn({resolved(1, "5")});
  EXPECT_EQ(driver.result(), "5");
  EXPECT_FALSE(driver.replay());
}

workflow<int> shares(context& ctx) {
  promise<int> answer = ctx.promise<int>();
  auto first = ctx.spawn(takes(ctx, answer));
  auto second = ctx.spawn(takes(ctx, answer));
  const int a = co_await std::move(first);
  const int b = co_await std::move(second);
  co_return 10 * a + b;
}

TEST(Promise, SeveralTasksMayAwaitOne) {
  auto driver = machine_driver::running(shares);
  driver.start();
  EXPECT_THAT(driver.state().inner_waits(),
              ::testing::Contains(HasSubstr("a promise in scope")).Times(2));
  driver.turn({resolved(1, "4")});
  EXPECT_EQ(driver.result(), "44");
  EXPECT_FALSE(driver.replay());
}

workflow<next<int>> asks_once(context& ctx, int left) {
  const promise<int> answer = ctx.promise<int>();
  co_await answer;
  if (left == 1) co_return theus::stop;
  co_return theus::again(left - 1);
}

workflow<int> asks_often(context& ctx, int times) {
  co_await ctx.loop("asks", asks_once, times);
  const int last = co_await ctx.receive(note);
  co_return last;
}

TEST(Promise, Rule19ALoopOfThemIsReplayedFromItsLastIterationAndRemembersThem) {
  auto driver = machine_driver::running(asks_often);
  driver.start("[20]");
  for (int round = 1; round <= 20; ++round) {
    const auto scope = "1/" + std::to_string(round);
    if (round % 3 == 0) driver.intake({resolved(1, "0", scope)});
    driver.turn({resolved(1, std::to_string(round), scope)});
    ASSERT_FALSE(driver.bug());
    if (round % 6 == 5) {
      ASSERT_TRUE(driver.evict_to_checkpoint(driver.records().size() - 1));
    }
  }
  driver.evict();
  EXPECT_EQ(code_of(driver.state().answer_to(resolved(1, "1", "1/1"))), errc{});
  EXPECT_EQ(code_of(driver.state().answer_to(resolved(1, "2", "1/1"))), errc::already_settled);
  EXPECT_EQ(code_of(driver.state().answer_to(resolved(1, "0", "1/3"))), errc{});
  driver.signal("note", "1");
  EXPECT_EQ(driver.result(), "1");
  EXPECT_FALSE(driver.replay());
}

TEST(Promise, OnlyTheLastSoManySettlementsAreRemembered) {
  auto driver = machine_driver::running(asks_often);
  const auto most = static_cast<int>(machine::most_settlements);
  driver.start("[" + std::to_string(most + 2) + "]");
  for (int round = 1; round <= most + 1; ++round) {
    driver.turn({resolved(1, "7", "1/" + std::to_string(round))});
  }
  for (int evictions = 0; evictions < 2; ++evictions) {
    EXPECT_EQ(code_of(driver.state().answer_to(resolved(1, "7", "1/1"))), errc::not_found);
    EXPECT_EQ(code_of(driver.state().answer_to(resolved(1, "7", "1/2"))), errc{});
    ASSERT_TRUE(driver.evict_to_checkpoint(driver.records().size()));
  }
}

workflow<int> waits_for_another(context& ctx) {
  const promise<int> other = ctx.promise<int>();
  const promise<int> answer = ctx.promise<int>();
  co_await ctx.call(mail, answer.token());
  const int value = co_await answer;
  co_return value;
}

TEST(Promise, Rule15OneThatIsMadeBeforeOthersIsAMismatch) {
  auto driver = machine_driver::running(waits);
  driver.start();
  const auto found = driver.replay(*type_of(waits_for_another));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->turn, journal::first_sequence);
  EXPECT_THAT(found->explain(), HasSubstr("#2 promise"));
}

}  // namespace
}  // namespace theus
