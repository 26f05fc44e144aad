#include "simulation/settings.hpp"

#include "simulation/random_plan.hpp"
#include "simulation/verdict.hpp"

namespace theus::simulation {
namespace {

using std::chrono::milliseconds;

template <class T>
T one_of(random_stream& from, std::initializer_list<T> values) {
  return values.begin()[from.uniform<std::size_t>(0, values.size() - 1)];
}

// Never in half of the seeds, so that nothing hides behind another kind of trouble.
double rate(random_stream& from, double highest) {
  return from.bernoulli(0.5) ? 0 : from.real() * highest;
}

disk_fault_rates draw_disk(random_stream& from) {
  disk_fault_rates rates;
  if (from.bernoulli(0.3)) return rates;
  rates.error = rate(from, 0.02);
  rates.full = rate(from, 0.05);
  rates.sync_error = rate(from, 0.02);
  rates.read_error = rate(from, 0.02);
  rates.power_cut = rate(from, 0.02);
  return rates;
}

activity_habits draw_activities(random_stream& from) {
  activity_habits habits;
  habits.fails = rate(from, 0.5);
  habits.gives_up = rate(from, 0.1);
  habits.hangs = rate(from, 0.2);
  habits.is_deaf = rate(from, 0.5);
  habits.beats = rate(from, 1);
  habits.longest_ms = one_of<std::int64_t>(from, {0, 100, 3'000, 20'000});
  return habits;
}

queue_limits draw_queue(random_stream& from) {
  queue_limits limits;
  limits.at_once = one_of<std::size_t>(from, {0, 0, 1, 3});
  limits.per_second = one_of(from, {0.0, 0.0, 0.5, 20.0});
  limits.burst = one_of<std::uint32_t>(from, {1, 5});
  limits.priority = from.uniform<std::uint32_t>(1, 5);
  return limits;
}

activity_queues draw_queues(random_stream from) {
  activity_queues queues;
  if (from.bernoulli(0.5)) return queues;
  for (const char* each : {fetch.name(), compute.name()}) {
    queues.limits[each] = draw_queue(from);
    queues.of_activity[each] = each;
  }
  return queues;
}

engine_options draw_engine(random_stream& from) {
  engine_options options;
  options.frame_cache_bytes = one_of<std::size_t>(from, {0, 20'000, 256 * 1024 * 1024});
  options.activities_at_once = one_of<std::size_t>(from, {1, 2, 5, 1'000});
  options.sweep_interval = milliseconds(one_of(from, {200, 1'000, 10'000}));
  options.timer_horizon = milliseconds(one_of(from, {1, 1'000, 30'000}));
  options.stuck_first_backoff = milliseconds(one_of(from, {10, 1'000}));
  options.stuck_maximum_backoff = milliseconds(one_of(from, {1'000, 60'000}));
  options.bounds.units_per_append = one_of<std::size_t>(from, {1, 2, 16'384});
  return options;
}

// So small that checkpoints, evictions to them and collections happen all the time.
void draw_checkpoints(random_stream& from, engine_options& options) {
  options.checkpoint_records = from.uniform<std::uint64_t>(3, 50);
  options.checkpoint_bytes = one_of<std::uint64_t>(from, {2'000, 1024 * 1024});
  options.replay_budget_records = one_of<std::uint64_t>(from, {20, 20'000});
  options.collection_nodes = one_of<std::uint64_t>(from, {1, 5, 50, 10'000});
}

}  // namespace

settings settings::of(std::uint64_t seed) {
  random_stream from = stream_of(seed, "settings");
  settings s;
  s.shards = from.uniform<std::uint32_t>(1, 3);
  for (std::uint32_t i = 0; i < s.shards + 5; ++i) {
    s.weights.push_back(one_of<std::uint32_t>(from, {1, 4, 4, 4, 20}));
  }
  s.engine = draw_engine(from);
  s.store.bounds = s.engine.bounds;
  s.store.request_window = s.engine.request_window;
  s.store.cached_heads = one_of<std::size_t>(from, {0, 1, 65'536});
  s.disk = draw_disk(from);
  s.activities = draw_activities(from);
  const int ids = from.uniform(1, 5);
  for (int i = 0; i < ids; ++i) s.workflow_ids.push_back("w" + std::to_string(i));
  s.plan_depth = one_of(from, {1, 2, 2, 3, 3, 4});
  s.actions = from.uniform(10, 150);
  s.action_rate = one_of(from, {0.002, 0.02, 0.2});
  s.trouble_share = rate(from, 0.3);
  s.jump_rate = rate(from, 0.1);
  s.early_rate = rate(from, 0.1);
  s.other_binary = rate(from, 0.5);
  s.slow_rate = rate(from, 0.3);
  s.queues = draw_queues(stream_of(seed, "queues"));
  random_stream checkpoints = stream_of(seed, "checkpoint settings");
  draw_checkpoints(checkpoints, s.engine);
  s.beside_rate = rate(checkpoints, 0.5);
  s.engine.paranoid = stream_of(seed, "paranoid").bernoulli(0.25);
  return s;
}

}  // namespace theus::simulation
