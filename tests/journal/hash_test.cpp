#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "theus/journal/codec.hpp"

namespace theus::journal {
namespace {

struct hashes_at_the_end {
  hash256 before;
  ~hashes_at_the_end() {
    if (hash_of({}) == before) std::fputs("the same in the end\n", stderr);
  }
};

// A runtime that is a static object closes its journal there.
TEST(Hash, IsComputedWhileStaticObjectsAreDestroyed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // others in this process began threads
  EXPECT_EXIT(
      {
        static hashes_at_the_end one;
        one.before = hash_of({});
        std::exit(0);
      },
      ::testing::ExitedWithCode(0), "the same in the end");
}

}  // namespace
}  // namespace theus::journal
