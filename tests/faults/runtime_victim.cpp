// fault_runtime VERB FOLDER …: a theus::runtime over the journal in FOLDER, to be starved, killed
// and started again.
//   work FOLDER BULK     orders without end, each with BULK bytes that do not compress; when one
//                        is refused it reads, and tries again
//   open FOLDER          opens, reads every run to its outcome, does one order, ends
//   idle FOLDER          opens, does nothing, prints "resident <KiB>"
//   clock FOLDER MS…     opens with a wall clock that is the first MS ahead, starts sleepers and an
//                        activity with a timeout, jumps to the next, and so on
//   clock-end FOLDER MS  opens with a wall clock that is MS ahead and waits for every sleeper
// Prints: acked start|result <n> <value>, error <code> <message>, read, report <line>,
// refused <code> <message> when it does not open, wrong <sentence>.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include <theus/theus.hpp>

#include "faults/allocations.hpp"
#include "faults/shop.hpp"
#include "faults/wall_time.hpp"

namespace theus::faults {
namespace {

using std::int64_t;
std::mutex printing;
std::string reported;
int full_reported = 0;  // times that the disk was
std::condition_variable reporting;

void say(const std::string& line) {
  const std::lock_guard lock(printing);
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}
void say_error(const char* what, const error_exception& e) {
  say(std::string(what) + " " + name(e.code()) + " " + e.what());
}

application shop() {
  application app;
  app.add("order", order);
  app.add("patient", patient);
  app.add("sleeper", sleeper);
  app.bind(linger, [](int64_t n) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return n;
  });
  app.bind(twice, [](int64_t n) { return 2 * n; });
  app.bind(plus_one, [](int64_t n) -> boost::asio::awaitable<int64_t> { co_return n + 1; });
  return app;
}

runtime_options options_for(const std::string& folder) {
  runtime_options options;
  options.journal = folder;
  options.control_socket = false;
  options.report = [](const std::string& line) {
    say("report " + line);
    const std::lock_guard lock(printing);
    reported += line + "\n";
    full_reported += line.find("disk is full") != std::string::npos ? 1 : 0;
    reporting.notify_all();
  };
  return options;
}

std::string noise(std::size_t bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(bytes, ' ');
  for (char& c : text) c = char('!' + random() % 90 + (random() % 90 == 1));
  for (char& c : text) c = c == '"' || c == '\\' ? 'x' : c;
  return text;
}

class customer {
 public:
  customer(runtime& r, std::size_t bulk) : runtime_(r), bulk_(bulk) {}

  void run(int64_t first, int64_t step) {
    for (int64_t n = first;; n += step) {
      until_accepted([&] { one(n); });
    }
  }
  // Starts one whenever the disk is said to be full: who had asked before waits for space.
  void only_start(int64_t first) {
    for (int seen = 0;;) {
      {
        std::unique_lock lock(printing);
        reporting.wait(lock, [&] { return full_reported > seen; });
        seen = full_reported;
      }
      until_accepted([&] { start(first + seen); });
    }
  }
  void start(int64_t n) {
    const std::string id = "order " + std::to_string(n);
    const auto reply = runtime_.start("order", {.workflow_id = id, .request_id = id}, n,
                                      noise(bulk_, std::uint64_t(n)));
    say("acked start " + std::to_string(n) + " " + reply.run.to_string());
  }
  void one(int64_t n) {
    start(n);
    const auto result = runtime_.result<int64_t>("order " + std::to_string(n));
    say("acked result " + std::to_string(n) + " " + std::to_string(result));
    done_ = n;
    any_done_ = true;
  }

 private:
  template <class Do>
  void until_accepted(Do what) {
    for (;;) {
      try {
        return what();
      } catch (const error_exception& e) {
        say_error("error", e);
        if (e.code() != errc::disk_full) std::exit(4);
        read();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a client's pause
      }
    }
  }
  // What was acknowledged can be read, whatever becomes of appends.
  void read() {
    if (!any_done_) return;
    const int64_t n = done_;
    const auto run = runtime_.records().run_of("order " + std::to_string(n));
    if (!run || !*run) return say("wrong: an order cannot be found");
    const auto records = runtime_.records().read(**run, journal::first_sequence, 100);
    if (!records || records->size() < 3) return say("wrong: a finished order cannot be read");
    say("read");
  }

  runtime& runtime_;
  const std::size_t bulk_;
  std::atomic<int64_t> done_{0};
  std::atomic<bool> any_done_{false};
};

int work(const std::string& folder, std::size_t bulk) {
  const application app = shop();
  runtime r(app, options_for(folder));
  say("opened");
  const int64_t first = int64_t(std::random_device()()) * 1'000'000;
  constexpr int customers = 4;
  std::vector<std::thread> threads;
  for (int i = 0; i < customers; ++i) {
    threads.emplace_back([&, i] { customer(r, bulk).run(first + i, customers); });
  }
  threads.emplace_back([&] {
    customer busy(r, bulk);
    busy.one(first + 500'000);
    busy.only_start(first + 500'000);
  });
  for (auto& t : threads) t.join();
  return 0;
}

// A run of which the journal cannot read what it needs to go on.
bool reported_as_unreadable(const journal::run_id& run) {
  const std::lock_guard lock(printing);
  return reported.find("run " + run.to_string()) != std::string::npos ||
         reported.find("sweep: ") != std::string::npos;
}

// Until every run has ended, is stuck or was reported. False when something was refused.
bool find_outcomes(runtime& r, const std::vector<journal::instance_row>& rows) {
  std::mutex mutex;
  std::map<journal::run_id, std::string> waiting;
  bool refused = false;
  for (const auto& row : rows) waiting[row.run] = row.workflow_id;
  for (const auto& row : rows) {
    r.core().wait(row.workflow_id, [&, run = row.run, id = row.workflow_id](auto outcome) {
      const std::lock_guard lock(mutex);
      waiting.erase(run);
      if (!outcome && outcome.error().code == errc::stopped) return;
      refused = refused || !outcome;
      if (outcome) say("found " + id + " " + outcome->result);
      if (!outcome) say_error("error", error_exception(outcome.error()));
    });
  }
  for (;;) {
    std::promise<std::vector<stuck_run>> answered;
    r.core().stuck([&](auto list) { answered.set_value(list.value()); });
    const auto stuck = answered.get_future().get();
    std::size_t left = 0, known = 0;
    {
      const std::lock_guard lock(mutex);
      left = waiting.size();
      for (const auto& [run, id] : waiting) {
        const bool is_stuck = std::ranges::count(stuck, run, &stuck_run::run) > 0;
        known += is_stuck || reported_as_unreadable(run);
      }
    }
    if (known < left) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      continue;
    }
    for (const auto& each : stuck) say("stuck " + each.reason);
    if (left > 0) {
      say("stuck run or sweep, as reported");
      r.stop();  // which answers the rest
    }
    return left == 0 && !refused;
  }
}

int open(const std::string& folder) {
  const application app = shop();
  runtime r(app, options_for(folder));
  say("opened");
  const auto rows = r.records().instances({}, 100'000);
  if (!rows) {
    say("error " + std::string(name(rows.error().code)) + " " + rows.error().message);
    return 0;
  }
  if (!find_outcomes(r, *rows)) return 0;
  customer(r, 10).one(int64_t(std::random_device()()) * 1'000'000 + 999'999);
  say("done");
  return 0;
}

int idle(const std::string& folder) {
  const application app = shop();
  runtime r(app, options_for(folder));
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) say("resident " + line.substr(6));
  }
  return 0;
}

std::string fresh_id(const char* what) {
  return std::string(what) + " " + std::to_string(std::random_device()()) + "-" +
         std::to_string(std::random_device()());
}

int clock(const std::string& folder, const std::vector<std::chrono::milliseconds>& jumps) {
  set_wall_time_ahead(jumps.front());
  const application app = shop();
  runtime r(app, options_for(folder));
  for (std::size_t i = 0; i < jumps.size(); ++i) {
    set_wall_time_ahead(jumps[i]);
    for (const int64_t ms : {1, 200, 900, 1'500, 40'000}) {
      r.start("sleeper", {.workflow_id = fresh_id("sleeper")}, ms);
    }
    const std::string patient = fresh_id("patient");
    r.start("patient", {.workflow_id = patient}, int64_t(i));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // its attempt runs
    set_wall_time_ahead(jumps[(i + 1) % jumps.size()]);
    try {
      if (r.result<int64_t>(patient) != int64_t(i)) say("wrong: another result");
    } catch (const run_failed& e) {
      say(std::string("wrong: the attempt was ended: ") + e.what());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // some fire here, some later
  }
  say("jumped everywhere");
  ::pause();
  return 0;
}

int clock_end(const std::string& folder, std::chrono::milliseconds ahead) {
  set_wall_time_ahead(ahead);
  const application app = shop();
  runtime r(app, options_for(folder));
  const auto rows = r.records().instances({}, 100'000);
  for (const auto& row : *rows) r.result<int64_t>(row.workflow_id);
  r.stop();
  say("done");
  return 0;
}

int run(int argc, char** argv) {
  if (argc < 3) return 2;
  ::signal(SIGXFSZ, SIG_IGN);
  fail_allocation_from_environment();
  const std::string verb = argv[1];
  if (verb == "work" && argc == 4) return work(argv[2], std::size_t(std::atoll(argv[3])));
  if (verb == "open") return open(argv[2]);
  if (verb == "idle") return idle(argv[2]);
  std::vector<std::chrono::milliseconds> jumps;
  for (int i = 3; i < argc; ++i) jumps.emplace_back(std::atoll(argv[i]));
  if (verb == "clock" && !jumps.empty()) return clock(argv[2], jumps);
  if (verb == "clock-end" && !jumps.empty()) return clock_end(argv[2], jumps.front());
  return 2;
}

}  // namespace
}  // namespace theus::faults

int main(int argc, char** argv) {
  using namespace theus;
  try {
    return faults::run(argc, argv);
  } catch (const error_exception& e) {
    faults::say_error("refused", e);
    return 0;
  } catch (const std::bad_alloc&) {
    std::printf("out of memory\n");
    return 3;
  } catch (const std::exception& e) {
    std::printf("untyped %s\n", e.what());
    return 5;
  }
}
