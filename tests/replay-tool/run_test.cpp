#include <csignal>
#include <thread>

#include <gmock/gmock.h>

#include "theus/runtime/control_client.hpp"

#include "tool_fixture.hpp"

namespace theus::toy {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(Tool, RunStopsInOrderOnASignal) {
  for (const int signal_number : {SIGINT, SIGTERM}) {
    auto toy = hold();
    tool({"start", "approval", "--id", std::to_string(signal_number), "--arg", "\"x\""});
    toy->send(signal_number);
    EXPECT_EQ(toy->wait(), 0);
    EXPECT_FALSE(control_client::connect(journal));
  }
  EXPECT_EQ(tool({"list", "--status", "running", "--json"}).lines().size(), 2u);
}

TEST_F(Tool, WhatWasAcknowledgedSurvivesSigkill) {
  auto toy = hold();
  tool({"start", "approval", "--id", "one", "--arg", "\"x\""});
  tool({"signal", "one", "approved", "true"});
  toy->send(SIGKILL);
  EXPECT_EQ(toy->wait(), 128 + SIGKILL);
  run_until_done();
  EXPECT_EQ(tool({"result", "one"}).out, "\"x!\"\n");
}

TEST_F(Tool, ASecondRunIsRefusedAndNamesTheHolder) {
  const auto toy = hold();
  const auto refused = tool({"run"});
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("journal_in_use"),
                                 HasSubstr("process " + std::to_string(toy->process_id()))));
  EXPECT_EQ(tool({"start", "echo", "--arg", "\"x\"", "--wait"}).out, "\"x!\"\n");
}

TEST_F(Tool, RunExitsWhenDone) {
  tool({"start", "nap", "--id", "one", "--arg", "20"});
  tool({"start", "echo", "--id", "two", "--arg", "\"x\""});
  const auto ran = tool({"run", "--exit-when-done"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("stopped"));
  EXPECT_EQ(tool({"result", "one"}).out, "20\n");
  EXPECT_EQ(tool({"result", "two"}).out, "\"x!\"\n");
}

#ifdef THEUS_FAIL_POINTS
TEST_F(Tool, RunEndsWhenTheJournalTakesNoMoreAppends) {
  // The first write takes the epoch, the second the first start.
  const auto toy = hold("append.before_write=error@3");
  EXPECT_EQ(tool({"start", "approval", "--id", "one", "--arg", "\"x\""}).code, 0);
  const auto refused = tool({"start", "approval", "--id", "two", "--arg", "\"x\""});
  EXPECT_THAT(refused.code, ::testing::AnyOf(7, 8)) << refused.err;
  EXPECT_EQ(toy->wait(), 7);
  EXPECT_EQ(tool({"list", "--json"}).lines().size(), 1u);
}
#endif

TEST_F(Tool, ResultGivesUpAfterItsTimeout) {
  const auto toy = hold();
  tool({"start", "approval", "--id", "one", "--arg", "\"x\""});
  EXPECT_EQ(tool({"result", "one", "--timeout", "0.02"}).code, 8);
}

TEST_F(Tool, ALongJournalPathWorks) {
  journal = folder / std::string(150, 'j');
  const auto toy = hold();
  EXPECT_EQ(tool({"start", "echo", "--arg", "\"x\"", "--wait"}).out, "\"x!\"\n");
}

TEST_F(Tool, HelpTeachesEveryVerb) {
  const auto help = bare_tool(app, {"--help"});
  EXPECT_EQ(help.code, 0);
  for (const auto* verb : {"run", "start", "signal", "result", "cancel", "list", "history",
                           "replay", "export", "import", "stuck", "retry", "status", "rebuild"}) {
    EXPECT_THAT(help.out, HasSubstr(verb));
    const auto more = bare_tool(app, {verb, "--help"});
    EXPECT_EQ(more.code, 0);
    EXPECT_THAT(more.out, AllOf(HasSubstr("Example"), HasSubstr("--journal")));
  }
  EXPECT_EQ(bare_tool(app, {}).code, 2);
  EXPECT_EQ(bare_tool(app, {"dance"}).code, 2);
}

}  // namespace
}  // namespace theus::toy
