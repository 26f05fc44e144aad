#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Runs from start to end, and what callers are told.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::engine_world;
using ::testing::HasSubstr;

constexpr activity<std::int64_t(std::int64_t)> twice{"twice"};
constexpr signal<std::string> word{"word"};

workflow<std::int64_t> quadruple(context& ctx, std::int64_t value) {
  const auto once = co_await ctx.call(twice, value);
  co_return co_await ctx.call(twice, once);
}

workflow<std::string> waits_for_word(context& ctx) { co_return co_await ctx.receive(word); }

workflow<void> sleeps_an_hour(context& ctx) { co_await ctx.sleep(1h); }

application words_and_numbers() {
  application app;
  app.add("quadruple", quadruple).add("waits_for_word", waits_for_word);
  app.add("sleeps_an_hour", sleeps_an_hour);
  app.bind(twice, [](std::int64_t value) { return 2 * value; });
  return app;
}

struct EngineRun : ::testing::Test {
  engine_world world{words_and_numbers()};
  void SetUp() override { world.open(); }
};

TEST_F(EngineRun, CallsActivitiesAndCompletes) {
  ASSERT_TRUE(world.start("quadruple", "w", "[5]"));
  EXPECT_EQ(world.result_of("w"), "20");
  EXPECT_EQ(world.records("w").size(), 3u);
  EXPECT_EQ(world.task_rows(), 0u);
  EXPECT_EQ(world.running().counters().activities_run, 2u);
}

TEST_F(EngineRun, FinishedRunLeavesNothingInMemory) {
  ASSERT_TRUE(world.start("quadruple", "w", "[5]"));
  EXPECT_EQ(world.running().counters().frames, 0u);
}

TEST_F(EngineRun, AllWaitersHearOfTheEndOnce) {
  ASSERT_TRUE(world.start("waits_for_word", "w"));
  int told = 0;
  for (int i = 0; i < 3; ++i) {
    world.running().wait("w", [&told](result<run_outcome> r) {
      EXPECT_EQ(r.value().result, R"("go")");
      ++told;
    });
  }
  world.settle();
  EXPECT_EQ(told, 0);
  ASSERT_TRUE(world.signal("w", "word", R"("go")"));
  EXPECT_EQ(told, 3);
}

TEST_F(EngineRun, UnknownWorkflowIdIsNotFound) {
  EXPECT_EQ(world.signal("nobody", "word", "1").error().code, errc::not_found);
  EXPECT_EQ(world.cancel("nobody").error().code, errc::not_found);
  EXPECT_EQ(world.retry_now("nobody").error().code, errc::not_found);
  EXPECT_EQ((*world.outcome("nobody")).error().code, errc::not_found);
}

TEST_F(EngineRun, UnknownWorkflowTypeIsRefusedByName) {
  const auto reply = world.start("no_such_type", "w");
  EXPECT_EQ(reply.error().code, errc::unknown_workflow);
  EXPECT_THAT(reply.error().message, HasSubstr("no_such_type"));
}

TEST_F(EngineRun, ArgumentsThatDoNotDecodeAreRefused) {
  EXPECT_EQ(world.start("quadruple", "w", R"(["five"])").error().code, errc::wrong_type);
  EXPECT_EQ(world.start("quadruple", "w", "[").error().code, errc::wrong_type);
  EXPECT_EQ(world.signal("w", "word", "1").error().code, errc::not_found);
}

TEST_F(EngineRun, OversizedNamesAndPayloadsAreRefusedByLimit) {
  const std::string long_name(2'000, 'x');
  const std::string large(3 * 1024 * 1024, '1');
  EXPECT_THAT(world.start("quadruple", long_name).error().message, HasSubstr("name_bytes"));
  EXPECT_THAT(world.start("quadruple", "w", large).error().message, HasSubstr("payload_bytes"));
  EXPECT_EQ(world.signal("w", "word", large).error().code, errc::limit_exceeded);
  EXPECT_EQ(world.signal("w", long_name, "1").error().code, errc::limit_exceeded);
  EXPECT_EQ(world.start("quadruple", "", "[1]").error().code, errc::bad_input);
}

TEST_F(EngineRun, SignalToAFinishedRunNamesIt) {
  ASSERT_TRUE(world.start("quadruple", "w", "[5]"));
  const auto reply = world.signal("w", "word", "1");
  EXPECT_EQ(reply.error().code, errc::run_finished);
  EXPECT_THAT(reply.error().message, HasSubstr(world.run_of("w").to_string()));
}

TEST_F(EngineRun, SignalAfterTheEndInTheSameBatchIsNotAcknowledged) {
  ASSERT_TRUE(world.start("waits_for_word", "w"));
  std::vector<result<void>> replies;
  for (int i = 0; i < 2; ++i) {
    world.running().signal({"w", "word", R"("x")", ""},
                           [&replies](result<void> r) { replies.push_back(r); });
  }
  world.settle();
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_TRUE(replies[0]);
  EXPECT_EQ(replies[1].error().code, errc::run_finished);
}

TEST_F(EngineRun, SignalThatDoesNotDecodeFailsNoEngine) {
  ASSERT_TRUE(world.start("waits_for_word", "w"));
  EXPECT_TRUE(world.signal("w", "word", "{not json"));
  EXPECT_EQ(world.stuck().size() + (world.outcome("w") ? 1 : 0), 1u);
}

TEST_F(EngineRun, CancellationEndsTheRunAsCancelled) {
  ASSERT_TRUE(world.start("sleeps_an_hour", "w"));
  EXPECT_EQ(world.timer_rows(), 1u);
  ASSERT_TRUE(world.cancel("w"));
  EXPECT_EQ((*world.outcome("w")).value().status, journal::run_status::cancelled);
  EXPECT_EQ(world.timer_rows(), 0u);
}

TEST_F(EngineRun, ResultIsReadFromTheJournalAfterARestart) {
  ASSERT_TRUE(world.start("quadruple", "w", "[5]"));
  world.crash();
  world.open();
  EXPECT_EQ(world.result_of("w"), "20");
}

TEST_F(EngineRun, WaitingEndsWithStoppedWhenTheEngineStops) {
  ASSERT_TRUE(world.start("sleeps_an_hour", "w"));
  std::optional<result<run_outcome>> told;
  world.running().wait("w", [&told](result<run_outcome> r) { told = r; });
  world.close();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->error().code, errc::stopped);
}

TEST_F(EngineRun, RequestsAfterStopAreAnsweredWithStopped) {
  bool stopped = false;
  world.running().stop([&stopped] { stopped = true; });
  EXPECT_EQ(world.start("quadruple", "w", "[5]").error().code, errc::stopped);
  EXPECT_TRUE(stopped);
  EXPECT_EQ(world.signal("w", "word", "1").error().code, errc::stopped);
}

}  // namespace
}  // namespace theus
