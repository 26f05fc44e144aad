#include <algorithm>
#include <thread>

#include <gmock/gmock.h>

#include "theus/journal/history_file.hpp"
#include "theus/runtime.hpp"

#include "tool_fixture.hpp"
#include "toy_application.hpp"

namespace theus::toy {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// What users and scripts get wrong: one line that names the thing, a code that tells the kind, and
// a journal that is as it was.
class BadInput : public Tool, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    tool({"start", "approval", "--id", "one", "--arg", "\"x\""});
    if (GetParam()) toy = hold();
    before = tool({"list"}).out;
  }
  void TearDown() override { EXPECT_EQ(tool({"list"}).out, before); }

  void expect_refused(const std::vector<std::string>& arguments, int code,
                      const std::string& part) {
    const auto refused = tool(arguments);
    EXPECT_EQ(refused.code, code) << refused.err;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("error: "), HasSubstr(part)));
    EXPECT_EQ(std::ranges::count(refused.err, '\n'), 1) << refused.err;
    EXPECT_EQ(refused.out, "");
  }

  std::unique_ptr<running_toy> toy;
  std::string before;
};

INSTANTIATE_TEST_SUITE_P(Journal, BadInput, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Held" : "AtRest"; });

TEST_P(BadInput, MalformedJson) {
  for (const auto* text : {"{", "[1,", "nul", "1e400", "\"\\ud800\"", "{\"a\":1,\"a\":2}", "'x'",
                           "\"\xFF\"", "1 2", ""}) {
    expect_refused({"start", "approval", "--id", "two", "--arg", text}, 2, "bad_input");
    expect_refused({"signal", "one", "approved", text}, 2, "bad_input");
  }
  const std::string deep(10'000, '[');
  expect_refused({"signal", "one", "approved", deep}, 2, "bad_input");
  expect_refused({"start", "approval", "--args", deep}, 2, "bad_input");
}

TEST_P(BadInput, TheJournalMayBeGivenBeforeTheVerb) {
  EXPECT_EQ(bare_tool(app, {"--journal", journal.string(), "list"}).out, before);
  EXPECT_EQ(bare_tool(app, {"--journal=" + journal.string(), "list"}).out, before);
  for (const auto& cut : {std::vector<std::string>{"--journal", journal.string()},
                          std::vector<std::string>{"--journal"}}) {
    EXPECT_EQ(bare_tool(app, cut).code, 2);
  }
}

TEST_P(BadInput, FilesAreCheckedToo) {
  write(file("deep.json"), std::string(10 * 1024 * 1024, '['));
  expect_refused({"start", "approval", "--args-file", file("deep.json").string()}, 2,
                 "limit_exceeded");
  write(file("bad.json"), "[\"x\"");
  expect_refused({"start", "approval", "--args-file", file("bad.json").string()}, 2, "bad.json");
  expect_refused({"start", "approval", "--args-file", file("none.json").string()}, 3, "none.json");
}

TEST_P(BadInput, WrongTypes) {
  expect_refused({"start", "approval", "--id", "two", "--arg", "5"}, 2, "expected a string");
  expect_refused({"start", "approval", "--id", "two"}, 2, "wrong_type");
  expect_refused({"start", "approval", "--id", "two", "--args", "{}"}, 2, "wrong_type");
  expect_refused({"start", "nap", "--id", "two", "--arg", "1.5"}, 2, "wrong_type");
}

TEST_P(BadInput, UnknownWorkflow) {
  expect_refused({"start", "nothing", "--id", "two"}, 2, "no workflow named 'nothing'");
}

TEST_P(BadInput, OversizedPayload) {
  // An argument of a command line holds 128 KiB; a file more.
  write(file("large.json"), "[\"" + std::string(2 * 1024 * 1024, 'x') + "\"]");
  expect_refused({"start", "approval", "--args-file", file("large.json").string()}, 2,
                 "limit_exceeded");
  expect_refused({"signal", "one", "approved", "\"" + std::string(2 * 1024 * 1024, 'x') + "\""}, 2,
                 "limit_exceeded");
  expect_refused({"start", "approval", "--id", std::string(2'000, 'x'), "--arg", "\"x\""}, 2,
                 "limit_exceeded");
}

TEST_P(BadInput, DuplicateWorkflowId) {
  expect_refused({"start", "approval", "--id", "one", "--arg", "\"x\""}, 6, "held by running run");
}

TEST_P(BadInput, NotThere) {
  expect_refused({"signal", "nobody", "approved", "true"}, 3, "'nobody'");
  expect_refused({"cancel", "nobody"}, 3, "'nobody'");
  expect_refused({"result", "nobody"}, 3, "'nobody'");
  expect_refused({"history", "nobody"}, 3, "'nobody'");
  expect_refused({"replay", "nobody"}, 3, "'nobody'");
  expect_refused({"export", "nobody", "-o", file("x").string()}, 3, "'nobody'");
  expect_refused({"import", file("none").string()}, 3, "none");
  expect_refused({"retry", "nobody"}, 3, "'nobody'");
}

TEST_P(BadInput, Flags) {
  expect_refused({"list", "--status", "sleeping"}, 2, "sleeping");
  expect_refused({"list", "--after", "xyz"}, 2, "not a run id");
  expect_refused({"list", "--limit", "0"}, 2, "--limit");
  expect_refused({"list", "--no-such-flag"}, 2, "--no-such-flag");
  expect_refused({"start"}, 2, "workflow");
  expect_refused({"replay"}, 2, "--all");
  expect_refused({"replay", "one", "--all"}, 2, "--all");
  expect_refused({"start", "approval", "--arg", "1", "--args", "[1]"}, 2, "--args");
}

TEST_P(BadInput, DamagedFilesAreNotImportedOrReplayed) {
  const auto exported = file("one.history");
  ASSERT_EQ(tool({"export", "one", "-o", exported.string()}).code, 0);
  const auto good = read(exported);
  const auto damaged = file("damaged.history");
  for (std::size_t i = 0; i < good.size(); i += 7) {
    auto bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x20);
    write(damaged, bytes);
    for (const auto& verb : {std::vector<std::string>{"import", damaged.string()},
                             std::vector<std::string>{"replay", "--file", damaged.string()}}) {
      const auto refused = tool(verb);
      EXPECT_THAT(refused.code, ::testing::AnyOf(2, 5)) << "byte " << i << ": " << refused.err;
    }
  }
  write(damaged, good.substr(0, good.size() / 2));
  EXPECT_EQ(tool({"import", damaged.string()}).code, 5);
  write(damaged, "");
  EXPECT_EQ(tool({"import", damaged.string()}).code, 2);
}

TEST_P(BadInput, UnknownRecordVersion) {
  journal::history newer{journal::run_id::make(1, 2, 3), {std::string("\x7F newer", 7)}};
  ASSERT_TRUE(journal::write_history(file("newer"), newer));
  expect_refused({"import", file("newer").string()}, 5, "unknown_version");
  expect_refused({"replay", "--file", file("newer").string()}, 5, "unknown_version");
}

TEST_F(Tool, ASignalToAFinishedRunIsRefused) {
  tool({"start", "nap", "--id", "one", "--arg", "1"});
  run_until_done();
  for (const bool held : {false, true}) {
    const auto toy = held ? hold() : nullptr;
    const auto refused = tool({"signal", "one", "approved", "true"});
    EXPECT_EQ(refused.code, 6);
    EXPECT_THAT(refused.err, HasSubstr("run_finished"));
    EXPECT_EQ(tool({"cancel", "one"}).code, 6);
  }
}

TEST_F(Tool, AnUnknownActivityIsNamedAndTriedAgainByAnotherBinary) {
  tool({"start", "echo", "--id", "one", "--arg", "\"x\""});
  const auto without = make_application(toy_kind::without_activities);
  {
    runtime_options options;
    options.journal = journal;
    options.report = [](const std::string&) {};
    runtime unfit(without, options);
    while (tool({"history", "one"}).out.find("attempt 1 failed") == std::string::npos) {
      std::this_thread::yield();
    }
    EXPECT_THAT(tool({"history", "one"}).out,
                HasSubstr("unknown_activity: no activity named 'shout' is bound"));
  }
  run_until_done();
  EXPECT_EQ(tool({"result", "one"}).out, "\"x!\"\n");
}

TEST_F(Tool, AVerbDoesNotMakeAJournalByMistake) {
  for (const auto& verb : {std::vector<std::string>{"list"},
                           {"history", "one"},
                           {"stuck"},
                           {"status"},
                           {"rebuild"},
                           {"signal", "one", "x"},
                           {"replay", "--all"}}) {
    const auto refused = tool(verb);
    EXPECT_EQ(refused.code, 3);
    EXPECT_THAT(refused.err, HasSubstr("there is no journal in"));
  }
  const auto nowhere = (journal.parent_path() / "nowhere").string();
  EXPECT_THAT(tool({"replay", "--all", "--folder", nowhere}).err, HasSubstr("nowhere"));
  EXPECT_EQ(tool({"start", "nothing"}).code, 2);
  EXPECT_FALSE(std::filesystem::exists(journal));
}

}  // namespace
}  // namespace theus::toy
