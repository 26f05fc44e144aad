#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "journal/support.hpp"

// An attempt whose process is killed: the next goes on from what it said (docs/activities.md).
namespace theus {
namespace {

struct run_of_victim {
  std::vector<int> from, said;
  int done = -1;
  bool killed = false;
};

run_of_victim run_victim(const std::string& folder, const std::string& fail_points) {
  const std::string command =
      "THEUS_FAIL_POINTS='" + fail_points + "' exec " THEUS_COUNTING_VICTIM " " + folder + " 2>&1";
  FILE* const pipe = ::popen(command.c_str(), "r");
  run_of_victim seen;
  char line[256];
  while (std::fgets(line, sizeof line, pipe) != nullptr) {
    int number = 0;
    if (std::sscanf(line, "from %d", &number) == 1) seen.from.push_back(number);
    if (std::sscanf(line, "said %d", &number) == 1) seen.said.push_back(number);
    if (std::sscanf(line, "done %d", &number) == 1) seen.done = number;
  }
  const int status = ::pclose(pipe);
  seen.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  return seen;
}

// The first write is that the attempt began, for schedule_to_start; each behind it has a number
// that is greater than the last.
TEST(KilledHeartbeat, TheNextAttemptGoesOnFromWhatWasWritten) {
  for (int write = 2; write <= 4; ++write) {
    SCOPED_TRACE(write);
    const journal::test::temporary_folder folder;
    const std::string journal = folder / "journal";
    const auto first = run_victim(journal, "heartbeat.after_write=kill@" + std::to_string(write));
    ASSERT_TRUE(first.killed);
    ASSERT_EQ(first.from, std::vector<int>{0});
    const auto second = run_victim(journal, "");
    ASSERT_EQ(second.from.size(), 1u);
    EXPECT_GE(second.from[0], write - 1);
    EXPECT_LE(second.from[0], first.said.back());
    EXPECT_EQ(second.said.front(), second.from[0] + 1);
    EXPECT_EQ(second.done, 12);
  }
}

TEST(KilledHeartbeat, OneThatWasNotWrittenYetLeavesTheOneBefore) {
  const journal::test::temporary_folder folder;
  const std::string journal = folder / "journal";
  const auto first = run_victim(journal, "heartbeat.before_write=kill@3");
  ASSERT_TRUE(first.killed);
  const auto second = run_victim(journal, "");
  ASSERT_EQ(second.from.size(), 1u);
  EXPECT_GE(second.from[0], 1);
  EXPECT_LT(second.from[0], first.said.back());
  EXPECT_EQ(second.done, 12);
}

}  // namespace
}  // namespace theus
