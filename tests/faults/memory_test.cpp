#include <sys/resource.h>

#include <cstdio>
#include <sstream>

#include <gmock/gmock.h>

#include "faults/journal_victim.hpp"
#include "faults/journals.hpp"
#include "support/long_run.hpp"

// Memory that runs short around appends: the turn is lost, or the process, never the journal. And
// how much a runtime takes that does nothing.
namespace theus::faults {
namespace {

using namespace std::chrono_literals;
using journal::test::temporary_folder;
using ::testing::AnyOf;
using ::testing::HasSubstr;

TEST(Memory, TheNthAllocationOfAJournalFailsAndNothingAcknowledgedIsLost) {
  const std::uint64_t stride = testing::is_long_run() ? 13 : 2'503;
  std::uint64_t n = 1, whole = 0, spoiled = 0;
  for (; whole < 3; n += stride) {
    const temporary_folder folder;
    victim v(folder.path());
    SCOPED_TRACE("allocation " + std::to_string(n));
    const victim_end end = v.run({"", n, 3, 4, {}});
    EXPECT_FALSE(end.child.out_of_time);
    EXPECT_THAT(end.child.output, ::testing::Not(HasSubstr("wrong:")));
    const bool met = end.child.output.find("done\n") == std::string::npos ||
                     end.child.output.find("out of memory") != std::string::npos;
    // RocksDB is not made for it: the process may end in an assertion, or leak. If not, it says so.
    if (met && end.child.exit_code == 0) {
      EXPECT_THAT(end.child.output,
                  AnyOf(HasSubstr("memory"), HasSubstr("refused "), HasSubstr("stopped ")));
    }
    spoiled += met;
    whole = met ? 0 : whole + 1;
    v.expect_nothing_lost(end);
    if (HasFailure()) {
      std::printf("%s\n", end.child.output.c_str());
      return;
    }
  }
  std::printf("up to allocation %llu: %llu met\n", (unsigned long long)n,
              (unsigned long long)spoiled);
  EXPECT_GT(spoiled, 3u);
}

#ifndef THEUS_SANITIZED

TEST(Memory, ARuntimeThatDoesNothingTakesLessThan40MiB) {
  const temporary_folder folder;
  const std::vector<std::string> command{THEUS_FAULT_RUNTIME, "idle",
                                         (folder / "journal").string()};
  for (int generation = 0; generation < 2; ++generation) {
    const child_end end = run_child(command);
    const auto said = end.after("resident");
    ASSERT_EQ(said.size(), 1u) << end.output;
    std::printf("resident: %s\n", said[0].c_str());
    EXPECT_LT(std::stoul(said[0]), 40u * 1024);
  }
}

// Of a sanitized process nothing can be said: its shadow takes terabytes of address space.
TEST(Memory, TooLittleAddressSpaceIsRefusedOrSaidAndLosesNothing) {
  const sample some(3);
  bool refused = false, worked = false;
  for (rlim_t mib = 24; mib <= 1'024; mib += mib < 200 ? 8 : 64) {
    if (!some.takes(mib / 8)) continue;
    SCOPED_TRACE(std::to_string(mib) + " MiB");
    const temporary_folder folder;
    victim v(folder.path());
    const std::string before = v.run({"", 0, 3, 4, {}}).child.output;
    victim_end end = v.run({"", 0, 1, 4, {{RLIMIT_AS, mib * 1024 * 1024}}});
    EXPECT_FALSE(end.child.out_of_time);
    const bool done = end.child.exit_code == 0 && end.child.after("refused").empty();
    if (!done && end.child.exit_code != 127) {
      EXPECT_THAT(end.child.output,
                  AnyOf(HasSubstr("memory"), HasSubstr("bad_alloc"), HasSubstr("allocate"),
                        HasSubstr("Resource temporarily unavailable")));
    }
    refused = refused || !done;
    worked = worked || done;
    end.child.output = before + end.child.output;
    v.expect_nothing_lost(end);
    if (HasFailure()) {
      std::printf("%s\n", end.child.output.c_str());
      return;
    }
  }
  EXPECT_TRUE(refused);
  EXPECT_TRUE(worked);
}

#endif

}  // namespace
}  // namespace theus::faults
