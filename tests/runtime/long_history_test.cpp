#include <gmock/gmock.h>

#include "theus/runtime/diagnosis.hpp"

#include "support/machine_driver.hpp"

// A history of 100,000 events that no longer fits is reported where it begins not to.
namespace theus {
namespace {

using ::testing::HasSubstr;
using testing::machine_driver;

constexpr activity<std::int64_t(std::int64_t)> measure{"measure"};
constexpr std::int64_t events = 100'000;

enum class change { none, argument, state };
change changed = change::none;
std::int64_t changed_at = 0;

// Event n is the result of call n, which turn n + 1 takes and sums up in the Context.
workflow<std::int64_t> measures(context& ctx) {
  std::int64_t sum = 0;
  for (std::int64_t i = 1; i <= events; ++i) {
    const bool differs = i == changed_at;
    const std::int64_t asked = differs && changed == change::argument ? -i : i;
    sum += co_await ctx.call(measure, asked);
    if (i % 100 == 0) ctx["sum"] = sum + (differs && changed == change::state ? 1 : 0);
  }
  co_return sum;
}

const machine_driver& recorded() {
  static const auto whole = [] {
    changed = change::none;
    auto history = machine_driver::running(measures);
    history.start();
    for (std::uint32_t i = 1; i <= events; ++i) history.complete(i, std::to_string(i));
    return history;
  }();
  return whole;
}

std::optional<mismatch> replay(change how, std::int64_t at) {
  const machine_driver& history = recorded();
  changed = how;
  changed_at = at;
  const auto type = testing::type_of(measures);
  replayer again(*type, journal::run_id{}, replayer::check::everything);
  std::optional<mismatch> found;
  for (std::size_t i = 0; !found && i < history.records().size(); ++i) {
    found = again.feed(history.records()[i]);
    if (!found) continue;
    const auto later = std::span(history.records()).subspan(i);
    explain_cause(*found, again.state(), later.first(std::min(later.size(), records_for_a_cause)),
                  invented_results::no);
  }
  changed = change::none;
  return found;
}

TEST(LongHistory, FitsWhereNothingChanged) {
  EXPECT_EQ(recorded().records().size(), static_cast<std::size_t>(events) + 1);
  EXPECT_FALSE(replay(change::none, 0));
}

TEST(LongHistory, AnotherArgumentIsReportedInTheTurnThatAsks) {
  for (const std::int64_t at : {2, 777, 50'001, 99'999, 100'000}) {
    const auto found = replay(change::argument, at);
    ASSERT_TRUE(found) << at;
    // Asked for when the result before it came.
    EXPECT_EQ(journal::number(found->turn), static_cast<std::uint64_t>(at));
    EXPECT_THAT(found->explain(), HasSubstr("likely cause: argument changed"));
  }
}

TEST(LongHistory, AnotherWriteIsReportedInItsTurnWithThePath) {
  for (const std::int64_t at : {100, 700, 50'000, 99'900}) {
    const auto found = replay(change::state, at);
    ASSERT_TRUE(found) << at;
    EXPECT_EQ(journal::number(found->turn), static_cast<std::uint64_t>(at) + 1);
    EXPECT_EQ(found->what, mismatch::kind::state_differs);
    const std::string sum = std::to_string(at * (at + 1) / 2);
    const std::string other = std::to_string(at * (at + 1) / 2 + 1);
    EXPECT_THAT(found->explain(), HasSubstr("Context /sum"));
    EXPECT_THAT(found->explain(), HasSubstr(sum));
    EXPECT_THAT(found->explain(), HasSubstr(other));
  }
}

}  // namespace
}  // namespace theus
