#include <csignal>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "tool_fixture.hpp"
#include "toy_application.hpp"

namespace theus::toy {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Every verb does the same whether a runtime holds the journal or none does; `execute` makes the
// difference go away: with a runtime things happen by themselves.
class Verbs : public Tool, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) toy = hold();
  }
  void execute() {
    if (!GetParam()) run_until_done();
  }
  boost::json::object outcome_of(const std::string& id) {
    execute();
    return tool({"result", id, "--json"}).document();
  }

  std::unique_ptr<running_toy> toy;
};

INSTANTIATE_TEST_SUITE_P(Journal, Verbs, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Held" : "AtRest"; });

TEST_P(Verbs, StartSignalAndResult) {
  const auto started = tool({"start", "approval", "--id", "one", "--arg", "\"x\"", "--json"});
  ASSERT_EQ(started.code, 0) << started.err;
  EXPECT_EQ(started.document().at("workflow_id"), "one");
  EXPECT_EQ(started.document().at("already_started"), false);
  EXPECT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
  const auto outcome = outcome_of("one");
  EXPECT_EQ(outcome.at("status"), "completed");
  EXPECT_EQ(outcome.at("result"), "x!");
  EXPECT_EQ(outcome.at("run"), started.document().at("run"));
  EXPECT_EQ(tool({"result", "one"}).out, "\"x!\"\n");
}

TEST_P(Verbs, AFailedRunIsExitCode1) {
  tool({"start", "approval", "--id", "one", "--arg", "\"x\""});
  tool({"signal", "one", "approved", "false"});
  execute();
  const auto failed = tool({"result", "one"});
  EXPECT_EQ(failed.code, 1);
  EXPECT_EQ(failed.out, "");
  EXPECT_THAT(failed.err, HasSubstr("refused: nobody wants x"));
  const auto document = tool({"result", "one", "--json"}).document();
  EXPECT_EQ(document.at("status"), "failed");
  EXPECT_EQ(document.at("failure").at("type"), "refused");
}

TEST_P(Verbs, CancelEndsARun) {
  tool({"start", "approval", "--id", "one", "--arg", "\"x\""});
  EXPECT_EQ(tool({"cancel", "one", "--reason", "changed my mind"}).code, 0);
  EXPECT_EQ(outcome_of("one").at("status"), "cancelled");
}

TEST_P(Verbs, Rule27TheSameRequestIdStartsOnce) {
  const std::vector<std::string> start{"start",  "nap",   "--id", "n",     "--request-id",
                                       "monday", "--arg", "1",    "--json"};
  const auto first = tool(start).document();
  const auto second = tool(start).document();
  EXPECT_EQ(second.at("run"), first.at("run"));
  EXPECT_EQ(second.at("already_started"), true);
}

TEST_P(Verbs, ListFiltersAndPages) {
  for (const auto* id : {"a", "b", "c"}) tool({"start", "nap", "--id", id, "--arg", "1"});
  tool({"start", "approval", "--id", "d", "--arg", "\"x\""});
  if (GetParam()) {
    for (const auto* id : {"a", "b", "c"}) tool({"result", id});
  } else {
    // The waiting one is ended and started anew, so that everything can run to its end.
    tool({"cancel", "d"});
    run_until_done();
    tool({"start", "approval", "--id", "d", "--arg", "\"x\""});
  }
  const auto napped = tool({"list", "--type", "nap", "--json"}).lines();
  ASSERT_EQ(napped.size(), 3u);
  for (const auto& row : napped) EXPECT_EQ(row.at("status"), "completed");
  const auto running = tool({"list", "--status", "running", "--json"}).lines();
  ASSERT_EQ(running.size(), 1u);
  EXPECT_EQ(running[0].at("workflow_id"), "d");

  const auto page = tool({"list", "--type", "nap", "--limit", "2", "--json"});
  ASSERT_EQ(page.lines().size(), 2u);
  EXPECT_THAT(page.err, HasSubstr("--after"));
  const std::string last(page.lines()[1].at("run").as_string());
  const auto rest = tool({"list", "--type", "nap", "--after", last, "--json"}).lines();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0], napped[2]);
  EXPECT_THAT(tool({"list"}).out, AllOf(HasSubstr("completed  "), HasSubstr("approval  d\n")));
}

TEST_P(Verbs, HistoryShowsEveryRecord) {
  tool({"start", "echo", "--id", "one", "--arg", "\"hé\""});
  outcome_of("one");
  const auto text = tool({"history", "one"}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("of echo 'one', completed"), HasSubstr("started echo [\"hé\"]"),
                          HasSubstr("< #1 call shout [\"hé\"]"),
                          HasSubstr("> #1 completed \"hé!\""), HasSubstr("< complete \"hé!\"")));
  const auto records = tool({"history", "one", "--json"}).lines();
  ASSERT_GE(records.size(), 2u);
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].at("sequence"), i + 1);
    EXPECT_TRUE(records[i].contains("hash"));
  }
  const auto& last = records.back();
  EXPECT_EQ(last.at("record"), "turn");
  EXPECT_EQ(last.at("events").at(0).at("kind"), "activity_completed");
  EXPECT_EQ(last.at("commands").at(0).at("result"), "hé!");
}

TEST_P(Verbs, ExportImportReplayRoundTrip) {
  tool({"start", "approval", "--id", "one", "--arg", "\"x\""});
  tool({"signal", "one", "approved", "true"});
  outcome_of("one");
  const auto exported = file("one.history");
  ASSERT_EQ(tool({"export", "one", "-o", exported.string()}).code, 0);
  EXPECT_EQ(tool({"replay", "one"}).code, 0);
  EXPECT_EQ(bare_tool(app, {"replay", "--file", exported.string()}).code, 0);

  const auto elsewhere = file("elsewhere").string();
  ASSERT_EQ(bare_tool(app, {"import", exported.string(), "--journal", elsewhere}).code, 0);
  EXPECT_EQ(bare_tool(app, {"result", "one", "--journal", elsewhere}).out, "\"x!\"\n");
  EXPECT_EQ(bare_tool(app, {"history", "one", "--journal", elsewhere}).out,
            tool({"history", "one"}).out);
  const auto again = file("again.history");
  bare_tool(app, {"export", "one", "-o", again.string(), "--journal", elsewhere});
  EXPECT_EQ(read(again), read(exported));

  // Where it is already, it is refused.
  EXPECT_EQ(tool({"import", exported.string()}).code, 6);
}

TEST_P(Verbs, AnImportedRunGoesOn) {
  const auto elsewhere = file("elsewhere").string();
  bare_tool(app, {"start", "approval", "--id", "one", "--arg", "\"x\"", "--journal", elsewhere});
  const auto exported = file("one.history");
  bare_tool(app, {"export", "one", "-o", exported.string(), "--journal", elsewhere});
  if (!GetParam()) tool({"start", "nap", "--id", "other", "--arg", "1"});
  const auto imported = tool({"import", exported.string()});
  ASSERT_EQ(imported.code, 0) << imported.err;
  EXPECT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
  EXPECT_EQ(outcome_of("one").at("result"), "x!");
}

TEST_P(Verbs, ReplayFindsChangedCode) {
  tool({"start", "echo", "--id", "one", "--arg", "\"x\""});
  tool({"start", "nap", "--id", "two", "--arg", "1"});
  outcome_of("one");
  outcome_of("two");
  const auto changed = make_application(toy_kind::changed);
  const auto one = tool(changed, {"replay", "one"});
  EXPECT_EQ(one.code, 1);
  EXPECT_THAT(one.out, AllOf(HasSubstr("mismatch: workflow 'one'"), HasSubstr("shout"),
                             HasSubstr("whisper"), HasSubstr("toy_application.cpp")));
  EXPECT_EQ(tool(changed, {"replay", "two"}).code, 0);
  const auto all = tool(changed, {"replay", "--all"});
  EXPECT_EQ(all.code, 1);
  EXPECT_THAT(all.out, HasSubstr("1 of 2 runs fit this binary"));
  const auto verdicts = tool(changed, {"replay", "--all", "--json"}).lines();
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_EQ(tool({"replay", "--all"}).code, 0);

  const auto folder = journal.parent_path() / "histories";
  std::filesystem::create_directories(folder);
  for (const std::string id : {"one", "two"})
    EXPECT_EQ(tool({"export", id, "-o", (folder / (id + ".history")).string()}).code, 0);
  const std::vector<std::string> gate{"replay",        "--all",  "--folder",
                                      folder.string(), "--jobs", "3"};
  EXPECT_EQ(tool(changed, gate).code, 1);
  EXPECT_THAT(tool(changed, gate).out, HasSubstr("1 of 2 runs fit this binary"));
  EXPECT_THAT(tool(gate).out, HasSubstr("2 of 2 runs fit this binary"));
  std::ofstream(folder / "bad.history") << "no history";
  const auto unread = tool(gate);
  EXPECT_NE(unread.code, 0);
  EXPECT_THAT(unread.err, HasSubstr("bad.history"));
  EXPECT_THAT(unread.out, HasSubstr("2 of 3 runs fit this binary"));

  application without;
  const auto unknown = tool(without, {"replay", "two", "--json"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_EQ(unknown.document().at("verdict"), "unknown_workflow");
}

TEST_P(Verbs, StuckNamesTheBug) {
  tool({"start", "broken", "--id", "one", "--arg", "\"x\""});
  tool({"start", "approval", "--id", "fine", "--arg", "\"x\""});
  if (!GetParam()) {
    auto once = hold();
    while (tool({"stuck"}).out.empty()) std::this_thread::yield();
    once->send(SIGTERM);
    EXPECT_EQ(once->wait(), 0);
  }
  std::vector<boost::json::object> stuck;
  while (stuck.empty()) stuck = tool({"stuck", "--json"}).lines();
  ASSERT_EQ(stuck.size(), 1u);
  EXPECT_EQ(stuck[0].at("workflow_id"), "one");
  EXPECT_THAT(std::string(stuck[0].at("reason").as_string()),
              AllOf(HasSubstr("std::logic_error"), HasSubstr("a bug behind x!")));
  EXPECT_EQ(tool({"retry", "one"}).code, GetParam() ? 0 : 4);
}

TEST_P(Verbs, StatusCountsRuns) {
  tool({"start", "approval", "--id", "one", "--arg", "\"x\""});
  const auto status = tool({"status", "--json"}).document();
  EXPECT_EQ(status.at("running"), 1);
  EXPECT_EQ(status.at("completed"), 0);
  EXPECT_EQ(status.contains("process_id"), GetParam());
  if (GetParam()) {
    EXPECT_EQ(status.at("process_id"), toy->process_id());
  }
}

TEST_P(Verbs, StartWithWaitPrintsTheResult) {
  const auto waited = tool({"start", "echo", "--id", "one", "--arg", "\"x\"", "--wait"});
  if (GetParam()) {
    EXPECT_EQ(waited.out, "\"x!\"\n");
  } else {
    EXPECT_EQ(waited.code, 4);
    EXPECT_THAT(waited.err, HasSubstr("Nothing was started"));
    EXPECT_EQ(tool({"list"}).out, "");
  }
}

TEST_P(Verbs, RebuildNeedsTheJournalForItself) {
  tool({"start", "approval", "--id", "one", "--arg", "\"x\""});
  const auto before = tool({"list"}).out;
  const auto rebuilt = tool({"rebuild", "--json"});
  EXPECT_EQ(rebuilt.code, GetParam() ? 4 : 0);
  if (!GetParam()) {
    EXPECT_EQ(rebuilt.document().at("runs"), 1);
  }
  EXPECT_EQ(tool({"list"}).out, before);
}

}  // namespace
}  // namespace theus::toy
