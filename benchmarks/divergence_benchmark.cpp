#include <cstdio>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include "theus/runtime/diagnosis.hpp"
#include "theus/runtime/recovery.hpp"
#include "theus/workflows.hpp"

#include "history.hpp"

// What does it cost to find where a history of 100,000 events no longer fits the code? As `replay`
// does, in one pass, and as a recovery, whose second pass looks for the first turn that differs.
// `fits` is a plain replay of the same history.
namespace theus::benchmarks {
namespace {

constexpr std::int64_t events = 100'000;
constexpr std::int64_t never = -1;

enum class change { none, argument, state };
change changed = change::none;
std::int64_t changed_at = never;

constexpr activity<std::int64_t(std::int64_t)> measure{"measure"};

workflow<std::int64_t> measures(context& ctx, std::int64_t steps) {
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < steps; ++i) {
    const bool differs = i == changed_at;
    const std::int64_t asked = differs && changed == change::argument ? -i : i;
    sum += co_await ctx.call(measure, asked);
    if (i % 100 == 50) ctx["sum"] = sum + (differs && changed == change::state ? 1 : 0);
  }
  co_return sum;
}

class recorded {
 public:
  recorded() : folder_("divergence"), store_(journal::open_rocksdb_store(folder_.path()).value()) {
    changed = change::none;
    history_writer history(*store_, type_, "history", "[" + std::to_string(events) + "]");
    for (std::int64_t i = 1; i <= events; ++i) {
      history.turn(
          journal::activity_completed{
              {"", static_cast<std::uint32_t>(i)}, 1, std::nullopt, std::to_string(i)},
          history.now() + std::chrono::milliseconds(1));
    }
    history.write();
    run_ = history.run();
  }

  std::optional<mismatch> pass(replayer::check how, bool explains) {
    replayer again(type_, run_, how);
    auto tail = replay_run(*store_, run_, nullptr, again).value();
    auto found = tail.found ? std::move(tail.found) : again.verify_digest();
    if (found && explains) {
      const auto later = store_->read(run_, found->turn, records_for_a_cause).value();
      explain_cause(*found, again.state(), later, invented_results::yes);
    }
    return found;
  }

 private:
  scratch_folder folder_;
  std::unique_ptr<journal::store> store_;
  workflow_binding<std::int64_t, std::int64_t> type_{"measures", measures};
  journal::run_id run_;
};

recorded& history() {
  static recorded one;
  return one;
}

// `at` in thousands of events; 0: fits.
void diverges(benchmark::State& state, change what, bool as_recovery) {
  recorded& all = history();
  const std::int64_t thousands = state.range(0);
  changed_at = thousands == 0 ? never : thousands * 1'000 - 50;
  changed = thousands == 0 ? change::none : what;
  std::optional<mismatch> found;
  for (auto _ : state) {
    found = all.pass(as_recovery ? replayer::check::commands : replayer::check::everything,
                     !as_recovery);
    if (found && as_recovery) found = all.pass(replayer::check::everything, true);
  }
  // The start is turn 1; what is asked for first is in it.
  const std::int64_t expected =
      thousands == 0 ? 0 : changed_at + (what == change::argument ? 1 : 2);
  const auto at = found ? static_cast<std::int64_t>(journal::number(found->turn)) : 0;
  changed = change::none;
  if (at != expected) state.SkipWithError("it was not found where it is");
  state.counters["turn"] = static_cast<double>(at);
}

#define THEUS_AT Arg(0)->Arg(1)->Arg(50)->Arg(100)->Unit(benchmark::kMillisecond)->MinTime(2)
BENCHMARK_CAPTURE(diverges, replay_argument, change::argument, false)->THEUS_AT;
BENCHMARK_CAPTURE(diverges, replay_state, change::state, false)->THEUS_AT;
BENCHMARK_CAPTURE(diverges, recovery_argument, change::argument, true)->THEUS_AT;
// One in the middle is gone with the next write, which recovery passes by (rule 15).
BENCHMARK_CAPTURE(diverges, recovery_state, change::state, true)
    ->Arg(0)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond)
    ->MinTime(2);

}  // namespace
}  // namespace theus::benchmarks
