#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "journal/support.hpp"
#include "runtime/support/engine_world.hpp"

// What each policy makes of a forbidden call.
namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::engine_world;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr activity<std::string()> read_region{"read_region"};

// Names of files that the workflows below touch: the same in each of a test's runs.
std::string touched;

constexpr int getenv_line = __LINE__ + 2;
[[gnu::noinline]] std::string region() {
  const char* const value = std::getenv("THEUS_REGION");
  return value ? value : "none";
}

constexpr int inner_line = __LINE__ + 1;
workflow<std::string> inner(context& ctx) {
  co_await ctx.sleep(1s);
  co_return region();
}
workflow<std::string> asks_environment(context& ctx) { co_return co_await inner(ctx); }

std::string line(int number) { return "guard_test.cpp:" + std::to_string(number); }

workflow<std::string> honest(context& ctx) {
  co_await ctx.sleep(1s);
  co_return "fine";
}

workflow<std::int64_t> asks_clock(context& ctx) {
  co_await ctx.sleep(1s);
  const auto by_libc = std::time(nullptr);
  const auto by_library = std::chrono::system_clock::now().time_since_epoch();
  const auto by_context = ctx.now().time_since_epoch();
  co_return by_context == std::chrono::duration_cast<std::chrono::microseconds>(by_library) &&
      by_libc == std::chrono::floor<std::chrono::seconds>(by_context).count();
}

workflow<std::string> waits_for_a_condition(context& ctx) {
  co_await ctx.sleep(1s);
  std::mutex guarded;
  std::condition_variable never;
  std::unique_lock lock(guarded);
  never.wait_for(lock, 5ms, [] { return false; });
  co_return "done";
}

workflow<std::string> prints(context& ctx) {
  co_await ctx.sleep(1s);
  std::cout << "printed by a turn" << std::endl;
  co_return "done";
}

workflow<std::string> starts_thread(context& ctx) {
  co_await ctx.sleep(1s);
  try {
    std::thread([] {}).join();
  } catch (const std::system_error&) {
    co_return "no thread";
  }
  co_return "a thread";
}

workflow<std::string> writes_file(context& ctx) {
  co_await ctx.sleep(1s);
  std::ofstream(touched) << "written by a turn";
  co_return "done";
}

workflow<std::int64_t> draws(context& ctx) {
  co_await ctx.sleep(1s);
  co_return std::rand() >= 0;
}

struct Guard : ::testing::Test {
  std::unique_ptr<engine_world> world;
  std::vector<std::string> reports;

  template <class Function>
  void run(Function function, const guard_rules& rules) {
    ::setenv("THEUS_REGION", "north", 1);
    application app;
    app.add("tested", function).guard(rules);
    world = std::make_unique<engine_world>(std::move(app));
    world->options.paranoid = false;  // calls are counted here, and each would be made twice
    world->open();
    world->running().on_report([this](const std::string& line) { reports.push_back(line); });
    ASSERT_TRUE(world->start("tested", "w"));
    world->advance(1s);
  }
  std::string reason() {
    const auto stuck = world->stuck();
    return stuck.empty() ? std::string() : stuck.front().reason;
  }
};

TEST_F(Guard, AbortsTheTurnAndNamesTheCallTheStackAndTheAwaits) {
  run(asks_environment, guard_rules());
  EXPECT_THAT(reason(),
              AllOf(HasSubstr("the workflow called getenv: the process is another on replay"),
                    HasSubstr("called by theus::(anonymous namespace)::region"),
                    HasSubstr(line(getenv_line)), HasSubstr(line(inner_line + 2)),
                    HasSubstr("in the coroutine that went on from the await at "),
                    HasSubstr(line(inner_line + 1)), HasSubstr("awaited at "),
                    HasSubstr(line(inner_line + 4))));
  EXPECT_THAT(world->records("w"), SizeIs(1));
  EXPECT_THAT(world->app.watched_calls(), SizeIs(1));
}

TEST_F(Guard, TheRunGoesOnWithABinaryThatDoesNotCallIt) {
  run(asks_environment, guard_rules());
  world->crash();
  world->app = application();
  world->app.add(
      "tested", +[](context& ctx) -> workflow<std::string> {
        co_return co_await [](context& c) -> workflow<std::string> {
          co_await c.sleep(1s);
          co_return "north";
        }(ctx);
      });
  world->open();
  world->advance(1h);
  EXPECT_EQ(world->result_of("w"), R"("north")");
}

TEST_F(Guard, ARunBesideItIsNotDisturbed) {
  application app;
  app.add("tested", asks_environment).add("honest", honest);
  engine_world both(std::move(app));
  both.open();
  ASSERT_TRUE(both.start("tested", "w"));
  ASSERT_TRUE(both.start("honest", "h"));
  both.advance(1s);
  EXPECT_EQ(both.result_of("h"), R"("fine")");
  EXPECT_THAT(both.stuck(), SizeIs(1));
}

TEST_F(Guard, CountLetsTheCallThroughAndTellsOnceForAPlace) {
  run(asks_environment, guard_rules(guard_policy::count));
  EXPECT_EQ(world->result_of("w"), R"("north")");
  ASSERT_TRUE(world->start("tested", "w2"));
  world->advance(1s);
  EXPECT_EQ(world->result_of("w2"), R"("north")");
  EXPECT_THAT(reports, ElementsAre(AllOf(HasSubstr("w: the workflow called getenv (count)"),
                                         HasSubstr(line(getenv_line)))));
  const auto counts = world->app.watched_calls();
  ASSERT_THAT(counts, SizeIs(1));
  EXPECT_EQ(counts[0].function, "getenv");
  EXPECT_EQ(counts[0].calls, 2u);
}

TEST_F(Guard, AllowSaysNothing) {
  run(asks_environment, guard_rules(guard_policy::allow));
  EXPECT_EQ(world->result_of("w"), R"("north")");
  EXPECT_THAT(reports, SizeIs(0));
  EXPECT_THAT(world->app.watched_calls(), SizeIs(0));
}

TEST_F(Guard, BlockAnswersWhatIsTheSameOnEveryReplay) {
  run(asks_environment, guard_rules(guard_policy::block));
  EXPECT_EQ(world->result_of("w"), R"("none")");
  EXPECT_THAT(reports, ElementsAre(HasSubstr("the workflow called getenv (block)")));
}

TEST_F(Guard, BlockedClocksSayTheTimeOfTheTurn) {
  run(asks_clock, guard_rules(guard_policy::block));
  EXPECT_EQ(world->result_of("w"), "1");
}

TEST_F(Guard, BlockedThreadsAndFilesFail) {
  run(starts_thread, guard_rules(guard_policy::block));
  EXPECT_EQ(world->result_of("w"), R"("no thread")");
  const journal::test::temporary_folder folder;
  touched = folder / "touched";
  run(writes_file, guard_rules(guard_policy::block));
  EXPECT_EQ(world->result_of("w"), R"("done")");
  EXPECT_NE(::access(touched.c_str(), F_OK), 0);
}

TEST_F(Guard, BlockAbortsTheTurnWhereACallCannotFail) {
  run(draws, guard_rules(guard_policy::block));
  EXPECT_THAT(reason(), HasSubstr("the workflow called rand"));
}

// Whatever the turn does before it is known to be none has no effect.
TEST_F(Guard, NothingIsWrittenByATurnThatIsAborted) {
  const journal::test::temporary_folder folder;
  touched = folder / "touched";
  run(writes_file, guard_rules());
  EXPECT_THAT(reason(), HasSubstr("the workflow called fopen"));
  EXPECT_NE(::access(touched.c_str(), F_OK), 0);
}

// A clock that stood still would let it wait for ever, and nobody would hear of it.
TEST_F(Guard, ATurnThatWaitsForTimeToPassComesToItsEndAndIsReported) {
  run(waits_for_a_condition, guard_rules());
  EXPECT_THAT(reason(), HasSubstr("the workflow called clock_gettime"));
}

TEST_F(Guard, StandardOutputIsOfUseAfterATurnThatPrintedToIt) {
  run(prints, guard_rules());
  EXPECT_THAT(reason(), HasSubstr("the workflow called "));
  EXPECT_TRUE(std::cout.good());
}

TEST_F(Guard, AFunctionMayHaveARuleOfItsOwn) {
  run(asks_environment, guard_rules().set("getenv", guard_policy::allow));
  EXPECT_EQ(world->result_of("w"), R"("north")");
  run(asks_environment, guard_rules(guard_policy::allow).set("environment", guard_policy::block));
  EXPECT_EQ(world->result_of("w"), R"("none")");
}

TEST_F(Guard, ARuleForWhatNobodyWatchesIsRefusedWithWhatThereIs) {
  guard_rules rules;
  try {
    rules.set("getenvv", guard_policy::allow);
    FAIL();
  } catch (const std::invalid_argument& refused) {
    EXPECT_THAT(refused.what(),
                AllOf(HasSubstr("'getenvv'"), HasSubstr("time zone"), HasSubstr("getenv,")));
  }
}

using GuardDeath = Guard;

TEST_F(GuardDeath, StopEndsTheProcessWithTheReport) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(run(asks_environment, guard_rules(guard_policy::stop)),
               "theus: a workflow called getenv: the process is another on replay");
}

// On replay the code of a workflow is watched as it was at first.
TEST_F(Guard, ACallOnReplaySetsTheRunAside) {
  run(asks_environment, guard_rules(guard_policy::allow));
  EXPECT_EQ(world->result_of("w"), R"("north")");
  ASSERT_TRUE(world->start("tested", "w3"));
  world->crash();
  world->app.guard(guard_rules());
  world->open();
  world->advance(1s);
  EXPECT_THAT(reason(), HasSubstr("the workflow called getenv"));
}

void ask_clock(int) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
}

workflow<std::string> is_interrupted(context& ctx) {
  co_await ctx.sleep(1s);
  ::raise(SIGUSR1);
  co_return "fine";
}

// A profiler's timer may come whenever it likes.
TEST_F(Guard, WhatASignalHandlerCallsIsNotTheWorkflows) {
  const auto before = std::signal(SIGUSR1, ask_clock);
  run(is_interrupted, guard_rules());
  EXPECT_EQ(world->result_of("w"), R"("fine")");
  std::signal(SIGUSR1, before);
}

workflow<std::int64_t> prints_to_memory(context& ctx) {
  co_await ctx.sleep(1s);
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* const memory = ::open_memstream(&text, &size);
  errno = 0;
  std::fputs("seven", memory);
  const int seen = errno;
  std::fclose(memory);
  std::free(text);
  co_return seen == 0 ? static_cast<std::int64_t>(size) : -seen;
}

TEST_F(Guard, AStreamInMemoryIsNoFileAndErrnoStays) {
  run(prints_to_memory, guard_rules());
  EXPECT_EQ(world->result_of("w"), "5");
}

TEST_F(Guard, ActivitiesMayCallAnything) {
  application app;
  app.add(
      "tested",
      +[](context& ctx) -> workflow<std::string> { co_return co_await ctx.call(read_region); });
  app.bind(read_region, [] { return region(); });
  ::setenv("THEUS_REGION", "north", 1);
  engine_world there(std::move(app));
  there.open();
  ASSERT_TRUE(there.start("tested", "w"));
  there.settle();
  EXPECT_EQ(there.result_of("w"), R"("north")");
}

}  // namespace
}  // namespace theus
