#include <sys/wait.h>

#include <csignal>
#include <cstdio>

#include <gtest/gtest.h>

#include "runtime/support/blob_rounds.hpp"
#include "runtime/support/kept_trees.hpp"

// Blobs under kills at every write, with a collection in between.
namespace theus::test {
namespace {

using journal::test::temporary_folder;

struct ending {
  int rounds_done = 0;
  bool killed = false;
  int status = 0;
};

ending run_victim(const std::string& folder, int rounds, const std::string& fail_points) {
  const std::string command = "THEUS_FAIL_POINTS='" + fail_points +
                              "' exec " THEUS_BLOB_VICTIM " " + folder + " " +
                              std::to_string(rounds) + " 2>&1";
  FILE* const pipe = ::popen(command.c_str(), "r");
  ending end;
  char line[256];
  while (std::fgets(line, sizeof line, pipe) != nullptr)
    std::sscanf(line, "done %d", &end.rounds_done);
  end.status = ::pclose(pipe);
  end.killed = WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGKILL;
  return end;
}

class BlobsKilled : public ::testing::TestWithParam<const char*> {};

TEST_P(BlobsKilled, AtEveryWriteLoseNothingThatARecordMentions) {
  constexpr int rounds = 3;
  int kills = 0;
  for (int passage = 1;; ++passage) {
    const temporary_folder folder;
    const std::string path = folder / "journal";
    const ending end =
        run_victim(path, rounds, std::string(GetParam()) + "=kill@" + std::to_string(passage));
    if (!end.killed) {
      ASSERT_EQ(end.status, 0);
      ASSERT_EQ(end.rounds_done, rounds);
      break;
    }
    ++kills;
    SCOPED_TRACE(passage);
    const auto store = journal::test::open_journal(path);
    blob_rounds again(*store);
    expect_whole(*store);
    // The round under way may have been recorded, too.
    for (int round = 1; round <= end.rounds_done + 1; ++round) {
      const auto content = again.read(round);
      if (!content && round > end.rounds_done && content.error().message == "no such round") break;
      ASSERT_TRUE(content) << round << ": " << content.error().message;
      ASSERT_EQ(*content, blob_rounds::content(round));
    }
    // It goes on with what is there, and nothing is left that nobody mentions.
    const int next = end.rounds_done + 2;
    ASSERT_TRUE(again.go(next));
    ASSERT_EQ(again.archive().collect()->swept, 0u);
    ASSERT_EQ(again.read(next).value(), blob_rounds::content(next));
    if (HasFailure()) return;
  }
  std::printf("killed %d times\n", kills);
  EXPECT_GE(kills, 3);
}

INSTANTIATE_TEST_SUITE_P(Every, BlobsKilled,
                         ::testing::Values("put_nodes.before_write", "put_nodes.after_write",
                                           "append.before_write", "erase_nodes.before_write",
                                           "erase_nodes.after_write"),
                         [](const auto& place) {
                           std::string name = place.param;
                           name[name.find('.')] = '_';
                           return name;
                         });

}  // namespace
}  // namespace theus::test
