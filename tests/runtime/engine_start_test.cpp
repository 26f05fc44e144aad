#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// What a start does when its workflow id has been used, and starts that bring a signal (rule 27).
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::count_of;
using testing::engine_world;
using testing::faulty_store;
using ::testing::HasSubstr;

constexpr signal<int> number{"number"};

bool has_a_bug = false;

// Adds what it is told, until that is zero; fails on a negative number.
workflow<int> adds(context& ctx) {
  int sum = 0;
  while (true) {
    const int next = co_await ctx.receive(number);
    if (has_a_bug) throw std::logic_error("the bug of this binary");
    if (next < 0) throw failure("negative", "no");
    if (next == 0) co_return sum;
    sum += next;
    ctx["sum"] = sum;
  }
}

application app() {
  application made;
  made.add("adds", adds);
  return made;
}

class EngineStart : public ::testing::Test {
 protected:
  EngineStart() : world(app()) {
    has_a_bug = false;
    world.open();
  }

  result<start_reply> start(id_policy policy, const std::string& request_id = "",
                            std::optional<first_signal> signal = {}) {
    std::optional<result<start_reply>> reply;
    world.running().start({"adds", "w", request_id, "[]", policy, std::move(signal)},
                          [&](result<start_reply> r) { reply = std::move(r); });
    world.settle();
    return reply.value_or(error{errc::timed_out, "not answered"});
  }
  result<start_reply> signal_with_start(const std::string& value,
                                        const std::string& request_id = "") {
    return start(id_policy::reject, request_id, first_signal{"number", value});
  }
  static errc code_of(const result<start_reply>& r) { return r ? errc{} : r.error().code; }
  journal::run_status status(journal::run_id run) {
    return (*world.store().instance(run).value()).status;
  }
  void tell(const std::string& value) { ASSERT_TRUE(world.signal("w", "number", value)); }

  engine_world world;
};

TEST_F(EngineStart, Rule27JoinGivesTheRunThatIsOpenAndElseBeginsOne) {
  const auto first = start(id_policy::join);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->already_started);
  const auto second = start(id_policy::join);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->run, first->run);
  EXPECT_TRUE(second->already_started);
  world.crash();
  world.open();
  EXPECT_EQ(start(id_policy::join).value().run, first->run);
  tell("0");
  EXPECT_NE(start(id_policy::join).value().run, first->run);
}

TEST_F(EngineStart, Rule27ReplaceTerminatesTheRunThatIsOpen) {
  const auto first = start(id_policy::replace).value().run;
  tell("5");
  world.crash();
  world.open();
  const auto second = start(id_policy::replace, "again");
  ASSERT_TRUE(second);
  EXPECT_NE(second->run, first);
  EXPECT_FALSE(second->already_started);
  EXPECT_EQ(status(first), journal::run_status::terminated);
  EXPECT_EQ(start(id_policy::replace, "again").value().run, second->run);
  EXPECT_EQ(status(second->run), journal::run_status::running);
}

TEST_F(EngineStart, Rule27ReplaceWorksOnARunThatIsStuckOrPaused) {
  const auto stuck = start(id_policy::reject).value().run;
  has_a_bug = true;
  tell("5");
  ASSERT_EQ(world.stuck().size(), 1u);
  has_a_bug = false;
  const auto paused = start(id_policy::replace).value().run;
  EXPECT_EQ(status(stuck), journal::run_status::terminated);
  ASSERT_TRUE(world.pause("w"));
  const auto last = start(id_policy::replace).value().run;
  EXPECT_EQ(status(paused), journal::run_status::terminated);
  EXPECT_EQ(world.run_of("w"), last);
}

TEST_F(EngineStart, Rule27TwoThatReplaceAtOnceLeaveOneRun) {
  ASSERT_TRUE(start(id_policy::reject));
  std::vector<result<start_reply>> replies;
  for (int i = 0; i < 2; ++i) {
    world.running().start({"adds", "w", "", "[]", id_policy::replace},
                          [&](result<start_reply> r) { replies.push_back(std::move(r)); });
  }
  world.settle();
  ASSERT_EQ(replies.size(), 2u);
  std::size_t running = 0;
  for (const auto& each : replies) {
    ASSERT_TRUE(each);
    running += status(each->run) == journal::run_status::running ? 1 : 0;
  }
  EXPECT_EQ(running, 1u);
}

TEST_F(EngineStart, Rule27AfterFailureOneThatCompletedIsTheLast) {
  ASSERT_TRUE(start(id_policy::after_failure));
  EXPECT_EQ(code_of(start(id_policy::after_failure)), errc::workflow_exists);
  tell("-1");
  ASSERT_TRUE(start(id_policy::after_failure));  // the one before failed
  ASSERT_TRUE(world.terminate("w"));
  ASSERT_TRUE(start(id_policy::after_failure));
  tell("0");
  const auto refused = start(id_policy::after_failure);
  EXPECT_EQ(code_of(refused), errc::workflow_exists);
  EXPECT_THAT(refused.error().message, HasSubstr("has completed"));
  EXPECT_TRUE(start(id_policy::reject));
}

TEST_F(EngineStart, Rule27ARequestIdComesBeforeThePolicy) {
  const auto first = start(id_policy::reject, "r").value().run;
  EXPECT_EQ(start(id_policy::replace, "r").value().run, first);
  EXPECT_EQ(start(id_policy::after_failure, "r").value().run, first);
  tell("0");
  EXPECT_EQ(start(id_policy::after_failure, "r").value().run, first);
}

TEST_F(EngineStart, Rule09ReplaceBehindALostAppendEndsOneAndBeginsOne) {
  for (const auto fault :
       {faulty_store::fault::unknown_but_written, faulty_store::fault::unknown_and_lost}) {
    const auto before = start(id_policy::join).value().run;
    world.store().fail(fault);
    const auto next = start(id_policy::replace);
    ASSERT_TRUE(next);
    EXPECT_NE(next->run, before);
    EXPECT_EQ(status(before), journal::run_status::terminated);
    EXPECT_EQ(status(next->run), journal::run_status::running);
  }
}

TEST_F(EngineStart, ASignalWithAStartIsInItsFirstRecord) {
  const auto begun = signal_with_start("7");
  ASSERT_TRUE(begun);
  EXPECT_FALSE(begun->already_started);
  const auto records = world.records("w");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(journal::events_of(records.front()).size(), 2u);
  const auto again = signal_with_start("8");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->already_started);
  EXPECT_EQ(again->run, begun->run);
  tell("0");
  EXPECT_EQ(world.result_of("w"), "15");
}

TEST_F(EngineStart, ASignalWithAStartIsTakenOnceByItsRequestId) {
  const auto first = signal_with_start("7", "a").value().run;
  EXPECT_EQ(signal_with_start("7", "a").value().run, first);
  EXPECT_EQ(signal_with_start("8", "b").value().run, first);
  EXPECT_EQ(signal_with_start("8", "b").value().run, first);
  world.crash();
  world.open();
  EXPECT_EQ(signal_with_start("8", "b").value().run, first);
  EXPECT_EQ(count_of<journal::signal_received>(world.events("w")), 2u);
  tell("0");
  EXPECT_EQ(world.result_of("w"), "15");
  EXPECT_EQ(signal_with_start("7", "a").value().run, first);  // also behind its end
  EXPECT_EQ(signal_with_start("8", "b").value().run, first);
  EXPECT_NE(signal_with_start("9", "c").value().run, first);
}

TEST_F(EngineStart, ASignalWithAStartToARunThatIsJustEndingBeginsTheNext) {
  const auto first = signal_with_start("7").value().run;
  std::optional<result<start_reply>> reply;
  world.running().signal({"w", "number", "0", ""}, [](result<void>) {});
  world.running().start({"adds", "w", "", "[]", id_policy::reject, first_signal{"number", "3"}},
                        [&](result<start_reply> r) { reply = std::move(r); });
  world.settle();
  ASSERT_TRUE(reply && *reply);
  EXPECT_NE((*reply)->run, first);
  EXPECT_FALSE((*reply)->already_started);
  tell("0");
  EXPECT_EQ(world.result_of("w"), "3");
}

TEST_F(EngineStart, SaysWhatDoesNotFit) {
  EXPECT_EQ(code_of(start(id_policy::join, "", first_signal{"", "1"})), errc::bad_input);
  EXPECT_EQ(code_of(start(id_policy::join, "", first_signal{std::string(100'000, 'x'), "1"})),
            errc::limit_exceeded);
}

}  // namespace
}  // namespace theus
