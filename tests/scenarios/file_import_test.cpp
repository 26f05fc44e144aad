#include "scenarios/file_import.hpp"

#include <map>
#include <sstream>

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace file_import;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using theus::testing::attempts;

const std::string five_lines = "a\nb\nc\nd\ne\n";

theus::application importers() {
  theus::application app;
  app.add("import_file", import_file);
  return app;
}

// What the lines go to, which knows them by their numbers.
struct table {
  std::map<std::int64_t, std::string> rows;
  std::vector<std::int64_t> taken;
  std::string archived, set_aside;

  explicit table(environment& env) {
    env.mock(file_import::archive, [this](std::string file) { archived = file; });
    env.mock(file_import::set_aside, [this](std::string, std::string why) { set_aside = why; });
  }
  void take(std::int64_t number, const std::string& line) {
    taken.push_back(number);
    rows[number] = line;
  }
};

TEST(FileImport, TakesEveryLineAndArchivesTheFile) {
  environment env(importers());
  table to(env);
  env.mock(take_in, [&](theus::attempt& a, std::string) {
    std::istringstream file(five_lines);
    return take_lines(a, file, [&](auto number, const auto& line) { to.take(number, line); });
  });
  EXPECT_EQ(env.start(import_file, "import", "words").result(), 5);
  EXPECT_THAT(to.rows,
              ElementsAre(Pair(0, "a"), Pair(1, "b"), Pair(2, "c"), Pair(3, "d"), Pair(4, "e")));
  EXPECT_EQ(to.archived, "words");
}

TEST(FileImport, TheNextAttemptGoesOnBehindTheLineThatFailed) {
  environment env(importers());
  table to(env);
  env.mock(take_in, [&](theus::attempt& a, std::string) {
    std::istringstream file(five_lines);
    return take_lines(a, file, [&](auto number, const auto& line) {
      to.take(number, line);
      if (number == 3 && a.number() == 1) throw theus::failure("busy", "the table is locked");
    });
  });
  EXPECT_EQ(env.start(import_file, "import", "words").result(), 5);
  EXPECT_THAT(to.taken, ElementsAre(0, 1, 2, 3, 3, 4));
}

TEST(FileImport, OneThatHangsIsTakenOverByAnotherAttempt) {
  environment env(importers());
  table to(env);
  env.mock(take_in, [&](theus::attempt& a, std::string) {
    std::istringstream file(five_lines);
    return take_lines(a, file, [&](auto number, const auto& line) { to.take(number, line); });
  });
  env.delay(take_in, 100h, attempts::first(1));
  const auto begin = env.now();
  EXPECT_EQ(env.start(import_file, "import", "words").result(), 5);
  EXPECT_EQ(env.attempts_of(take_in).size(), 2u);
  EXPECT_LE(env.now() - begin, 40s);
}

TEST(FileImport, ADayIsEnough) {
  environment env(importers());
  table to(env);
  env.fail(take_in, attempts::all(), theus::failure("busy", "the table is locked"));
  const auto begin = env.now();
  EXPECT_EQ(env.start(import_file, "import", "words").result(), -1);
  EXPECT_EQ(to.set_aside, "busy");
  EXPECT_GE(env.now() - begin, 23h);
  EXPECT_LE(env.now() - begin, 24h);
  EXPECT_THAT(to.archived, IsEmpty());
}

// However often an attempt fails, is killed or is cancelled: each line is there in the end, or the
// file was set aside, and never both; no attempt begins before what the last one said.
std::string two_imports(environment& env) {
  struct target {
    std::map<std::int64_t, std::string> rows;
    std::int64_t reached = 0;
    bool is_archived = false, is_set_aside = false;
  };
  std::map<std::string, target> targets;
  env.mock(take_in, [&](theus::attempt& a, std::string name) {
    target& to = targets[name];
    const auto from = a.last_heartbeat<progress>().value_or(progress()).lines;
    env.require(from <= to.reached, "nothing is skipped");
    std::istringstream file(five_lines);
    return take_lines(a, file, [&](auto number, const auto& line) {
      to.rows[number] = line;
      to.reached = std::max(to.reached, number + 1);
      if (number == 2 && a.number() == 1) throw theus::failure("busy", "the table is locked");
    });
  });
  env.mock(file_import::archive, [&](std::string name) { targets[name].is_archived = true; });
  env.mock(file_import::set_aside,
           [&](std::string name, std::string) { targets[name].is_set_aside = true; });
  auto whole = env.start(import_file, "whole", "words");
  auto unwanted = env.start(import_file, "unwanted", "numbers");
  unwanted.cancel();
  const auto how = unwanted.outcome().status;
  env.require(whole.result() == 5, "a file that nobody cancels is taken in");
  for (const auto& [name, to] : targets) {
    env.require(!(to.is_archived && to.is_set_aside), "a file goes one way");
    env.require(!to.is_archived || to.rows.size() == 5, "one that is archived was taken in");
  }
  return how == theus::journal::run_status::completed ? "archived" : "cancelled";
}

TEST(FileImportRehearsed, SurvivesAKillAtEachAppend) { expect_survives(importers(), two_imports); }
TEST(FileImportRehearsed, HoldsInAnyOrder) {
  expect_any_order(importers(), two_imports, {"archived", "cancelled"}, {.failures = 2});
}

}  // namespace
}  // namespace scenarios
