#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// A full disk, a failed sync, another owner: said by name, and nothing acknowledged is lost.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;
using testing::faulty_store;
using ::testing::SizeIs;

constexpr activity<std::string()> work{"work"};
constexpr signal<std::string> word{"word"};

workflow<std::string> works(context& ctx) {
  auto done = co_await ctx.call(work);
  co_return done + co_await ctx.receive(word);
}

application workers() {
  application app;
  app.add("works", works);
  return app;
}

struct EngineTrouble : ::testing::Test {
  engine_world world{workers()};
  testing::held_activity& attempts = world.hold("work");
  std::vector<errc> told;

  void SetUp() override {
    world.open();
    for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(world.start("works", id));
    ASSERT_EQ(attempts.count(), 3u);
  }
  void complete_all() {
    for (std::size_t i = 0; i < 3; ++i) attempts[i].complete(R"("done")");
    world.settle();
  }
  void wait_for(const std::string& id) {
    world.running().wait(id, [this](result<run_outcome> r) {
      if (!r) told.push_back(r.error().code);
    });
    world.settle();
  }
};

TEST_F(EngineTrouble, FullDiskIsSaidOnceAndNewRequestsAreRefused) {
  world.store().fail(faulty_store::fault::disk_full);
  complete_all();
  EXPECT_EQ(world.start("works", "d").error().code, errc::disk_full);
  EXPECT_EQ(world.signal("a", "word", R"("x")").error().code, errc::disk_full);
  for (int i = 0; i < 100; ++i) world.advance(1s);
  EXPECT_THAT(world.reports, SizeIs(1));
  EXPECT_GE(world.store().reopen_calls(), 99);
}

TEST_F(EngineTrouble, EverythingGoesOnWhenTheDiskHasSpaceAgain) {
  world.store().fail(faulty_store::fault::disk_full);
  complete_all();
  world.advance(10s);
  world.store().mend();
  world.advance(1s);
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_TRUE(world.signal(id, "word", R"("!")"));
    EXPECT_EQ(world.result_of(id), R"("done!")");
  }
  EXPECT_EQ(attempts.count(), 3u);
}

TEST_F(EngineTrouble, StoppingWhileTheDiskIsFullLosesNothingAcknowledged) {
  world.store().fail(faulty_store::fault::disk_full);
  complete_all();
  world.close();
  world.store().mend();
  world.open();
  ASSERT_EQ(attempts.count(), 3u);  // their results were never acknowledged
  complete_all();
  ASSERT_TRUE(world.signal("a", "word", R"("!")"));
  EXPECT_EQ(world.result_of("a"), R"("done!")");
}

TEST_F(EngineTrouble, FailedSyncEndsAllAcknowledgementsForEver) {
  wait_for("a");
  world.store().fail(faulty_store::fault::io_error);
  complete_all();
  EXPECT_EQ(told, std::vector<errc>{errc::io_error});
  world.store().mend();
  world.advance(1h);
  EXPECT_EQ(world.start("works", "d").error().code, errc::io_error);
  EXPECT_EQ(world.signal("a", "word", R"("x")").error().code, errc::io_error);
  EXPECT_EQ((*world.outcome("a")).error().code, errc::io_error);
  EXPECT_EQ(world.store().reopen_calls(), 0);
  EXPECT_TRUE(world.was_reported("a sync of the journal failed"));
}

TEST_F(EngineTrouble, StartThatMeetsADamagedRowIsRefusedAndForgotten) {
  world.store().fail(faulty_store::fault::unreadable);
  std::vector<errc> codes;
  std::vector<bool> repeated;
  for (int i = 0; i < 2; ++i) {
    world.running().start({"works", "d", "request", "[]"}, [&](result<start_reply> r) {
      if (!r) codes.push_back(r.error().code);
      if (r) repeated.push_back(r->already_started);
    });
  }
  wait_for("d");
  EXPECT_EQ(codes, std::vector<errc>{errc::corrupt});
  EXPECT_EQ(repeated, std::vector<bool>{false});
  EXPECT_EQ(attempts.count(), 4u);
  EXPECT_TRUE(world.was_reported("000012.sst"));
}

TEST_F(EngineTrouble, DamagedRowKeepsOneRunFromGoingOnAndTheJournalIsNotAskedWithoutEnd) {
  world.store().fail(faulty_store::fault::unreadable, 4);
  attempts[0].complete(R"("done")");
  world.settle();
  world.advance(900ms);
  EXPECT_EQ(world.running().counters().appends, 4u);  // three starts and one of these
  world.advance(100ms);
  EXPECT_EQ(world.running().counters().appends, 5u);
  world.advance(2s);
  world.advance(4s);
  EXPECT_EQ(world.running().counters().appends, 7u);
  world.advance(8s);
  EXPECT_EQ(count_of<journal::activity_completed>(world.events("a")), 1u);
  EXPECT_EQ(attempts.count(), 3u);
}

TEST_F(EngineTrouble, SignalThatMeetsADamagedRowIsToldSo) {
  world.store().fail(faulty_store::fault::unreadable);
  EXPECT_EQ(world.signal("a", "word", R"("x")").error().code, errc::corrupt);
  world.advance(1s);
  EXPECT_EQ(count_of<journal::signal_received>(world.events("a")), 0u);
  EXPECT_TRUE(world.signal("a", "word", R"("x")"));
}

TEST_F(EngineTrouble, FencedEngineStops) {
  world.store().fail(faulty_store::fault::fenced);
  complete_all();
  EXPECT_EQ(world.signal("a", "word", R"("x")").error().code, errc::stopped);
  EXPECT_TRUE(world.was_reported("another runtime"));
  EXPECT_EQ(world.running().counters().frames, 0u);
}

TEST_F(EngineTrouble, EngineOfAnOlderEpochIsFencedByTheJournal) {
  ASSERT_TRUE(world.store().acquire_epoch());
  complete_all();
  EXPECT_EQ(world.signal("a", "word", R"("x")").error().code, errc::stopped);
  EXPECT_THAT(world.records("a"), SizeIs(1));
}

TEST_F(EngineTrouble, ManyRunsShareAnAppend) {
  for (int i = 0; i < 100; ++i) {
    world.running().start({"works", "more" + std::to_string(i), "", "[]"},
                          [](auto r) { EXPECT_TRUE(r); });
  }
  world.settle();
  EXPECT_GE(world.store().largest_append(), 50u);
}

}  // namespace
}  // namespace theus
