#include <gmock/gmock.h>

#include "mutation/expectation.hpp"
#include "mutation/recording.hpp"

// For each story, a run of it for each way to change its workflow, at every place. Its binary is
// replaced by the changed one, and then by the old one again.
namespace theus::mutation {
namespace {

using ::testing::AnyOfArray;
using ::testing::Contains;

class Mutation : public ::testing::TestWithParam<story> {
 protected:
  const story& told = GetParam();
  const std::vector<mutation> mutations = mutations_of(told.script);
  recording runs{told, mutations.size() + 1};

  std::string id(std::size_t i) const { return recording::id(told, i); }
  std::string control() const { return id(mutations.size()); }
};

void expect_found(const std::optional<mismatch>& found, std::optional<journal::sequence> at,
                  const std::vector<std::string>& causes) {
  if (!at) {
    EXPECT_FALSE(found) << found->explain();
    return;
  }
  ASSERT_TRUE(found) << "expected at turn " << journal::number(*at);
  EXPECT_EQ(found->turn, *at) << found->explain();
  EXPECT_THAT(causes, Contains(found->cause)) << found->explain();
  EXPECT_THAT(found->explain(), ::testing::HasSubstr("likely cause: " + found->cause));
}

TEST_P(Mutation, IsFoundAtTheFirstTurnThatItAffectsWithItsCause) {
  runs.act(told.recorded);
  std::size_t found = 0;
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    const mutation& m = mutations[i];
    SCOPED_TRACE(m.what);
    const auto recorded = runs.records(id(i));
    const recorded_visits visits(recorded);
    book()[id(i)] = m.script;
    for (const how what : {how::replay, how::from_zero}) {
      SCOPED_TRACE(what == how::replay ? "replay" : "from zero");
      const auto at = visits.expected(m, what);
      found += at && what == how::replay ? 1 : 0;
      const auto seen = replayed(recorded, what);
      if (seen || !visits.may_be_missed(m, what)) {
        expect_found(seen, at, visits.causes(m, what));
      }
    }
  }
  RecordProperty("changes", static_cast<int>(mutations.size()));
  RecordProperty("reported", static_cast<int>(found));
  EXPECT_GT(found, 0u);
}

TEST_P(Mutation, SetsItsRunAsideUntouchedAndTheOldBinaryFinishesIt) {
  runs.act(told.recorded);
  std::vector<std::vector<std::string>> before;
  std::vector<recorded_visits> visits;
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    before.push_back(runs.bytes(id(i)));
    visits.emplace_back(runs.records(id(i)));
  }
  runs.kill();
  for (std::size_t i = 0; i < mutations.size(); ++i) book()[id(i)] = mutations[i].script;
  runs.come_back();
  runs.wake_all();

  std::map<std::string, std::string> stuck;
  for (const auto& each : runs.world().stuck()) stuck[each.workflow_id] = each.reason;
  EXPECT_FALSE(stuck.contains(control()));
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    const mutation& m = mutations[i];
    SCOPED_TRACE(m.what);
    // What a replay reports, a recovery does unless the state is again as it was.
    const bool may_be_missed = visits[i].may_be_missed(m, how::recovery);
    const auto at =
        visits[i].expected(m, may_be_missed && stuck.contains(id(i)) ? how::replay : how::recovery);
    ASSERT_EQ(stuck.contains(id(i)), at.has_value()) << m.what << stuck[id(i)];
    const auto now = runs.bytes(id(i));
    ASSERT_GE(now.size(), before[i].size());
    EXPECT_TRUE(std::equal(before[i].begin(), before[i].end(), now.begin()));
    if (!at) continue;
    const std::string& reason = stuck[id(i)];
    EXPECT_THAT(reason,
                ::testing::HasSubstr(" at turn " + std::to_string(journal::number(*at)) + ", "));
    // An engine invents no results, so it may know less than a replay, whose words are looked at.
    EXPECT_THAT(reason, ::testing::HasSubstr("mismatch: "));
    EXPECT_TRUE(runs.attempts_of(id(i)).empty());
    for (const auto& each : runs.records(id(i))) {
      if (journal::number(each.value.at) <= before[i].size()) continue;
      EXPECT_TRUE(std::holds_alternative<journal::intake>(each.value.body));
    }
  }

  runs.kill();
  for (std::size_t i = 0; i < mutations.size(); ++i) book()[id(i)] = told.script;
  runs.come_back();
  runs.wake_all();
  EXPECT_TRUE(runs.world().stuck().empty());
  runs.act(told.rest);
  const auto end = runs.records(control()).back().value.body;
  for (std::size_t i = 0; i <= mutations.size(); ++i) {
    ASSERT_TRUE(runs.world().outcome(id(i))) << id(i);
    EXPECT_EQ(std::get<journal::turn>(runs.records(id(i)).back().value.body).commands,
              std::get<journal::turn>(end).commands);
  }
}

INSTANTIATE_TEST_SUITE_P(Stories, Mutation, ::testing::ValuesIn(stories()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace theus::mutation
