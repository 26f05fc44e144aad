#include <cmath>
#include <stdexcept>

#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// What attempts wait for before they begin: their queue's places, rate and priority, and what the
// failure before said.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::engine_world;
using testing::held_activity;

constexpr activity<std::string()> pay{"pay"};
constexpr activity<std::string()> refund{"refund"};
constexpr activity<std::string()> mail{"mail"};

template <const activity<std::string()>& what>
workflow<void> calls(context& ctx, std::int64_t count) {
  std::vector<call_operation<std::string>> made;
  for (std::int64_t i = 0; i < count; ++i) made.push_back(ctx.call(what));
  co_await all(std::move(made));
}

workflow<std::string> patient(context& ctx) {
  co_return co_await ctx.call(pay).retry({.attempts = 3, .first_interval = 1'000ms, .jitter = 0});
}

application shop() {
  application app;
  app.add("pays", calls<pay>).add("refunds", calls<refund>).add("mails", calls<mail>);
  app.add("patient", patient);
  return app;
}

struct ActivityQueue : ::testing::Test {
  engine_world world{shop()};
  held_activity& paying = world.hold("pay");
  held_activity& refunding = world.hold("refund");
  held_activity& mailing = world.hold("mail");

  void start(const std::string& type, const std::string& id, int count) {
    ASSERT_TRUE(world.start(type, id, "[" + std::to_string(count) + "]"));
  }
  void complete(const held_activity& what, std::size_t index) {
    what[index].complete(R"("done")");
    world.settle();
  }
};

TEST_F(ActivityQueue, HasSoManyPlacesForAllItsActivitiesTogether) {
  world.app.queue("bank", {.at_once = 3}, pay, refund);
  world.open();
  start("pays", "p", 2);
  start("refunds", "r", 5);
  EXPECT_EQ(paying.count(), 2u);
  EXPECT_EQ(refunding.count(), 1u);
  complete(paying, 0);
  EXPECT_EQ(refunding.count(), 2u);
  complete(refunding, 0);
  complete(refunding, 1);
  EXPECT_EQ(refunding.count(), 4u);
}

TEST_F(ActivityQueue, DoesNotHoldUpWhatIsInNone) {
  world.app.queue("bank", {.at_once = 1}, pay);
  world.open();
  start("pays", "p", 10);
  start("mails", "m", 10);
  EXPECT_EQ(paying.count(), 1u);
  EXPECT_EQ(mailing.count(), 10u);
}

TEST_F(ActivityQueue, LetsRunsTakeTurns) {
  world.app.queue("bank", {.at_once = 1}, pay);
  world.open();
  start("pays", "large", 5);
  start("pays", "small", 1);
  for (std::size_t i = 0; i < 3; ++i) complete(paying, i);
  EXPECT_TRUE(world.outcome("small")) << "it waited for all of the other run";
}

TEST_F(ActivityQueue, BeginsEvenlyAtItsRate) {
  world.app.queue("bank", {.per_second = 4}, pay);
  world.open();
  start("pays", "p", 6);
  EXPECT_EQ(paying.count(), 1u);
  world.advance(249ms);
  EXPECT_EQ(paying.count(), 1u);
  world.advance(1ms);
  EXPECT_EQ(paying.count(), 2u);
  for (int i = 0; i < 3; ++i) world.advance(250ms);
  EXPECT_EQ(paying.count(), 5u);
  world.advance(1h);
  EXPECT_EQ(paying.count(), 6u);
}

TEST_F(ActivityQueue, TakesABurstAfterAPause) {
  world.app.queue("bank", {.per_second = 1, .burst = 3}, pay);
  world.open();
  world.advance(1h);
  start("pays", "p", 5);
  EXPECT_EQ(paying.count(), 3u);
  world.advance(1s);
  EXPECT_EQ(paying.count(), 4u);
}

TEST_F(ActivityQueue, CountsRetriesInItsRateToo) {
  world.app.queue("bank", {.per_second = 0.1}, pay);
  world.open();
  ASSERT_TRUE(world.start("patient", "p"));
  paying[0].fail("busy");
  world.settle();
  world.advance(1s);
  EXPECT_EQ(paying.count(), 1u) << "its retry policy says a second, its queue ten";
  world.advance(9s);
  EXPECT_EQ(paying.count(), 2u);
}

TEST_F(ActivityQueue, IsNotStoppedByAClockThatIsSetBack) {
  world.app.queue("bank", {.per_second = 1}, pay);
  world.open();
  start("pays", "p", 3);
  world.clock.set(world.clock.now() - std::chrono::years(10));
  world.settle();
  start("pays", "another", 1);
  world.advance(1s);
  EXPECT_EQ(paying.count(), 2u);
  world.advance(1s);
  EXPECT_EQ(paying.count(), 3u);
  world.advance(1s);
  EXPECT_EQ(paying.count(), 4u);
}

TEST_F(ActivityQueue, WhatIsStoppedMeanwhileTakesNoPlaceOfTheRate) {
  world.app.queue("bank", {.per_second = 1}, pay);
  world.open();
  start("pays", "stopped", 3);
  start("pays", "goes-on", 1);
  ASSERT_TRUE(world.cancel("stopped"));
  world.advance(1s);
  ASSERT_EQ(paying.count(), 2u);
  EXPECT_EQ(paying[1].self->workflow_id(), "goes-on");
}

TEST_F(ActivityQueue, OfTheBetterPriorityComesFirst) {
  world.options.activities_at_once = 2;
  world.app.queue("slow", {.priority = 5}, mail).queue("urgent", {.priority = 1}, refund);
  world.open();
  start("mails", "m", 4);
  start("pays", "p", 2);
  start("refunds", "r", 2);
  ASSERT_EQ(mailing.count(), 2u);
  complete(mailing, 0);
  complete(mailing, 1);
  EXPECT_EQ(refunding.count(), 2u);
  complete(refunding, 0);
  complete(refunding, 1);
  EXPECT_EQ(paying.count(), 2u);
  EXPECT_EQ(mailing.count(), 2u);
  complete(paying, 0);
  EXPECT_EQ(mailing.count(), 3u);
}

TEST_F(ActivityQueue, OfTheSamePriorityTakesTurns) {
  world.options.activities_at_once = 1;
  world.app.queue("a", {}, pay).queue("b", {}, refund);
  world.open();
  start("mails", "m", 1);
  start("pays", "p", 2);
  start("refunds", "r", 2);
  complete(mailing, 0);
  ASSERT_EQ(paying.count(), 1u);
  complete(paying, 0);
  ASSERT_EQ(refunding.count(), 1u);
  complete(refunding, 0);
  EXPECT_EQ(paying.count(), 2u);
}

TEST_F(ActivityQueue, StopsWhileAttemptsWait) {
  world.app.queue("bank", {.at_once = 1, .per_second = 1}, pay);
  world.open();
  start("pays", "p", 3);
  complete(paying, 0);
  world.close();
  world.open();
  ASSERT_EQ(paying.count(), 1u) << "what waited goes on in the next process";
  complete(paying, 0);
  world.advance(1s);
  EXPECT_EQ(paying.count(), 2u);
}

TEST_F(ActivityQueue, SaysWhatIsWrongWithIt) {
  auto refused = [](auto with) {
    application app = shop();
    app.queue("bank", {}, pay);
    try {
      with(app);
    } catch (const std::invalid_argument& e) {
      return std::string(e.what());
    }
    return std::string("not refused");
  };
  EXPECT_EQ(refused([](auto& app) { app.queue("bank", {}, mail); }),
            "theus: the queue 'bank': it is already in this application");
  EXPECT_EQ(refused([](auto& app) { app.queue("fast", {}, mail, pay); }),
            "theus: the queue 'fast': the activity 'pay' is in 'bank' already");
  EXPECT_EQ(refused([](auto& app) { app.queue("fast", {.per_second = -1}, mail); }),
            "theus: the queue 'fast': per_second is 0, or from one a day to 1,000,000");
  EXPECT_EQ(refused([](auto& app) { app.queue("fast", {.per_second = std::nan("")}, mail); }),
            "theus: the queue 'fast': per_second is 0, or from one a day to 1,000,000");
  EXPECT_EQ(refused([](auto& app) { app.queue("fast", {.burst = 0}, mail); }),
            "theus: the queue 'fast': burst is at least 1");
  EXPECT_EQ(refused([](auto& app) { app.queue("fast", {.priority = 6}, mail); }),
            "theus: the queue 'fast': priority is from 1 to 5");
  EXPECT_EQ(refused([](auto& app) { app.queue("", {}, mail); }),
            "theus: the queue '': it has no name");
}

// ---- when a failure says when

attempt_failure come_again(std::chrono::milliseconds delay) {
  return failure_of(failure("busy", "too many requests").retry_after(delay));
}

TEST_F(ActivityQueue, AFailureSaysWhenTheNextAttemptComes) {
  world.open();
  ASSERT_TRUE(world.start("patient", "p"));
  paying[0].done(come_again(1min));
  world.settle();
  world.advance(59'999ms);
  EXPECT_EQ(paying.count(), 1u);
  world.advance(1ms);
  ASSERT_EQ(paying.count(), 2u);
  paying[1].fail("busy");
  world.settle();
  world.advance(2s);
  EXPECT_EQ(paying.count(), 3u) << "one that says nothing follows the policy again";
}

TEST_F(ActivityQueue, WhatAFailureSaysIsStillSoAfterACrash) {
  world.open();
  ASSERT_TRUE(world.start("patient", "p"));
  paying[0].done(come_again(1h));
  world.settle();
  world.crash();
  paying.forget();
  world.open();
  world.advance(59min);
  EXPECT_EQ(paying.count(), 0u);
  world.advance(1min);
  ASSERT_EQ(paying.count(), 1u);
  EXPECT_EQ(paying[0].self->number(), 2u);
}

TEST_F(ActivityQueue, AFailureDoesNotGiveMoreAttemptsThanThePolicy) {
  world.open();
  ASSERT_TRUE(world.start("patient", "p"));
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(paying.count(), i + 1);
    paying[i].done(come_again(-1s));
    world.settle();
    world.advance(1ms);
  }
  ASSERT_TRUE(world.outcome("p"));
  EXPECT_EQ(world.outcome("p")->value().status, journal::run_status::failed);
  EXPECT_EQ(paying.count(), 3u);
}

}  // namespace
}  // namespace theus
