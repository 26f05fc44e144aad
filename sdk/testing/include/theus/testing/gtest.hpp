#pragma once

#include <utility>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "theus/testing/environment.hpp"
#include "theus/testing/finding.hpp"

namespace theus::testing {

// A scenario whose EXPECT_… and ASSERT_… say what has to hold: the first that fails ends that
// execution, and is reported with its order instead of by itself.
inline scenario with_expectations(scenario run) {
  return [run = std::move(run)](environment& env) {
    ::testing::TestPartResultArray seen;
    {
      ::testing::ScopedFakeTestPartResultReporter catches(
          ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &seen);
      run(env);
    }
    for (int i = 0; i < seen.size(); ++i) {
      const auto& each = seen.GetTestPartResult(i);
      const char* file = each.file_name() ? each.file_name() : "?";
      env.require(!each.failed(), each.message(),
                  file + (":" + std::to_string(each.line_number())));
    }
  };
}

}  // namespace theus::testing
