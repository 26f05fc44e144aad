#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "journal/content.hpp"

// The fail points that tests arm are compiled out of builds for users: neither their names nor
// their functions are in the libraries. In the other builds they are, or this test would look in
// vain.
namespace theus::faults {
namespace {

namespace fs = std::filesystem;

std::set<std::string> places() {
  std::set<std::string> found{"THEUS_FAIL_POINTS", "pass_fail_point"};
  const std::regex place("(injected_failure|pass_fail_point)\\(\"([^\"]+)\"");
  for (const char* folder : {"journal", "runtime", "sdk", "replay-tool"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(THEUS_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
      const std::string text = journal::test::load(entry.path());
      for (std::sregex_iterator at(text.begin(), text.end(), place), end; at != end; ++at) {
        found.insert((*at)[2]);
      }
    }
  }
  return found;
}

TEST(FailPoints, AreInTheLibrariesOnlyWhereTestsArmThem) {
  const auto names = places();
  ASSERT_GT(names.size(), 6u);
  std::string libraries;
  std::istringstream paths(THEUS_LIBRARIES);
  for (std::string path; std::getline(paths, path, ':');) {
    const std::string bytes = journal::test::load(path);
    ASSERT_FALSE(bytes.empty()) << path;
    libraries += bytes;
  }
  for (const std::string& each : names) {
    const bool there = libraries.find(each) != std::string::npos;
#ifdef THEUS_FAIL_POINTS
    EXPECT_TRUE(there) << each;
#else
    EXPECT_FALSE(there) << each;
#endif
  }
}

}  // namespace
}  // namespace theus::faults
