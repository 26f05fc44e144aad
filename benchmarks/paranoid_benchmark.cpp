#include <memory>

#include <benchmark/benchmark.h>

#include "theus/journal/stores.hpp"
#include "theus/runtime.hpp"
#include "theus/workflows.hpp"

#include "processor_time.hpp"

// What does a turn cost when every turn is made twice? The journal is in memory, so that it is the
// turns that are measured: on a disk, the syncs cost the same either way.
namespace theus::benchmarks {
namespace {

constexpr activity<std::int64_t(std::int64_t)> next_number{"next_number"};

workflow<std::int64_t> counts(context& ctx, std::int64_t steps) {
  std::int64_t at = 0;
  for (std::int64_t i = 0; i < steps; ++i) {
    at = co_await ctx.call(next_number, at);
    ctx["at"] = at;
  }
  co_return at;
}

void run_of_turns(benchmark::State& state, bool paranoid) {
  application app;
  app.add("counts", counts);
  app.bind(next_number, [](std::int64_t n) { return n + 1; });
  runtime_options options;
  options.store = journal::make_memory_store();
  options.control_socket = false;
  options.activity_threads = 1;
  options.engine.paranoid = paranoid;
  options.report = [](const std::string&) {};
  runtime engine(app, options);
  std::uint64_t started = 0;
  const auto before = processor_time();
  for (auto _ : state) {
    const std::string id = "run-" + std::to_string(++started);
    engine.start("counts", {id, ""}, state.range(0));
    benchmark::DoNotOptimize(engine.result<std::int64_t>(id));
  }
  // The start is one too.
  const auto turns = static_cast<double>((state.range(0) + 1) * state.iterations());
  const auto used = static_cast<double>((processor_time() - before).count());
  state.counters["cpu_us/turn"] = used / turns;
}

void once(benchmark::State& state) { run_of_turns(state, false); }
BENCHMARK(once)->Arg(10)->Arg(100)->UseRealTime()->MinTime(1);

void twice(benchmark::State& state) { run_of_turns(state, true); }
BENCHMARK(twice)->Arg(10)->Arg(100)->UseRealTime()->MinTime(1);

}  // namespace
}  // namespace theus::benchmarks
