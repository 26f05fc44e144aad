#include <coroutine>
#include <optional>

#include <benchmark/benchmark.h>

#include "theus/runtime/replayer.hpp"

#include "history.hpp"

// How fast is a long run brought back from disk, and what would a coroutine without a journal cost?
// A turn: one result of 40 bytes of JSON, one command; chain checked, commands compared, the state
// digest at the end.
namespace theus::benchmarks {
namespace {

constexpr std::uint64_t steps = 100'000;
constexpr std::size_t page = 1'024;

void replay_from_disk(benchmark::State& state) {
  const scratch_folder folder("replay");
  const auto store = journal::open_rocksdb_store(folder.path()).value();
  const auto type = sequential_workflow();
  const auto run = record_history(*store, *type, steps);
  for (auto _ : state) {
    replayer again(*type, run, replayer::check::commands);
    journal::sequence from = journal::first_sequence;
    for (;;) {
      const auto records = store->read(run, from, page).value();
      if (records.empty()) break;
      for (const auto& each : records) {
        if (const auto found = again.feed(each)) {
          state.SkipWithError(found->explain().c_str());
          return;
        }
      }
      from = journal::next(records.back().value.at);
    }
    if (again.verify_digest() || !again.state().is_finished()) {
      state.SkipWithError("the run did not come back as it was");
    }
  }
  state.counters["turns/s"] =
      benchmark::Counter(static_cast<double>(steps + 1) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(replay_from_disk)->Unit(benchmark::kMillisecond)->MinTime(2);

void read_and_decode_only(benchmark::State& state) {
  const scratch_folder folder("read");
  const auto store = journal::open_rocksdb_store(folder.path()).value();
  const auto type = sequential_workflow();
  const auto run = record_history(*store, *type, steps);
  for (auto _ : state) {
    journal::sequence from = journal::first_sequence;
    for (;;) {
      const auto records = store->read(run, from, page).value();
      if (records.empty()) break;
      from = journal::next(records.back().value.at);
    }
  }
  state.counters["turns/s"] =
      benchmark::Counter(static_cast<double>(steps + 1) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(read_and_decode_only)->Unit(benchmark::kMillisecond)->MinTime(2);

// The machine alone, records in memory.
void replay_in_memory(benchmark::State& state) {
  const auto store = journal::make_memory_store();
  const auto type = sequential_workflow();
  const auto run = record_history(*store, *type, steps);
  const auto records = store->read(run, journal::first_sequence, steps + 1).value();
  for (auto _ : state) {
    replayer again(*type, run, replayer::check::commands);
    for (const auto& each : records) benchmark::DoNotOptimize(again.feed(each));
  }
  state.counters["turns/s"] =
      benchmark::Counter(static_cast<double>(steps + 1) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(replay_in_memory)->Unit(benchmark::kMillisecond)->MinTime(2);

// The baseline: the same loop in a coroutine that nobody records, resumed once a step.
struct plain_task {
  struct promise_type {
    std::string next;
    plain_task get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> frame;
};

struct next_result {
  plain_task::promise_type* promise = nullptr;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<plain_task::promise_type> frame) noexcept {
    promise = &frame.promise();
  }
  std::string await_resume() { return std::move(promise->next); }
};

plain_task sum_lengths(std::uint64_t count, std::uint64_t& sum) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string value = co_await next_result{};
    sum += value.size();
  }
}

void plain_coroutine(benchmark::State& state) {
  for (auto _ : state) {
    std::uint64_t sum = 0;
    const plain_task task = sum_lengths(steps, sum);
    task.frame.resume();
    for (std::uint64_t i = 0; i < steps; ++i) {
      task.frame.promise().next = forty_bytes_of_json(i);
      task.frame.resume();
    }
    task.frame.destroy();
    benchmark::DoNotOptimize(sum);
  }
  state.counters["turns/s"] =
      benchmark::Counter(static_cast<double>(steps) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(plain_coroutine)->Unit(benchmark::kMillisecond)->MinTime(1);

}  // namespace
}  // namespace theus::benchmarks
