#pragma once

#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "journal/support.hpp"

// Processes that go through rounds of writes, and are killed at each of them.
namespace theus::test {

// Of the process that is killed: main(). Rounds(store) has go(round), whose result may be an error.
template <class Rounds>
int go_through_rounds(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto store = journal::test::open_journal(argv[1]);
  Rounds rounds(*store);
  for (int round = 1; round <= std::atoi(argv[2]); ++round) {
    if (const auto done = rounds.go(round); !done) {
      std::printf("failed: %s\n", done.error().message.c_str());
      return 1;
    }
    std::printf("done %d\n", round);
    std::fflush(stdout);
  }
  return 0;
}

struct rounds_ending {
  int rounds_done = 0;
  bool killed = false;
  int status = 0;
};

inline rounds_ending run_rounds(const std::string& victim, const std::string& folder, int rounds,
                                const std::string& fail_points) {
  const std::string command = "THEUS_FAIL_POINTS='" + fail_points + "' exec " + victim + " " +
                              folder + " " + std::to_string(rounds) + " 2>&1";
  FILE* const pipe = ::popen(command.c_str(), "r");
  rounds_ending end;
  char line[256];
  while (std::fgets(line, sizeof line, pipe) != nullptr)
    std::sscanf(line, "done %d", &end.rounds_done);
  end.status = ::pclose(pipe);
  end.killed = WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGKILL;
  return end;
}

// Kills the victim at the first passage of the fail point, in another folder at the second, and so
// on until it comes through. `look(store, rounds_done)` says what is to be there after each;
// `prepare(path)` may make the journal that each begins with.
template <class Look, class Prepare>
void kill_at_every_passage(const std::string& victim, int rounds, const std::string& fail_point,
                           const Look& look, const Prepare& prepare) {
  int kills = 0;
  for (int passage = 1;; ++passage) {
    SCOPED_TRACE(passage);
    const journal::test::temporary_folder folder;
    const std::string path = folder / "journal";
    prepare(path);
    const rounds_ending end =
        run_rounds(victim, path, rounds, fail_point + "=kill@" + std::to_string(passage));
    if (!end.killed) {
      ASSERT_EQ(end.status, 0);
      ASSERT_EQ(end.rounds_done, rounds);
      break;
    }
    ++kills;
    const auto store = journal::test::open_journal(path);
    look(*store, end.rounds_done);
    if (::testing::Test::HasFailure()) return;
  }
  std::printf("killed %d times\n", kills);
  EXPECT_GE(kills, 3);
}

template <class Look>
void kill_at_every_passage(const std::string& victim, int rounds, const std::string& fail_point,
                           const Look& look) {
  kill_at_every_passage(victim, rounds, fail_point, look, [](const std::string&) {});
}

// "put_nodes.before_write" as a part of a test's name.
inline std::string name_of_fail_point(const ::testing::TestParamInfo<const char*>& place) {
  std::string name = place.param;
  name[name.find('.')] = '_';
  return name;
}

}  // namespace theus::test
