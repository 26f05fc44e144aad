#include <csignal>
#include <thread>

#include <gmock/gmock.h>

#include "theus/journal/history_file.hpp"
#include "theus/journal/stores.hpp"

#include "tool_fixture.hpp"
#include "toy_application.hpp"

namespace theus::toy {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// One finished run with phases and iterations that are over.
class Checkpoints : public Tool, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    ASSERT_EQ(tool({"start", "travels", "--id", "one", "--arg", "\"hat\""}).code, 0);
    run_until_done();
    if (GetParam()) toy = hold();
  }

  std::unique_ptr<running_toy> toy;
};

INSTANTIATE_TEST_SUITE_P(Journal, Checkpoints, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Held" : "AtRest"; });

TEST_P(Checkpoints, AreTakenListedAndVerified) {
  EXPECT_THAT(tool({"checkpoint", "one", "--list", "--json"}).lines(), SizeIs(0));
  const auto taken = tool({"checkpoint", "one", "--json"}).document();
  EXPECT_EQ(taken.at("taken"), true);
  EXPECT_EQ(taken.at("from"), 0);
  const auto last = tool({"show", "one", "--json"}).document().at("turn");
  EXPECT_EQ(taken.at("at"), last);
  EXPECT_GT(taken.at("nodes").to_number<int>(), 0);
  const auto listed = tool({"checkpoint", "one", "--list", "--json"}).lines();
  ASSERT_THAT(listed, SizeIs(1));
  EXPECT_EQ(listed[0].at("at"), last);
  EXPECT_EQ(listed[0].at("truth"), false);
  EXPECT_GT(listed[0].at("bytes").to_number<int>(), 100);
  EXPECT_THAT(tool({"checkpoint", "one", "--list"}).out, HasSubstr(" trees\n"));
  const auto verified = tool({"checkpoint", "one", "--verify", "--json"}).lines();
  ASSERT_THAT(verified, SizeIs(1));
  EXPECT_EQ(verified[0].at("verdict"), "good");
  EXPECT_THAT(tool({"checkpoint", "one"}).out, HasSubstr("none was taken"));
  EXPECT_THAT(tool({"checkpoint", "one", "--verify"}).out, HasSubstr(": good"));
  // The turn that ended the run stays.
  EXPECT_EQ(tool({"checkpoint", "one", "--trim"}).code, 2);
  EXPECT_EQ(tool({"checkpoint", "one", "--list", "--verify"}).code, 2);
  EXPECT_EQ(tool({"checkpoint", "two"}).code, 3);
}

class CheckpointsAtRest : public Checkpoints {
 protected:
  // A bit of the run's only checkpoint flips.
  void damage() {
    const auto store = journal::open_rocksdb_store(journal).value();
    const auto ids = store->checkpoints_after(std::nullopt, 10).value();
    ASSERT_THAT(ids, SizeIs(1));
    auto row = *store->checkpoint(ids[0]).value();
    row.bytes[row.bytes.size() / 2] = static_cast<char>(row.bytes[row.bytes.size() / 2] ^ 1);
    ASSERT_TRUE(store->erase_checkpoint(ids[0]));
    ASSERT_TRUE(store->put_checkpoint(row, store->opened()));
  }
};

INSTANTIATE_TEST_SUITE_P(Journal, CheckpointsAtRest, ::testing::Values(false),
                         [](const auto&) { return "AtRest"; });

TEST_P(CheckpointsAtRest, ThatAreNotWhatTheRecordsSayAreNamedHeldOrNot) {
  ASSERT_EQ(tool({"checkpoint", "one"}).code, 0);
  const auto before = tool({"show", "one"}).out;
  ASSERT_NO_FATAL_FAILURE(damage());
  for (const bool is_held : {false, true}) {
    if (is_held) toy = hold();
    const auto verified = tool({"checkpoint", "one", "--verify", "--json"});
    EXPECT_EQ(verified.code, 5);
    EXPECT_EQ(verified.document().at("verdict"), "damaged");
    EXPECT_FALSE(verified.document().at("explanation").as_string().empty());
    EXPECT_EQ(tool({"show", "one"}).out, before);  // by the records
  }
}

TEST_P(CheckpointsAtRest, NeedTheCode) {
  EXPECT_EQ(tool(application(), {"checkpoint", "one"}).code, 2);
}

// A run that waits, once it got so many approvals.
class TrimmedRun : public Tool {
 protected:
  void approve_until(std::int64_t approvals) {
    const auto toy = hold();
    ASSERT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
    await(approvals);
    toy->send(SIGTERM);
    ASSERT_EQ(toy->wait(), 0);
  }
  void await(std::int64_t approvals) {
    for (;;) {
      const auto context = tool({"show", "one", "--json"}).document().at("context").as_object();
      if (context.contains("approvals") && context.at("approvals") == approvals) return;
    }
  }
};

TEST_F(TrimmedRun, Rule07_IsShownReplayedAndFinishedFromItsCheckpoint) {
  ASSERT_EQ(tool({"start", "stays", "--id", "one", "--arg", "\"hat\""}).code, 0);
  approve_until(1);
  const auto before = tool({"show", "one", "--json"}).document();
  EXPECT_EQ(tool({"checkpoint", "one", "--trim"}).code, 3);  // there is none yet
  ASSERT_EQ(tool({"checkpoint", "one"}).code, 0);
  const auto trimmed = tool({"checkpoint", "one", "--trim", "--json"}).document();
  const auto through = trimmed.at("trimmed_through").to_number<int>();
  EXPECT_EQ(through, before.at("turn"));
  EXPECT_EQ(tool({"checkpoint", "one", "--trim"}).code, 6);  // nothing more to trim

  const auto after = tool({"show", "one", "--json"}).document();
  EXPECT_EQ(after.at("context"), before.at("context"));
  EXPECT_EQ(after.at("root"), before.at("root"));
  EXPECT_EQ(after.at("turn"), through);
  const auto gone = tool({"show", "one", "--at", "1"});
  EXPECT_EQ(gone.code, 6);
  EXPECT_THAT(gone.err, AllOf(HasSubstr("were trimmed"), HasSubstr("is known from record")));
  const auto left = tool({"history", "one", "--json"}).lines();
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].at("record"), "anchor");
  EXPECT_EQ(left[0].at("through"), through);
  EXPECT_EQ(tool({"replay", "one"}).code, 0);
  EXPECT_EQ(tool({"replay", "one", "--from-zero"}).code, 0);
  EXPECT_EQ(tool({"stuck"}).code, 0);
  EXPECT_EQ(tool({"rebuild"}).code, 0);
  EXPECT_THAT(tool({"checkpoint", "one", "--verify"}).out, HasSubstr("good"));

  {
    const auto toy = hold();
    ASSERT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
    EXPECT_EQ(tool({"result", "one"}).out, "2\n");
    ASSERT_EQ(tool({"start", "echo", "--id", "two", "--arg", "\"x\""}).code, 0);
    ASSERT_EQ(tool({"result", "two"}).code, 0);
    EXPECT_THAT(tool({"replay", "--all"}).out, HasSubstr("2 of 2 runs fit"));
  }
  const auto finished = tool({"show", "one", "--json"}).document();
  EXPECT_EQ(finished.at("finished"), true);
  EXPECT_EQ(finished.at("context").at("approvals"), 2);
  EXPECT_EQ(tool({"diff", "one", "--from", std::to_string(through), "--to",
                  std::to_string(finished.at("turn").to_number<int>())})
                .code,
            0);
  EXPECT_EQ(tool({"replay", "one"}).code, 0);
}

// What the tool says of it is the same, whoever reads the journal; and so is the file.
TEST_F(TrimmedRun, Rule07_IsTheSameThroughTheSocket) {
  ASSERT_EQ(tool({"start", "stays", "--id", "one", "--arg", "\"hat\""}).code, 0);
  approve_until(1);
  ASSERT_EQ(tool({"checkpoint", "one"}).code, 0);
  const auto through = std::to_string(
      tool({"checkpoint", "one", "--trim", "--json"}).document().at("trimmed_through").as_int64());
  const std::vector<std::vector<std::string>> questions{{"show", "one", "--json"},
                                                        {"show", "one", "--at", through},
                                                        {"show", "one", "--at", "1"},
                                                        {"history", "one", "--json"},
                                                        {"replay", "one", "--json"},
                                                        {"replay", "one", "--from-zero"},
                                                        {"diff", "one", "--from", through},
                                                        {"checkpoint", "one", "--list", "--json"},
                                                        {"checkpoint", "one", "--verify", "--json"},
                                                        {"checkpoint", "one", "--trim"}};
  std::vector<said> at_rest;
  for (const auto& each : questions) at_rest.push_back(tool(each));
  ASSERT_EQ(tool({"export", "one", "-o", file("rest").string()}).code, 0);
  const auto toy = hold();
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto held = tool(questions[i]);
    EXPECT_EQ(held.code, at_rest[i].code) << questions[i][0] << held.err;
    EXPECT_EQ(held.out, at_rest[i].out);
    EXPECT_EQ(held.err, at_rest[i].err);
  }
  const auto exported = tool({"export", "one", "-o", file("held").string()});
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_EQ(read(file("held")), read(file("rest")));
  EXPECT_EQ(tool({"import", file("held").string()}).code, 6);
}

// One whose checkpoint, nodes and records do not belong together is refused, as an import does.
TEST_F(TrimmedRun, Rule07_IsReplayedFromItsFileAlone) {
  ASSERT_EQ(tool({"start", "stays", "--id", "one", "--arg", "\"hat\""}).code, 0);
  approve_until(1);
  ASSERT_EQ(tool({"checkpoint", "one"}).code, 0);
  ASSERT_EQ(tool({"checkpoint", "one", "--trim"}).code, 0);
  {
    const auto toy = hold();
    ASSERT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
    ASSERT_EQ(tool({"result", "one"}).out, "2\n");
  }
  const auto whole = file("whole");
  ASSERT_EQ(tool({"export", "one", "-o", whole.string()}).code, 0);
  const auto replayed = [&](const std::filesystem::path& from, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"replay", "--file", from.string()});
    return bare_tool(app, more);
  };
  const auto in_journal = tool({"replay", "one", "--json"});
  EXPECT_EQ(replayed(whole, {"--json"}).out, in_journal.out);
  EXPECT_EQ(in_journal.document().at("verdict"), "fits");
  EXPECT_EQ(replayed(whole, {"--from-zero"}).code, 0);
  // Code that does something else behind the checkpoint is found out.
  const auto changed =
      bare_tool(make_application(toy_kind::changed), {"replay", "--file", whole.string()});
  EXPECT_EQ(changed.code, 1);
  EXPECT_THAT(changed.out, HasSubstr("mismatch"));

  const auto h = journal::read_history(whole).value();
  const auto refused = [&](const journal::history& spoilt) {
    const auto path = file("spoilt");
    ASSERT_TRUE(journal::write_history(path, spoilt));
    EXPECT_EQ(replayed(path).code, 5) << replayed(path).err;
  };
  auto without_node = h;
  without_node.behind->nodes.pop_back();
  refused(without_node);
  auto other_checkpoint = h;
  other_checkpoint.behind->checkpoint.bytes.back() ^= 1;
  refused(other_checkpoint);
  auto without_anchor = h;
  without_anchor.records.erase(without_anchor.records.begin());
  refused(without_anchor);
  auto node_of_another = h;
  node_of_another.behind->nodes.back().back() ^= 1;
  refused(node_of_another);
}

TEST_F(TrimmedRun, Rule07_IsTrimmedByTheRuntimeThatHoldsTheJournal) {
  const auto toy = hold();
  ASSERT_EQ(tool({"start", "stays", "--id", "one", "--arg", "\"hat\""}).code, 0);
  ASSERT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
  await(1);
  const auto before = tool({"show", "one", "--json"}).document();
  EXPECT_EQ(tool({"checkpoint", "one", "--trim"}).code, 3);  // there is none yet
  EXPECT_EQ(tool({"checkpoint", "one", "--json"}).document().at("at"), before.at("turn"));
  EXPECT_EQ(tool({"checkpoint", "one", "--trim", "--json"}).document().at("trimmed_through"),
            before.at("turn"));
  EXPECT_EQ(tool({"checkpoint", "one", "--trim"}).code, 6);
  EXPECT_EQ(tool({"show", "one", "--json"}).out, json::serialize(before) + "\n");
  EXPECT_THAT(tool({"history", "one", "--json"}).lines(), SizeIs(1));
  EXPECT_THAT(tool({"checkpoint", "one", "--list"}).out, HasSubstr("were trimmed"));
  ASSERT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
  EXPECT_EQ(tool({"result", "one"}).out, "2\n");
}

// While its records go and come the run is read again and again: every answer is whole.
TEST_F(TrimmedRun, Rule07_IsShownWhileItIsTrimmed) {
  const auto toy = hold();
  ASSERT_EQ(tool({"start", "paces", "--id", "one", "--arg", "300"}).code, 0);
  std::jthread trims([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      tool({"checkpoint", "one"});
      tool({"checkpoint", "one", "--trim"});
    }
  });
  int steps = 0;
  while (steps < 300) {
    const auto shown = tool({"show", "one", "--json"});
    ASSERT_EQ(shown.code, 0) << shown.err;
    const auto context = shown.document().at("context").as_object();
    if (!context.contains("steps")) continue;
    EXPECT_GE(context.at("steps").as_int64(), steps);
    steps = context.at("steps").to_number<int>();
    const auto replayed = tool({"replay", "one"});
    ASSERT_EQ(replayed.code, 0) << replayed.out << replayed.err;
    ASSERT_EQ(tool({"export", "one", "-o", file("now").string()}).code, 0);
  }
  trims.request_stop();
  trims.join();
  EXPECT_THAT(tool({"checkpoint", "one", "--list"}).out, HasSubstr("were trimmed"));
}

}  // namespace
}  // namespace theus::toy
