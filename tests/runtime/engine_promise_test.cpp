#include <gmock/gmock.h>

#include "theus/runtime/promise_token.hpp"
#include "theus/runtime/take_checkpoint.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Promises that are settled from outside, whatever their run is doing (rules 1, 9, 17 and 25).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;
using ::testing::HasSubstr;

constexpr activity<void(std::string)> mail{"mail"};
constexpr signal<int> note{"note"};

bool has_a_bug = false;

workflow<int> waits(context& ctx) {
  const promise<int> answer = ctx.promise<int>();
  const int value = co_await answer;
  if (has_a_bug) throw std::logic_error("the bug of this binary");
  co_return value;
}

workflow<int> works_first(context& ctx) {
  const promise<int> answer = ctx.promise<int>();
  co_await ctx.call(mail, answer.token());
  const int value = co_await answer;
  const int more = co_await ctx.receive(note);
  co_return value + more;
}

workflow<int> sleeps_beside(context& ctx) {
  const promise<int> answer = ctx.promise<int>();
  const auto won = co_await any(ctx.sleep(24h * 365), answer.result());
  co_return won.index() == 1 ? std::get<1>(won) : -1;
}

workflow<int> asks_in_a_phase(context& ctx) {
  const int value = co_await ctx.phase("asks", waits);
  const int more = co_await ctx.receive(note);
  co_return value + more;
}

application app() {
  application made;
  made.add("waits", waits);
  made.add("works_first", works_first);
  made.add("sleeps_beside", sleeps_beside);
  made.add("asks_in_a_phase", asks_in_a_phase);
  made.bind(mail, [](std::string) {});
  return made;
}

errc code_of(const result<void>& answer) { return answer ? errc{} : answer.error().code; }

class EnginePromise : public ::testing::Test {
 protected:
  EnginePromise() : world(app()) { has_a_bug = false; }

  std::string token(const std::string& workflow_id, std::uint32_t number = 1,
                    std::string scope = {}) {
    return promise_token{world.run_of(workflow_id), {std::move(scope), number}}.to_string();
  }
  void begin(const std::string& type) {
    world.open();
    ASSERT_TRUE(world.start(type, "w"));
  }

  engine_world world;
};

TEST_F(EnginePromise, IsSettledByItsTokenAndRecorded) {
  begin("waits");
  EXPECT_FALSE(world.outcome("w"));
  const auto by = token("w");
  EXPECT_TRUE(world.resolve(by, "5"));
  EXPECT_EQ(world.result_of("w"), "5");
  EXPECT_EQ(count_of<journal::promise_settled>(world.events("w")), 1u);
  EXPECT_EQ(code_of(world.resolve(by, "5")), errc::run_finished);
}

TEST_F(EnginePromise, IsRejectedWithAFailure) {
  begin("waits");
  ASSERT_TRUE(world.reject(token("w"), "too_late"));
  const auto ended = world.outcome("w");
  ASSERT_TRUE(ended && *ended);
  EXPECT_EQ((*ended)->status, journal::run_status::failed);
  EXPECT_EQ((*ended)->failure.type, "too_late");
}

TEST_F(EnginePromise, Rule09TheFirstCountsAndTheSameAgainIsHarmlessAlsoBehindACrash) {
  testing::held_activity& held = world.hold("mail");
  begin("works_first");
  ASSERT_EQ(held.count(), 1u);
  const auto by = token("w");
  EXPECT_TRUE(world.resolve(by, "5"));  // nobody awaits it yet
  for (int crashes = 0; crashes < 2; ++crashes) {
    EXPECT_TRUE(world.resolve(by, "5"));
    EXPECT_EQ(code_of(world.resolve(by, "6")), errc::already_settled);
    EXPECT_EQ(code_of(world.reject(by, "no")), errc::already_settled);
    world.crash();
    world.open();
  }
  EXPECT_EQ(count_of<journal::promise_settled>(world.events("w")), 1u);
  held[held.count() - 1].complete("null");
  world.settle();
  ASSERT_TRUE(world.signal("w", "note", "10"));
  EXPECT_EQ(world.result_of("w"), "15");
}

TEST_F(EnginePromise, OfSeveralThatComeAtOnceTheFirstCounts) {
  testing::held_activity& held = world.hold("mail");
  begin("works_first");
  ASSERT_EQ(held.count(), 1u);
  const auto by = token("w");
  std::vector<errc> answers;
  for (const char* value : {"5", "6", "5"}) {
    world.running().settle({by, value}, [&](result<void> r) { answers.push_back(code_of(r)); });
  }
  world.settle();
  EXPECT_THAT(answers, ::testing::ElementsAre(errc{}, errc::already_settled, errc{}));
  EXPECT_EQ(count_of<journal::promise_settled>(world.events("w")), 1u);
}

TEST_F(EnginePromise, ThatEndsTheRunIsAnsweredByWhatItWasToo) {
  begin("waits");
  const auto by = token("w");
  std::vector<errc> answers;
  for (const char* value : {"5", "6", "5"}) {
    world.running().settle({by, value}, [&](result<void> r) { answers.push_back(code_of(r)); });
  }
  world.settle();
  EXPECT_THAT(answers, ::testing::ElementsAre(errc{}, errc::run_finished, errc{}));
  EXPECT_EQ(world.result_of("w"), "5");
}

TEST_F(EnginePromise, WakesARunThatSleepsForAYear) {
  world.options.frame_cache_bytes = 0;
  begin("sleeps_beside");
  world.advance(24h * 100);
  ASSERT_EQ(world.running().counters().frames, 0u);
  EXPECT_TRUE(world.resolve(token("w"), "5"));
  EXPECT_EQ(world.result_of("w"), "5");
  EXPECT_EQ(world.timer_rows(), 0u);
}

TEST_F(EnginePromise, Rule01OfAStuckRunIsKeptAndTakenOnceItGoesOn) {
  begin("waits");
  has_a_bug = true;
  const auto by = token("w");
  EXPECT_TRUE(world.resolve(by, "5"));
  ASSERT_EQ(world.stuck().size(), 1u);
  EXPECT_EQ(world.intakes("w"), 1u);
  EXPECT_TRUE(world.resolve(by, "6"));  // nobody can tell yet
  world.crash();
  has_a_bug = false;
  world.open();
  EXPECT_EQ(world.result_of("w"), "5");
}

TEST_F(EnginePromise, AValueOfAnotherTypeIsRefusedAndTheRunWaitsOn) {
  begin("waits");
  const auto by = token("w");
  const auto refused = world.resolve(by, "\"five\"");
  ASSERT_EQ(code_of(refused), errc::wrong_type);
  EXPECT_THAT(refused.error().message, HasSubstr("promise #1"));
  EXPECT_EQ(count_of<journal::promise_settled>(world.events("w")), 0u);
  EXPECT_TRUE(world.stuck().empty());
  EXPECT_TRUE(world.resolve(by, "5"));
  EXPECT_EQ(world.result_of("w"), "5");
}

TEST_F(EnginePromise, WhatIsNotOpenIsRefusedByName) {
  begin("waits");
  const auto never = world.resolve(token("w", 2), "5");
  EXPECT_EQ(code_of(never), errc::not_found);
  const promise_token nobody{journal::run_id::make(1, 2, 3), {"", 1}};
  EXPECT_EQ(code_of(world.resolve(nobody.to_string(), "5")), errc::not_found);
  EXPECT_EQ(code_of(world.resolve("not-a-token", "5")), errc::bad_input);
  EXPECT_EQ(code_of(world.reject(token("w"), "")), errc::bad_input);
  EXPECT_EQ(code_of(world.resolve(token("w"), std::string(3'000'000, '1'))), errc::limit_exceeded);
  EXPECT_FALSE(world.outcome("w"));
}

TEST_F(EnginePromise, Rule19OfAPhaseThatIsOverIsRememberedByARunThatWasTrimmed) {
  begin("asks_in_a_phase");
  const auto by = token("w", 1, "1");
  ASSERT_TRUE(world.resolve(by, "5"));
  std::optional<result<taken_checkpoint>> taken;
  world.running().take_checkpoint(world.run_of("w"), [&](auto r) { taken = std::move(r); });
  world.settle();
  ASSERT_TRUE(taken && *taken);
  std::optional<result<journal::sequence>> trimmed;
  world.running().trim(world.run_of("w"), [&](auto r) { trimmed = std::move(r); });
  world.settle();
  ASSERT_TRUE(trimmed && *trimmed);
  world.crash();
  world.open();
  EXPECT_TRUE(world.resolve(by, "5"));
  EXPECT_EQ(code_of(world.resolve(by, "6")), errc::already_settled);
  ASSERT_TRUE(world.signal("w", "note", "10"));
  EXPECT_EQ(world.result_of("w"), "15");
}

// The run is loaded again before who came second is told so.
TEST_F(EnginePromise, Rule09OnlyTheFirstCountsAlsoWhenItsAppendWasInDoubt) {
  (void)world.hold("mail");
  begin("works_first");
  const auto by = token("w");
  std::optional<result<void>> first, second;
  world.store().fail(testing::faulty_store::fault::unknown_but_written);
  world.running().settle({by, "5"}, [&](result<void> r) { first = std::move(r); });
  world.running().settle({by, "6"}, [&](result<void> r) { second = std::move(r); });
  world.settle();
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(*first);
  EXPECT_EQ(code_of(*second), errc::already_settled);
  EXPECT_EQ(count_of<journal::promise_settled>(world.events("w")), 1u);
}

}  // namespace
}  // namespace theus
