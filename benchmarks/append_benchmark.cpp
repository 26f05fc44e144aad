#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

#include <benchmark/benchmark.h>

#include "captured_journal.hpp"
#include "history.hpp"
#include "keyed_store.hpp"
#include "raw_database.hpp"
#include "stepping_runs.hpp"

// What does store.append cost for N units, each one step of a run of its own: one activity's result
// of 40 bytes of JSON and the command that follows? Every iteration writes the same N steps four
// times, one after the other, so that all see the same disk at the same moment:
//   the store; `bare`: as many bytes, write and fdatasync; `same`: the very keys and values that
//   the store wrote, in one synced batch into the same families under the same options; `plain`: as
//   many bytes into RocksDB as it is by itself, one put per record, synced together.
// Times are the store's. x_… says how many times longer the store took. cpu_us is the CPU time of
// the appending thread per unit.
namespace theus::benchmarks {
namespace {

using namespace theus::journal;

struct stopwatch {
  double wall = 0;  // seconds
  double cpu = 0;   // of this thread

  template <class Work>
  void time(Work work) {
    const double wall_before = now(CLOCK_MONOTONIC);
    const double cpu_before = now(CLOCK_THREAD_CPUTIME_ID);
    work();
    cpu += now(CLOCK_THREAD_CPUTIME_ID) - cpu_before;
    wall += now(CLOCK_MONOTONIC) - wall_before;
  }

 private:
  static double now(clockid_t which) {
    timespec t{};
    ::clock_gettime(which, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  }
};

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(what);
}

void require_committed(const std::vector<append_answer>& answers) {
  for (const auto& each : answers) {
    require(each.status == append_status::committed, "an append was refused");
  }
}

rocksdb::WriteBatch same_batch(const raw_database& into, const batch& changes) {
  rocksdb::WriteBatch out;
  for (const change& c : changes) {
    auto* const family = into.family(static_cast<std::size_t>(c.where));
    require((c.value ? out.Put(family, c.key, *c.value) : out.Delete(family, c.key)).ok(), "batch");
  }
  return out;
}

// One put per record; what else the commit holds is spread over them.
rocksdb::WriteBatch plain_batch(std::size_t units, std::size_t bytes, std::uint64_t& key) {
  rocksdb::WriteBatch out;
  const std::string value(bytes / units - sizeof key, 'x');
  for (std::size_t i = 0; i < units; ++i) {
    ++key;
    require(out.Put({reinterpret_cast<const char*>(&key), sizeof key}, value).ok(), "batch");
  }
  return out;
}

std::size_t bytes_in(const batch& changes) {
  std::size_t bytes = 0;
  for (const change& c : changes) bytes += c.key.size() + (c.value ? c.value->size() : 0);
  return bytes;
}

void append(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const scratch_folder folder("append");
  const auto store = open_rocksdb_store(folder.path() / "journal").value();
  auto capturing = std::make_unique<captured_journal>();
  const captured_journal& captured = *capturing;
  const auto twin = keyed_store::open(std::move(capturing), {}).value();
  stepping_runs runs(count, store->acquire_epoch().value());
  twin->acquire_epoch().value();
  const raw_database same = raw_database::like(folder.path() / "journal", folder.path() / "same");
  const raw_database plain = raw_database::plain(folder.path() / "plain");
  const int bare = ::open((folder.path() / "bare").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  require(bare >= 0, "cannot create the file");
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const auto opening = runs.next_step();
  require_committed(store->append(opening));
  require_committed(twin->append(opening));

  stopwatch ours, bare_disk, same_rocksdb, plain_rocksdb;
  std::size_t bytes = 0;
  std::uint64_t plain_key = 0;
  for (auto _ : state) {
    const auto units = runs.next_step();
    require_committed(twin->append(units));
    const std::size_t size = bytes_in(captured.last_commit());
    bytes += size;
    const std::string block(size, 'x');
    auto same_writes = same_batch(same, captured.last_commit());
    auto plain_writes = plain_batch(count, size, plain_key);

    const double before = ours.wall;
    std::vector<append_answer> answers;
    ours.time([&] { answers = store->append(units); });
    state.SetIterationTime(ours.wall - before);
    require_committed(answers);
    bare_disk.time([&] {
      require(::write(bare, block.data(), block.size()) == static_cast<ssize_t>(block.size()) &&
                  ::fdatasync(bare) == 0,
              "the disk refused");
    });
    same_rocksdb.time([&] { require(same->Write(synced, &same_writes).ok(), "RocksDB refused"); });
    plain_rocksdb.time(
        [&] { require(plain->Write(synced, &plain_writes).ok(), "RocksDB refused"); });
  }
  ::close(bare);

  const double units = static_cast<double>(count) * static_cast<double>(state.iterations());
  state.counters["units/s"] = units / ours.wall;
  state.counters["bytes"] = static_cast<double>(bytes) / units;
  state.counters["x_bare"] = ours.wall / bare_disk.wall;
  state.counters["x_same"] = ours.wall / same_rocksdb.wall;
  state.counters["x_plain"] = ours.wall / plain_rocksdb.wall;
  state.counters["cpu_us"] = 1e6 * ours.cpu / units;
  state.counters["same_cpu_us"] = 1e6 * same_rocksdb.cpu / units;
  state.counters["plain_cpu_us"] = 1e6 * plain_rocksdb.cpu / units;
}
BENCHMARK(append)
    ->Arg(1)
    ->Arg(8)
    ->Arg(64)
    ->Arg(512)
    ->Unit(benchmark::kMicrosecond)
    ->UseManualTime()
    ->MinTime(2);

}  // namespace
}  // namespace theus::benchmarks
