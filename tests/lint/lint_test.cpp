// Every trap of the corpus is found by its layer, at its place and in its words; nothing is found
// in honest workflows.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "corpus.hpp"

namespace theus::lint {
namespace {

std::vector<std::filesystem::path> paths_of(const std::vector<trap_file>& traps) {
  std::vector<std::filesystem::path> all;
  for (const trap_file& each : traps) all.push_back(each.path);
  return all;
}

// Whether a line says `message` of this place.
bool says(const std::string& output, const std::string& place, const std::string& message) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const bool is_of_it = line.find(place) != std::string::npos;
    if (is_of_it && line.find(message) != std::string::npos) return true;
  }
  return false;
}

std::string line_of(const trap_file& trap) {
  return "/" + trap.name + ".cpp:" + std::to_string(trap.line) + ":";
}

TEST(Corpus, EachTrapSaysWhatCatchesItAndWhere) {
  const std::vector<trap_file> traps = all_traps();
  EXPECT_GE(traps.size(), 80u);
  EXPECT_GE(honest_files().size(), 50u);
  for (const trap_file& each : traps) {
    EXPECT_NE(each.line, 0u) << each.path;
    EXPECT_FALSE(each.message.empty()) << each.path;
    EXPECT_TRUE(each.is_caught_by("lint") || each.is_caught_by("audit") ||
                each.is_caught_by("tidy") || each.is_caught_by("compiler"))
        << each.path;
  }
}

TEST(Poison, RefusesEachTrapAtItsLineInOurWords) {
  const auto traps = traps_caught_by("lint");
  const auto unit = write_unit(fresh_folder() / "traps.cpp", paths_of(traps));
  const process_result compiled = compile({"-include", poison(), "-fsyntax-only", unit});
  EXPECT_NE(compiled.status, 0);
  for (const trap_file& each : traps) {
    EXPECT_TRUE(says(compiled.output, line_of(each), "theus: " + each.message)) << each.name;
  }
}

// Compiled in parts, so that processors share the work.
void nothing_is_found_in(std::size_t part, std::size_t parts) {
  std::vector<std::filesystem::path> some;
  const auto all = honest_files();
  for (std::size_t i = part; i < all.size(); i += parts) some.push_back(all[i]);
  const auto unit = write_unit(fresh_folder() / "honest.cpp", some);
  const std::string object = unit.string() + ".o";
  const process_result compiled = compile({"-include", poison(), "-c", unit, "-o", object});
  ASSERT_EQ(compiled.status, 0) << compiled.output;
  const process_result audited = run_lint({"audit", object});
  EXPECT_EQ(audited.status, 0);
  EXPECT_EQ(audited.output, "");
}

TEST(Honest, FirstWorkflowsPassPoisonAndAudit) { nothing_is_found_in(0, 3); }
TEST(Honest, SecondWorkflowsPassPoisonAndAudit) { nothing_is_found_in(1, 3); }
TEST(Honest, ThirdWorkflowsPassPoisonAndAudit) { nothing_is_found_in(2, 3); }

TEST(Honest, WorkflowsPassTidyAlsoForGcc) {
  const auto unit = write_unit(fresh_folder() / "honest.cpp", honest_files());
  const process_result looked = run_tidy(unit, true);
  EXPECT_EQ(looked.status, 0);
  EXPECT_EQ(looked.output, "");
}

TEST(Audit, NamesTheWorkflowOfEachTrapAndWhatToUse) {
  const auto traps = traps_caught_by("audit");
  const auto unit = write_unit(fresh_folder() / "traps.cpp", paths_of(traps));
  const std::string object = unit.string() + ".o";
  const process_result compiled =
      compile({"-w", "-DTHEUS_LINT_MARKS_ONLY", "-include", poison(), "-c", unit, "-o", object});
  ASSERT_EQ(compiled.status, 0) << compiled.output;
  const process_result audited = run_lint({"audit", object});
  EXPECT_EQ(audited.status, 1);
  for (const trap_file& each : traps) {
    const bool by_function = says(audited.output, "traps::" + each.name + "(", each.message) ||
                             says(audited.output, "traps::in_" + each.name + "::", each.message);
    EXPECT_TRUE(by_function) << each.name << "\n" << audited.output;
  }
}

TEST(Audit, NamesTheLineWhereThereIsDebugInformation) {
  const auto folder = fresh_folder();
  const std::string source = folder / "helper.cpp";
  const std::string object = folder / "helper.o";
  write_file(source, "#include <ctime>\n\nlong hour() {\n  return std::time(nullptr);\n}\n");
  const process_result compiled =
      compile({"-g", "-DTHEUS_LINT_MARKS_ONLY", "-include", poison(), "-c", source, "-o", object});
  ASSERT_EQ(compiled.status, 0) << compiled.output;
  EXPECT_TRUE(says(run_lint({"audit", object}).output,
                   "/helper.cpp:4: error: theus: 'time' in hour()", "use ctx.now()"));
}

TEST(Audit, PassesByWhatIsInstantiatedAndNeverCalled) {
  const auto folder = fresh_folder();
  const std::string source = folder / "uncalled.cpp";
  const std::string object = folder / "uncalled.o";
  write_file(source,
             "#include <ctime>\n"
             "template <class T> struct stamp { T hour() const { return std::time(nullptr); } };\n"
             "template struct stamp<long>;\n"
             "int honest() { return 1; }\n");
  const process_result compiled =
      compile({"-DTHEUS_LINT_MARKS_ONLY", "-include", poison(), "-c", source, "-o", object});
  ASSERT_EQ(compiled.status, 0) << compiled.output;
  const process_result audited = run_lint({"audit", object});
  EXPECT_EQ(audited.status, 0) << audited.output;
}

TEST(Audit, PassesByObjectsOfOtherSources) {
  const auto folder = fresh_folder();
  const std::string source = folder / "activity.cpp";
  const std::string object = folder / "activity.o";
  write_file(source, "#include <ctime>\nlong hour() { return std::time(nullptr); }\n");
  ASSERT_EQ(compile({"-c", source, "-o", object}).status, 0);
  EXPECT_EQ(run_lint({"audit", object}).status, 0);
}

TEST(Audit, RefusesWhatItCannotRead) {
  const auto folder = fresh_folder();
  const std::string source = folder / "one.cpp";
  write_file(source, "int one() { return 1; }\n");
  EXPECT_EQ(run_lint({"audit", source}).status, 2);
  EXPECT_TRUE(says(run_lint({"audit", source}).output, "one.cpp", "is not an ELF object"));
  if (!compiler_is_clang()) return;
  const std::string object = folder / "one.o";
  ASSERT_EQ(run_process({"clang++-19", "-flto", "-c", source, "-o", object}, true).status, 0);
  EXPECT_TRUE(says(run_lint({"audit", object}).output, "one.o", "without -flto"));
}

TEST(Tidy, FindsEachTrapAtItsLineInItsWords) {
  const auto traps = traps_caught_by("tidy");
  const auto unit = write_unit(fresh_folder() / "traps.cpp", paths_of(traps));
  const process_result looked = run_tidy(unit, true);
  EXPECT_EQ(looked.status, 1);
  for (const trap_file& each : traps) {
    std::string name = each.caught_by.substr(5);
    name = name.substr(0, name.find(' '));
    EXPECT_TRUE(says(looked.output, line_of(each), "theus: " + name + ": " + each.message))
        << each.name << "\n"
        << looked.output;
  }
}

TEST(Tidy, PassesByWhatOnlyGccTranslatesWrongly) {
  std::vector<trap_file> traps = traps_caught_by("(g++)");
  EXPECT_GE(traps.size(), 4u);
  const auto unit = write_unit(fresh_folder() / "traps.cpp", paths_of(traps));
  const process_result looked = run_tidy(unit, false);
  EXPECT_EQ(looked.status, 0);
  EXPECT_EQ(looked.output, "");
}

TEST(Tidy, SaysSoWhenASourceDoesNotCompile) {
  const auto source = fresh_folder() / "broken.cpp";
  write_file(source, "int broken() { return nothing; }\n");
  const process_result looked = run_tidy(source, false);
  EXPECT_EQ(looked.status, 2);
  EXPECT_TRUE(says(looked.output, "broken.cpp", "use of undeclared identifier"));
}

}  // namespace
}  // namespace theus::lint
