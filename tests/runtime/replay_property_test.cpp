#include <algorithm>

#include <gtest/gtest.h>

#include "support/long_run.hpp"
#include "support/machine_driver.hpp"
#include "support/random_program.hpp"

// Live equals replay, for workflows made from seeds and histories made from seeds.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::machine_driver;

const leaf* pending_of(journal::withdraw::target kind, machine_driver& driver,
                       random_stream& chance) {
  std::vector<const leaf*> found;
  for (const leaf* each : driver.state().pending()) {
    if (each->kind() == kind) found.push_back(each);
  }
  if (found.empty()) return nullptr;
  return found[chance.uniform<std::size_t>(0, found.size() - 1)];
}

const leaf* pending_child(machine_driver& driver, random_stream& chance) {
  return pending_of(journal::withdraw::target::child, driver, chance);
}

// Now and then twice, and otherwise the second time.
std::vector<journal::event> settlements_of(const leaf& promise, random_stream& chance) {
  std::vector<journal::event> events;
  do {
    journal::promise_settled settled{promise.id(), std::to_string(chance.uniform(0, 99))};
    if (chance.uniform(0, 4) == 0) settled.outcome = journal::failure_info{"no", "at random", {}};
    events.push_back(std::move(settled));
  } while (events.size() < 2 && chance.uniform(0, 3) == 0);
  return events;
}

// How a child ended; most of them well.
journal::child_ended end_of(const leaf& child, random_stream& chance) {
  journal::child_ended ended;
  ended.command = child.id();
  ended.workflow_id = "a child";
  ended.how = static_cast<journal::child_ended::ending>(std::max(0, chance.uniform(0, 9) - 6));
  if (ended.how == journal::child_ended::ending::completed) {
    ended.outcome = std::to_string(chance.uniform(0, 99));
  } else {
    ended.outcome = journal::failure_info{"broken", "at random", {}};
  }
  return ended;
}

// Now and then the same id again.
journal::update_accepted random_update(random_stream& chance) {
  const auto id = "u" + std::to_string(chance.uniform(0, 9));
  return {id, testing::random_update.name(), encode_arguments(testing::make_program(chance, 2))};
}

// Does something the outside world might do next.
void happen(machine_driver& driver, random_stream& chance) {
  const auto activities = driver.state().pending_activities();
  const auto kind = chance.uniform(0, 20);
  if (kind < 10 && !activities.empty()) {
    const auto& one = *activities[chance.uniform<std::size_t>(0, activities.size() - 1)];
    const auto id = one.id();
    const auto attempt = one.attempts().attempt;
    const auto scheduled_for = one.attempts().scheduled_for;
    const auto outcome = chance.uniform(0, 29);
    const journal::failure_info broken{"broken", "at random", {}};
    if (outcome == 0) {
      driver.turn({journal::activity_completed{id, attempt, scheduled_for, broken}});
    } else if (outcome <= 3) {
      driver.intake(
          {journal::attempt_failed{id, attempt, scheduled_for, broken, driver.raw_time() + 1s}});
    } else {
      driver.turn({journal::activity_completed{id, attempt, scheduled_for,
                                               std::to_string(chance.uniform(0, 99))}});
    }
  } else if (const leaf* child = kind < 12 ? pending_child(driver, chance) : nullptr) {
    const auto ended = end_of(*child, chance);
    if (chance.uniform(0, 3) == 0) {
      driver.intake({ended});
    } else {
      driver.turn({ended});
    }
  } else if (const leaf* promise =
                 kind < 13 ? pending_of(journal::withdraw::target::promise, driver, chance)
                           : nullptr) {
    const auto events = settlements_of(*promise, chance);
    if (chance.uniform(0, 3) == 0) {
      driver.intake(events);
    } else {
      driver.turn(events);
    }
  } else if (kind < 14) {
    driver.advance(std::chrono::milliseconds(chance.uniform(0, 3'000)));
    driver.fire_due();
  } else if (kind < 17) {
    driver.signal("number", std::to_string(chance.uniform(0, 99)));
  } else if (kind == 17) {
    driver.advance(std::chrono::milliseconds(chance.uniform(0, 3'000)));
    driver.intake({journal::signal_received{"number", "7", std::nullopt, ""}});
  } else if (kind == 20) {
    const auto accepted = random_update(chance);
    if (chance.uniform(0, 3) == 0) {
      driver.intake({accepted});
    } else {
      driver.turn({accepted});
    }
  } else if (kind == 18 && chance.uniform(0, 9) == 0) {
    driver.cancel();
  } else {
    driver.set_time(driver.raw_time() - std::chrono::milliseconds(chance.uniform(0, 2'000)));
  }
}

// A run of it goes on the same way when it is updated.
std::shared_ptr<const workflow_type> interpreted() {
  using handler = update_binding<std::int64_t(testing::program), no_validator>;
  const workflow_binding<std::int64_t, testing::program> alone("tested", testing::interpret);
  return alone.with(
      std::make_shared<handler>(testing::random_update.name(), testing::interpret, no_validator()));
}

// Two drivers live through the same history; one is evicted after every event.
void check_seed(std::uint64_t seed, std::size_t& records) {
  SCOPED_TRACE("SEED=" + std::to_string(seed));
  random_stream programs({seed, 1}, "program");
  testing::program root;
  root.op = "sequence";
  for (int i = 0; i < 4; ++i) root.parts.push_back(testing::make_program(programs, 4));
  const auto arguments = encode_arguments(root);

  machine_driver kept(interpreted());
  machine_driver evicted(interpreted());
  random_stream chance({seed, 2}, "history");
  random_stream same_chance({seed, 2}, "history");
  random_stream evictions({seed, 3}, "evictions");
  kept.start(arguments);
  evicted.start(arguments);
  for (int i = 0; i < 400 && !kept.is_finished(); ++i) {
    // From the records alone, and from a checkpoint, after any of them.
    const std::size_t back = evictions.uniform<std::size_t>(0, 3);
    const std::size_t recorded = evicted.records().size();
    if (back == 3 || back >= recorded || !evicted.evict_to_checkpoint(recorded - back)) {
      evicted.evict();
    }
    if (::testing::Test::HasFailure()) return;
    happen(kept, chance);
    happen(evicted, same_chance);
    ASSERT_FALSE(kept.bug()) << kept.bug()->message;
  }
  ASSERT_EQ(kept.is_finished(), evicted.is_finished());
  ASSERT_EQ(kept.record_bytes(), evicted.record_bytes());
  const auto differs = kept.replay();
  ASSERT_FALSE(differs) << differs->explain();
  records += kept.records().size();
}

TEST(ReplayProperty, RandomWorkflowsReplayToTheSameBytesHoweverOftenTheyAreEvicted) {
  const std::uint64_t seeds = testing::is_long_run() ? 100'000 : 600;
  std::size_t records = 0;
  for (std::uint64_t seed = 1; seed <= seeds && !HasFatalFailure(); ++seed) {
    check_seed(seed, records);
  }
  // Histories long enough to say something.
  EXPECT_GT(records / seeds, 8u);
}

}  // namespace
}  // namespace theus
