#include <gmock/gmock.h>

#include "tool_fixture.hpp"
#include "toy_application.hpp"

namespace theus::toy {
namespace {

using ::testing::HasSubstr;

class UpdateVerb : public Tool {
 protected:
  void SetUp() override {
    toy = hold();
    ASSERT_EQ(tool({"start", "approval", "--id", "one", "--arg", R"("tea")"}).code, 0);
  }
  void expect_refused(const std::vector<std::string>& arguments, int code,
                      const std::string& part) {
    const auto refused = tool(arguments);
    EXPECT_EQ(refused.code, code) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr(part));
    EXPECT_EQ(refused.out, "");
  }

  std::unique_ptr<running_toy> toy;
};

TEST_F(UpdateVerb, PrintsTheAnswer) {
  EXPECT_EQ(tool({"update", "one", "ask_for", "[2]"}).out, "2\n");
  EXPECT_EQ(tool({"update", "one", "ask_for", "--arg", "3"}).out, "5\n");
  const auto asked = tool({"update", "one", "ask_for", "[4]", "--update-id", "u", "--json"});
  EXPECT_EQ(asked.document().at("answer"), 9);
  EXPECT_EQ(asked.document().at("update_id"), "u");
  EXPECT_EQ(tool({"update", "one", "ask_for", "[4]", "--update-id", "u"}).out, "9\n");
  const auto history = tool({"history", "one"}).out;
  EXPECT_THAT(history, HasSubstr("update ask_for [4] accepted as 'u'"));
  EXPECT_THAT(history, HasSubstr("update 'u' completed 9"));
  EXPECT_THAT(tool({"history", "one", "--json"}).out, HasSubstr(R"("kind":"update_accepted")"));
  EXPECT_THAT(tool({"show", "one"}).out, HasSubstr("takes update ask_for"));
  EXPECT_EQ(tool({"replay", "one"}).code, 0);
}

TEST_F(UpdateVerb, WaitsOnlyUntilItIsRecordedWhenToldTo) {
  EXPECT_EQ(tool({"update", "one", "ask_for", "[2]", "--update-id", "u", "--wait", "accepted"}).out,
            "u\n");
  EXPECT_EQ(tool({"update", "one", "ask_for", "[2]", "--update-id", "u"}).out, "2\n");
}

TEST_F(UpdateVerb, SaysWhyThereIsNoAnswer) {
  expect_refused({"update", "one", "ask_for", "[-1]"}, 6, "negative: one asks for more");
  expect_refused({"update", "one", "ask_for", "[13]"}, 1, "unlucky: not thirteen");
  expect_refused({"update", "one", "ask_for", R"(["two"])"}, 2, "do not fit");
  expect_refused({"update", "one", "ask_for", "{"}, 2, "JSON");
  expect_refused({"update", "one", "ask_out", "[1]"}, 2, "there are: ask_for");
  expect_refused({"update", "nobody", "ask_for", "[1]"}, 3, "nobody");
  toy.reset();
  expect_refused({"update", "one", "ask_for", "[1]"}, 4, "runtime");
}

TEST_F(UpdateVerb, BeginsTheRunWhenToldTo) {
  const std::vector<std::string> both{"update",      "two",      "ask_for",      "[2]",
                                      "--start",     "approval", "--start-args", R"(["ale"])",
                                      "--update-id", "u"};
  EXPECT_EQ(tool(both).out, "2\n");
  EXPECT_EQ(tool(both).out, "2\n");
  EXPECT_EQ(tool({"update", "two", "ask_for", "[2]"}).out, "4\n");
}

}  // namespace
}  // namespace theus::toy
