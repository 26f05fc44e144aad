#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>

#include <benchmark/benchmark.h>
#include <rocksdb/db.h>

#include "theus/runtime.hpp"
#include "theus/workflows.hpp"

#include "captured_journal.hpp"
#include "history.hpp"
#include "keyed_store.hpp"
#include "processor_time.hpp"
#include "raw_database.hpp"
#include "stepping_runs.hpp"

// What does a step cost, a step being one activity result with the command that follows from it,
// durable before it acts? Against the bare disk (one run at a time) and against raw RocksDB (many
// runs at a time), in one run of this program.
namespace theus::benchmarks {
namespace {

constexpr activity<std::int64_t(std::int64_t)> next_number{"next_number"};

workflow<std::int64_t> counts(context& ctx, std::int64_t steps) {
  std::int64_t at = 0;
  for (std::int64_t i = 0; i < steps; ++i) {
    at = co_await ctx.call(next_number, at);
  }
  co_return at;
}

application counting() {
  application app;
  app.add("counts", counts);
  app.bind(next_number, [](std::int64_t n) { return n + 1; });
  return app;
}

runtime_options in_folder(const scratch_folder& folder) {
  runtime_options options;
  options.journal = folder.path() / "journal";
  options.control_socket = false;
  options.activity_threads = 1;
  options.report = [](const std::string&) {};
  return options;
}

void set_rate(benchmark::State& state, double per_iteration) {
  state.counters["steps/s"] = benchmark::Counter(
      per_iteration * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

// The bare disk: append 4 KiB, fdatasync.
void bare_append(benchmark::State& state) {
  const scratch_folder folder("bare");
  const int file = ::open((folder.path() / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  if (file < 0) throw std::runtime_error("cannot create the file");
  const std::array<char, 4096> block{};
  for (auto _ : state) {
    if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
        ::fdatasync(file) != 0) {
      state.SkipWithError("the disk refused");
    }
  }
  ::close(file);
  set_rate(state, 1);
}
BENCHMARK(bare_append)->Unit(benchmark::kMicrosecond)->UseRealTime()->MinTime(2);

void one_run_at_a_time(benchmark::State& state) {
  constexpr std::int64_t steps = 500;
  const scratch_folder folder("one");
  const application app = counting();
  runtime engine(app, in_folder(folder));
  std::uint64_t started = 0;
  for (auto _ : state) {
    const std::string id = "run-" + std::to_string(++started);
    engine.start("counts", {id, ""}, steps);
    benchmark::DoNotOptimize(engine.result<std::int64_t>(id));
  }
  set_rate(state, static_cast<double>(steps));
}
BENCHMARK(one_run_at_a_time)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(2);

// Of the thousand runs, once they have run.
double steps_per_append = 200;

void thousand_runs_of_ten_steps(benchmark::State& state) {
  constexpr std::int64_t runs = 1'000;
  constexpr std::int64_t steps = 10;
  const scratch_folder folder("many");
  const application app = counting();
  runtime engine(app, in_folder(folder));
  std::uint64_t round = 0;
  const auto before = processor_time();
  for (auto _ : state) {
    const std::string prefix = "round-" + std::to_string(++round) + "-";
    std::atomic<std::int64_t> waiting = runs;
    for (std::int64_t i = 0; i < runs; ++i) {
      const std::string id = prefix + std::to_string(i);
      engine.core().start({"counts", id, "", "[" + std::to_string(steps) + "]"},
                          [&, id](result<start_reply>) {
                            engine.core().wait(id, [&](result<run_outcome>) {
                              if (--waiting == 0) waiting.notify_one();
                            });
                          });
    }
    for (auto left = waiting.load(); left != 0; left = waiting.load()) waiting.wait(left);
  }
  const auto spent = processor_time() - before;
  state.counters["cpu_us/step"] =
      static_cast<double>(spent.count()) / static_cast<double>(runs * steps * state.iterations());
  const auto counted = engine.core().counters();
  steps_per_append = static_cast<double>(counted.records) / static_cast<double>(counted.appends);
  state.counters["steps/append"] = steps_per_append;
  set_rate(state, static_cast<double>(runs * steps));
}
BENCHMARK(thousand_runs_of_ten_steps)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);

// Raw RocksDB with synced batches of the same bytes: the very keys and values that a journal writes
// for as many steps as an append of the thousand runs above carried. What is timed is what a user
// of RocksDB does: fill a batch, write it.
template <class Fill>
void write_batches(benchmark::State& state, const raw_database& raw, Fill fill) {
  const auto steps = static_cast<std::size_t>(steps_per_append);
  auto capturing = std::make_unique<captured_journal>();
  const captured_journal& captured = *capturing;
  const auto journal = journal::keyed_store::open(std::move(capturing), {}).value();
  stepping_runs runs(steps, journal->acquire_epoch().value());
  journal->append(runs.next_step());
  rocksdb::WriteOptions synced;
  synced.sync = true;
  std::chrono::duration<double> writing{};
  for (auto _ : state) {
    journal->append(runs.next_step());
    const auto begun = std::chrono::steady_clock::now();
    rocksdb::WriteBatch batch;
    for (const auto& each : captured.last_commit()) fill(batch, each);
    const auto filled = std::chrono::steady_clock::now();
    if (!raw->Write(synced, &batch).ok()) state.SkipWithError("RocksDB refused");
    const auto ended = std::chrono::steady_clock::now();
    writing += ended - filled;
    state.SetIterationTime(std::chrono::duration<double>(ended - begun).count());
  }
  const auto all_steps = static_cast<double>(steps) * static_cast<double>(state.iterations());
  state.counters["steps/append"] = static_cast<double>(steps);
  state.counters["write_us/step"] = writing.count() * 1e6 / all_steps;
  set_rate(state, static_cast<double>(steps));
}

// As RocksDB is by itself: one family, its own options.
void raw_rocksdb_batches(benchmark::State& state) {
  const scratch_folder folder("raw");
  std::string key;
  write_batches(state, raw_database::plain(folder.path()), [&](auto& batch, const auto& each) {
    key.assign(1, static_cast<char>(each.where));
    key += each.key;
    const auto done = each.value ? batch.Put(key, *each.value) : batch.Delete(key);
    if (!done.ok()) throw std::runtime_error(done.ToString());
  });
}
BENCHMARK(raw_rocksdb_batches)->Unit(benchmark::kMicrosecond)->UseManualTime()->MinTime(2);

// Into the same families under the same options as a journal's, tuned for just these keys.
void raw_rocksdb_batches_tuned(benchmark::State& state) {
  const scratch_folder folder("tuned");
  {
    journal::open_rocksdb_store(folder.path() / "journal").value();
  }
  const raw_database raw = raw_database::like(folder.path() / "journal", folder.path() / "db");
  write_batches(state, raw, [&](auto& batch, const auto& each) {
    auto* const family = raw.family(static_cast<std::size_t>(each.where));
    const auto done =
        each.value ? batch.Put(family, each.key, *each.value) : batch.Delete(family, each.key);
    if (!done.ok()) throw std::runtime_error(done.ToString());
  });
}
BENCHMARK(raw_rocksdb_batches_tuned)->Unit(benchmark::kMicrosecond)->UseManualTime()->MinTime(2);

}  // namespace
}  // namespace theus::benchmarks
