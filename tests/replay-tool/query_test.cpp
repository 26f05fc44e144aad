#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "tool_fixture.hpp"
#include "toy_application.hpp"

namespace theus::toy {
namespace {

using ::testing::HasSubstr;

// A runtime that holds the journal answers, or this process does when none holds it: the same.
class QueryVerb : public Tool, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    toy = hold();
    ASSERT_EQ(tool({"start", "stays", "--id", "one", "--arg", "\"x\""}).code, 0);
    ASSERT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
    std::string approvals;
    for (int i = 0; i < 1'000 && approvals != "1\n"; ++i) {
      approvals = tool({"query", "one", "approvals_above", "[0]"}).out;
    }
    ASSERT_EQ(approvals, "1\n");
    let_go();
  }
  void let_go() {
    if (!GetParam()) toy.reset();
  }
  void finish() {
    if (!GetParam()) toy = hold();
    ASSERT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
    ASSERT_EQ(tool({"result", "one"}).out, "2\n");
    let_go();
  }

  std::unique_ptr<running_toy> toy;
};

INSTANTIATE_TEST_SUITE_P(Journal, QueryVerb, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Held" : "AtRest"; });

TEST_P(QueryVerb, AnswersOfARunThatWaits) {
  const auto packed = tool({"query", "one", "packed"});
  EXPECT_EQ(packed.code, 0) << packed.err;
  EXPECT_EQ(packed.out, "\"x!\"\n");
  EXPECT_EQ(tool({"query", "one", "approvals_above", "--arg", "0"}).out, "1\n");
  EXPECT_EQ(tool({"query", "one", "approvals_above", "[3]"}).out, "-2\n");
}

TEST_P(QueryVerb, AnswersOfAFinishedRunAsItEnded) {
  ASSERT_NO_FATAL_FAILURE(finish());
  EXPECT_EQ(tool({"query", "one", "approvals_above", "[0]"}).out, "2\n");
  const auto document = tool({"query", "one", "packed", "--json"}).document();
  EXPECT_EQ(document.at("id"), "one");
  EXPECT_EQ(document.at("query"), "packed");
  EXPECT_EQ(document.at("answer"), "x!");
}

TEST_P(QueryVerb, RecordsNothing) {
  const auto before = tool({"history", "one"}).out;
  EXPECT_EQ(tool({"query", "one", "approvals_above", "[0]"}).code, 0);
  EXPECT_EQ(tool({"history", "one"}).out, before);
}

TEST_P(QueryVerb, SaysWhyItIsRefused) {
  EXPECT_EQ(tool({"query", "nobody", "packed"}).code, 3);
  const auto unknown = tool({"query", "one", "sum"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("has no query 'sum'; there are: approvals_above, packed "
                                     "[unknown_query]"));
  const auto wrong = tool({"query", "one", "approvals_above", "[\"a\"]"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("[wrong_type]"));
  EXPECT_EQ(tool({"query", "one", "approvals_above", "[1"}).code, 2);
  EXPECT_EQ(tool({"query", "one", "approvals_above", "[1]", "--arg", "1"}).code, 2);
  const auto threw = tool({"query", "one", "approvals_above", "[-1]"});
  EXPECT_EQ(threw.code, 1);
  EXPECT_THAT(threw.err, HasSubstr("threw std::range_error: there are never fewer than none"));
}

TEST_P(QueryVerb, ShowSaysWhichThereAre) {
  EXPECT_THAT(tool({"show", "one"}).out, HasSubstr("answers query approvals_above\n"
                                                   "answers query packed\n"));
  const auto document = tool({"show", "one", "--json"}).document();
  EXPECT_EQ(document.at("queries").as_array().size(), 2u);
}

}  // namespace
}  // namespace theus::toy
