#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "theus/journal/stores.hpp"
#include "theus/runtime/engine.hpp"

#include "simulation/simulated_activities.hpp"
#include "simulation/simulated_disk.hpp"

namespace theus::simulation {

// What a seed decides before anything happens: how large the world is, what goes wrong in it and
// how often, and which of the engine's limits are so small that rare paths are the rule.
struct settings {
  std::uint32_t shards = 1;
  std::vector<std::uint32_t> weights;  // of the queues: shards, journal, blocking, io
  engine_options engine;
  journal::store_options store;
  disk_fault_rates disk;
  activity_habits activities;
  activity_queues queues;  // one for each activity

  std::vector<std::string> workflow_ids;
  int plan_depth = 2;
  int actions = 0;           // what clients and operators do, until faults end
  double action_rate = 0;    // per step; also when nothing is ready
  double trouble_share = 0;  // of the actions: kills, power cuts, stops, another owner
  double jump_rate = 0;      // the clock, when nothing is ready: -1 h, +1 h, +10 years
  double early_rate = 0;     // time passes, per step, although something is ready
  double slow_rate = 0;      // a turn or a replay takes so long that its shard gets another thread
  double beside_rate = 0;    // per look at the journal: others run before it is answered
  double other_binary = 0;   // at an opening: one with a bug, or without a workflow or an activity

  static settings of(std::uint64_t seed);
};

}  // namespace theus::simulation
