#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "theus/journal/stores.hpp"
#include "theus/runtime.hpp"
#include "theus/runtime/replayer.hpp"
#include "theus/testing/manual_clock.hpp"
#include "theus/workflows.hpp"

#include "history.hpp"
#include "raw_database.hpp"

// What do runs cost that sleep for a year? For each N of the command line (default: 10,000 and
// 1,000,000) N runs fall asleep in a runtime of its own process, on a clock that stands still over
// a real journal. The process is killed; others open the journal again, after the kill and after a
// clean stop, each finding one run that is due; then a year passes and every timer has to fire
// once.
//
// Limits: 150 MiB resident, 400 bytes of disk each after compaction, 300 ms to open, and for the
// greatest N 1.5 times as long as for the smallest.
namespace theus::benchmarks {
namespace {

using clock = std::chrono::steady_clock;
using figures = std::map<std::string, double>;
using days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

constexpr int early_runs = 6;
constexpr std::uint64_t long_run_steps = 10'000;

workflow<void> sleeps(context& ctx, std::int64_t for_days) { co_await ctx.sleep(days(for_days)); }

std::string early_run(int which) { return "early-" + std::to_string(which); }

double milliseconds_since(clock::time_point start) {
  return std::chrono::duration<double, std::milli>(clock::now() - start).count();
}

double cpu_milliseconds() { return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double resident_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

double disk_bytes(const std::filesystem::path& folder) {
  double bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  }
  return bytes;
}

void report(const char* what, double value) {
  std::printf("%s %.3f\n", what, value);
  std::fflush(stdout);
}

// One process's runtime over the journal in `folder`.
class sleepers {
 public:
  // The clock stands `passed` days after the one at which the runs fell asleep.
  sleepers(const std::filesystem::path& folder, int passed) {
    app_.add("sleeps", sleeps);
    auto stands = std::make_shared<testing::manual_clock>();
    stands->advance(days(passed));
    runtime_options options;
    options.clock = stands;
    options.control_socket = false;
    options.report = [](const std::string& line) { std::cerr << line << '\n'; };
    const auto start = clock::now();
    options.store = journal::open_rocksdb_store(folder).value();
    report("store_ms", milliseconds_since(start));
    report("store_cpu_ms", cpu_milliseconds());
    runtime_ = std::make_unique<runtime>(app_, options);
    report("open_ms", milliseconds_since(start));
    if (passed > 0 && passed <= early_runs) {
      runtime_->result<void>(early_run(passed));
      report("due_ms", milliseconds_since(start));
    }
  }

  void fall_asleep(std::int64_t count) {
    for (int i = 1; i <= early_runs; ++i) runtime_->start("sleeps", {early_run(i), ""}, i);
    constexpr std::int64_t at_once = 4'096;
    std::atomic<std::int64_t> done = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      for (auto seen = done.load(); i - seen >= at_once; seen = done.load()) done.wait(seen);
      runtime_->core().start({"sleeps", "sleeper-" + std::to_string(i), "", "[365]"},
                             [&](result<start_reply> reply) {
                               if (!reply) std::cerr << reply.error().message << '\n';
                               ++done;
                               done.notify_one();
                             });
    }
    for (auto seen = done.load(); seen != count; seen = done.load()) done.wait(seen);
  }

  void wait_for_fired(std::uint64_t count) {
    while (runtime_->core().counters().timers_fired < count) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  runtime& operator*() { return *runtime_; }
  runtime* operator->() { return runtime_.get(); }

 private:
  application app_;
  std::unique_ptr<runtime> runtime_;
};

void fill(const std::filesystem::path& folder, std::int64_t count) {
  sleepers asleep(folder, 0);
  const auto start = clock::now();
  asleep.fall_asleep(count);
  report("fill_s", milliseconds_since(start) / 1'000);
  report("rss_mib", resident_mib());
  report("disk_bytes", disk_bytes(folder));
  ::kill(::getpid(), SIGKILL);
}

void reopen(const std::filesystem::path& folder, int day) {
  sleepers asleep(folder, day);
  report("rss_mib", resident_mib());
}

void compact(const std::filesystem::path& folder) {
  raw_database::like(folder, folder / "db").compact();
  report("disk_bytes", disk_bytes(folder));
}

void fire(const std::filesystem::path& folder, std::int64_t count, int already_fired) {
  const auto start = clock::now();
  sleepers asleep(folder, 400);
  const auto expected = static_cast<std::uint64_t>(count + early_runs - already_fired);
  asleep.wait_for_fired(expected);
  report("fire_s", milliseconds_since(start) / 1'000);
  asleep->stop();
  report("fired", static_cast<double>(asleep->core().counters().timers_fired));
  report("expected", static_cast<double>(expected));
  const auto left = asleep->records().instances({journal::run_status::running, "", {}}, 1).value();
  const auto timers = asleep->records().timers(journal::wall_time::max(), {}, 1).value();
  report("left", static_cast<double>(left.size() + timers.size()));
}

// A run of 10,000 steps, and a process that dies with it.
void make_history(const std::filesystem::path& folder) {
  const auto store = journal::open_rocksdb_store(folder).value();
  record_history(*store, *sequential_workflow(), long_run_steps);
  ::kill(::getpid(), SIGKILL);
}

void catch_up(const std::filesystem::path& folder) {
  const auto start = clock::now();
  const auto store = journal::open_rocksdb_store(folder).value();
  report("open_ms", milliseconds_since(start));
  report("open_cpu_ms", cpu_milliseconds());
  const auto type = sequential_workflow();
  const auto run = store->run_of("history").value().value();
  replayer again(*type, run, replayer::check::commands);
  journal::sequence from = journal::first_sequence;
  for (;;) {
    const auto records = store->read(run, from, 1'024).value();
    if (records.empty()) break;
    for (const auto& each : records) {
      if (again.feed(each)) throw std::runtime_error("the run does not replay");
    }
    from = journal::next(records.back().value.at);
  }
  if (again.verify_digest() || !again.state().is_finished()) {
    throw std::runtime_error("the run did not come back as it was");
  }
  report("all_ms", milliseconds_since(start));
  report("all_cpu_ms", cpu_milliseconds());
}

// Runs this program with these arguments and gives what it reported.
figures in_a_process(std::vector<std::string> arguments, bool is_killed = false) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    std::vector<char*> argv{const_cast<char*>("sleepers")};
    for (auto& each : arguments) argv.push_back(each.data());
    argv.push_back(nullptr);
    ::execv("/proc/self/exe", argv.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  figures found;
  FILE* const said = ::fdopen(ends[0], "r");
  char what[64];
  for (double value = 0; std::fscanf(said, "%63s %lf", what, &value) == 2;) found[what] = value;
  std::fclose(said);
  int status = 0;
  ::waitpid(child, &status, 0);
  const bool as_meant = is_killed ? WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
                                  : WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (!as_meant) throw std::runtime_error("the process of '" + arguments[1] + "' failed");
  return found;
}

// True: within the limit.
bool line(const char* what, double value, const char* unit, double limit) {
  const bool holds = limit == 0 || value <= limit;
  std::printf("  %-44s %10.1f %-6s", what, value, unit);
  if (limit != 0) std::printf(" limit %.0f%s", limit, holds ? "" : "  MISSED");
  std::printf("\n");
  return holds;
}

bool measure_catching_up() {
  const scratch_folder scratch("catch-up");
  const std::string folder = (scratch.path() / "journal").string();
  in_a_process({"--child", "history", folder}, true);
  const auto found = in_a_process({"--child", "catch-up", folder});
  std::printf("a run of 10,000 steps, after SIGKILL\n");
  line("store open", found.at("open_ms"), "ms", 0);
  line("  of that CPU", found.at("open_cpu_ms"), "ms", 0);
  const bool held =
      line("then caught up within", found.at("all_ms") - found.at("open_ms"), "ms", 50);
  line("  of that CPU", found.at("all_cpu_ms") - found.at("open_cpu_ms"), "ms", 0);
  return held;
}

struct outcome {
  bool held = true;
  double killed_ms = 0;
  double clean_ms = 0;
};

outcome measure(std::int64_t count) {
  const scratch_folder scratch("sleepers");
  const std::string folder = (scratch.path() / "journal").string();
  const std::string n = std::to_string(count);
  const auto each = [&](double bytes) { return bytes / static_cast<double>(count); };
  outcome o;
  const auto show = [&](const char* what, double value, const char* unit, double limit = 0) {
    o.held = line(what, value, unit, limit) && o.held;
  };

  std::printf("%s runs asleep\n", n.c_str());
  const auto filled = in_a_process({"--child", "fill", folder, n}, true);
  show("to fall asleep, together", filled.at("fill_s"), "s");
  show("resident while they sleep", filled.at("rss_mib"), "MiB", 150);
  show("disk each, as it is", each(filled.at("disk_bytes")), "bytes");
  int day = 0;
  const auto open_again = [&](const char* how, const char* resident, double& slowest) {
    const auto opened = in_a_process({"--child", "reopen", folder, std::to_string(++day)});
    show((std::string(how) + ": store open").c_str(), opened.at("store_ms"), "ms");
    show("  of that CPU", opened.at("store_cpu_ms"), "ms");
    show((std::string(how) + ": engine open").c_str(), opened.at("open_ms"), "ms", 300);
    show((std::string(how) + ": first due run finished").c_str(), opened.at("due_ms"), "ms", 300);
    show(resident, opened.at("rss_mib"), "MiB", 150);
    slowest = opened.at("due_ms");
  };
  open_again("after SIGKILL", "  resident", o.killed_ms);
  open_again("after a clean stop", "  resident", o.clean_ms);
  const auto compacted = in_a_process({"--child", "compact", folder});
  show("disk each, compacted", each(compacted.at("disk_bytes")), "bytes", 400);
  open_again("after compaction", "  resident", o.clean_ms);
  const auto fired = in_a_process({"--child", "fire", folder, n, std::to_string(day)});
  show("for all to fire", fired.at("fire_s"), "s");
  show("timers fired", fired.at("fired"), "");
  show("timers fired too often or too seldom", std::abs(fired.at("fired") - fired.at("expected")),
       "", 0.5);
  show("runs or timers left", fired.at("left"), "", 0.5);
  return o;
}

int run_child(const std::vector<std::string>& arguments) {
  const std::string& what = arguments.at(0);
  const std::filesystem::path folder = arguments.at(1);
  if (what == "fill") fill(folder, std::stoll(arguments.at(2)));
  if (what == "history") make_history(folder);
  if (what == "catch-up") catch_up(folder);
  if (what == "reopen") reopen(folder, std::stoi(arguments.at(2)));
  if (what == "compact") compact(folder);
  if (what == "fire") fire(folder, std::stoll(arguments.at(2)), std::stoi(arguments.at(3)));
  return 0;
}

int run(std::vector<std::string> arguments) {
  if (!arguments.empty() && arguments[0] == "--child") {
    return run_child({arguments.begin() + 1, arguments.end()});
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (arguments.empty()) arguments = {"10000", "1000000"};
  bool held = measure_catching_up();
  std::vector<outcome> all;
  for (const auto& n : arguments) all.push_back(measure(std::stoll(n)));
  for (const auto& each : all) held = held && each.held;
  if (all.size() > 1) {
    std::printf("the last N against the first\n");
    const double killed = all.back().killed_ms / all.front().killed_ms;
    const double clean = all.back().clean_ms / all.front().clean_ms;
    held = line("after SIGKILL", 100 * killed, "%", 150) && held;
    held = line("after a clean stop", 100 * clean, "%", 150) && held;
  }
  return held ? 0 : 1;
}

}  // namespace
}  // namespace theus::benchmarks

int main(int argc, char** argv) {
  try {
    return theus::benchmarks::run({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 2;
  }
}
