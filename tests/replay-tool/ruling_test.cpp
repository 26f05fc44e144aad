#include <gmock/gmock.h>

#include "tool_fixture.hpp"
#include "toy_application.hpp"

namespace theus::toy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A runtime that holds the journal does what is said of a run, or this process records it.
class RulingVerbs : public Tool, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) toy = hold();
    ASSERT_EQ(tool({"start", "approval", "--id", "one", "--arg", "\"bob\""}).code, 0);
  }

  std::unique_ptr<running_toy> toy;
};

INSTANTIATE_TEST_SUITE_P(Journal, RulingVerbs, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Held" : "AtRest"; });

TEST_P(RulingVerbs, TerminateEndsARunAndSaysSoAgain) {
  EXPECT_EQ(tool({"terminate", "one", "--reason", "enough"}).code, 0);
  EXPECT_EQ(tool({"terminate", "one"}).code, 0);
  const auto ended = tool({"result", "one"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("terminated: terminated: enough"));
  EXPECT_THAT(tool({"history", "one"}).out, HasSubstr("terminated: enough"));
  EXPECT_THAT(tool({"history", "one", "--json"}).out, HasSubstr(R"("kind":"terminated")"));
  EXPECT_THAT(tool({"list", "--status", "terminated"}).out, HasSubstr("one"));
  EXPECT_THAT(tool({"show", "one"}).out, HasSubstr("terminated\n"));
  EXPECT_THAT(tool({"status"}).out, HasSubstr("terminated: 1"));
  EXPECT_EQ(tool({"replay", "one"}).code, 0);
  EXPECT_EQ(tool({"signal", "one", "approved", "true"}).code, 6);
  EXPECT_EQ(tool({"terminate", "nobody"}).code, 3);
}

TEST_P(RulingVerbs, PauseHoldsARunAndResumeLetsItGoOn) {
  EXPECT_EQ(tool({"pause", "one", "--reason", "wait"}).code, 0);
  EXPECT_EQ(tool({"pause", "one"}).code, 0);
  EXPECT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
  EXPECT_THAT(tool({"list"}).out, HasSubstr("paused"));
  EXPECT_THAT(tool({"list", "--json"}).out, HasSubstr(R"("paused":true)"));
  EXPECT_THAT(tool({"show", "one"}).out, HasSubstr("paused: it makes no turns"));
  const auto history = tool({"history", "one"}).out;
  EXPECT_THAT(history, HasSubstr("paused: wait"));
  if (!toy) toy = hold();
  EXPECT_THAT(tool({"list"}).out, HasSubstr("paused"));
  EXPECT_EQ(tool({"resume", "one"}).code, 0);
  EXPECT_EQ(tool({"result", "one"}).code, 0);
  EXPECT_THAT(tool({"list"}).out, Not(HasSubstr("paused")));
  EXPECT_EQ(tool({"replay", "one"}).code, 0);
}

}  // namespace
}  // namespace theus::toy
