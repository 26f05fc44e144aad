#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "theus/journal/stores.hpp"
#include "theus/runtime/describe.hpp"
#include "theus/runtime/recovery.hpp"
#include "theus/runtime/take_checkpoint.hpp"
#include "theus/workflows.hpp"

#include "history.hpp"

// How long does a run take to come back that has been looping for years? For each number of
// iterations of the command line (default: 1,000 and 1,000,000), of three events each, and for each
// of three workflows - a loop, a loop beside a signal that would stop it, and that beside a second
// loop - the history is written to a journal, with a checkpoint at every thousandth record as an
// engine would take it. Then processes of their own bring the run back: from its checkpoint, from
// all records with what is over left out, and from zero with everything run again. All have to end
// in the same state.
//
// Limits: 50 ms and 64 MiB, and 1.5 times from the smallest number to the greatest.
namespace theus::benchmarks {
namespace {

using clock = std::chrono::steady_clock;

constexpr activity<std::int64_t(std::int64_t)> work{"work"};
constexpr signal<std::int64_t> halt{"halt"};
constexpr std::uint64_t records_per_checkpoint = 1'000;

struct cycle {
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(cycle, (), (number))

workflow<next<cycle>> iteration(context& ctx, cycle c) {
  const auto got = co_await ctx.call(work, c.number);
  co_await ctx.sleep(std::chrono::milliseconds(1));
  co_await ctx.call(work, got);
  auto sum = ctx["sum"];
  sum = sum.value_or<std::int64_t>(0) + got;
  co_return theus::again(cycle{c.number + 1});
}

workflow<next<cycle>> other_iteration(context& ctx, cycle c) {
  co_await ctx.sleep(std::chrono::milliseconds(5));
  ctx["other"] = c.number;
  co_return theus::again(cycle{c.number + 1});
}

workflow<void> alone(context& ctx) { co_await ctx.loop("working", iteration, cycle{1}); }

workflow<void> beside_a_signal(context& ctx) {
  co_await theus::any(ctx.loop("working", iteration, cycle{1}), ctx.receive(halt));
}

workflow<void> beside_another(context& ctx) {
  co_await theus::any(ctx.loop("working", iteration, cycle{1}),
                      ctx.loop("other", other_iteration, cycle{1}), ctx.receive(halt));
}

application loops() {
  application app;
  app.add("alone", alone).add("beside_a_signal", beside_a_signal);
  app.add("beside_another", beside_another);
  app.bind(work, [](std::int64_t n) { return n; });
  return app;
}

double milliseconds_since(clock::time_point start) {
  return std::chrono::duration<double, std::milli>(clock::now() - start).count();
}

double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

// A run that loops, with a checkpoint every thousand records.
class looping_run {
 public:
  looping_run(journal::store& store, const application& app, const std::string& type)
      : store_(store),
        app_(app),
        archive_(store),
        history_(store, *app.bound().workflows.find(type)->second, type, "[]") {}

  void live(std::uint64_t iterations) {
    for (std::uint64_t events = 0; events < 3 * iterations; ++events) go_on();
    take();
    // As many records behind the last checkpoint as an engine lets there be.
    while (since_checkpoint_ + 1 < records_per_checkpoint) go_on();
    history_.write();
  }

 private:
  void go_on() {
    const auto now = history_.now() + std::chrono::microseconds(100);
    const auto pending = history_.body().pending_activities();
    if (!pending.empty()) {
      history_.turn(journal::activity_completed{pending.front()->id(), 1, std::nullopt, "7"}, now);
    } else {
      const auto due = std::max(now, *history_.body().next_deadline());
      history_.turn(history_.body().due_timers(due).front(), due);
    }
    if (++since_checkpoint_ == records_per_checkpoint) take();
  }

  void take() {
    history_.write();
    const auto begun = clock::now();
    const auto taken = take_checkpoint(store_, archive_, app_.bound(), history_.run()).value();
    checkpoint_ms += milliseconds_since(begun);
    ++checkpoints;
    checkpoint_bytes += taken.bytes;
    since_checkpoint_ = 0;
  }

  journal::store& store_;
  const application& app_;
  node_archive archive_;
  history_writer history_;
  std::uint64_t since_checkpoint_ = 0;

 public:
  double checkpoint_ms = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t checkpoint_bytes = 0;
};

struct recovered {
  double ms = 0;
  double mib = 0;
  std::uint64_t records = 0;
  std::string root;
};

// One line: how it came back, and the process's peak of memory.
void recover(const std::string& folder, const std::string& type, const std::string& how) {
  const auto store = journal::open_rocksdb_store(folder).value();
  const application app = loops();
  const auto run = store->run_of(type).value().value();
  const auto begun = clock::now();
  node_archive archive(*store);
  std::optional<checkpoint> from;
  if (how == "checkpoint") from = find_checkpoint(*store, archive, run).value().newest;
  replayer replay(*app.bound().workflows.find(type)->second, run, replayer::check::commands);
  const auto tail =
      replay_run(*store, run, from ? &*from : nullptr, replay, last_sequence, how == "zero")
          .value();
  if (tail.found) throw std::runtime_error(tail.found->explain());
  if (const auto differs = replay.verify_digest()) throw std::runtime_error(differs->explain());
  const double ms = milliseconds_since(begun);
  std::printf("%f %f %llu %s\n", ms, peak_mib(), static_cast<unsigned long long>(tail.records),
              replay.state().context().root().to_string().c_str());
}

recovered in_process_of_its_own(const std::string& folder, const std::string& type,
                                const std::string& how) {
  const std::string command =
      "/proc/" + std::to_string(::getpid()) + "/exe --recover " + folder + " " + type + " " + how;
  FILE* const said = ::popen(command.c_str(), "r");
  recovered found;
  char root[80] = "";
  unsigned long long records = 0;
  if (!said || std::fscanf(said, "%lf %lf %llu %79s", &found.ms, &found.mib, &records, root) != 4) {
    throw std::runtime_error("the process that brings the run back failed");
  }
  ::pclose(said);
  found.records = records;
  found.root = root;
  return found;
}

void measure(const char* type, std::uint64_t iterations) {
  const scratch_folder folder("recovery");
  {
    const auto store = journal::open_rocksdb_store(folder.path()).value();
    const application app = loops();
    looping_run run(*store, app, type);
    const auto begun = clock::now();
    run.live(iterations);
    std::printf(
        "%s, %llu iterations: written in %.1f s, of which %llu checkpoints of %llu bytes "
        "took %.2f ms each\n",
        type, static_cast<unsigned long long>(iterations), milliseconds_since(begun) / 1'000,
        static_cast<unsigned long long>(run.checkpoints),
        static_cast<unsigned long long>(run.checkpoint_bytes / run.checkpoints),
        run.checkpoint_ms / static_cast<double>(run.checkpoints));
  }
  std::string root;
  for (const char* how : {"checkpoint", "rest", "zero"}) {
    auto found = in_process_of_its_own(folder.path(), type, how);
    // Of a few milliseconds the least of ten: other programs run, too.
    for (int again = 1; again < 10 && found.ms < 50; ++again) {
      found.ms = std::min(found.ms, in_process_of_its_own(folder.path(), type, how).ms);
    }
    std::printf("  from %-10s %10.2f ms  %7.1f MiB  %llu records  root %.16s\n", how, found.ms,
                found.mib, static_cast<unsigned long long>(found.records), found.root.c_str());
    if (root.empty()) root = found.root;
    if (found.root != root) throw std::runtime_error("the states differ");
  }
}

}  // namespace
}  // namespace theus::benchmarks

int main(int argc, char** argv) {
  using namespace theus::benchmarks;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    if (argc == 5 && std::string(argv[1]) == "--recover") {
      recover(argv[2], argv[3], argv[4]);
      return 0;
    }
    std::vector<std::uint64_t> counts;
    for (int i = 1; i < argc; ++i) counts.push_back(std::strtoull(argv[i], nullptr, 10));
    if (counts.empty()) counts = {1'000, 1'000'000};
    for (const char* type : {"alone", "beside_a_signal", "beside_another"}) {
      for (const auto count : counts) measure(type, count);
    }
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "recovery: %s\n", e.what());
    return 1;
  }
}
