// Allowing what is refused: with a reason, and only what was named.
#include <string>

#include <gtest/gtest.h>

#include "corpus.hpp"

namespace theus::lint {
namespace {

// The header that theus_workflow_sources would include first, for this list after ALLOW.
process_result make_header(const std::filesystem::path& folder, const std::string& allow) {
  write_file(folder / "make.cmake", "include(" THEUS_SOURCE_DIR
                                    "/sdk/cmake/theus-workflow-sources.cmake)\n"
                                    "theus_lint_header(header \"" +
                                        allow +
                                        "\")\n"
                                        "file(COPY_FILE ${header} " +
                                        (folder / "allow.hpp").string() + ")\n");
  return run_process({THEUS_CMAKE, "-P", folder / "make.cmake"}, true);
}

struct outcome {
  process_result compiled;
  process_result audited;
};

outcome build(const std::filesystem::path& folder, const std::string& text) {
  const std::string object = folder / "trap.o";
  const std::string source = folder / "trap.cpp";
  write_file(source, text);
  outcome ended;
  ended.compiled = compile({"-include", folder / "allow.hpp", "-c", source, "-o", object});
  if (ended.compiled.status == 0) ended.audited = run_lint({"audit", object});
  return ended;
}

constexpr const char* reads_environment =
    "#include <cstdlib>\nchar* region() { return std::getenv(\"REGION\"); }\n";

TEST(Allow, ANamePassesAndItsReasonIsShown) {
  const auto folder = fresh_folder();
  ASSERT_EQ(make_header(folder, "getenv;read once, as the operator wishes").status, 0);
  const outcome ended = build(folder, reads_environment);
  EXPECT_EQ(ended.compiled.status, 0) << ended.compiled.output;
  EXPECT_EQ(ended.audited.status, 0);
  EXPECT_NE(ended.audited.output.find("'getenv' is allowed: read once"), std::string::npos)
      << ended.audited.output;
}

TEST(Allow, AMemberFunctionPasses) {
  const auto folder = fresh_folder();
  ASSERT_EQ(
      make_header(folder, "std::chrono::system_clock::now;for a log that nobody reads").status, 0);
  const outcome ended = build(
      folder,
      "long hour() { return std::chrono::system_clock::now().time_since_epoch().count(); }\n");
  EXPECT_EQ(ended.compiled.status, 0) << ended.compiled.output;
  EXPECT_EQ(ended.audited.status, 0) << ended.audited.output;
}

TEST(Allow, NothingElsePasses) {
  const auto folder = fresh_folder();
  ASSERT_EQ(make_header(folder, "getenv;read once").status, 0);
  EXPECT_NE(
      build(folder, "#include <stdlib.h>\nchar* region() { return secure_getenv(\"REGION\"); }\n")
          .compiled.status,
      0);
}

TEST(Allow, ANameThatNothingForbidsIsRefused) {
  const auto folder = fresh_folder();
  ASSERT_EQ(make_header(folder, "getnev;read once").status, 0);
  const std::string object = folder / "one.o";
  write_file(folder / "one.cpp", "int one() { return 1; }\n");
  ASSERT_EQ(
      compile({"-include", folder / "allow.hpp", "-c", folder / "one.cpp", "-o", object}).status,
      0);
  const process_result audited = run_lint({"audit", object});
  EXPECT_EQ(audited.status, 1);
  EXPECT_NE(audited.output.find("nothing forbids 'getnev'"), std::string::npos);
}

TEST(Allow, WithoutAReasonIsRefusedByCMake) {
  const auto folder = fresh_folder();
  const process_result made = make_header(folder, "getenv");
  EXPECT_NE(made.status, 0);
  EXPECT_NE(made.output.find("ALLOW getenv has no reason"), std::string::npos) << made.output;
}

TEST(Allow, ALineIsPassedByTidyForAReasonInAComment) {
  const auto source = fresh_folder() / "sum.cpp";
  const std::string head =
      "#include <unordered_map>\n"
      "int sum(const std::unordered_map<int, int>& all) {\n"
      "  int total = 0;\n";
  write_file(source, head +
                         "  // theus: allow unordered_iteration: a sum has no order\n"
                         "  for (const auto& [name, each] : all) total += each;\n"
                         "  return total;\n}\n");
  const process_result looked = run_tidy(source, false);
  EXPECT_EQ(looked.status, 0) << looked.output;
  EXPECT_NE(looked.output.find("'unordered_iteration' is allowed: a sum has no order"),
            std::string::npos);
  write_file(source, head +
                         "  // theus: allow unordered_iteration:\n"
                         "  for (const auto& [name, each] : all) total += each;\n"
                         "  return total;\n}\n");
  EXPECT_EQ(run_tidy(source, false).status, 1);
}

TEST(Build, StopsBeforeLinkingWhatTheAuditRefuses) {
  const process_result built =
      run_process({THEUS_CMAKE, "--build", THEUS_BUILD_DIR, "--target", "lint_refused"}, true);
  EXPECT_NE(built.status, 0);
  EXPECT_NE(built.output.find("theus: 'std::filesystem' in "), std::string::npos) << built.output;
  EXPECT_NE(built.output.find("docs/determinism.md says what to use instead"), std::string::npos);
}

}  // namespace
}  // namespace theus::lint
