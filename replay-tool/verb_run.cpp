#include <csignal>
#include <mutex>
#include <ostream>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "theus/runtime.hpp"
#include "theus/runtime/control_client.hpp"

#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "run the workflows of a journal until interrupted";
constexpr const char* help = R"(
Opens the journal, goes on with everything that was unfinished, and takes requests from the
other verbs through a socket in the journal's folder. SIGINT or SIGTERM stop it in order: turns
in flight are written, activities are asked to stop. A second one ends it at once; nothing that
was acknowledged is lost either way.

Examples:
  run                              the journal in ./theus-journal
  run --journal /var/lib/shop      another folder
  run --exit-when-done             for scripts: ends when no run is left running)";

constexpr std::chrono::milliseconds look_interval{100};
constexpr std::chrono::seconds patience{3};

struct run_options {
  journal_option journal;
  std::size_t shards = 1;
  std::size_t activity_threads = 4;
  unsigned status_interval_s = 10;
  bool exit_when_done = false;
  bool paranoid = false;
};

// Whole lines to standard error, from any thread.
class line_log {
 public:
  explicit line_log(std::ostream& out) : out_(out) {}

  void write(const std::string& line) {
    const std::lock_guard lock(mutex_);
    out_ << line << std::endl;
  }

 private:
  std::mutex mutex_;
  std::ostream& out_;
};

// A verb that opens the journal itself holds it for a moment; a runtime, which listens, for long.
std::unique_ptr<runtime> open_runtime(const run_options& options, const application& app,
                                      line_log& log) {
  runtime_options how;
  how.journal = options.journal.folder;
  how.shards = options.shards;
  how.activity_threads = options.activity_threads;
  how.engine.paranoid = options.paranoid;
  how.report = [&log](const std::string& line) { log.write(line); };
  const auto give_up = std::chrono::steady_clock::now() + patience;
  for (;;) {
    try {
      return std::make_unique<runtime>(app, how);
    } catch (const error_exception& e) {
      if (e.code() != errc::journal_in_use || control_client::connect(how.journal) ||
          std::chrono::steady_clock::now() > give_up) {
        throw;
      }
      std::this_thread::sleep_for(look_interval);
    }
  }
}

// Keeps the main thread until it is time to stop.
class foreground {
 public:
  foreground(runtime& r, const run_options& options, line_log& log)
      : runtime_(r),
        options_(options),
        log_(log),
        signals_(loop_, SIGINT, SIGTERM),
        look_(loop_),
        status_(loop_) {}

  // Throws error_exception when the journal takes no more appends, ever.
  void wait() {
    signals_.async_wait([this](boost::system::error_code failed, int number) {
      if (failed) return;
      log_.write(std::string("stopping on ") + (number == SIGINT ? "SIGINT" : "SIGTERM") +
                 "; once more ends at once");
      signals_.clear();  // back to what the system does: the next one kills
      loop_.stop();
    });
    look();
    if (options_.status_interval_s > 0) report();
    loop_.run();
  }

 private:
  void look() {
    const auto trouble = runtime_.records().trouble();
    if (trouble && trouble->code != errc::disk_full) throw error_exception(*trouble);
    if (options_.exit_when_done && is_done()) return loop_.stop();
    look_.expires_after(look_interval);
    look_.async_wait([this](boost::system::error_code failed) {
      if (!failed) look();
    });
  }

  bool is_done() {
    const auto running =
        runtime_.records().instances({journal::run_status::running, "", std::nullopt}, 1);
    if (!running) throw error_exception(running.error());
    return running->empty();
  }

  void report() {
    const auto now = runtime_.core().counters();
    if (now.turns != last_turns_ || now.stuck != last_stuck_) {
      log_.write(std::to_string(now.turns) + " turns, " + std::to_string(now.activities_run) +
                 " activities, " + std::to_string(now.timers_fired) + " timers, " +
                 std::to_string(now.frames) + " runs in memory, " + std::to_string(now.stuck) +
                 " stuck");
    }
    last_turns_ = now.turns;
    last_stuck_ = now.stuck;
    status_.expires_after(std::chrono::seconds(options_.status_interval_s));
    status_.async_wait([this](boost::system::error_code failed) {
      if (!failed) report();
    });
  }

  runtime& runtime_;
  const run_options& options_;
  line_log& log_;
  boost::asio::io_context loop_{1};
  boost::asio::signal_set signals_;
  boost::asio::steady_timer look_;
  boost::asio::steady_timer status_;
  std::uint64_t last_turns_ = 0;
  std::uint64_t last_stuck_ = 0;
};

void run(const run_options& options, invocation& call) {
  line_log log(call.err);
  const auto opened = open_runtime(options, call.app, log);
  log.write("running the journal in " + options.journal.folder.string());
  foreground(*opened, options, log).wait();
  opened->stop();
  log.write("stopped");
}

}  // namespace

void add_run(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("run", summary);
  const auto options = std::make_shared<run_options>();
  options->journal.add_to(verb);
  verb.add_option("--shards", options->shards, "threads that run workflows")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  verb.add_option("--activity-threads", options->activity_threads,
                  "blocking activities that run at once")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  verb.add_option("--status-every", options->status_interval_s,
                  "seconds between status lines on standard error, 0 for none")
      ->capture_default_str();
  verb.add_flag("--exit-when-done", options->exit_when_done, "end when no run is left running");
  verb.add_flag("--paranoid", options->paranoid,
                "make every turn twice before it is recorded, and refuse what differs: costs a "
                "replay for each turn");
  verb.footer(help);
  verb.callback([options, &call] { run(*options, call); });
}

}  // namespace theus::tool
