#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "crash/fixture.hpp"

// Kills at random moments. A moment is not a time but an amount of work done, so that a slow
// machine is killed as often in the middle of things as a fast one, and the test need not sleep.
namespace {

constexpr std::uint32_t first_seed = 20'261'122;
constexpr std::int64_t least_journeys = 2'000;
constexpr std::int64_t ahead = 400;  // journeys that are never finished when a kill comes
constexpr int pairs_at_once = 24;
constexpr std::uint64_t most_progress = 200;
constexpr std::int64_t pair_progress = 15;  // a pair of journeys makes at least so much progress
constexpr int kills = 300;

// Each round has a seed and a journal of its own.
int rounds() {
  const char* asked = std::getenv("THEUS_CRASH_ROUNDS");
  return asked ? std::atoi(asked) : 1;
}

class Crash : public crash::CrashTest {
 protected:
  void round(std::uint32_t seed);
};

TEST_F(Crash, RandomKillsLoseNothingAndRepeatNothing) {
  ASSERT_GE(rounds(), 1);
  for (int i = 0; i < rounds() && !HasFailure(); ++i) {
    round(first_seed + static_cast<std::uint32_t>(i));
  }
}

void Crash::round(std::uint32_t seed) {
  const std::filesystem::path folder = fresh_folder();
  std::mt19937 random(seed);
  std::int64_t count = ahead;
  std::uint64_t done = 0;
  int through = 0;
  for (int kill = 1; kill <= kills; ++kill) {
    // The first few bytes come before the journal is open: so some kills hit the recovery.
    const std::uint64_t moment = 1 + random() % most_progress;
    const crash::ending end = crash::run_workload(folder, {count, pairs_at_once}, moment);
    // Where this process gets no turn for long, the other may be through with its work by then.
    const bool is_through = !end.killed && !end.silent && end.exit_code == 0;
    through += is_through;
    ASSERT_TRUE(is_through || (end.killed && !end.silent))
        << "kill " << kill << " of seed " << seed << " after " << moment
        << " bytes of progress: " << (end.silent ? "nothing happened for a minute" : "it had ended")
        << ", exit code " << end.exit_code;
    done += end.progress;
    count = ahead + static_cast<std::int64_t>(done) / pair_progress * 2;
  }
  EXPECT_LE(through, kills / 100) << "processes that were through before they were killed";
  count = std::max(count, least_journeys);
  const crash::ending last = crash::run_workload(folder, {count, pairs_at_once});
  ASSERT_EQ(last.exit_code, 0);

  const crash::findings found = crash::inspect(folder, count);
  EXPECT_THAT(found.violations, testing::IsEmpty());
  EXPECT_GE(found.runs, least_journeys);
  EXPECT_GE(found.checkpoints, found.books);
  std::printf(
      "seed %u: %d kills, %lld journeys, %lld records, %lld executions, %lld recorded steps "
      "found; %lld books, %lld checkpoints left\n",
      seed, kills, static_cast<long long>(found.runs), static_cast<long long>(found.records),
      static_cast<long long>(found.executions),
      static_cast<long long>(found.recorded_before_a_start), static_cast<long long>(found.books),
      static_cast<long long>(found.checkpoints));
}

}  // namespace
