#include "lint/corpus.hpp"

#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "guard/corpus_workflows.hpp"
#include "runtime/support/engine_world.hpp"

// The corpus under the guard alone.
namespace theus::lint {

void PrintTo(const trap_file& trap, std::ostream* to) { *to << trap.name; }

}  // namespace theus::lint

namespace theus::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ContainsRegex;
using testing::engine_world;
using ::testing::HasSubstr;

constexpr activity<std::int64_t(int)> price{"price"};
constexpr activity<std::string(int)> send_mail{"send_mail"};

std::string reason_of(engine_world& world) {
  const auto stuck = world.stuck();
  return stuck.empty() ? std::string() : stuck.front().reason;
}

std::size_t turns_of(engine_world& world) {
  std::size_t turns = 0;
  for (const auto& each : world.records("w")) {
    turns += std::holds_alternative<journal::turn>(each.body) ? 1 : 0;
  }
  return turns;
}

// What keeps it from going on in the end; "" if it does.
std::string run_to_its_end(const std::string& name, corpus_workflow function, std::size_t* turns) {
  application app;
  app.add(name, function);
  app.bind(price, [](int i) { return std::int64_t(10 * i); });
  app.bind(send_mail, [](int) -> std::string { return "sent"; });
  engine_world world(std::move(app));
  world.open();
  EXPECT_TRUE(world.start(name, "w")) << name;
  for (int i = 0; i < 10 && reason_of(world).empty() && !world.outcome("w"); ++i)
    world.advance(100h);
  if (turns) *turns = turns_of(world);
  const std::string reason = reason_of(world);
  return reason.empty() && !world.outcome("w") ? "it goes on for ever" : reason;
}

class GuardedTrap : public ::testing::TestWithParam<lint::trap_file> {};

// The traps that no function of libc has to do with are for other layers.
TEST_P(GuardedTrap, IsFoundWithTheFunctionItsLineAndWhatToUse) {
  const lint::trap_file& trap = GetParam();
  std::size_t turns = 0;
  const std::string reason = run_to_its_end(trap.name, trap_workflows.at(trap.name), &turns);
  if (trap.guard.empty()) {
    EXPECT_THAT(reason, ::testing::Not(HasSubstr("the workflow called")));
    return;
  }
  const bool says_otherwise = trap.guard.find(": ") != std::string::npos;
  EXPECT_THAT(reason, HasSubstr("the workflow called " + trap.guard +
                                (says_otherwise ? "" : ": " + trap.message)));
  // The line of the call itself, or of what it was inlined into.
  EXPECT_THAT(reason, ContainsRegex("traps::.* at .*/" + trap.name + "\\.cpp:[1-9]"));
  EXPECT_EQ(turns, trap.name == "clock_in_helper" ? 1u : 0u);
}

std::string name_of(const ::testing::TestParamInfo<lint::trap_file>& info) {
  return info.param.name;
}

std::vector<lint::trap_file> traps_that_run() {
  auto traps = lint::all_traps();
  // What it throws leaks, which is the trap.
  std::erase_if(traps, [](const auto& each) {
    return !trap_workflows.contains(each.name) || each.name == "throws_what_it_awaits";
  });
  return traps;
}

INSTANTIATE_TEST_SUITE_P(Corpus, GuardedTrap, ::testing::ValuesIn(traps_that_run()), name_of);

TEST(GuardedCorpus, HasAtLeastFiftyTrapsForTheGuard) {
  std::size_t found = 0;
  for (const auto& each : traps_that_run()) found += each.guard.empty() ? 0 : 1;
  EXPECT_GE(found, 50u);
}

TEST(GuardedCorpus, HonestWorkflowsRunWithoutAnAlarm) {
  EXPECT_GE(honest_workflows.size(), 50u);
  for (const auto& [name, function] : honest_workflows) {
    // Nobody here does what it asks for.
    const char* const expected = name == "described_values" ? "it goes on for ever" : "";
    EXPECT_EQ(run_to_its_end(name, function, nullptr), expected) << name;
  }
}

}  // namespace
}  // namespace theus::test
