#pragma once

#include <exception>
#include <string>
#include <utility>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "theus/testing/environment.hpp"
#include "theus/testing/finding.hpp"

namespace theus::testing {

// A scenario whose EXPECT_… and ASSERT_… say what has to hold. As in any test it runs on behind an
// EXPECT_… that failed; the first that did is reported with its order instead of by itself, also
// when the scenario throws later. One that skips does so for its test, and is not run again.
inline scenario with_expectations(scenario run) {
  return [run = std::move(run)](environment& env) {
    ::testing::TestPartResultArray seen;
    std::exception_ptr thrown;
    {
      ::testing::ScopedFakeTestPartResultReporter catches(
          ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &seen);
      try {
        run(env);
      } catch (...) {
        thrown = std::current_exception();
      }
    }
    for (int i = 0; i < seen.size(); ++i) {
      const auto& each = seen.GetTestPartResult(i);
      const char* file = each.file_name() ? each.file_name() : "?";
      env.require(!each.failed(), each.message(),
                  file + (":" + std::to_string(each.line_number())));
    }
    if (thrown) std::rethrow_exception(thrown);
    for (int i = 0; i < seen.size(); ++i) {
      const auto& each = seen.GetTestPartResult(i);
      if (!each.skipped()) continue;
      // The same result again, now heard by the test, with the place it had.
      GTEST_MESSAGE_AT_(each.file_name(), each.line_number(), each.message(), each.type());
      throw scenario_skipped(each.message());
    }
  };
}

}  // namespace theus::testing
