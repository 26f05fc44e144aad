#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tidy_rules.hpp"

namespace tidy {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string joined(const complaints& found) {
  std::string text = "\n";
  for (const std::string& each : found) text += "  " + each + "\n";
  return text;
}

const tree& the_tree() {
  static const tree files = read_tree(THEUS_SOURCE_DIR);
  return files;
}

#define EXPECT_TIDY(rule) EXPECT_TRUE(rule(the_tree()).empty()) << joined(rule(the_tree()))

TEST(Tidy, TheWholeTreeIsRead) {
  auto is_this_file = [](const file& f) { return f.path == "tests/tidy/tidy_test.cpp"; };
  EXPECT_TRUE(std::ranges::any_of(the_tree(), is_this_file));
}

TEST(Tidy, NothingIncludesUpward) { EXPECT_TIDY(upward_includes); }
TEST(Tidy, EveryPublicHeaderIsInstalled) { EXPECT_TIDY(uninstalled_headers); }
TEST(Tidy, RocksDbAndGeneratedHeadersHaveOneReader) { EXPECT_TIDY(shared_secrets); }
TEST(Tidy, FilesAndLinesKeepTheirSize) { EXPECT_TIDY(oversized); }
TEST(Tidy, NoTestIsOffAndNoNoteIsLeft) { EXPECT_TIDY(loose_ends); }
TEST(Tidy, TheTopFoldersAreTheDesigns) { EXPECT_TIDY(strangers_at_the_top); }

TEST(TidyRules, UpwardIncludeIsFound) {
  tree files = {{"journal/hash.cpp", {"#include <vector>", "#include <theus/context.hpp>"}},
                {"sdk/include/theus/context.hpp", {"#include <theus/journal/hash.hpp>"}},
                {"journal/include/theus/journal/hash.hpp", {}}};
  EXPECT_THAT(upward_includes(files),
              ElementsAre(AllOf(HasSubstr("journal/hash.cpp:2: "), HasSubstr("of sdk"))));
}

TEST(TidyRules, IncludeAroundThePublicHeadersIsFound) {
  tree files = {
      {"runtime/shard.cpp", {"#include \"shard.hpp\"", "#include \"../journal/hash.hpp\""}},
      {"runtime/shard.hpp", {}},
      {"journal/hash.hpp", {}}};
  EXPECT_THAT(upward_includes(files), ElementsAre(HasSubstr("runtime/shard.cpp:2: ")));
}

TEST(TidyRules, UninstalledHeaderIsFound) {
  tree files = {{"sdk/CMakeLists.txt", {"FILES include/theus/context.hpp"}},
                {"sdk/include/theus/context.hpp", {}},
                {"sdk/include/theus/signal.hpp", {}}};
  EXPECT_THAT(uninstalled_headers(files),
              ElementsAre(HasSubstr("sdk/include/theus/signal.hpp is public but not")));
}

TEST(TidyRules, SecondReaderIsFound) {
  tree files = {{"journal/a.cpp", {"#include <rocksdb/db.h>", "#include \"records.capnp.h\""}},
                {"journal/b.cpp", {"#include \"records.capnp.h\""}},
                {"tests/journal/c.cpp", {"#include <rocksdb/db.h>"}}};
  EXPECT_THAT(shared_secrets(files),
              ElementsAre(AllOf(HasSubstr("records.capnp.h"), HasSubstr("journal/b.cpp"))));
}

TEST(TidyRules, SecondReaderOfRocksdbsOptionsIsFound) {
  tree files = {{"journal/rocksdb_options.hpp", {"#include <rocksdb/options.h>"}},
                {"journal/rocksdb_options.cpp", {"#include \"rocksdb_options.hpp\""}},
                {"journal/a.cpp", {"#include \"rocksdb_options.hpp\"", "#include <rocksdb/db.h>"}}};
  EXPECT_THAT(shared_secrets(files), IsEmpty());
  files.push_back({"journal/b.cpp", {"#include \"rocksdb_options.hpp\""}});
  EXPECT_THAT(shared_secrets(files), ElementsAre(HasSubstr("journal/b.cpp")));
}

TEST(TidyRules, ColumnsAreCountedAsRead) {
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ü";
  tree files = {{"sdk/a.cpp", {umlauts, std::string(101, 'x')}}};
  EXPECT_THAT(oversized(files), ElementsAre(HasSubstr("sdk/a.cpp:2: 101 columns")));
}

TEST(TidyRules, LongFileIsFound) {
  tree files = {{"sdk/a.cpp", std::vector<std::string>(501)},
                {"sdk/b.cpp", std::vector<std::string>(500)}};
  EXPECT_THAT(oversized(files), ElementsAre(HasSubstr("sdk/a.cpp: 501 lines")));
}

TEST(TidyRules, SwitchedOffTestIsFound) {
  tree files = {{"tests/a.cpp", {std::string("TEST(A, DISABLED") + "_B) {}"}}};
  EXPECT_THAT(loose_ends(files), ElementsAre(HasSubstr("tests/a.cpp:1: ")));
}

TEST(TidyRules, NewTopFolderIsFound) {
  tree files = {{"utils/a.cpp", {}}, {"docs/README.md", {}}, {".ci/run", {}}};
  EXPECT_THAT(strangers_at_the_top(files), ElementsAre(HasSubstr("utils: ")));
}

}  // namespace
}  // namespace tidy
