#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "theus/journal/stores.hpp"
#include "theus/runtime/node_archive.hpp"

#include "history.hpp"
#include "stepping_runs.hpp"

// What do the nodes of checkpoints cost: a first checkpoint of a Context of 100 MiB, one after ten
// changes (limit: 64 KiB), reading it back, and collecting nodes, alone and beside appends?
namespace theus::benchmarks {
namespace {

constexpr int entries = 800'000;
constexpr int checkpoints = 100;
constexpr int changes = 10;
constexpr double most_bytes = 64 * 1024;

double seconds() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}
double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class stopwatch {
 public:
  void print(const char* what) const {
    std::printf("  %-44s %8.2f s, %.2f s of CPU\n", what, seconds() - at_, cpu_seconds() - cpu_);
  }

 private:
  double at_ = seconds();
  double cpu_ = cpu_seconds();
};

template <class T>
T must(result<T> r) {
  if (!r) throw std::runtime_error(r.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*r);
}

saved_nodes put(node_archive& archive, const value& context, int n) {
  node_archive::saving saving(archive);
  const auto saved = must(save(context, saving));
  must(saving.put_checkpoint({{journal::run_id(), journal::sequence(n)}, {saved.root}, "x"}));
  return saved;
}

// Milliseconds that each of many small appends took while `beside` went on.
template <class Function>
void print_appends(const char* what, journal::store& store, stepping_runs& runs, Function beside) {
  std::atomic<bool> going = true;
  std::vector<double> took;
  std::thread appending([&] {
    while (going || took.size() < 200) {
      const double from = seconds();
      const auto units = runs.next_step();
      if (store.append(units).front().status != journal::append_status::committed) std::abort();
      took.push_back(1e3 * (seconds() - from));
    }
  });
  beside();
  going = false;
  appending.join();
  std::ranges::sort(took);
  std::printf("  %-44s %8.2f ms median, %.2f p99, %.2f most, of %zu\n", what, took[took.size() / 2],
              took[took.size() * 99 / 100], took.back(), took.size());
}

bool measure() {
  const scratch_folder scratch("archive");
  const auto store = journal::open_rocksdb_store(scratch.path() / "journal").value();
  stepping_runs runs(1, store->acquire_epoch().value());
  node_archive archive(*store);
  map context;
  for (int i = 0; i < entries; ++i) {
    context.put("key" + std::to_string(i), std::to_string(i) + std::string(100, 'v'));
  }
  stopwatch first;
  const auto whole = put(archive, context, 1);
  first.print("the first checkpoint");
  std::printf("  %-44s %8zu nodes, %.1f MiB\n", "  of that", whole.nodes,
              static_cast<double>(whole.bytes) / 1024 / 1024);

  stopwatch later;
  std::size_t most = 0, nodes = 0;
  for (int n = 2; n < 2 + checkpoints; ++n) {
    for (int i = 0; i < changes; ++i) {
      context.put("key" + std::to_string((n * 7919 + i * 104'729) % entries), std::to_string(n));
    }
    const auto saved = put(archive, context, n);
    most = std::max(most, saved.bytes);
    nodes += saved.nodes;
  }
  later.print("100 further ones after ten changes each");
  const bool is_small = static_cast<double>(most) <= most_bytes;
  std::printf("  %-44s %8zu nodes each, at most %.1f KiB, limit 64%s\n", "  of that",
              nodes / checkpoints, static_cast<double>(most) / 1024, is_small ? "" : "  MISSED");

  stopwatch loading;
  if (must(load(value(context).root(), archive)) != value(context)) throw std::runtime_error("?");
  loading.print("reading it back");

  const auto collect = [&](const char* what) {
    stopwatch collecting;
    const auto done = must(archive.collect());
    collecting.print(what);
    std::printf("  %-44s %8zu marked, %zu swept, %.1f MiB\n", "  of that", std::size_t(done.marked),
                std::size_t(done.swept), static_cast<double>(done.bytes) / 1024 / 1024);
  };
  collect("a collection that finds nothing");
  for (int n = 1; n < 1 + checkpoints; ++n)
    must(store->erase_checkpoint({{}, journal::sequence(n)}));
  collect("one behind 100 checkpoints that were erased");
  print_appends("appends, nothing beside them", *store, runs, [] {});
  print_appends("appends beside a collection", *store, runs,
                [&] { collect("a collection beside appends"); });
  must(store->erase_checkpoint({{}, journal::sequence(1 + checkpoints)}));
  print_appends("appends beside the sweep of everything", *store, runs,
                [&] { collect("a collection of everything"); });
  return is_small;
}

}  // namespace
}  // namespace theus::benchmarks

int main() {
  try {
    return theus::benchmarks::measure() ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 2;
  }
}
