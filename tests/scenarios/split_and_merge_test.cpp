#include "scenarios/split_and_merge.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace split_and_merge;

theus::application publisher() {
  theus::application app;
  app.add("translate_book", translate_book);
  return app;
}

// A paragraph for each letter.
void open_in(environment& env) {
  env.mock(split, [](std::string book) {
    paragraphs parts;
    for (const char letter : book) parts.push_back(std::string(1, letter));
    return parts;
  });
  env.mock(translate, [](std::string paragraph) { return "<" + paragraph + ">"; });
  env.mock(merge, [](paragraphs parts) {
    std::string book;
    for (const auto& part : parts) book += part;
    return book;
  });
}

std::ptrdiff_t with_translators(const theus::testing::any_run& run) {
  return std::ranges::count_if(run.waits(), [](const std::string& wait) {
    return wait.find("call translate") != std::string::npos;
  });
}

TEST(SplitAndMerge, ThreeAreTranslatedAtATime) {
  environment env(publisher());
  open_in(env);
  env.delay(translate, 1h);
  const auto begin = env.now();
  auto run = env.start(translate_book, "book", "abcdefg");
  EXPECT_EQ(with_translators(run), 3);
  EXPECT_EQ(run.result(), "<a><b><c><d><e><f><g>");
  EXPECT_EQ(env.now() - begin, 3h);
}

TEST(SplitAndMerge, NothingIsMergedWhenAParagraphFails) {
  environment env(publisher());
  open_in(env);
  env.mock(translate, [](std::string paragraph) {
    if (paragraph == "b") throw theus::failure("untranslatable", paragraph).non_retryable();
    return paragraph;
  });
  EXPECT_EQ(env.start(translate_book, "book", "abc").failure().type, "activity_failed");
  EXPECT_TRUE(env.attempts_of(merge).empty());
}

void five_paragraphs(environment& env) {
  open_in(env);
  auto run = env.start(translate_book, "book", "abcde");
  env.always("three paragraphs at most are with the translators",
             [&] { return with_translators(run) <= 3; });
  env.require(run.result() == "<a><b><c><d><e>", "the book is in order");
}

TEST(SplitAndMergeRehearsed, SurvivesAKillAtEachAppend) {
  expect_survives(publisher(), five_paragraphs);
}
TEST(SplitAndMergeRehearsed, HoldsInAnyOrder) {
  expect_any_order(publisher(), five_paragraphs, {.failures = 1});
}

}  // namespace
}  // namespace scenarios
