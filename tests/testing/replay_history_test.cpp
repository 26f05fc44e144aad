#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/testing.hpp"

#include "testing/workflows.hpp"

namespace theus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

workflow<std::int64_t> tells_before_it_doubles(context& ctx, std::int64_t number) {
  co_await ctx.call(tell, "begin");
  co_return co_await ctx.call(twice, number);
}

application with(workflow<std::int64_t> (*code)(context&, std::int64_t)) {
  application app;
  app.add("doubles", code);
  return app;
}

class ReplayHistory : public ::testing::Test {
 protected:
  ReplayHistory() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder =
        std::filesystem::path(::testing::TempDir()) / (std::string("theus-replay-") + info->name());
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  ~ReplayHistory() override { std::filesystem::remove_all(folder); }

  std::filesystem::path record(const std::string& workflow_id) const {
    const application app = with(doubles);
    environment env(app);
    env.mock(twice, 4);
    auto run = env.start(doubles, workflow_id, 2);
    run.result();
    run.save_history(folder / (workflow_id + ".history"));
    return folder / (workflow_id + ".history");
  }

  std::filesystem::path folder;
};

TEST_F(ReplayHistory, TheSameCodeFits) {
  const auto found = replay_history(with(doubles), record("a"));
  EXPECT_TRUE(found);
  EXPECT_EQ(found.text(), "1 of 1 runs fit this binary\n");
}

TEST_F(ReplayHistory, OtherCodeIsReportedAsTheToolDoes) {
  const auto found = replay_history(with(tells_before_it_doubles), record("a"));
  EXPECT_FALSE(found);
  EXPECT_THAT(found.text(), AllOf(HasSubstr("a.history: mismatch: workflow 'a' run "),
                                  HasSubstr("call twice [2]"), HasSubstr("call tell [\"begin\"]"),
                                  HasSubstr("replay_history_test.cpp:"), HasSubstr("call added"),
                                  HasSubstr("0 of 1 runs fit")));
}

TEST_F(ReplayHistory, OfAFolderEachIsChecked) {
  record("a");
  record("b");
  std::ofstream(folder / "c.history") << "no history";
  std::ofstream(folder / "notes.txt") << "not looked at";
  const auto found = replay_history(with(doubles), folder);
  EXPECT_FALSE(found);
  EXPECT_EQ(found.runs(), 3u);
  EXPECT_THAT(found.text(), AllOf(HasSubstr("c.history: not checked: "), HasSubstr("2 of 3 runs")));
}

TEST_F(ReplayHistory, AFolderWithoutHistoriesDoesNotHold) {
  EXPECT_THAT(replay_history(with(doubles), folder).text(), HasSubstr("there is no *.history in"));
  EXPECT_FALSE(replay_history(with(doubles), folder));
  EXPECT_FALSE(replay_history(with(doubles), folder / "missing.history"));
}

TEST_F(ReplayHistory, AWorkflowThatIsNotThereIsNamed) {
  EXPECT_THAT(replay_history(application(), record("a")).text(),
              AllOf(HasSubstr("unknown_workflow: workflow 'a'"), HasSubstr("'doubles'")));
}

}  // namespace
}  // namespace theus::testing
