#include <boost/describe/class.hpp>
#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

// What workflow code observes, event by event, without engine, store or clock.
namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::machine_driver;
using testing::type_of;

constexpr activity<std::string(std::string)> echo{"echo"};
constexpr activity<void(std::int64_t)> note{"note"};
constexpr signal<std::int64_t> number_signal{"number"};

journal::activity_completed done(std::uint32_t command, std::string value) {
  return {{"", command}, 1, std::nullopt, std::move(value)};
}

journal::signal_received signalled(std::int64_t value) {
  return {"number", std::to_string(value), std::nullopt, ""};
}

// ---- single operations

workflow<std::string> call_twice(context& ctx, std::string text) {
  std::string first = co_await ctx.call(echo, text);
  std::string second = co_await ctx.call(echo, first);
  co_return second;
}

TEST(Machine, ResultAndNextCommandTravelInOneTurn) {
  auto driver = machine_driver::running(call_twice);
  driver.start(R"(["a"])");
  EXPECT_THAT(driver.commands(), ElementsAre(R"(#1 call echo ["a"])"));
  driver.complete(1, R"("b")");
  EXPECT_THAT(driver.commands(), ElementsAre(R"(#2 call echo ["b"])"));
  driver.complete(2, R"("c")");
  EXPECT_EQ(driver.result(), R"("c")");
  EXPECT_EQ(driver.records().size(), 3u);
  EXPECT_FALSE(driver.replay());
}

TEST(Machine, EventForAClosedCommandChangesNothing) {
  auto driver = machine_driver::running(call_twice);
  driver.start(R"(["a"])");
  driver.complete(1, R"("b")");
  driver.complete(1, R"("late")");
  EXPECT_THAT(driver.last().events, IsEmpty());
  EXPECT_EQ(driver.records().size(), 2u);
}

workflow<std::string> catches_activity_failure(context& ctx) {
  try {
    co_await ctx.call(echo, "x");
  } catch (const activity_failed& e) {
    co_return e.activity() + ":" + e.type() + ":" + std::to_string(e.attempt());
  }
  co_return "no failure";
}

TEST(Machine, FailedActivityIsAnExceptionWithTypeAndAttempt) {
  auto driver = machine_driver::running(catches_activity_failure);
  driver.start();
  driver.fail(1, "card_declined");
  EXPECT_EQ(driver.result(), R"("echo:card_declined:1")");
}

workflow<void> fails(context& ctx) {
  co_await ctx.sleep(1s);
  throw theus::failure("out_of_stock", "nothing left");
}

TEST(Machine, FailureEndsTheRunWithItsType) {
  auto driver = machine_driver::running(fails);
  driver.start();
  driver.advance(1s);
  driver.fire_due();
  ASSERT_TRUE(driver.failure());
  EXPECT_EQ(driver.failure()->type, "out_of_stock");
  EXPECT_FALSE(driver.replay());
}

workflow<void> throws_a_bug(context& ctx) {
  co_await ctx.call(note, 1);
  throw std::logic_error("a bug");
}

TEST(Machine, Rule12_AnythingElseThrownIsABugAndFailsTheTurnOnly) {
  auto driver = machine_driver::running(throws_a_bug);
  driver.start();
  driver.complete(1);
  ASSERT_TRUE(driver.bug());
  EXPECT_EQ(driver.bug()->type, "std::logic_error");
  EXPECT_EQ(driver.bug()->message, "a bug");
  EXPECT_NE(driver.bug()->location.find("machine_test.cpp:"), std::string::npos);
  EXPECT_EQ(driver.records().size(), 1u);
}

struct measured {
  double value = 0;
  std::string unit = "kg";
};
BOOST_DESCRIBE_STRUCT(measured, (), (value, unit))
constexpr activity<measured(measured)> weigh{"weigh"};

workflow<double> weighs(context& ctx, double given) {
  measured local;
  local.value = given;
  measured seen = co_await ctx.call(weigh, local);
  co_return seen.value;
}

TEST(Machine, Rule12_DoublesCrossBordersBitForBit) {
  for (const double value : {0.1, 5e-324, -0.0, 1.7976931348623157e308, 0.30000000000000004}) {
    auto driver = machine_driver::running(weighs);
    driver.start("[" + encode(value) + "]");
    const auto& call = std::get<journal::schedule_activity>(driver.last().commands[0].value);
    const auto sent = std::get<0>(decode_arguments<measured>(call.arguments)).value;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(sent), std::bit_cast<std::uint64_t>(value));
    driver.complete(1, R"({"value":)" + encode(value) + "}");
    EXPECT_EQ(std::bit_cast<std::uint64_t>(decode<double>(driver.result())),
              std::bit_cast<std::uint64_t>(value));
    EXPECT_FALSE(driver.replay());
  }
}

workflow<std::string> reads_unit(context& ctx) {
  measured local;
  measured seen = co_await ctx.call(weigh, local);
  co_return seen.unit;
}

TEST(Machine, Rule12_MissingResultFieldGetsItsDefaultOnTheFirstRunToo) {
  auto driver = machine_driver::running(reads_unit);
  driver.start();
  driver.complete(1, R"({"value":1,"colour":"red"})");
  EXPECT_EQ(driver.result(), R"("kg")");
}

// ---- rule 9 to 11: order and time

workflow<std::string> sleeps_or_hears(context& ctx) {
  auto first = co_await theus::any(ctx.sleep(10s), ctx.receive(number_signal));
  co_return first.index() == 0 ? "timer" : "signal";
}

TEST(Machine, Rule10_TimerDueBeforeASignalComesFirst) {
  auto driver = machine_driver::running(sleeps_or_hears);
  driver.start();
  driver.advance(11s);
  driver.signal("number", "1");
  EXPECT_EQ(driver.result(), R"("timer")");
  EXPECT_TRUE(std::holds_alternative<journal::timer_fired>(driver.last().events[0]));
  EXPECT_FALSE(driver.replay());
}

TEST(Machine, Rule10_SignalBeforeTheDeadlineWins) {
  auto driver = machine_driver::running(sleeps_or_hears);
  driver.start();
  driver.advance(10s - 1us);
  driver.signal("number", "1");
  EXPECT_EQ(driver.result(), R"("signal")");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> writes_order(context& ctx) {
  std::string order;
  auto waits = [](context& c, std::int64_t seconds) -> workflow<std::int64_t> {
    co_await c.sleep(std::chrono::seconds(seconds));
    co_return seconds;
  };
  std::vector<workflow<std::int64_t>> all;
  for (const std::int64_t each : {3, 1, 2, 1}) all.push_back(waits(ctx, each));
  while (!all.empty()) {
    auto first = co_await theus::any(std::move(all));
    order += std::to_string(first.value) + "@" + std::to_string(first.index);
    all.clear();
  }
  co_return order;
}

TEST(Machine, Rule10_TimersFireByDeadlineThenId) {
  auto driver = machine_driver::running(writes_order);
  driver.start();
  driver.advance(1min);
  driver.fire_due();
  EXPECT_EQ(driver.result(), R"("1@1")");
  EXPECT_FALSE(driver.replay());
}

workflow<std::int64_t> withdrawn_receive(context& ctx) {
  co_await ctx.receive(number_signal).within(1s);
  std::int64_t later = co_await ctx.receive(number_signal);
  co_return later;
}

TEST(Machine, Rule10_WithdrawnReceiveConsumesNothing) {
  auto driver = machine_driver::running(withdrawn_receive);
  driver.start();
  driver.advance(2s);
  driver.signal("number", "7");
  EXPECT_EQ(driver.result(), "7");
  EXPECT_FALSE(driver.replay());
}

workflow<std::int64_t> zero_sleeps_until_signal(context& ctx) {
  std::int64_t rounds = 0;
  for (;;) {
    auto first = co_await theus::any(ctx.receive(number_signal), ctx.sleep(0s));
    if (first.index() == 0) break;
    ++rounds;
  }
  co_return rounds;
}

TEST(Machine, Rule10_ZeroSleepsDoNotKeepTheNextEventOut) {
  auto driver = machine_driver::running(zero_sleeps_until_signal);
  driver.start();
  driver.advance(1us);
  driver.signal("number", "1");
  EXPECT_EQ(driver.result(), "1");
}

workflow<std::vector<std::int64_t>> reads_the_clock(context& ctx) {
  std::vector<std::int64_t> seen;
  seen.push_back(ctx.now().time_since_epoch().count());
  co_await ctx.receive(number_signal);
  seen.push_back(ctx.now().time_since_epoch().count());
  co_await ctx.receive(number_signal);
  seen.push_back(ctx.now().time_since_epoch().count());
  co_await ctx.sleep(1h);
  co_return seen;
}

TEST(Machine, Rule11_NowNeverGoesBackButSleepsStartFromTheRawClock) {
  auto driver = machine_driver::running(reads_the_clock);
  driver.start();
  const auto begin = machine_driver::start_time;
  driver.set_time(begin + std::chrono::years(10));
  driver.signal("number", "1");
  driver.set_time(begin + 1s);
  driver.signal("number", "2");
  const auto& sleep = std::get<journal::start_timer>(driver.last().commands[0].value);
  EXPECT_EQ(sleep.deadline, begin + 1s + 1h);
  driver.set_time(begin + 1s + 1h);
  driver.fire_due();
  const auto jumped = (begin + std::chrono::years(10)).time_since_epoch().count();
  const std::vector<std::int64_t> expected{begin.time_since_epoch().count(), jumped, jumped};
  EXPECT_EQ(decode<std::vector<std::int64_t>>(driver.result()), expected);
  EXPECT_FALSE(driver.replay());
}

TEST(Machine, Rule11_IntakeKeepsTheTimeAtWhichItCame) {
  auto driver = machine_driver::running(reads_the_clock);
  driver.start();
  driver.advance(5s);
  driver.intake({signalled(1)});
  driver.advance(1h);
  driver.turn({signalled(2)});
  const auto begin = machine_driver::start_time;
  const auto& sleep = std::get<journal::start_timer>(driver.last().commands.back().value);
  EXPECT_EQ(sleep.deadline, begin + 5s + 2h);
  driver.advance(1h);
  driver.fire_due();
  const auto times = decode<std::vector<std::int64_t>>(driver.result());
  EXPECT_EQ(times[1], (begin + 5s).time_since_epoch().count());
  EXPECT_EQ(times[2], (begin + 5s + 1h).time_since_epoch().count());
  EXPECT_FALSE(driver.replay());
}

workflow<void> sleeps_for_ever(context& ctx) { co_await ctx.sleep(std::chrono::years(1'000'000)); }

TEST(Machine, DistantDeadlineSaturatesInsteadOfWrapping) {
  auto driver = machine_driver::running(sleeps_for_ever);
  driver.start();
  const auto& sleep = std::get<journal::start_timer>(driver.last().commands[0].value);
  EXPECT_EQ(sleep.deadline, journal::wall_time::max());
}

// ---- rule 1: intake

TEST(Machine, Rule01_IntakesAreConsumedInOrderBeforeNewEvents) {
  auto driver = machine_driver::running(reads_the_clock);
  driver.start();
  driver.intake({signalled(1)});
  driver.intake({signalled(2)});
  driver.advance(2h);
  driver.fire_due();
  const auto& record = driver.records().back().value;
  EXPECT_EQ(std::get<journal::turn>(record.body).consumed_through, journal::sequence{3});
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> charges_then_throws(context& ctx) {
  std::string receipt = co_await ctx.call(echo, "charge");
  throw std::runtime_error("the line after the charge crashed");
}

workflow<std::string> charges_mended(context& ctx) {
  std::string receipt = co_await ctx.call(echo, "charge");
  co_return receipt;
}

TEST(Machine, Rule01_MendedWorkflowTakesTheRecordedChargeAndDoesNotChargeAgain) {
  auto driver = machine_driver::running(charges_then_throws);
  driver.start();
  driver.turn({done(1, R"("paid")")});
  ASSERT_TRUE(driver.bug());
  driver.intake({done(1, R"("paid")")});
  driver.upgrade(type_of(charges_mended));
  driver.turn({});
  EXPECT_EQ(driver.result(), R"("paid")");
  EXPECT_EQ(driver.last().commands.size(), 1u);
  EXPECT_FALSE(driver.replay());
}

// ---- rule 13

struct order_v1 {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(order_v1, (), (id))
struct order_v2 {
  std::string id;
  std::int64_t priority = 3;
};
BOOST_DESCRIBE_STRUCT(order_v2, (), (id, priority))
constexpr activity<void(order_v1)> ship_v1{"ship"};
constexpr activity<void(order_v2)> ship_v2{"ship"};

workflow<void> ships_v1(context& ctx, order_v1 o) { co_await ctx.call(ship_v1, o); }
workflow<void> ships_v2(context& ctx, order_v2 o) { co_await ctx.call(ship_v2, o); }
workflow<void> ships_v2_urgent(context& ctx, order_v2 o) {
  o.priority = 1;
  co_await ctx.call(ship_v2, o);
}

TEST(Machine, Rule13_AddedFieldWithADefaultIsNoMismatch) {
  auto driver = machine_driver::running(ships_v1);
  driver.start(R"([{"id":"a"}])");
  EXPECT_FALSE(driver.replay(*type_of(ships_v2)));
}

TEST(Machine, Rule13_RemovedFieldIsNoMismatch) {
  auto driver = machine_driver::running(ships_v2);
  driver.start(R"([{"id":"a"}])");
  EXPECT_FALSE(driver.replay(*type_of(ships_v1)));
}

TEST(Machine, Rule13_AddedFieldWithAnotherValueIsAMismatchThatNamesTheField) {
  auto driver = machine_driver::running(ships_v1);
  driver.start(R"([{"id":"a"}])");
  const auto found = driver.replay(*type_of(ships_v2_urgent));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->what, mismatch::kind::command_differs);
  ASSERT_EQ(found->differences.size(), 1u);
  EXPECT_EQ(found->differences[0].field, "arguments");
  EXPECT_EQ(found->differences[0].recorded, R"([{"id":"a"}])");
  EXPECT_EQ(found->differences[0].attempted, R"([{"id":"a","priority":1}])");
}

// ---- rule 14

workflow<void> draws(context& ctx) {
  ctx.random()();
  co_await ctx.receive(number_signal);
}
workflow<void> draws_twice(context& ctx) {
  ctx.random()();
  ctx.random()();
  co_await ctx.receive(number_signal);
}

TEST(Machine, Rule14_DriftWithoutACommandShowsInTheDigest) {
  auto driver = machine_driver::running(draws);
  driver.start();
  EXPECT_FALSE(driver.replay());
  const auto found = driver.replay(*type_of(draws_twice));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->what, mismatch::kind::state_differs);
}

workflow<void> ignores_signals(context& ctx) { co_await ctx.sleep(1h); }

TEST(Machine, Rule14_UnreadSignalsArePartOfTheState) {
  auto one = machine_driver::running(ignores_signals);
  auto other = machine_driver::running(ignores_signals);
  one.start();
  other.start();
  EXPECT_EQ(one.state().state_digest(), other.state().state_digest());
  one.signal("number", "1");
  other.signal("number", "2");
  EXPECT_NE(one.state().state_digest(), other.state().state_digest());
}

// ---- rule 16

workflow<void> touches_context_in_a_destructor(context& ctx) {
  struct guard {
    context& ctx;
    ~guard() {
      ctx.log("destroyed");
      ctx.random()();
      ctx.uuid();
      (void)ctx.now();
    }
  } local{ctx};
  co_await ctx.sleep(1s);
  co_await ctx.sleep(1s);
}

TEST(Machine, Rule16_DestructorThatTouchesTheContextDuringEvictionChangesNothing) {
  auto evicted = machine_driver::running(touches_context_in_a_destructor);
  auto kept = machine_driver::running(touches_context_in_a_destructor);
  for (auto* each : {&evicted, &kept}) {
    each->start();
    each->advance(1s);
    each->fire_due();
    if (each == &evicted) each->evict();
    each->advance(1s);
    each->fire_due();
    EXPECT_TRUE(each->is_finished());
  }
  EXPECT_EQ(evicted.record_bytes(), kept.record_bytes());
  // A normal exit from the scope acts as usual.
  ASSERT_EQ(kept.last().log.size(), 1u);
  EXPECT_EQ(kept.last().log[0].text, "destroyed");
}

workflow<std::int64_t> nests(context& ctx, std::int64_t depth) {
  if (depth == 0) {
    co_await ctx.sleep(1h);
    co_return 0;
  }
  const std::int64_t below = co_await nests(ctx, depth - 1);
  co_return below + 1;
}

TEST(Machine, Rule16_DeepNestingIsEvictedWithoutRecursion) {
  auto driver = machine_driver::running(nests);
  driver.start("[900]");
  EXPECT_EQ(driver.state().frame_count(), 901u);
  driver.evict();
  driver.advance(1h);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "900");
}

TEST(Machine, NestingBeyondTheLimitIsABugThatNamesIt) {
  auto driver = machine_driver::running(nests);
  driver.start("[2000]");
  ASSERT_TRUE(driver.bug());
  EXPECT_EQ(driver.bug()->type, "limit_exceeded");
  EXPECT_NE(driver.bug()->message.find("1000"), std::string::npos);
}

workflow<std::int64_t> reads_many(context& ctx, std::int64_t count) {
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t each = co_await ctx.receive(number_signal);
    sum += each;
  }
  co_return sum;
}

TEST(Machine, ReadyAwaitsDoNotGrowTheStack) {
  auto driver = machine_driver::running(reads_many);
  std::vector<journal::event> many;
  for (int i = 0; i < 9'000; ++i) many.push_back(signalled(1));
  journal::started begin;
  begin.workflow_id = "w";
  begin.arguments = "[9000]";
  many.insert(many.begin(), begin);
  driver.turn(many);
  EXPECT_EQ(driver.result(), "9000");
}

}  // namespace
}  // namespace theus
