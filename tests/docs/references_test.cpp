#include "docs/references.hpp"

#include <cctype>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "docs/quotes.hpp"

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

const fs::path root = THEUS_SOURCE_DIR;

std::vector<fs::path> documents() {
  std::vector<fs::path> found = {root / "README.md", root / "benchmarks" / "README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  return found;
}

const std::set<std::string>& tests_of_the_tree() {
  static const std::set<std::string> all = [] {
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(root / "tests")) {
      if (entry.path().extension() != ".cpp") continue;
      if (entry.path().parent_path().filename() == "compile_fail") {
        found.insert("CompileFail." + entry.path().stem().string());
      } else {
        found.merge(references::tests_of(quotes::text_of(entry.path())));
      }
    }
    return found;
  }();
  return all;
}

TEST(References, LinksLeadToFilesAndHeadings) {
  std::size_t followed = 0;
  for (const fs::path& document : documents()) {
    for (const std::string& link : references::relative_links(quotes::text_of(document))) {
      const auto hash = link.find('#');
      const std::string file = link.substr(0, hash);
      const fs::path target = file.empty() ? document : document.parent_path() / file;
      ++followed;
      if (!fs::exists(target)) {
        ADD_FAILURE() << document.string() << " links to " << link << ", which does not exist";
      } else if (hash != std::string::npos) {
        EXPECT_TRUE(references::anchors(quotes::text_of(target)).contains(link.substr(hash + 1)))
            << document.string() << " links to " << link << ", and there is no such heading";
      }
    }
  }
  EXPECT_GT(followed, 20u);
}

TEST(References, TheIndexLeadsToEveryDocument) {
  std::set<fs::path> linked = {root / "docs" / "README.md"};
  for (const auto& link :
       references::relative_links(quotes::text_of(root / "docs" / "README.md"))) {
    linked.insert((root / "docs" / link).lexically_normal());
  }
  for (const fs::path& document : documents()) {
    if (document.string().starts_with((root / "docs").string() + "/")) {
      EXPECT_TRUE(linked.contains(document)) << "docs/README.md does not list " << document;
    }
  }
}

TEST(References, PathsOfTheTreeExist) {
  const std::set<std::string> top = {"journal", "runtime",    "sdk",  "replay-tool",
                                     "tests",   "benchmarks", "docs", ".ci"};
  std::size_t seen = 0;
  for (const fs::path& document : documents()) {
    for (const auto& path : references::tree_paths(quotes::text_of(document), top)) {
      EXPECT_TRUE(fs::exists(root / path)) << document.string() << " names " << path;
      ++seen;
    }
  }
  EXPECT_GT(seen, 10u);
}

TEST(References, TestsThatAreNamedExist) {
  std::size_t seen = 0;
  for (const fs::path& document : documents()) {
    for (const auto& test : references::tests(quotes::text_of(document))) {
      EXPECT_TRUE(tests_of_the_tree().contains(test)) << document.string() << " names " << test;
      ++seen;
    }
  }
  EXPECT_GT(seen, 30u);
}

TEST(References, CommandsOfDevExist) {
  const auto known = references::commands_of(quotes::text_of(root / "dev"));
  ASSERT_TRUE(known.contains("test"));
  const std::set<std::string> builds = {"dev", "asan", "tsan", "release", "gcc", "fuzz"};
  for (const fs::path& document : documents()) {
    for (const auto& words : references::dev_commands(quotes::text_of(document))) {
      SCOPED_TRACE(document.string() + ": ./dev " + words.front());
      EXPECT_TRUE(known.contains(words.front()));
      for (std::size_t i = 1; i < words.size() && words[i] != "--"; ++i) {
        if (words[i].starts_with("-")) continue;
        if (words[0] == "test") {
          EXPECT_TRUE(builds.contains(words[i])) << words[i];
        }
        if (words[0] == "fuzz" && !std::isdigit(static_cast<unsigned char>(words[i][0]))) {
          EXPECT_TRUE(fs::exists(root / "tests/fuzz/corpus" / words[i])) << words[i];
        }
        if (words[0] == "bench") {
          EXPECT_TRUE(fs::exists(root / "benchmarks" / (words[i] + "_benchmark.cpp"))) << words[i];
        }
      }
    }
  }
}

TEST(References, EveryRefusalHasACaseThatMustNotCompile) {
  std::set<std::string> expected;
  for (const auto& entry : fs::directory_iterator(root / "tests" / "compile_fail")) {
    if (entry.path().extension() == ".cpp") {
      expected.insert(references::expectation_of(quotes::text_of(entry.path())));
    }
  }
  std::size_t seen = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root / "sdk" / "include")) {
    if (entry.path().extension() != ".hpp") continue;
    for (const auto& sentence : references::refusals_of(quotes::text_of(entry.path()))) {
      EXPECT_TRUE(expected.contains(sentence)) << entry.path() << ": " << sentence;
      ++seen;
    }
  }
  EXPECT_GT(seen, 30u);
}

// ---- a reference that leads nowhere is found

TEST(ReferencesOf, LinksAreThoseOutsideOfCodeAndOfTheWeb) {
  EXPECT_THAT(references::relative_links("[a](b.md#c) [x](https://x.y)\n```\n[n](no.md)\n```\n"),
              ElementsAre("b.md#c"));
}

TEST(ReferencesOf, AnchorsAreMadeOfHeadings) {
  EXPECT_THAT(references::anchors("# The `dev` script\ntext\n## What it costs: syncs\n"),
              UnorderedElementsAre("the-dev-script", "what-it-costs-syncs"));
}

TEST(ReferencesOf, PathsBeginWithAFolderOfTheTree) {
  EXPECT_THAT(references::tree_paths("`tests/a.cpp` `build/x` `a/b c` `tests`\n", {"tests"}),
              ElementsAre("tests/a.cpp"));
}

TEST(ReferencesOf, TestsAreNamedBySuiteAndName) {
  EXPECT_THAT(references::tests("`Timer.StillSleepingSuspends` `README.md` `ctx.now`\n"),
              ElementsAre("Timer.StillSleepingSuspends"));
  EXPECT_THAT(references::tests_of("TEST(A, B) {}\nTEST_P(C,\n       D) {}\n"),
              UnorderedElementsAre("A.B", "C.D"));
}

TEST(ReferencesOf, RefusalsAreJoinedAndThrownOnesLeftOut) {
  EXPECT_THAT(references::refusals_of("static_assert(x, \"theus: one \"\n  \"sentence\");\n"
                                      "throw std::invalid_argument(\"theus: thrown\");\n"
                                      "[[nodiscard(\"theus: two\")]]"),
              ElementsAre("theus: one sentence", "theus: two"));
  EXPECT_EQ(references::expectation_of("// expect: one\n// sentence\n#include <a>\n// not\n"),
            "one sentence");
}

TEST(ReferencesOf, CommandsAreFoundInTextAndInBlocks) {
  EXPECT_THAT(references::dev_commands("run `./dev test dev`\n```sh\n./dev bench step  # why\n```"),
              ElementsAre(ElementsAre("test", "dev"), ElementsAre("bench", "step")));
  EXPECT_THAT(references::commands_of("case x in\n  old) ;;\nesac\ncase y in\n  run) a ;;\nesac\n"),
              UnorderedElementsAre("run"));
}

}  // namespace
