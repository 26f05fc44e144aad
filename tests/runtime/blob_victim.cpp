#include "runtime/support/blob_rounds.hpp"
#include "runtime/support/killed_rounds.hpp"

// The process that blob_crash_test.cpp kills: rounds of blobs, records and collections.
int main(int argc, char** argv) {
  return theus::test::go_through_rounds<theus::test::blob_rounds>(argc, argv);
}
