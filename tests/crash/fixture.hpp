#pragma once

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crash/inspection.hpp"
#include "crash/process.hpp"

namespace crash {

// Gives folders of the test's own; kept when it failed, to be looked at.
class CrashTest : public testing::Test {
 protected:
  CrashTest() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::path(THEUS_CRASH_FOLDER) /
            (std::string(info->test_suite_name()) + "." + info->name());
    std::filesystem::remove_all(root_);
  }
  ~CrashTest() override {
    if (!HasFailure()) std::filesystem::remove_all(root_);
  }

  // Removes the one before.
  std::filesystem::path fresh_folder() {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    return root_;
  }

 private:
  std::filesystem::path root_;
};

}  // namespace crash
