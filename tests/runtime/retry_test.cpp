#include "runtime/retry.hpp"

#include <gtest/gtest.h>

namespace theus {
namespace {

using namespace std::chrono_literals;

const auto some_run = journal::run_id::make(1, 2, 3);

journal::retry_terms exact() {
  journal::retry_terms terms;
  terms.jitter = 0;
  return terms;
}

TEST(Retry, IntervalsGrowByTheCoefficientUpToTheMaximum) {
  const auto terms = exact();
  const journal::command_id id{"", 1};
  EXPECT_EQ(retry_interval(terms, some_run, id, 1), 1s);
  EXPECT_EQ(retry_interval(terms, some_run, id, 2), 2s);
  EXPECT_EQ(retry_interval(terms, some_run, id, 7), 64s);
  EXPECT_EQ(retry_interval(terms, some_run, id, 8), 100s);
  EXPECT_EQ(retry_interval(terms, some_run, id, 4'000'000'000), 100s);
}

TEST(Retry, JitterStaysWithinItsShareAndDependsOnRunCommandAndAttemptAlone) {
  journal::retry_terms terms;
  terms.jitter = 0.25;
  terms.coefficient = 1;
  std::set<std::int64_t> seen;
  for (std::uint32_t number = 1; number <= 100; ++number) {
    const auto interval = retry_interval(terms, some_run, {"", 1}, number);
    EXPECT_GE(interval, 750ms);
    EXPECT_LE(interval, 1250ms);
    EXPECT_EQ(interval, retry_interval(terms, some_run, {"", 1}, number));
    seen.insert(interval.count());
  }
  EXPECT_GT(seen.size(), 50u);
  EXPECT_NE(retry_interval(terms, some_run, {"", 1}, 1),
            retry_interval(terms, some_run, {"", 2}, 1));
}

TEST(Retry, SenselessTermsGiveSensibleIntervals) {
  auto terms = exact();
  terms.first_interval_ms = 0;
  EXPECT_EQ(retry_interval(terms, some_run, {"", 1}, 5), 1ms);
  terms.first_interval_ms = ~std::uint64_t{0};
  terms.maximum_interval_ms = ~std::uint64_t{0};
  EXPECT_LE(retry_interval(terms, some_run, {"", 1}, 5), std::chrono::hours(24 * 366));
  terms = exact();
  terms.coefficient = -3;
  EXPECT_EQ(retry_interval(terms, some_run, {"", 1}, 5), 1s);
}

TEST(Retry, AttemptsAndTypesDecideWhetherThereIsAnother) {
  journal::schedule_activity command;
  const attempt_failure busy{{"busy", "", {}}, true};
  EXPECT_TRUE(is_tried_again(command, 1'000'000, busy));
  command.retry.attempts = 3;
  EXPECT_TRUE(is_tried_again(command, 2, busy));
  EXPECT_FALSE(is_tried_again(command, 3, busy));
  command.retry.non_retryable = {"declined", "busy"};
  EXPECT_FALSE(is_tried_again(command, 1, busy));
  EXPECT_FALSE(is_tried_again(command, 1, {{"other", "", {}}, false}));
}

TEST(Retry, LaterSaturates) {
  EXPECT_EQ(later(journal::wall_time::max() - 1us, 2us), journal::wall_time::max());
  EXPECT_EQ(later(journal::wall_time(5us), 2us), journal::wall_time(7us));
  EXPECT_EQ(later(journal::wall_time(-5us), std::chrono::microseconds::max()),
            journal::wall_time(std::chrono::microseconds::max() - 5us));
}

}  // namespace
}  // namespace theus
