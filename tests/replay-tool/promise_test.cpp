#include <gmock/gmock.h>

#include "tool_fixture.hpp"
#include "toy_application.hpp"

namespace theus::toy {
namespace {

using ::testing::HasSubstr;

// A runtime that holds the journal settles promises, or this process records how.
class ResolveVerb : public Tool, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    toy = hold();
    ASSERT_EQ(tool({"start", "asks", "--id", "one"}).code, 0);
    for (int i = 0; i < 1'000 && token.empty(); ++i) {
      const auto answer = tool({"query", "one", "token"});
      if (answer.code == 0) token = answer.out.substr(1, answer.out.size() - 3);
    }
    ASSERT_NE(token, "");
    if (!is_held()) toy.reset();
  }
  bool is_held() const { return GetParam(); }
  void expect_refused(const std::vector<std::string>& arguments, int code,
                      const std::string& part) {
    const auto refused = tool(arguments);
    EXPECT_EQ(refused.code, code) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr(part));
    EXPECT_EQ(refused.out, "");
  }
  void finish() {
    if (!toy) toy = hold();
    ASSERT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
  }

  std::unique_ptr<running_toy> toy;
  std::string token;
};

INSTANTIATE_TEST_SUITE_P(Journal, ResolveVerb, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Held" : "AtRest"; });

TEST_P(ResolveVerb, GivesAPromiseItsValue) {
  EXPECT_EQ(tool({"resolve", token, "17"}).code, 0);
  EXPECT_EQ(tool({"resolve", token, "17"}).code, 0);
  const auto history = tool({"history", "one"}).out;
  EXPECT_THAT(history, HasSubstr("#1 promise\n"));
  EXPECT_THAT(history, HasSubstr("#1 promise resolved 17"));
  EXPECT_THAT(tool({"history", "one", "--json"}).out, HasSubstr(R"("kind":"promise_settled")"));
  ASSERT_NO_FATAL_FAILURE(finish());
  EXPECT_EQ(tool({"result", "one"}).out, "17\n");
  EXPECT_EQ(tool({"replay", "one"}).code, 0);
  expect_refused({"resolve", token, "17"}, 6, "has finished");
}

TEST_P(ResolveVerb, RejectsOneWithAFailure) {
  EXPECT_EQ(tool({"resolve", token, "--reject", "too_late", "--message", "after 17:00"}).code, 0);
  if (!toy) toy = hold();
  const auto ended = tool({"result", "one"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("too_late: after 17:00"));
}

TEST_P(ResolveVerb, WhoHoldsTheJournalSaysWhatAPromiseDoesNotTake) {
  expect_refused({"resolve", "no-token", "1"}, 2, "not the token of a promise");
  expect_refused({"resolve", token, "{"}, 2, "incomplete JSON");
  auto other = token;
  other.back() = other.back() == '0' ? '1' : '0';
  expect_refused({"resolve", other, "1"}, 2, "mistyped");
  if (!is_held()) return;
  expect_refused({"resolve", token, "\"many\""}, 2, "does not fit promise #1");
  ASSERT_EQ(tool({"resolve", token, "17"}).code, 0);
  expect_refused({"resolve", token, "18"}, 6, "settled otherwise");
}

TEST_P(ResolveVerb, TakesAValueOrAFailure) {
  EXPECT_NE(tool({"resolve", token, "17", "--reject", "no"}).code, 0);
  EXPECT_NE(tool({"resolve", token, "--message", "no"}).code, 0);
  EXPECT_NE(tool({"resolve", token, "--reject", ""}).code, 0);
  EXPECT_THAT(tool({"history", "one"}).out, ::testing::Not(HasSubstr("settled")));
}

}  // namespace
}  // namespace theus::toy
