#include <algorithm>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/runtime/take_checkpoint.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Runs that start runs (semantics rules 3, 5, 8, 25, 26 and 27).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::engine_world;
using testing::faulty_store;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr child_workflow<int(int)> doubles{"doubles"};
constexpr child_workflow<int(int)> unknown{"unknown"};
constexpr child_workflow<int(int, int)> descends{"descends"};
constexpr child_workflow<int(int)> listens{"listens"};
constexpr signal<int> go{"go"};

// Fails when told to, and says what became of it.
workflow<int> double_it(context& ctx, int number) {
  if (number < 0) throw failure("negative", "less than nothing");
  try {
    co_await ctx.sleep(1s);
  } catch (const cancelled&) {
    ctx["cancelled"] = true;
    throw;
  }
  co_return 2 * number;
}

workflow<int> asks(context& ctx, int number) {
  co_return 1 + co_await ctx.child(doubles, number).id("the child");
}

workflow<int> asks_anonymously(context& ctx, std::vector<int> numbers) {
  std::vector<child_operation<int>> all_of_them;
  for (const int each : numbers) all_of_them.push_back(ctx.child(doubles, each));
  int sum = 0;
  for (const int each : co_await all(std::move(all_of_them))) sum += each;
  co_return sum;
}

// What it saw of a failure, in words.
workflow<std::string> survives(context& ctx, int number) {
  try {
    co_await ctx.child(doubles, number).id("the child");
  } catch (const child_failed& e) {
    co_return e.workflow_type() + " " + e.workflow_id() + " " +
        std::to_string(static_cast<int>(e.how())) + " " + e.cause().type + ": " + e.cause().message;
  }
  co_return "no failure";
}

workflow<std::string> gives_up(context& ctx, int number) {
  auto first = co_await any(ctx.child(doubles, number).id("the child"), ctx.receive(go));
  co_return first.index() == 0 ? "the child" : "the signal";
}

workflow<int> wishes_for_the_unknown(context& ctx) {
  co_return co_await ctx.child(unknown, 1).id("the child");
}

workflow<int> in_a_phase(context& ctx, int number) {
  co_return co_await ctx.phase("ask", asks, number);
}

workflow<next<int>> listen_once(context& ctx, int left) {
  co_await ctx.receive(go);
  if (left == 1) co_return theus::stop;
  co_return theus::again(left - 1);
}

workflow<int> listen(context& ctx, int times) {
  co_await ctx.loop("rounds", listen_once, times);
  co_return times;
}

workflow<next<int>> ask_once(context& ctx, int left) {
  co_await ctx.child(listens, 2).id("the child");
  if (left == 1) co_return theus::stop;
  co_return theus::again(left - 1);
}

workflow<int> asks_again(context& ctx, int times) {
  co_await ctx.loop("rounds", ask_once, times);
  co_return times;
}

workflow<int> leaves_behind(context& ctx, int number) {
  co_await ctx.start_child(doubles, number).id("the child");
  co_return number;
}

workflow<int> descend(context& ctx, int depth, int fails) {
  if (depth == 0) {
    if (fails != 0) throw failure("bottom", "reached");
    co_await ctx.receive(go);
    co_return 0;
  }
  co_return 1 + co_await ctx.child(descends, depth - 1, fails).id("at " + std::to_string(depth));
}

application everything() {
  application app;
  app.add(doubles, double_it).add(descends, descend);
  app.add("asks", asks).add("asks_anonymously", asks_anonymously).add("survives", survives);
  app.add("gives_up", gives_up).add("wishes_for_the_unknown", wishes_for_the_unknown);
  app.add(listens, listen).add("asks_again", asks_again);
  app.add("in_a_phase", in_a_phase).add("leaves_behind", leaves_behind);
  return app;
}

class EngineChild : public ::testing::Test {
 protected:
  EngineChild() : world(everything()) { world.open(); }

  template <class Event>
  std::size_t count(const std::string& workflow_id) {
    const auto all = world.events(workflow_id);
    return static_cast<std::size_t>(
        std::ranges::count_if(all, [](const auto& e) { return std::holds_alternative<Event>(e); }));
  }
  // Of a run that failed.
  journal::failure_info failure_of(const std::string& workflow_id) {
    const auto how = world.outcome(workflow_id);
    return how && *how ? (*how)->failure : journal::failure_info{"it goes on", "", {}};
  }
  // The append that begins it, once: a sweep tries again.
  void fail_the_first_child(faulty_store::fault how = faulty_store::fault::unreadable) {
    world.store().on_append([this, how](const journal::unit& unit) {
      const auto* opening = journal::opening_in(unit.entries().front().value);
      if (opening && !opening->parent && opening->workflow_id == "parent") {
        world.store().fail(how);
      }
    });
  }
  // Nothing is left of the run before its last turn but a checkpoint.
  void trim(const std::string& workflow_id) {
    const auto run = world.run_of(workflow_id);
    std::optional<result<journal::sequence>> trimmed;
    world.running().take_checkpoint(run, [](auto taken) { ASSERT_TRUE(taken); });
    world.settle();
    world.running().trim(run, [&](auto r) { trimmed = std::move(r); });
    world.settle();
    ASSERT_TRUE(trimmed && *trimmed) << workflow_id;
  }
  // How many runs there ever were.
  std::size_t runs() { return world.store().instances({}, 1'000).value().size(); }

  engine_world world;
};

TEST_F(EngineChild, ItsResultComesBack) {
  ASSERT_TRUE(world.start("asks", "parent", "[4]"));
  EXPECT_FALSE(world.outcome("parent"));
  world.advance(1s);
  EXPECT_EQ(world.result_of("the child"), "8");
  EXPECT_EQ(world.result_of("parent"), "9");
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineChild, Rule05ItRecordsItsParentAndTheParentItsEndOnce) {
  ASSERT_TRUE(world.start("asks", "parent", "[4]"));
  world.advance(1s);
  const auto begun = std::get<journal::started>(world.events("the child").front());
  ASSERT_TRUE(begun.parent);
  EXPECT_EQ(begun.parent->sender, world.run_of("parent"));
  EXPECT_EQ(begun.parent->command, (journal::command_id{"", 1}));
  EXPECT_EQ(count<journal::child_ended>("parent"), 1u);
  const auto ended = std::get<journal::child_ended>(world.events("parent").back());
  EXPECT_EQ(ended.run, world.run_of("the child"));
  EXPECT_EQ(ended.workflow_id, "the child");
}

TEST_F(EngineChild, Rule27WithoutAWorkflowIdEachHasItsOwn) {
  ASSERT_TRUE(world.start("asks_anonymously", "parent", "[[1,2,3,4,5]]"));
  EXPECT_EQ(runs(), 6u);
  EXPECT_TRUE(world.outcome(world.run_of("parent").to_string() + "/1") == std::nullopt);
  world.advance(1s);
  EXPECT_EQ(world.result_of("parent"), "30");
  EXPECT_EQ(world.result_of(world.run_of("parent").to_string() + "/5"), "10");
}

TEST_F(EngineChild, AllOfTenThousandAreAwaited) {
  world.close();
  world.options.paranoid = false;
  world.open();
  std::string numbers = "0";
  for (int i = 1; i < 10'000; ++i) numbers += "," + std::to_string(i % 10);
  ASSERT_TRUE(world.start("asks_anonymously", "parent", "[[" + numbers + "]]"));
  world.advance(1s);
  EXPECT_EQ(world.result_of("parent"), "90000");
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineChild, ItsFailureNamesTheChildAndWhy) {
  ASSERT_TRUE(world.start("survives", "parent", "[-1]"));
  EXPECT_EQ(world.result_of("parent"), R"("doubles the child 1 negative: less than nothing")");
}

TEST_F(EngineChild, AFailureThatNobodyCatchesIsTheParentsWithAllThatCausedIt) {
  ASSERT_TRUE(world.start("asks", "parent", "[-1]"));
  const auto why = failure_of("parent");
  EXPECT_EQ(why.type, "child_failed");
  EXPECT_EQ(why.message, "child doubles 'the child' failed: negative: less than nothing");
  ASSERT_THAT(why.cause, SizeIs(1));
  ASSERT_THAT(why.cause.front().cause, SizeIs(1));
  EXPECT_EQ(why.cause.front().cause.front().type, "negative");
}

TEST_F(EngineChild, ItsFailureCrossesThePhaseThatAskedForIt) {
  ASSERT_TRUE(world.start("in_a_phase", "parent", "[-1]"));
  const auto why = failure_of("parent");
  EXPECT_EQ(why.type, "child_failed");
  ASSERT_THAT(why.cause, SizeIs(1));
  EXPECT_EQ(why.cause.front().cause.front().type, "negative");
}

TEST_F(EngineChild, OneThatSomebodyCancelledIsAFailureOfItsOwnKind) {
  ASSERT_TRUE(world.start("survives", "parent", "[4]"));
  ASSERT_TRUE(world.cancel("the child"));
  EXPECT_EQ(world.result_of("parent"), R"("doubles the child 2 cancelled: cancelled")");
}

TEST_F(EngineChild, Rule27AWorkflowIdThatIsTakenIsAFailureOfTheParent) {
  ASSERT_TRUE(world.start("doubles", "the child", "[7]"));
  ASSERT_TRUE(world.start("survives", "parent", "[4]"));
  EXPECT_THAT(world.result_of("parent"), HasSubstr("doubles the child 3 workflow_id_in_use"));
  world.advance(1s);
  EXPECT_EQ(world.result_of("the child"), "14");
  EXPECT_EQ(runs(), 2u);
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineChild, Rule27ARunThatAClientGaveTheChildsRequestIdIsNotTakenForIt) {
  fail_the_first_child();
  const auto parent = world.start("survives", "parent", "[4]");
  ASSERT_TRUE(parent);
  const auto request = journal::child_request_id({parent->run, {"", 1}, {}});
  ASSERT_TRUE(world.start("doubles", "the child", "[1]", request));
  world.advance(10s);
  EXPECT_THAT(world.result_of("parent"), HasSubstr("doubles the child 3 workflow_id_in_use"));
}

TEST_F(EngineChild, Rule25ALoserOfAnyIsAskedToCancelAndNobodyWaitsForIt) {
  ASSERT_TRUE(world.start("gives_up", "parent", "[4]"));
  ASSERT_TRUE(world.signal("parent", "go", "1"));
  EXPECT_EQ(world.result_of("parent"), R"("the signal")");
  EXPECT_EQ(count<journal::cancel_requested>("the child"), 1u);
  const auto how = world.outcome("the child");
  ASSERT_TRUE(how && *how);
  EXPECT_EQ((*how)->status, journal::run_status::cancelled);
  EXPECT_EQ(count<journal::child_ended>("parent"), 0u) << "it came too late for a record";
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineChild, Rule26CancelAtTheTopReachesATreeOfFifty) {
  ASSERT_TRUE(world.start("descends", "top", "[50,0]"));
  EXPECT_EQ(runs(), 51u);
  ASSERT_TRUE(world.cancel("top"));
  for (const auto& row : world.store().instances({}, 100).value()) {
    EXPECT_EQ(row.status, journal::run_status::cancelled) << row.workflow_id;
  }
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineChild, AResultComesUpThroughATreeOfFifty) {
  ASSERT_TRUE(world.start("descends", "top", "[50,0]"));
  ASSERT_TRUE(world.signal("at 1", "go", "1"));
  EXPECT_EQ(world.result_of("top"), "50");
}

TEST_F(EngineChild, AFailureComesUpThroughATreeOfFiftyWithinItsLimit) {
  ASSERT_TRUE(world.start("descends", "top", "[50,1]"));
  EXPECT_EQ(failure_of("top").type, "child_failed");
  EXPECT_THAT(world.stuck(), SizeIs(0));
}

TEST_F(EngineChild, OneThatNobodyWaitsForGoesOnBehindItsParentsEnd) {
  ASSERT_TRUE(world.start("leaves_behind", "parent", "[4]"));
  EXPECT_EQ(world.result_of("parent"), "4");
  EXPECT_FALSE(world.outcome("the child"));
  world.advance(1s);
  EXPECT_EQ(world.result_of("the child"), "8");
  EXPECT_EQ(count<journal::child_ended>("parent"), 0u);
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineChild, Rule27OneThatNobodyWaitsForAndWhoseIdIsTakenIsReported) {
  ASSERT_TRUE(world.start("doubles", "the child", "[7]"));
  ASSERT_TRUE(world.start("leaves_behind", "parent", "[4]"));
  EXPECT_TRUE(world.was_reported("starts no 'the child'"));
  EXPECT_EQ(world.message_rows(), 0u);
  EXPECT_EQ(runs(), 2u);
}

TEST_F(EngineChild, OneOfATypeThatIsNotLoadedWaitsForIt) {
  ASSERT_TRUE(world.start("wishes_for_the_unknown", "parent"));
  ASSERT_THAT(world.stuck(), SizeIs(1));
  EXPECT_THAT(world.stuck().front().reason, HasSubstr("no workflow named 'unknown'"));
  EXPECT_EQ(world.message_rows(), 0u) << "its start is durable";
  world.close();
  world.open();
  EXPECT_FALSE(world.outcome("parent"));
  world.close();
  world.app.add(unknown, double_it);
  world.open();
  world.advance(1s);
  EXPECT_EQ(world.result_of("parent"), "2");
}

TEST_F(EngineChild, Rule09OneOfAParentThatIsEvictedWakesIt) {
  world.close();
  world.options.frame_cache_bytes = 1;
  world.open();
  ASSERT_TRUE(world.start("asks", "parent", "[4]"));
  world.advance(1s);
  EXPECT_EQ(world.result_of("parent"), "9");
}

TEST_F(EngineChild, Rule07BothAreTrimmedWhileOneWaitsForTheOther) {
  ASSERT_TRUE(world.start("asks_again", "parent", "[3]"));
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(world.signal("the child", "go", "1"));
    ASSERT_NO_FATAL_FAILURE(trim("parent"));
    ASSERT_NO_FATAL_FAILURE(trim("the child"));
    world.crash();
    ASSERT_TRUE(world.store().rebuild());
    world.open();
    ASSERT_TRUE(world.signal("the child", "go", "1"));
  }
  EXPECT_EQ(world.result_of("parent"), "3");
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineChild, Rule07ATrimmedParentsMessagesAreStillDelivered) {
  fail_the_first_child();
  ASSERT_TRUE(world.start("gives_up", "parent", "[4]"));
  world.store().on_append(nullptr);
  ASSERT_NO_FATAL_FAILURE(trim("parent"));
  world.crash();
  ASSERT_TRUE(world.store().rebuild());
  EXPECT_EQ(world.message_rows(), 1u);
  world.open();
  world.advance(1s);
  EXPECT_EQ(world.result_of("parent"), R"("the child")");
}

TEST_F(EngineChild, Rule05WhatIsDeliveredTwiceHappensOnce) {
  world.store().refuse_acknowledgements(true);
  ASSERT_TRUE(world.start("asks", "parent", "[4]"));
  world.crash();
  world.open();
  world.advance(1s);
  EXPECT_EQ(world.result_of("parent"), "9");
  EXPECT_EQ(world.message_rows(), 2u) << "the start and the end";
  world.crash();
  world.store().refuse_acknowledgements(false);
  world.open();
  EXPECT_EQ(world.message_rows(), 0u);
  EXPECT_EQ(runs(), 2u);
  EXPECT_EQ(count<journal::child_ended>("parent"), 1u);
}

TEST_F(EngineChild, Rule05AChildIsNotBegunTwiceHoweverLateItsParentAsksAgain) {
  world.store().refuse_acknowledgements(true);
  ASSERT_TRUE(world.start("asks", "parent", "[-1]"));
  world.crash();
  world.clock.advance(world.options.request_window + std::chrono::hours(24));
  world.store().refuse_acknowledgements(false);
  world.open();
  EXPECT_EQ(world.message_rows(), 0u);
  EXPECT_EQ(runs(), 2u);
}

// Found by the simulation: what was to be sent next was sent by a core that was being destroyed.
TEST_F(EngineChild, Rule05ACrashTakesWhatWaitsForAStartThatIsInDoubt) {
  world.close();
  world.options.paranoid = false;  // which reads
  world.open();
  fail_the_first_child(faulty_store::fault::unknown_and_lost);
  world.store().fail_reads(1'000);
  ASSERT_TRUE(world.start("gives_up", "parent", "[4]"));
  world.store().on_append(nullptr);
  ASSERT_TRUE(world.signal("parent", "go", "1"));
  EXPECT_EQ(world.message_rows(), 2u);
  world.crash();
  world.store().fail_reads(0);
  world.open();
  EXPECT_EQ(world.message_rows(), 0u);
  EXPECT_EQ(count<journal::cancel_requested>("the child"), 1u);
}

// Behind each of its steps: with messages on their way, and with one that waits for another.
TEST_F(EngineChild, Rule05ACrashAtAnyMomentLosesNothingAndRepeatsNothing) {
  std::size_t steps = 0;
  for (bool is_whole = false; !is_whole; ++steps) {
    engine_world other(everything());
    other.open();
    std::optional<result<start_reply>> started;
    other.running().start({"gives_up", "parent", "once", "[4]"}, [&](auto r) { started = r; });
    other.running().signal({"parent", "go", "1", "once"}, [](auto) {});
    for (std::size_t i = 0; i < steps && !is_whole; ++i) is_whole = other.io().poll_one() == 0;
    other.crash();
    other.open();
    ASSERT_TRUE(other.start("gives_up", "parent", "[4]", "once"));
    (void)other.signal("parent", "go", "1", "once");
    ASSERT_EQ(other.result_of("parent"), R"("the signal")") << steps;
    for (int i = 0; i < 3; ++i) other.advance(10s);
    ASSERT_EQ(other.message_rows(), 0u) << steps;
    const auto how = other.outcome("the child");
    ASSERT_TRUE(how && *how) << steps;
    ASSERT_EQ((*how)->status, journal::run_status::cancelled) << steps;
    ASSERT_EQ(other.store().instances({}, 10).value().size(), 2u) << steps;
  }
  EXPECT_GT(steps, 6u);
}

TEST_F(EngineChild, Rule05WhatACancelledWaitAsksForReachesAChildThatIsOnlyToBegin) {
  fail_the_first_child();
  ASSERT_TRUE(world.start("gives_up", "parent", "[4]"));
  EXPECT_EQ(runs(), 1u);
  ASSERT_TRUE(world.signal("parent", "go", "1"));
  EXPECT_EQ(runs(), 1u);
  EXPECT_EQ(world.message_rows(), 2u) << "neither was taken";
  world.advance(10s);
  EXPECT_EQ(count<journal::cancel_requested>("the child"), 1u);
  EXPECT_EQ(world.message_rows(), 0u);
}

}  // namespace
}  // namespace theus
