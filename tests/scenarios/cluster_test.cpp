#include "scenarios/cluster.hpp"

#include <map>
#include <memory>

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace cluster;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

theus::application machines() {
  theus::application app;
  app.add("manage", manage);
  app.bind("manage", assign, assign_nodes, check_assignment);
  app.bind("manage", finish, finish_job);
  return app;
}

// Which node does what for whom, as the world outside knows.
struct racks {
  std::map<std::string, std::string> jobs;
  effects done;
  std::string broken;
};

std::shared_ptr<racks> open_in(environment& env) {
  const auto all = std::make_shared<racks>();
  env.mock(allocate, [&env, all](theus::attempt& a, const names& nodes, std::string job) {
    if (!all->done.is_first(a)) return;
    for (const auto& node : nodes) {
      env.require(!all->jobs.contains(node), node + " has no job when it is given one");
      all->jobs[node] = job;
    }
  });
  env.mock(release, [&env, all](theus::attempt& a, const names& nodes) {
    if (!all->done.is_first(a)) return;
    for (const auto& node : nodes) env.require(all->jobs.erase(node) == 1, node + " had a job");
  });
  env.mock(find_broken, [&env, all](const names& nodes) {
    names found;
    for (const auto& node : nodes) {
      env.require(!all->jobs.contains(node), node + " is idle when it is looked at");
      if (node == all->broken) found.push_back(node);
    }
    return found;
  });
  return all;
}

class Cluster : public ::testing::Test {
 protected:
  theus::testing::run<summary> begin() {
    auto run = env.start(manage, "c", names{"a", "b", "c"});
    run.signal(started, true);
    return run;
  }

  environment env{machines()};
  std::shared_ptr<racks> outside = open_in(env);
};

TEST_F(Cluster, GivesNodesAndTakesThemBack) {
  const auto run = begin();
  EXPECT_THAT(env.update("c", assign, "render", 2), ElementsAre("a", "b"));
  EXPECT_THAT(env.update("c", assign, "render", 2), ElementsAre("a", "b"));  // asked twice
  EXPECT_EQ(env.attempts_of(allocate).size(), 1u);
  EXPECT_THROW(env.update("c", assign, "mine", 2), theus::failure);
  env.update("c", finish, "render");
  EXPECT_THAT(env.update("c", assign, "mine", 3), ElementsAre("a", "b", "c"));
  run.signal(shut_down, true);
  EXPECT_THAT(run.result().busy, ElementsAre("a", "b", "c"));
}

TEST_F(Cluster, WhatIsAskedBeforeItIsUpWaits) {
  const auto run = env.start(manage, "c", names{"a", "b", "c"});
  const auto early = env.begin_update("c", assign, "render", 1);
  env.advance(24h);
  EXPECT_FALSE(early.is_completed());
  run.signal(started, true);
  EXPECT_THAT(early.result(), ElementsAre("a"));
}

TEST_F(Cluster, GivesNobodyABrokenNode) {
  outside->broken = "b";
  const auto run = begin();
  env.advance(11min);
  EXPECT_THAT(env.update("c", assign, "render", 2), ElementsAre("a", "c"));
  run.signal(shut_down, true);
  EXPECT_THAT(run.result().broken, ElementsAre("b"));
}

TEST_F(Cluster, FinishesWhatItHasAcceptedAndTakesNothingMore) {
  env.delay(allocate, 1h);
  const auto run = begin();
  const auto accepted = env.begin_update("c", assign, "render", 1);
  run.signal(shut_down, true);
  try {
    env.begin_update("c", assign, "late", 1);
    FAIL() << "it was taken";
  } catch (const theus::error_exception& e) {
    EXPECT_EQ(e.code(), theus::errc::update_rejected);
    EXPECT_THAT(e.what(), HasSubstr("closed: it is shut down"));
  }
  EXPECT_THAT(accepted.result(), ElementsAre("a"));
  EXPECT_THAT(run.result().busy, ElementsAre("a"));
}

TEST_F(Cluster, AFailedAllocationGivesTheTurnToTheNext) {
  env.fail(allocate, theus::testing::attempts::all(),
           theus::failure("power", "no power").non_retryable());
  const auto run = begin();
  EXPECT_THROW(env.update("c", assign, "render", 1), theus::failure);
  EXPECT_THROW(env.update("c", assign, "other", 1), theus::failure);
  run.signal(shut_down, true);
  EXPECT_THAT(run.result().busy, IsEmpty());
}

// [docs:explore]
// Three jobs, of which two fit; one of them asks twice; one is over before the end.
void three_jobs(environment& env) {
  const auto outside = open_in(env);
  const auto run = env.start(manage, "c", names{"a", "b", "c"});
  run.signal(started, true);
  std::vector<theus::testing::started_update<names>> wishes;
  const auto wish = [&](std::string job, std::int64_t nodes) {
    return [&, job, nodes] { wishes.push_back(env.begin_update("c", assign, job, nodes)); };
  };
  env.in_any_order({wish("x", 2), wish("y", 1), wish("x", 2), wish("z", 2)});
  std::size_t refused = 0;
  for (const auto& each : wishes) {
    try {
      each.result();
    } catch (const theus::failure& e) {
      env.require(e.type() == "too_few_nodes", "only nodes are missing");
      ++refused;
    }
  }
  env.update("c", finish, "x");
  run.signal(shut_down, true);
  const summary all = run.result();
  env.require(refused >= 1, "they do not all fit");
  env.require(all.busy.size() == outside->jobs.size(), "it knows what the nodes do");
}
// [docs:end]

TEST(ClusterRehearsed, SurvivesAKillAtEachAppend) { expect_survives(machines(), three_jobs); }
TEST(ClusterRehearsed, HoldsInAnyOrder) { expect_any_order(machines(), three_jobs); }

}  // namespace
}  // namespace scenarios
