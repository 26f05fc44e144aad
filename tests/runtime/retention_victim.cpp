#include "runtime/support/killed_rounds.hpp"
#include "runtime/support/retained_runs.hpp"

// The process that retention_crash_test.cpp kills: an engine that sweeps.
int main(int argc, char** argv) {
  return theus::test::go_through_rounds<theus::testing::retained_runs>(argc, argv);
}
