#include "scenarios/rehearse.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace scenarios {

void expect_survives(const theus::application& app, const scenario& run,
                     theus::testing::crash_options options) {
  EXPECT_TRUE(theus::testing::survives_crashes(app, run, options));
}

void expect_any_order(const theus::application& app, const scenario& run, explore_options options) {
  constexpr std::uint64_t enough = 1'000;
  options.executions = std::max<std::uint64_t>(options.executions, 4 * enough);
  const auto explored = theus::testing::explore(options, app, run);
  EXPECT_TRUE(explored);
  EXPECT_GE(explored.counted().orders, enough);
}

void expect_any_order(const theus::application& app, const ending_scenario& run,
                      const std::set<std::string>& endings, explore_options options) {
  std::set<std::string> seen;
  const scenario notes_the_end = [&](environment& env) { seen.insert(run(env)); };
  expect_any_order(app, notes_the_end, options);
  EXPECT_EQ(seen, endings);
}

}  // namespace scenarios
