#include <cstdio>
#include <string>

#include <gmock/gmock.h>

// The program that holds all scenarios plays each of them to its end.
namespace {

using testing::HasSubstr;

struct answer {
  int status = -1;
  std::string text;
};

answer run(const std::string& arguments) {
  std::FILE* const pipe = ::popen((THEUS_SCENARIOS " " + arguments + " 2>&1").c_str(), "r");
  answer a;
  char buffer[4'096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    a.text.append(buffer, got);
  a.status = ::pclose(pipe);
  return a;
}

TEST(ScenariosProgram, PlaysEachScenario) {
  const answer all = run("play");
  EXPECT_EQ(all.status, 0) << all.text;
  for (const char* end :
       {"= \"paid\"", "= \"what render-3 gave\"", "= \"order at south\"",
        "= \"photo+sharpen+crop+watermark\"", "= 2\n", "= \"<a><b><c><d><e>\"", "= \"it is paid\"",
        "= 4\n", "= \"parcel of order-1\"", "refunds order-2", "= no news from Home",
        "> what emu means", "> mine has none: 0 are free", "> receipt for Ada"}) {
    EXPECT_THAT(all.text, HasSubstr(end));
  }
}

TEST(ScenariosProgram, SaysWhatItCanWhenItIsAskedForAnother) {
  const answer none = run("play nothing");
  EXPECT_NE(none.status, 0);
  EXPECT_THAT(none.text, HasSubstr("scenarios play [NAME]"));
}

}  // namespace
