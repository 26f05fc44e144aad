#include <gmock/gmock.h>

#include "process.hpp"

// The guard in programs that are linked in another way than most.
namespace theus::test {
namespace {

using ::testing::HasSubstr;

void expect_all_found(const std::string& output) {
  EXPECT_THAT(output, HasSubstr("environment: the workflow called getenv"));
  EXPECT_THAT(output, HasSubstr("system_clock: the workflow called clock_gettime"));
  EXPECT_THAT(output, HasSubstr("reads_file: the workflow called fopen"));
  EXPECT_THAT(output, HasSubstr("std_thread: the workflow called pthread_create"));
  EXPECT_THAT(output, HasSubstr("thread_id: the workflow called pthread_self"));
  EXPECT_THAT(output, HasSubstr("opens_socket: the workflow called socket"));
  EXPECT_THAT(output, HasSubstr("kernel_random: the workflow called getrandom"));
  EXPECT_THAT(output, HasSubstr("prints_puts: the workflow called puts"));
  EXPECT_THAT(output, HasSubstr("allocates: not found"));
}

TEST(GuardLinked, AllOfItIsInAProgramThatNamesNothingOfIt) {
  const auto symbols = lint::run_process({"nm", "--defined-only", THEUS_GUARD_ALONE}, true);
  ASSERT_EQ(symbols.status, 0) << symbols.output;
  for (const char* each :
       {"clock_gettime", "open", "puts", "getrandom", "socket", "getenv", "pthread_create"}) {
    EXPECT_THAT(symbols.output, HasSubstr(" T " + std::string(each) + "\n"));
  }
}

TEST(GuardLinked, WithAStaticStandardLibrarySeesItsCalls) {
  const auto ran = lint::run_process({THEUS_GUARD_STATIC_LIBSTDCPP}, true);
  EXPECT_EQ(ran.status, 0) << ran.output;
  expect_all_found(ran.output);
}

#ifdef THEUS_GUARD_SHARED
TEST(GuardLinked, FromASharedLibrarySeesWhatTheProgramCalls) {
  const auto ran = lint::run_process({THEUS_GUARD_SHARED}, true);
  EXPECT_EQ(ran.status, 0) << ran.output;
  expect_all_found(ran.output);
}
#endif

#ifdef THEUS_GUARD_OTHER_ALLOCATOR
TEST(GuardLinked, WhatAnotherAllocatorCallsIsNotTheWorkflows) {
  const auto ran = lint::run_process({THEUS_GUARD_OTHER_ALLOCATOR}, true);
  EXPECT_EQ(ran.status, 0) << ran.output;
  expect_all_found(ran.output);
}
#endif

TEST(GuardLinked, SeesTheWorkflowsOfAModuleThatIsOpenedLater) {
  const auto ran = lint::run_process({THEUS_GUARD_OPENS_MODULE, THEUS_GUARD_MODULE}, true);
  EXPECT_EQ(ran.status, 0) << ran.output;
  expect_all_found(ran.output);
}

}  // namespace
}  // namespace theus::test
