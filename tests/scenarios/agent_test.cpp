#include "scenarios/agent.hpp"

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace agent;
using ::testing::ElementsAre;

theus::application office() {
  theus::application app;
  app.add("work_on", work_on);
  return app;
}

reply say(const char* tool, const char* text) {
  reply next;
  next.tool = tool;
  next.text = text;
  return next;
}

verdict about(std::int64_t step, bool is_allowed) {
  verdict given;
  given.step = step;
  given.is_allowed = is_allowed;
  given.reason = is_allowed ? "fine" : "too much";
  return given;
}

// A model that looks something up, pays twice, and then answers. Each step adds two lines.
reply model(transcript said) {
  switch (said.size()) {
    case 1:
      return say("search", "what does it cost?");
    case 3:
      return say("pay", "10");
    case 5:
      return say("pay", "20");
    default:
      return say("", "done");
  }
}

struct desk {
  std::vector<std::string> used;
  effects uses;

  void open_in(environment& env) {
    env.mock(think, model);
    env.mock(ask_reviewer, [](std::int64_t, reply) {});
    env.mock(use_tool, [this](theus::attempt& a, reply wish) {
      if (uses.is_first(a)) used.push_back(wish.tool + " " + wish.text);
      return "did " + wish.tool;
    });
  }
};

std::vector<std::string> voices(const theus::testing::any_run& run) {
  std::vector<std::string> who;
  for (const auto& said : run.context<transcript>("/transcript")) who.push_back(said.who);
  return who;
}

class Agent : public ::testing::Test {
 protected:
  Agent() { at.open_in(env); }

  environment env{office()};
  desk at;
};

TEST_F(Agent, DoesWhatAPersonAllows) {
  auto run = env.start(work_on, "task", "buy it");
  EXPECT_THAT(at.used, ElementsAre("search what does it cost?"));  // nobody is asked for that
  run.signal(reviewed, about(2, true));
  run.signal(reviewed, about(3, false));
  EXPECT_EQ(run.result(), "done");
  EXPECT_THAT(at.used, ElementsAre("search what does it cost?", "pay 10"));
  EXPECT_THAT(voices(run),
              ElementsAre("user", "model", "tool", "model", "tool", "model", "reviewer"));
}

TEST_F(Agent, DoesNotDoWhatNobodyAnswersFor) {
  const auto begin = env.now();
  EXPECT_EQ(env.start(work_on, "task", "buy it").result(), "done");
  EXPECT_EQ(env.now() - begin, 48h);
  EXPECT_EQ(at.used.size(), 1u);
}

TEST_F(Agent, TellsTheModelThatAToolFailed) {
  env.fail(use_tool, theus::testing::attempts::all(), theus::failure("down", "out of order"));
  auto run = env.start(work_on, "task", "buy it");
  run.result();
  EXPECT_EQ(run.context<std::string>("/transcript/2/text"), "out of order");
  EXPECT_EQ(env.attempts_of(use_tool).size(), 3u);
}

TEST_F(Agent, EndsWhenTheModelComesToNoEnd) {
  env.mock(think, say("search", "again"));
  EXPECT_EQ(env.start(work_on, "task", "buy it").failure().type, "no_answer");
  EXPECT_EQ(at.used.size(), static_cast<std::size_t>(most_steps));
}

// A person refuses the first payment and allows the second, in any order, and at any time.
std::string two_reviews(environment& env) {
  desk at;
  at.open_in(env);
  bool is_allowed = false;
  env.always("nothing is paid that a person did not allow", [&] {
    return std::ranges::all_of(at.used, [&](const std::string& used) {
      return used.starts_with("search") || (used == "pay 20" && is_allowed);
    });
  });
  auto run = env.start(work_on, "task", "buy it");
  env.in_any_order({[&] { run.signal(reviewed, about(2, false)); },
                    [&] {
                      is_allowed = true;
                      run.signal(reviewed, about(3, true));
                    }});
  env.require(run.result() == "done", "the model comes to an end");
  const auto who = voices(run);
  env.require(who.size() == 7, "every step is in the transcript, once");
  env.require(who[4] == "reviewer", "the first payment is refused");
  env.require((who[6] == "tool") == (at.used.size() == 2), "what is done is in the transcript");
  return at.used.back();
}

TEST(AgentRehearsed, SurvivesAKillAtEachAppend) { expect_survives(office(), two_reviews); }
TEST(AgentRehearsed, HoldsInAnyOrder) {
  expect_any_order(office(), two_reviews, {"search what does it cost?", "pay 20"}, {.failures = 2});
}

}  // namespace
}  // namespace scenarios
