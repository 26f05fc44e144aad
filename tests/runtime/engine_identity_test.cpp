#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Workflow ids, run ids, request ids (rule 27), and messages between runs (rule 5).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;
using testing::faulty_store;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr signal<std::string> word{"word"};

workflow<std::string> listens(context& ctx) { co_return co_await ctx.receive(word); }

workflow<void> tells(context& ctx, std::string to, std::vector<std::string> words) {
  for (const auto& each : words) co_await ctx.send(to, word, each);
}

workflow<std::string> listens_for_ever(context& ctx) {
  std::string heard;
  while (heard.find('.') == std::string::npos) heard += co_await ctx.receive(word);
  co_return heard;
}

application talkers() {
  application app;
  app.add("listens", listens).add("tells", tells).add("listens_for_ever", listens_for_ever);
  return app;
}

struct EngineIdentity : ::testing::Test {
  engine_world world{talkers()};
  void SetUp() override { world.open(); }
};

TEST_F(EngineIdentity, Rule27_IdOfARunningRunIsTakenAndTheRefusalNamesTheRun) {
  const auto first = world.start("listens", "w").value().run;
  const auto second = world.start("listens", "w");
  EXPECT_EQ(second.error().code, errc::workflow_exists);
  EXPECT_THAT(second.error().message, HasSubstr(first.to_string()));
}

TEST_F(EngineIdentity, Rule27_IdOfARunThatIsOnlyInTheJournalIsTakenToo) {
  const auto first = world.start("listens", "w").value().run;
  world.crash();
  world.open();
  const auto second = world.start("listens", "w");
  EXPECT_EQ(second.error().code, errc::workflow_exists);
  EXPECT_THAT(second.error().message, HasSubstr(first.to_string()));
  EXPECT_FALSE(world.outcome("w"));
}

TEST_F(EngineIdentity, Rule27_IdIsFreeAgainWhenItsRunHasFinished) {
  const auto first = world.start("listens", "w").value().run;
  ASSERT_TRUE(world.signal("w", "word", R"("one")"));
  const auto second = world.start("listens", "w").value().run;
  EXPECT_NE(first, second);
  EXPECT_EQ(first.shard_key(), second.shard_key());
  ASSERT_TRUE(world.signal("w", "word", R"("two")"));
  EXPECT_EQ(world.result_of("w"), R"("two")");
}

TEST_F(EngineIdentity, Rule27_SameRequestIdGivesTheSameRun) {
  const auto first = world.start("listens", "w", "[]", "request-1").value();
  EXPECT_FALSE(first.already_started);
  const auto again = world.start("listens", "w", "[]", "request-1").value();
  EXPECT_TRUE(again.already_started);
  EXPECT_EQ(again.run, first.run);
  EXPECT_EQ(world.start("listens", "w", "[]", "request-2").error().code, errc::workflow_exists);
  ASSERT_TRUE(world.signal("w", "word", R"("done")"));
  EXPECT_EQ(world.start("listens", "w", "[]", "request-1").value().run, first.run);
  EXPECT_THAT(world.records("w"), SizeIs(2));
}

TEST_F(EngineIdentity, Rule27_RequestIdIsForgottenAfterItsWindow) {
  const auto first = world.start("listens", "w", "[]", "request-1").value().run;
  ASSERT_TRUE(world.signal("w", "word", R"("done")"));
  world.advance(world.options.request_window);
  EXPECT_EQ(world.start("listens", "w", "[]", "request-1").value().run, first);
  world.advance(1s);
  const auto later = world.start("listens", "w", "[]", "request-1").value();
  EXPECT_FALSE(later.already_started);
  EXPECT_NE(later.run, first);
}

TEST_F(EngineIdentity, Rule27_ConcurrentStartsOfOneIdHaveOneWinner) {
  int started = 0;
  int refused = 0;
  for (int i = 0; i < 10; ++i) {
    world.running().start({"listens", "w", "", "[]"}, [&](result<start_reply> r) {
      if (r) {
        ++started;
      } else {
        EXPECT_EQ(r.error().code, errc::workflow_exists);
        ++refused;
      }
    });
  }
  world.settle();
  EXPECT_EQ(started, 1);
  EXPECT_EQ(refused, 9);
}

TEST_F(EngineIdentity, Rule27_ConcurrentStartsWithOneRequestIdShareTheRun) {
  std::vector<start_reply> replies;
  for (int i = 0; i < 10; ++i) {
    world.running().start({"listens", "w", "request-1", "[]"},
                          [&](result<start_reply> r) { replies.push_back(r.value()); });
  }
  world.settle();
  ASSERT_THAT(replies, SizeIs(10));
  for (std::size_t i = 0; i < replies.size(); ++i) {
    EXPECT_EQ(replies[i].run, replies[0].run);
    EXPECT_EQ(replies[i].already_started, i > 0);
  }
}

TEST_F(EngineIdentity, Rule27_StartDuringALostAppendIsStillUnique) {
  world.store().fail(faulty_store::fault::unknown_and_lost);
  int started = 0;
  for (int i = 0; i < 2; ++i) {
    world.running().start({"listens", "w", "", "[]"},
                          [&](result<start_reply> r) { started += r ? 1 : 0; });
  }
  world.settle();
  EXPECT_EQ(started, 1);
  EXPECT_THAT(world.records("w"), SizeIs(1));
}

TEST_F(EngineIdentity, SignalThatFollowsAStartAtOnceReachesItsRun) {
  std::vector<std::string> order;
  world.running().start({"listens", "w", "", "[]"}, [&](auto r) {
    EXPECT_TRUE(r);
    order.push_back("started");
  });
  world.running().signal({"w", "word", R"("hello")", ""}, [&](auto r) {
    EXPECT_TRUE(r);
    order.push_back("signalled");
  });
  world.settle();
  EXPECT_EQ(order, (std::vector<std::string>{"started", "signalled"}));
  EXPECT_EQ(world.result_of("w"), R"("hello")");
}

// ---- messages between runs

TEST_F(EngineIdentity, Rule05_MessagesArriveInOrderAndAreAcknowledged) {
  ASSERT_TRUE(world.start("listens_for_ever", "to"));
  ASSERT_TRUE(world.start("tells", "from", R"(["to",["a","b","c","."]])"));
  EXPECT_EQ(world.result_of("to"), R"("abc.")");
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineIdentity, Rule05_MessageThatIsDeliveredTwiceIsReceivedOnce) {
  ASSERT_TRUE(world.start("listens_for_ever", "to"));
  world.store().refuse_acknowledgements(true);
  ASSERT_TRUE(world.start("tells", "from", R"(["to",["a","b"]])"));
  EXPECT_EQ(world.message_rows(), 2u);
  world.crash();
  world.open();
  world.crash();
  world.store().refuse_acknowledgements(false);
  world.open();
  EXPECT_EQ(world.message_rows(), 0u);
  EXPECT_EQ(count_of<journal::signal_received>(world.events("to")), 2u);
  ASSERT_TRUE(world.signal("to", "word", R"(".")"));
  EXPECT_EQ(world.result_of("to"), R"("ab.")");
}

TEST_F(EngineIdentity, Rule05_MessageRecordsItsSenderAndCommand) {
  ASSERT_TRUE(world.start("listens", "to"));
  ASSERT_TRUE(world.start("tells", "from", R"(["to",["a"]])"));
  const auto events = world.events("to");
  const auto& received = std::get<journal::signal_received>(events.back());
  ASSERT_TRUE(received.from);
  EXPECT_EQ(received.from->sender, world.run_of("from"));
  EXPECT_EQ(received.from->command, (journal::command_id{"", 1}));
}

TEST_F(EngineIdentity, Rule05_MessageToNobodyOrToAFinishedRunIsDroppedAndReported) {
  ASSERT_TRUE(world.start("tells", "from", R"(["nobody",["a"]])"));
  EXPECT_TRUE(world.was_reported("nobody"));
  EXPECT_EQ(world.message_rows(), 0u);
  ASSERT_TRUE(world.start("tells", "again", R"(["from",["a"]])"));
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineIdentity, Rule05_MessageThatCouldNotBeDeliveredIsSentByALaterSweep) {
  ASSERT_TRUE(world.start("listens", "to"));
  world.store().on_append([this](const journal::unit& unit) {
    const auto* turn = std::get_if<journal::turn>(&unit.entries().back().value.body);
    if (turn && turn->commands.size() == 2) {  // the sender's: the receiver's append then fails
      world.store().fail(faulty_store::fault::disk_full);
    }
  });
  world.running().start({"tells", "from", "", R"(["to",["a"]])"}, [](auto) {});
  world.settle();
  EXPECT_FALSE(world.outcome("to"));
  world.store().on_append(nullptr);
  world.store().mend();
  for (int i = 0; i < 5; ++i) world.advance(10s);
  EXPECT_EQ(world.result_of("to"), R"("a")");
  EXPECT_EQ(world.message_rows(), 0u);
}

}  // namespace
}  // namespace theus
