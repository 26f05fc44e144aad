#include <gmock/gmock.h>

#include "tool_fixture.hpp"
#include "toy_application.hpp"

namespace theus::toy {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// One run of `travels`: a phase, then a loop of three iterations, all with a call that takes a
// turn.
class ContextVerbs : public Tool, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) toy = hold();
    ASSERT_EQ(tool({"start", "travels", "--id", "one", "--arg", "\"hat\""}).code, 0);
    if (!GetParam()) run_until_done();
    ASSERT_EQ(tool({"result", "one"}).out, "3\n");
    for (const auto& record : tool({"history", "one", "--json"}).lines())
      if (record.at("record") == "turn") turns.push_back(record.at("sequence").to_number<int>());
    ASSERT_THAT(turns, SizeIs(5));
  }
  std::string at(std::size_t turn) { return std::to_string(turns[turn - 1]); }
  json::object show(std::size_t turn) {
    return tool({"show", "one", "--at", at(turn), "--json"}).document();
  }
  json::object diff(std::size_t from, std::size_t to) {
    return tool({"diff", "one", "--from", at(from), "--to", at(to), "--json"}).document();
  }

  std::unique_ptr<running_toy> toy;
  std::vector<int> turns;
};

INSTANTIATE_TEST_SUITE_P(Journal, ContextVerbs, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Held" : "AtRest"; });

std::vector<std::string> keys_of(const json::value& object) {
  std::vector<std::string> keys;
  for (const auto& each : object.as_object()) keys.emplace_back(each.key());
  return keys;
}

TEST_P(ContextVerbs, ShowPrintsTheContextAfterTheNewestTurnWithSortedKeys) {
  const auto shown = tool({"show", "one", "--json"}).document();
  EXPECT_EQ(shown.at("workflow_id"), "one");
  EXPECT_EQ(shown.at("workflow_type"), "travels");
  EXPECT_EQ(shown.at("turn"), turns.back());
  EXPECT_EQ(shown.at("finished"), true);
  EXPECT_EQ(shown.at("root").as_string().size(), 64u);
  EXPECT_THAT(keys_of(shown.at("context")),
              ElementsAre("odd", "packed", "status", "stops", "weight"));
  EXPECT_EQ(shown.at("context").at("stops"), (json::value{{"1!", 1}, {"2!", 2}, {"3!", 3}}));
  EXPECT_EQ(shown.at("context").at("odd"), "NaN");
  EXPECT_TRUE(shown.at("context").at("weight").is_double());
  EXPECT_THAT(shown.at("open").as_array(), SizeIs(0));
  EXPECT_THAT(tool({"show", "one"}).out,
              AllOf(HasSubstr("'one', finished by turn"), HasSubstr("\n  \"status\": \"there\""),
                    HasSubstr("\n  \"weight\": 2.0\n}")));
}

TEST_P(ContextVerbs, ShowAtATurnHasTheBranchOfAnOpenPhase) {
  const auto shown = show(1);
  EXPECT_EQ(shown.at("context").at("status"), "packing");
  EXPECT_FALSE(shown.at("context").as_object().contains("packing"));
  ASSERT_THAT(shown.at("open").as_array(), SizeIs(1));
  const auto& phase = shown.at("open").at(0);
  EXPECT_EQ(phase.at("kind"), "phase");
  EXPECT_EQ(phase.at("name"), "pack");
  EXPECT_EQ(phase.at("scope"), "1");
  EXPECT_EQ(phase.at("context").at("packing"), "hat");
  EXPECT_NE(phase.at("root"), shown.at("root"));
}

TEST_P(ContextVerbs, ShowAtATurnHasTheIterationThatRuns) {
  const auto shown = show(3);
  EXPECT_EQ(shown.at("context").at("stops"), (json::value{{"1!", 1}}));
  ASSERT_THAT(shown.at("open").as_array(), SizeIs(1));
  EXPECT_EQ(shown.at("open").at(0).at("scope"), "2/2");
  EXPECT_EQ(shown.at("open").at(0).at("iteration"), 2);
  EXPECT_THAT(tool({"show", "one", "--at", at(3)}).out,
              HasSubstr("\nloop 'travel' 2, iteration 2\n{"));
}

TEST_P(ContextVerbs, DiffIsByPathWithBeforeAndAfter) {
  const auto found = diff(1, 3);
  EXPECT_EQ(
      found.at("changes"),
      (json::value{
          {{"scope", ""}, {"path", "/packed"}, {"after", "hat!"}},
          {{"scope", ""}, {"path", "/status"}, {"before", "packing"}, {"after", "on the way"}},
          {{"scope", ""}, {"path", "/stops"}, {"after", {{"1!", 1}}}}}));
  EXPECT_EQ(found.at("over"), (json::value{"1"}));
  EXPECT_EQ(
      diff(3, 4).at("changes"),
      (json::value(json::array{json::value{{"scope", ""}, {"path", "/stops/2!"}, {"after", 2}}})));
  EXPECT_EQ(diff(5, 4).at("changes").at(1),
            (json::value{{"scope", ""}, {"path", "/stops/3!"}, {"before", 3}}));
  const auto text = tool({"diff", "one", "--from", at(1)}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("\n/packed: added \"hat!\"\n"),
                          HasSubstr("\n/status: \"packing\" -> \"there\"\n"),
                          HasSubstr("\nphase 'pack' 1 is over\n")));
  EXPECT_THAT(tool({"diff", "one", "--from", at(5)}).out, HasSubstr("\nno change\n"));
}

TEST_P(ContextVerbs, DiffHasWhatAnOpenPhaseChangedInItsBranch) {
  const auto found = diff(1, 1);
  EXPECT_THAT(found.at("changes").as_array(), SizeIs(0));
  const auto begun = tool({"diff", "one", "--from", at(5), "--to", at(1), "--json"}).document();
  const json::value wanted{{"scope", "1"}, {"path", "/packing"}, {"after", "hat"}};
  EXPECT_THAT(begun.at("changes").as_array(), ::testing::Contains(wanted));
}

TEST_P(ContextVerbs, RefuseWhatIsNotThere) {
  for (const std::string verb : {"show --at", "diff --from"}) {
    const auto split = verb.find(' ');
    for (const std::string n : {"0", "99"}) {
      const auto refused = tool({verb.substr(0, split), "one", verb.substr(split + 1), n});
      EXPECT_EQ(refused.code, 3) << refused.err;
      EXPECT_THAT(refused.err, HasSubstr("there is no " + n));
    }
    EXPECT_EQ(tool({verb.substr(0, split), "two", verb.substr(split + 1), "1"}).code, 3);
  }
  EXPECT_EQ(tool({"diff", "one"}).code, 2);
  EXPECT_EQ(tool({"show", "one", "--at", "x"}).code, 2);
}

TEST_P(ContextVerbs, NeedTheWorkflowsCode) {
  const auto unknown = tool(application(), {"show", "one"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("no workflow named 'travels'"));
  // In an open phase the changed code is run, and does something else.
  const auto changed = tool(make_application(toy_kind::changed), {"show", "one", "--at", at(1)});
  EXPECT_EQ(changed.code, 1);
  EXPECT_THAT(changed.err, HasSubstr("`replay "));
}

TEST_P(ContextVerbs, Rule19_AFinishedPhaseMayHaveChangedUnlessReplayedFromZero) {
  const auto changed = make_application(toy_kind::changed);
  EXPECT_EQ(tool({"replay", "one", "--from-zero"}).code, 0);
  EXPECT_EQ(tool(changed, {"replay", "one"}).code, 0);
  EXPECT_EQ(tool(changed, {"replay", "--all"}).code, 0);
  EXPECT_EQ(tool(changed, {"show", "one"}).code, 0);
  const auto again = tool(changed, {"replay", "one", "--from-zero"});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.out, AllOf(HasSubstr("shout"), HasSubstr("whisper")));
  tool({"export", "one", "-o", file("one.history").string()});
  const std::vector<std::string> from_file{"replay", "--file", file("one.history").string()};
  EXPECT_EQ(bare_tool(changed, from_file).code, 0);
  auto all_of_it = from_file;
  all_of_it.emplace_back("--from-zero");
  EXPECT_EQ(bare_tool(changed, all_of_it).code, 1);
}

TEST_F(Tool, ShowSaysWhatARunWaitsForWithinItself) {
  const auto toy = hold();
  ASSERT_EQ(tool({"start", "locks_itself_out", "--id", "out"}).code, 0);
  const auto show = [&] { return tool({"show", "out", "--json"}).document(); };
  auto shown = show();
  while (!shown.at("deadlocked").as_bool()) shown = show();
  EXPECT_EQ(shown.at("finished"), false);
  EXPECT_EQ(shown.at("context"), (json::value{{"locked", true}}));
  EXPECT_EQ(shown.at("waits"), (json::array{"a mutex"}));
  EXPECT_THAT(tool({"show", "out"}).out,
              AllOf(HasSubstr("\nwaits for a mutex\n"), HasSubstr("\nwaits for nothing outside")));
  EXPECT_EQ(tool({"status", "--json"}).document().at("running"), 1);
}

}  // namespace
}  // namespace theus::toy
