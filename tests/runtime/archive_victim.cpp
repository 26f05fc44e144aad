#include "runtime/support/archived_rounds.hpp"
#include "runtime/support/killed_rounds.hpp"

// The process that node_archive_crash_test.cpp kills: rounds of checkpoints, erasures and
// collections.
int main(int argc, char** argv) {
  return theus::test::go_through_rounds<theus::test::archived_rounds>(argc, argv);
}
