#include <cstdio>
#include <cstdlib>

#include "runtime/support/blob_rounds.hpp"

// The process that blob_crash_test.cpp kills: goes through rounds of blobs, records and
// collections, and prints "done <round>" after each.
int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto store = theus::journal::test::open_journal(argv[1]);
  theus::test::blob_rounds rounds(*store);
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
