#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include <benchmark/benchmark.h>

#include "theus/runtime.hpp"
#include "theus/workflows.hpp"

#include "history.hpp"

// What do others notice of a workflow that blocks its thread and an activity that blocks one of the
// pool's? The time between two steps of the same run, without and with the two beside it, in turn,
// in one run of this program.
namespace theus::benchmarks {
namespace {

using steady = std::chrono::steady_clock;

constexpr activity<std::int64_t(std::int64_t)> next_number{"next_number"};
constexpr activity<void()> wait_at_gate{"wait_at_gate"};

// Workflows capture nothing: what holds the blocked one is here.
std::shared_future<void> gate;
std::atomic<int> at_gate = 0;

workflow<std::int64_t> counts(context& ctx, std::int64_t steps) {
  std::int64_t at = 0;
  for (std::int64_t i = 0; i < steps; ++i) at = co_await ctx.call(next_number, at);
  co_return at;
}

workflow<void> blocks(context& ctx) {
  co_await ctx.call(next_number, 0);
  ++at_gate;
  gate.wait();
}

workflow<void> calls_what_blocks(context& ctx) { co_await ctx.call(wait_at_gate); }

// Steps as their activity sees them.
class step_times {
 public:
  std::int64_t step(attempt& a, std::int64_t n) {
    const auto now = steady::now();
    const std::lock_guard lock(mutex_);
    auto& last = last_[a.run()];
    if (n > 0) gaps_.push_back(now - last);
    last = now;
    return n + 1;
  }

  struct seen {
    double p99_us = 0;
    double longest_us = 0;
  };
  seen take() {
    const std::lock_guard lock(mutex_);
    const auto at = gaps_.begin() + static_cast<std::ptrdiff_t>(gaps_.size() * 99 / 100);
    std::nth_element(gaps_.begin(), at, gaps_.end());
    using microseconds = std::chrono::duration<double, std::micro>;
    const seen found{microseconds(*at).count(),
                     microseconds(*std::max_element(at, gaps_.end())).count()};
    gaps_.clear();
    last_.clear();
    return found;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<journal::run_id, steady::time_point> last_;
  std::vector<steady::duration> gaps_;
};

void beside_what_blocks(benchmark::State& state) {
  constexpr std::int64_t steps = 400;
  constexpr int runs = 32;
  const scratch_folder folder("isolation");
  step_times seen;
  application app;
  app.add("counts", counts);
  app.guard(guard_rules(guard_policy::allow)).add("blocks", blocks);
  app.add("calls_what_blocks", calls_what_blocks);
  app.bind(next_number, [&](attempt& a, std::int64_t n) { return seen.step(a, n); });
  app.bind(wait_at_gate, [] {
    ++at_gate;
    gate.wait();
  });
  runtime_options options;
  options.journal = folder.path() / "journal";
  options.control_socket = false;
  options.report = [](const std::string&) {};
  runtime engine(app, options);

  std::uint64_t round = 0;
  const auto a_round = [&] {
    const std::string prefix = std::to_string(++round) + "-";
    for (int i = 0; i < runs; ++i) engine.start("counts", {prefix + std::to_string(i), ""}, steps);
    for (int i = 0; i < runs; ++i) engine.result<std::int64_t>(prefix + std::to_string(i));
    return seen.take();
  };
  a_round();  // everything has been used once
  std::vector<double> alone, beside, longest_alone, longest_beside;
  for (auto _ : state) {
    const auto undisturbed = a_round();
    alone.push_back(undisturbed.p99_us);
    longest_alone.push_back(undisturbed.longest_us);
    std::promise<void> open;
    gate = open.get_future().share();
    at_gate = 0;
    const std::string id = std::to_string(round);
    engine.start("blocks", {"blocks-" + id, ""});
    engine.start("calls_what_blocks", {"waits-" + id, ""});
    while (at_gate < 2) std::this_thread::yield();
    const auto disturbed = a_round();
    beside.push_back(disturbed.p99_us);
    longest_beside.push_back(disturbed.longest_us);
    open.set_value();
    engine.result<void>("blocks-" + id);
    engine.result<void>("waits-" + id);
    seen.take();
  }
  const auto median = [](std::vector<double>& all) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end());
    return *middle;
  };
  state.counters["p99_us_alone"] = median(alone);
  state.counters["p99_us_beside"] = median(beside);
  state.counters["longest_us_alone"] = median(longest_alone);
  state.counters["longest_us_beside"] = median(longest_beside);
  state.counters["ratio"] = median(beside) / median(alone);
}
BENCHMARK(beside_what_blocks)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(9);

}  // namespace
}  // namespace theus::benchmarks
