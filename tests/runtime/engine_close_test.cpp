#include <gtest/gtest.h>

#include "theus/runtime/take_checkpoint.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// What becomes of children when their parent ends before them (rules 5 and 7).
namespace theus {
namespace {

using testing::count_of;
using testing::engine_world;

constexpr signal<int> go{"go"};
constexpr child_workflow<int()> waits{"waits"};

workflow<int> wait_for_it(context& ctx) { co_return co_await ctx.receive(go); }

workflow<int> awaits(context& ctx, int how) {
  auto child = ctx.child(waits).id("child");
  co_return co_await std::move(child).on_parent_close(static_cast<parent_close>(how));
}

workflow<next<int>> round(context& ctx, int left) {
  co_await ctx.receive(go);
  if (left == 1) co_return theus::stop;
  co_return theus::again(left - 1);
}

workflow<int> starts(context& ctx, int how, int rounds) {
  auto child = ctx.start_child(waits).id("child");
  co_await std::move(child).on_parent_close(static_cast<parent_close>(how));
  if (rounds > 0) co_await ctx.loop("rounds", round, rounds);
  co_return 1;
}

workflow<std::string> hears(context& ctx) {
  try {
    co_await ctx.child(waits).id("child");
  } catch (const child_failed& e) {
    const bool is_so = e.how() == child_failed::ending::terminated;
    co_return (is_so ? "terminated " : "otherwise ") + e.cause().message;
  }
  co_return "no failure";
}

application app() {
  application made;
  made.add(waits, wait_for_it);
  made.add("awaits", awaits).add("starts", starts).add("hears", hears);
  return made;
}

class EngineClose : public ::testing::Test {
 protected:
  EngineClose() : world(app()) { world.open(); }

  static std::string args(parent_close how, const std::string& more = "") {
    return "[" + std::to_string(static_cast<int>(how)) + more + "]";
  }
  journal::run_status status(const std::string& workflow_id) {
    return world.store().instance(world.run_of(workflow_id)).value()->status;
  }

  engine_world world;
};

using enum journal::run_status;

TEST_F(EngineClose,
       OfAParentThatIsTerminatedAChildThatItAwaitedIsAskedToCancelUnlessToldOtherwise) {
  const std::pair<parent_close, journal::run_status> cases[] = {
      {parent_close::usual, cancelled},
      {parent_close::abandon, running},
      {parent_close::cancel, cancelled},
      {parent_close::terminate, terminated}};
  for (const auto& [how, expected] : cases) {
    ASSERT_TRUE(world.start("awaits", "parent", args(how)));
    ASSERT_EQ(status("child"), running);
    ASSERT_TRUE(world.terminate("parent"));
    EXPECT_EQ(status("child"), expected) << journal::name(how);
    EXPECT_EQ(world.message_rows(), 0u);
    if (expected == running) {
      ASSERT_TRUE(world.terminate("child"));
    }
  }
}

TEST_F(EngineClose, OfAParentThatEndsByItselfAChildThatNobodyAwaitsGoesOnUnlessToldOtherwise) {
  const std::pair<parent_close, journal::run_status> cases[] = {
      {parent_close::usual, running},
      {parent_close::abandon, running},
      {parent_close::cancel, cancelled},
      {parent_close::terminate, terminated}};
  for (const auto& [how, expected] : cases) {
    ASSERT_TRUE(world.start("starts", "parent", args(how, ",0")));
    EXPECT_EQ(world.result_of("parent"), "1");
    EXPECT_EQ(status("child"), expected) << journal::name(how);
    EXPECT_EQ(world.message_rows(), 0u);
    if (expected == running) {
      ASSERT_TRUE(world.terminate("child"));
    }
  }
}

TEST_F(EngineClose, AParentHearsThatItsChildWasTerminatedAlsoWhereNeitherIsInMemory) {
  world.close();
  world.options.frame_cache_bytes = 0;
  world.open();
  ASSERT_TRUE(world.start("hears", "parent"));
  ASSERT_TRUE(world.terminate("child", "enough"));
  EXPECT_EQ(world.result_of("parent"), R"("terminated enough")");
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineClose, AChildThatHasEndedHearsNothing) {
  ASSERT_TRUE(world.start("awaits", "parent", args(parent_close::terminate)));
  ASSERT_TRUE(world.signal("child", "go", "4"));
  EXPECT_EQ(world.result_of("parent"), "4");
  EXPECT_EQ(world.result_of("child"), "4");
  EXPECT_EQ(world.message_rows(), 0u);
}

TEST_F(EngineClose, Rule07ATrimmedParentsChildrenAreStillClosed) {
  ASSERT_TRUE(world.start("starts", "parent", args(parent_close::terminate, ",2")));
  ASSERT_TRUE(world.signal("parent", "go", "1"));
  const auto run = world.run_of("parent");
  std::optional<result<journal::sequence>> trimmed;
  world.running().take_checkpoint(run, [](auto taken) { ASSERT_TRUE(taken); });
  world.settle();
  world.running().trim(run, [&](auto r) { trimmed = std::move(r); });
  world.settle();
  ASSERT_TRUE(trimmed && *trimmed);
  world.crash();
  ASSERT_TRUE(world.store().rebuild());
  world.open();
  EXPECT_EQ(status("child"), running);
  ASSERT_TRUE(world.signal("parent", "go", "2"));
  EXPECT_EQ(world.result_of("parent"), "1");
  EXPECT_EQ(status("child"), terminated);
}

TEST_F(EngineClose, Rule05ACrashAtAnyMomentClosesItOnce) {
  std::size_t steps = 0;
  for (bool is_whole = false; !is_whole; ++steps) {
    engine_world other(app());
    other.open();
    ASSERT_TRUE(other.start("awaits", "parent", args(parent_close::terminate)));
    other.running().terminate("parent", "", [](auto) {});
    for (std::size_t i = 0; i < steps && !is_whole; ++i) is_whole = other.io().poll_one() == 0;
    other.crash();
    other.open();
    ASSERT_TRUE(other.terminate("parent")) << steps;
    for (int i = 0; i < 3; ++i) other.advance(std::chrono::seconds(10));
    ASSERT_EQ(count_of<journal::terminated>(other.events("child")), 1u) << steps;
    ASSERT_EQ(other.message_rows(), 0u) << steps;
  }
  EXPECT_GT(steps, 4u);
}

}  // namespace
}  // namespace theus
