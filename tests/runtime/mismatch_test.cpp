#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::machine_driver;
using testing::type_of;

constexpr activity<void(std::string)> a{"a"};
constexpr activity<void(std::string)> b{"b"};

workflow<void> recorded(context& ctx) {
  co_await ctx.call(a, "x");
  co_await ctx.call(b, "y").retry({.attempts = 3});
  co_await ctx.sleep(1s);
}
workflow<void> swapped(context& ctx) {
  co_await ctx.call(b, "y").retry({.attempts = 3});
  co_await ctx.call(a, "x");
  co_await ctx.sleep(1s);
}
workflow<void> other_policy(context& ctx) {
  co_await ctx.call(a, "x");
  co_await ctx.call(b, "y").retry({.attempts = 4});
  co_await ctx.sleep(1s);
}
workflow<void> removed(context& ctx) {
  co_await ctx.call(a, "x");
  co_await ctx.sleep(1s);
}
workflow<void> ends_early(context& ctx) { co_await ctx.call(a, "x"); }
workflow<void> added(context& ctx) {
  co_await ctx.call(a, "x");
  co_await theus::all(ctx.call(b, "y").retry({.attempts = 3}), ctx.sleep(1s));
}
workflow<void> throws(context& ctx) {
  co_await ctx.call(a, "x");
  throw std::runtime_error("new bug");
}
workflow<void> shorter_sleep(context& ctx) {
  co_await ctx.call(a, "x");
  co_await ctx.call(b, "y").retry({.attempts = 3});
  co_await ctx.sleep(500ms);
}

machine_driver history() {
  auto driver = machine_driver::running(recorded);
  driver.start();
  driver.complete(1);
  driver.complete(2);
  driver.advance(1s);
  driver.fire_due();
  return driver;
}

struct changed {
  workflow<void> (*function)(context&);
  mismatch::kind what;
  std::uint64_t turn;
  std::string field;
};

TEST(Mismatch, EachChangeIsReportedAtTheFirstTurnItAffects) {
  const std::vector<changed> changes{
      {swapped, mismatch::kind::command_differs, 1, "activity"},
      {other_policy, mismatch::kind::command_differs, 2, "retry.attempts"},
      {removed, mismatch::kind::command_differs, 2, "kind"},
      {ends_early, mismatch::kind::command_differs, 2, "kind"},
      {added, mismatch::kind::command_added, 2, ""},
      {throws, mismatch::kind::workflow_threw, 2, "outcome"},
      {shorter_sleep, mismatch::kind::command_differs, 3, "deadline"},
  };
  const auto driver = history();
  for (const auto& each : changes) {
    const auto found = driver.replay(*type_of(each.function));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->what, each.what) << found->explain();
    EXPECT_EQ(journal::number(found->turn), each.turn) << found->explain();
    if (!each.field.empty()) {
      ASSERT_FALSE(found->differences.empty()) << found->explain();
      EXPECT_THAT(found->differences,
                  ::testing::Contains(::testing::Field(&field_difference::field, each.field)))
          << found->explain();
    }
  }
}

TEST(Mismatch, ReportNamesRunTurnEventSourceAndBothSides) {
  const auto found = history().replay(*type_of(other_policy));
  ASSERT_TRUE(found);
  const auto text = found->explain();
  EXPECT_THAT(text, HasSubstr(found->run.to_string()));
  EXPECT_THAT(text, HasSubstr("turn 2"));
  EXPECT_THAT(text, HasSubstr("#1 completed null"));
  EXPECT_THAT(text, HasSubstr("mismatch_test.cpp:"));
  EXPECT_THAT(text, HasSubstr("retry.attempts: recorded 3, attempted 4"));
}

constexpr signal<std::string> word{"word"};

workflow<void> calls_for_each(context& ctx) {
  for (int i = 0; i < 3; ++i) {
    std::string said = co_await ctx.receive(word);
    co_await ctx.call(a, said).within(1h);
  }
}
workflow<void> calls_otherwise_for_two(context& ctx) {
  for (int i = 0; i < 3; ++i) {
    std::string said = co_await ctx.receive(word);
    if (said == "two") said = "other";
    co_await ctx.call(a, said).within(1h);
  }
}
workflow<void> calls_once_more_for_two(context& ctx) {
  for (int i = 0; i < 3; ++i) {
    std::string said = co_await ctx.receive(word);
    if (said == "two") co_await ctx.send("x", word, said);
    co_await ctx.call(a, said).within(1h);
  }
}
workflow<void> calls_not_for_two(context& ctx) {
  for (int i = 0; i < 3; ++i) {
    std::string said = co_await ctx.receive(word);
    if (said != "two") co_await ctx.call(a, said).within(1h);
  }
}

journal::event says(const char* value) {
  journal::signal_received event;
  event.name = "word";
  event.value = encode(std::string(value));
  return event;
}
journal::event completes(std::uint32_t number) {
  journal::activity_completed event;
  event.command.number = number;
  event.outcome = journal::payload("null");
  return event;
}

std::string event_of(const machine_driver& driver, workflow<void> (*function)(context&)) {
  const auto found = driver.replay_from_zero(*type_of(function));
  return found ? found->event : "no mismatch";
}

// A turn takes all that came in meanwhile.
TEST(Mismatch, OfATurnWithSeveralEventsTheOneBehindWhichTheCodeDidOtherwiseIsNamed) {
  auto driver = machine_driver::running(calls_for_each);
  driver.start();
  driver.turn({says("one"), completes(2), says("two"), completes(5), says("three")});
  EXPECT_EQ(event_of(driver, calls_otherwise_for_two), R"(signal word "two")");
  // Another call in its place: no record says behind which event the old one was.
  const std::string within = R"(#2 completed null, or up to signal word "two")";
  EXPECT_EQ(event_of(driver, calls_once_more_for_two), within);
  EXPECT_EQ(event_of(driver, calls_not_for_two), within);
}

TEST(Mismatch, AnEventOfAnIntakeIsNamedToo) {
  auto driver = machine_driver::running(calls_for_each);
  driver.start();
  driver.intake({says("one"), completes(2)});
  driver.intake({says("two")});
  driver.turn({completes(5)});
  EXPECT_EQ(event_of(driver, calls_otherwise_for_two), R"(signal word "two")");
}

TEST(Mismatch, EventThatNothingWaitsForIsReported) {
  auto driver = history();
  auto records = driver.records();
  auto& turn = std::get<journal::turn>(records[1].value.body);
  std::get<journal::activity_completed>(turn.events[0]).command.number = 9;
  turn.commands.clear();
  const auto type = type_of(recorded);
  replayer again(*type, journal::run_id{}, replayer::check::commands);
  EXPECT_FALSE(again.feed(records[0]));
  const auto found = again.feed(records[1]);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->what, mismatch::kind::event_differs);
}

TEST(Mismatch, Rule15_RecoveryComparesCommandsAndTheLastDigestReplayEveryDigest) {
  auto driver = history();
  auto records = driver.records();
  std::get<journal::turn>(records[1].value.body).state_digest.bytes[0] ^= 1;
  const auto type = type_of(recorded);
  replayer recovery(*type, journal::run_id{}, replayer::check::commands);
  for (const auto& each : records) EXPECT_FALSE(recovery.feed(each));
  EXPECT_FALSE(recovery.verify_digest());

  replayer full(*type, journal::run_id{}, replayer::check::everything);
  EXPECT_FALSE(full.feed(records[0]));
  const auto found = full.feed(records[1]);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->what, mismatch::kind::state_differs);

  std::get<journal::turn>(records.back().value.body).state_digest.bytes[0] ^= 1;
  replayer last(*type, journal::run_id{}, replayer::check::commands);
  for (const auto& each : records) EXPECT_FALSE(last.feed(each));
  EXPECT_TRUE(last.verify_digest());
}

}  // namespace
}  // namespace theus
