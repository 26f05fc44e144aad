#include <map>

#include <gmock/gmock.h>

#include "guard/corpus_workflows.hpp"
#include "lint/corpus.hpp"
#include "runtime/support/engine_world.hpp"
#include "runtime/support/sanitized.hpp"

// Paranoid mode on the corpus: it finds the traps that say so, and nothing in honest workflows.
namespace theus::test {
namespace {

using testing::engine_world;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::vector<std::string> honest() {
  std::vector<std::string> names;
  for (const auto& [name, function] : honest_workflows) names.push_back(name);
  return names;
}

std::vector<lint::trap_file> traps() {
#ifdef THEUS_SANITIZED
  constexpr bool sanitized = true;
#else
  constexpr bool sanitized = false;
#endif
  auto found = lint::all_traps();
  std::erase_if(found, [](const lint::trap_file& each) {
    return each.paranoid.empty() || (sanitized && !each.paranoid_under_sanitizers);
  });
  return found;
}

// What the workflows of the corpus call: numbers are answered with one, texts with one.
void hold_activities(engine_world& world) {
  for (const char* name : {"price", "send_mail", "fill"}) world.hold(name);
}
void answer_activities(engine_world& world, std::map<std::string, std::size_t>& answered) {
  const std::map<std::string, std::string> answers = {{"price", "3"}, {"send_mail", R"("sent")"}};
  for (const char* name : {"price", "send_mail", "fill"}) {
    auto& held = world.hold(name);
    for (std::size_t& next = answered[name]; next < held.count(); ++next) {
      const auto given = answers.find(name);
      // `fill` gives back what it was given.
      const std::string& arguments = held[next].arguments;
      held[next].complete(given != answers.end() ? given->second
                                                 : arguments.substr(1, arguments.size() - 2));
      world.settle();
    }
  }
}

// To its end, or until it is set aside.
void run(engine_world& world, const std::string& name, corpus_workflow function) {
  world.app.add(name, function);
  hold_activities(world);
  world.open();
  ASSERT_TRUE(world.start(name, "w"));
  std::map<std::string, std::size_t> answered;
  for (int i = 0; i < 400 && world.stuck().empty() && !world.outcome("w"); ++i) {
    answer_activities(world, answered);
    world.advance(std::chrono::hours(6));
  }
}

class ParanoidHonest : public ::testing::TestWithParam<std::string> {};

TEST_P(ParanoidHonest, DoesTheSameTwice) {
  engine_world world{application()};
  run(world, GetParam(), honest_workflows.at(GetParam()));
  for (const auto& each : world.stuck()) ADD_FAILURE() << each.reason;
  EXPECT_NE(world.result_of("w"), "");
  EXPECT_EQ(world.running().counters().mismatches, 0u);
}

class ParanoidTrap : public ::testing::TestWithParam<lint::trap_file> {};

TEST_P(ParanoidTrap, IsRefusedBeforeItIsRecorded) {
  engine_world world{application()};
  run(world, GetParam().name, trap_workflows.at(GetParam().name));
  ASSERT_THAT(world.stuck(), SizeIs(1));
  EXPECT_THAT(world.stuck()[0].reason, HasSubstr("not the same twice: " + GetParam().paranoid));
  for (const auto& each : world.records("w")) {
    EXPECT_FALSE(std::holds_alternative<journal::turn>(each.body));
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, ParanoidHonest, ::testing::ValuesIn(honest()),
                         [](const auto& each) { return each.param; });
INSTANTIATE_TEST_SUITE_P(Corpus, ParanoidTrap, ::testing::ValuesIn(traps()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace theus::test
