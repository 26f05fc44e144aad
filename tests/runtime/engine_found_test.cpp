#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// What the simulation found (tests/simulation), each as a story of its own.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;
using testing::faulty_store;

constexpr activity<std::string()> work{"work"};
constexpr signal<std::string> word{"word"};

workflow<std::string> works(context& ctx) {
  auto done = co_await ctx.call(work);
  co_return done;
}

workflow<std::string> works_twice(context& ctx) {
  auto [first, second, third] = co_await all(ctx.call(work), ctx.call(work), ctx.receive(word));
  co_return first + second + third;
}

workflow<void> tells(context& ctx, std::string whom) {
  co_await ctx.send(whom, word, std::string("hello"));
  co_await ctx.sleep(1h);
}

workflow<std::string> listens(context& ctx) {
  auto heard = co_await ctx.receive(word);
  co_return heard;
}

application storytellers() {
  application app;
  app.add("works", works).add("works_twice", works_twice);
  app.add("tells", tells).add("listens", listens);
  return app;
}

struct EngineFound : ::testing::Test {
  engine_world world{storytellers()};
  testing::held_activity& attempts = world.hold("work");
};

// The frames are evicted while attempts run. The result of one brings them back, and while its turn
// is appended the other ends.
TEST_F(EngineFound, AttemptThatHasEndedIsNotRunAgainWhenItsRunIsLoaded) {
  world.options.frame_cache_bytes = 0;
  world.open();
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(world.start("works_twice", id));
  ASSERT_EQ(attempts.count(), 6u);
  std::vector<std::size_t> second{1, 3, 5};
  world.store().on_append([&](const journal::unit&) {
    for (const auto each : std::exchange(second, {})) attempts[each].complete(R"("2")");
  });
  for (const std::size_t first : {0, 2, 4}) attempts[first].complete(R"("1")");
  world.settle();
  EXPECT_EQ(attempts.count(), 6u);
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_TRUE(world.signal(id, "word", R"("3")"));
    EXPECT_EQ(world.result_of(id), R"("123")");
  }
}

TEST_F(EngineFound, RepetitionOfWhatCameTooLateIsToldThatItIsTooLate) {
  world.open();
  ASSERT_TRUE(world.start("works", "a"));
  std::vector<errc> told;
  attempts[0].complete(R"("done")");
  for (int i = 0; i < 2; ++i) {
    world.running().cancel("a", "twice", [&](result<void> r) {
      if (!r) told.push_back(r.error().code);
    });
    world.running().signal({"a", "word", R"("x")", "the same"}, [&](result<void> r) {
      if (!r) told.push_back(r.error().code);
    });
  }
  world.settle();
  EXPECT_EQ(world.result_of("a"), R"("done")");
  EXPECT_EQ(told, std::vector<errc>(4, errc::run_finished));
}

// Neither its records nor where they end can be read: nothing can be appended.
TEST_F(EngineFound, ResultThatComesWhileItsRunCannotBeReadIsKept) {
  world.options.frame_cache_bytes = 0;
  world.open();
  ASSERT_TRUE(world.start("works_twice", "a"));
  ASSERT_EQ(attempts.count(), 2u);
  world.store().fail_reads(1);
  world.store().fail_heads(1);
  EXPECT_FALSE(world.signal("a", "word", R"("unheard")"));
  ASSERT_EQ(world.stuck().size(), 1u);
  for (const std::size_t each : {0, 1}) attempts[each].complete(R"("1")");
  world.settle();
  world.advance(1s);
  EXPECT_TRUE(world.stuck().empty());
  EXPECT_EQ(attempts.count(), 2u);
  ASSERT_TRUE(world.signal("a", "word", R"("3")"));
  EXPECT_EQ(world.result_of("a"), R"("113")");
}

// Nobody appends afterwards, so nobody else would find out.
TEST_F(EngineFound, FailedAcknowledgementOfAMessageStopsTheJournal) {
  world.open();
  world.store().on_append(
      [&](const journal::unit&) { world.store().fail(faulty_store::fault::io_error); });
  ASSERT_TRUE(world.start("tells", "a", R"(["nobody"])"));
  EXPECT_TRUE(world.was_reported("the journal takes no more appends"));
}

// The append of one run fails by itself and is to be tried again; then the disk is full for all.
TEST_F(EngineFound, RunThatWaitsToBeAppendedAgainOutlivesAFullDisk) {
  world.options.stuck_first_backoff = 10s;  // longer than the disk is full
  world.open();
  for (const char* id : {"a", "b"}) ASSERT_TRUE(world.start("works", id));
  world.store().fail(faulty_store::fault::unreadable);
  attempts[0].complete(R"("done")");
  world.settle();
  world.store().fail(faulty_store::fault::disk_full);
  attempts[1].complete(R"("done")");
  world.settle();
  world.store().mend();
  world.advance(2s);
  EXPECT_EQ(world.result_of("b"), R"("done")");
  world.advance(10s);
  EXPECT_EQ(world.result_of("a"), R"("done")");
}

TEST_F(EngineFound, RunThatWaitsToBeAppendedAgainDoesNotWaitForTheWallClock) {
  world.open();
  ASSERT_TRUE(world.start("works", "a"));
  world.store().fail(faulty_store::fault::unreadable);
  attempts[0].complete(R"("done")");
  world.settle();
  world.clock.set(world.clock.now() - 1h);
  world.advance(2s);
  EXPECT_EQ(world.result_of("a"), R"("done")");
}

// Its load fails once. When it is tried again an attempt has just failed: then there is an attempt
// to be recorded, but no turn.
TEST_F(EngineFound, RunThatCouldBeLoadedAgainIsNotStuckAnyMore) {
  world.options.frame_cache_bytes = 0;
  world.open();
  ASSERT_TRUE(world.start("works_twice", "a"));
  ASSERT_EQ(attempts.count(), 2u);
  world.store().fail_reads(1);
  attempts[0].fail("broken");
  world.settle();
  ASSERT_EQ(world.stuck().size(), 1u);
  world.clock.advance(1s);
  attempts[1].fail("broken");
  world.settle();
  EXPECT_EQ(world.stuck().size(), 0u);
  world.advance(10s);
  EXPECT_EQ(attempts.count(), 4u);
}

TEST_F(EngineFound, EngineThatIsDestroyedWithAMessageOnItsWayIsFreed) {
  world.open();
  ASSERT_TRUE(world.start("listens", "b"));
  const auto token = std::make_shared<int>();
  world.running().wait("b", [token](const auto&) {});
  world.settle();
  ASSERT_GT(token.use_count(), 1);
  world.store().on_append([&](const journal::unit& unit) {
    const auto* turn = std::get_if<journal::turn>(&unit.entries().back().value.body);
    if (turn && std::get_if<journal::send_signal>(&turn->commands.front())) {
      world.store().fail(faulty_store::fault::disk_full);
    }
  });
  ASSERT_TRUE(world.start("tells", "a", R"(["b"])"));
  world.crash();
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace theus
