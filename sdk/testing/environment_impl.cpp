#include "environment_impl.hpp"

#include <algorithm>

#include "theus/journal/stores.hpp"
#include "theus/runtime/describe.hpp"
#include "theus/runtime/queries.hpp"

#include "run_report.hpp"

namespace theus::testing {
namespace {

// Longer than any test: every timer is kept in memory, and the engine wakes up for nothing else.
constexpr std::chrono::hours for_ever{24 * 366 * 10'000};

engine_options engine_options_of(const environment_options& options) {
  engine_options how = options.engine;
  how.paranoid = how.paranoid || options.paranoid;
  how.sweep_interval = how.timer_horizon = for_ever;
  // The code does not get better with time: what is stuck is reported instead.
  how.stuck_first_backoff = how.stuck_maximum_backoff = for_ever;
  return how;
}

std::string key_of(journal::run_id run, const journal::command_id& command) {
  return run.to_string() + "/" + command.to_string();
}

}  // namespace

environment::impl::impl(const application& what, environment_options options,
                        scenario_control* control)
    : app_(what),
      options_(std::move(options)),
      control_(control),
      entropy_(options_.seed),
      journal_(journal::make_memory_store()),
      store_(*journal_),
      outside_(
          what.bound(), clock_,
          control && !control->writes_transcript
              ? std::function<void(const std::string&)>()
              : [this](const std::string& line) { note(line); }) {
  clock_.set(options_.begins);
  if (control_) store_.die_at(control_->dies_at);
  store_.on_commit(
      [this](const journal::unit& committed, std::uint64_t append) { see(committed, append); });
  open();
  drain();
}

environment::impl::~impl() { close(); }

// ---- processes

void environment::impl::open() {
  ++processes_;
  io_ = std::make_unique<boost::asio::io_context>(1);
  work_.emplace(io_->get_executor());
  engine_executors where;
  where.shards = {io_->get_executor()};
  where.journal = where.sync = where.blocking = where.io = where.background = io_->get_executor();
  engine_ = std::make_unique<engine>(engine_options_of(options_), outside_.staged(), store_, clock_,
                                     entropy_, where);
  engine_->on_report([this](const std::string& line) {
    reports_.push_back(line);
    note(line);
  });
  if (auto opened = engine_->open(); !opened) throw error_exception(opened.error());
}

void environment::impl::close() {
  outside_.forget();
  work_.reset();
  io_.reset();
  engine_.reset();
}

void environment::impl::kill(const std::string& why) {
  note(why);
  close();
  store_.revive();
  open();
}

// ---- what happens

// False: nothing is ready.
bool environment::impl::run_one() {
  if (io_->poll_one() == 0) return false;
  if (store_.is_dead())
    kill("the process is killed at its append " + std::to_string(store_.appends()) +
         ", and another one opens the journal");
  return true;
}

void environment::impl::drain() {
  do {
    while (run_one()) {
    }
  } while (outside_.dismiss_unwanted());
  check_invariants();
}

void environment::impl::settle() {
  for (std::uint64_t made = 0;; ++made) {
    drain();
    if (made > options_.most_steps) {
      throw unfinished("activities have been called " + std::to_string(made) +
                       " times without time passing, and more are: is there a loop without end?");
    }
    if (const auto steps = outside_.possible(); !steps.empty()) {
      outside_.make(steps.front());
    } else if (const auto real = outside_.running_for_real(); real.empty()) {
      return;
    } else if (io_->run_one_for(options_.real_wait) == 0) {
      throw unfinished("activity '" + real + "' is not mocked and has not ended after " +
                       std::to_string(options_.real_wait.count()) + " ms of real time");
    }
  }
}

// Explored: before the scenario goes on, as much of what else may happen as the order wants.
void environment::impl::interleave() {
  if (!is_explored()) return;
  for (;;) {
    drain();
    const auto steps = outside_.possible();
    const bool may_skip = control_->time_races && until_something();
    const bool may_die = kills_ < control_->kills;
    const auto chosen = choose(steps.size() + 1 + (may_skip ? 1 : 0) + (may_die ? 1 : 0));
    if (chosen < steps.size()) {
      outside_.make(steps[chosen]);
    } else if (chosen == steps.size()) {
      return;
    } else if (may_skip && chosen == steps.size() + 1) {
      skip_time();
    } else {
      let_die();
    }
  }
}

// Explored: while the scenario waits for a run's end. False: nothing can happen any more.
bool environment::impl::make_move() {
  const auto steps = outside_.possible();
  if (steps.empty() && !outside_.running_for_real().empty()) {
    settle();
    return true;
  }
  const bool can_skip = until_something().has_value();
  if (steps.empty() && !can_skip) return false;
  const bool may_skip = can_skip && (steps.empty() || control_->time_races);
  const bool may_die = kills_ < control_->kills;
  const auto chosen = choose(steps.size() + (may_skip ? 1 : 0) + (may_die ? 1 : 0));
  if (chosen < steps.size()) {
    outside_.make(steps[chosen]);
  } else if (may_skip && chosen == steps.size()) {
    skip_time();
  } else {
    let_die();
  }
  return true;
}

// Now, or at the next append.
void environment::impl::let_die() {
  ++kills_;
  const auto how = choose(3);
  if (how == 0) return kill("the process is killed, and another one opens the journal");
  store_.die_at(kill_point{store_.appends() + 1,
                           how == 1 ? kill_point::moment::before : kill_point::moment::behind});
}

void environment::impl::run_until_idle() {
  if (is_explored()) {
    interleave();
  } else {
    settle();
  }
}

// ---- time

std::optional<std::chrono::microseconds> environment::impl::until_something() const {
  auto until = clock_.until_next();
  if (const auto answer = outside_.next_answer()) {
    const auto left = *answer - clock_.now();
    until = until ? std::min(*until, left) : left;
  }
  const auto left = options_.begins + options_.longest - clock_.now();
  return until && *until <= left ? until : std::nullopt;
}

bool environment::impl::skip_time() {
  const auto until = until_something();
  if (!until) return false;
  clock_.advance(*until);
  if (*until > std::chrono::microseconds(0)) note("it is " + to_text(clock_.now()));
  return true;
}

void environment::impl::advance(std::chrono::microseconds by) {
  run_until_idle();
  const auto to = clock_.now() + by;
  for (;;) {
    const auto until = until_something();
    if (!until || clock_.now() + *until > to) break;
    skip_time();
    run_until_idle();
  }
  if (clock_.now() < to) clock_.advance(to - clock_.now());
  note("it is " + to_text(clock_.now()));
  run_until_idle();
}

// ---- requests

std::string environment::impl::next_request() { return "test-" + std::to_string(++requests_); }

run_name environment::impl::start(const std::string& workflow, const std::string& workflow_id,
                                  journal::payload arguments) {
  const auto begun = request<start_reply>(
      "start " + workflow + " '" + workflow_id + "' " + brief(arguments),
      [&](engine& e, const std::string& name, engine::callback<start_reply> done) {
        e.start({workflow, workflow_id, name, arguments}, std::move(done));
      });
  return {workflow_id, begun.run};
}

void environment::impl::signal(const std::string& workflow_id, const std::string& name,
                               journal::payload value) {
  request<void>("signal '" + workflow_id + "' " + name + " " + brief(value),
                [&](engine& e, const std::string& request, engine::callback<void> done) {
                  e.signal({workflow_id, name, value, request}, std::move(done));
                });
}

void environment::impl::cancel(const std::string& workflow_id, const std::string& reason) {
  request<void>("cancel '" + workflow_id + "'",
                [&](engine& e, const std::string&, engine::callback<void> done) {
                  e.cancel(workflow_id, reason, std::move(done));
                });
}

run_name environment::impl::find(const std::string& workflow_id) {
  const auto found = store_.run_of(workflow_id);
  if (!found) throw error_exception(found.error());
  if (!*found) {
    throw error_exception({errc::not_found, "no run has the workflow id '" + workflow_id + "'"});
  }
  return {workflow_id, **found};
}

// ---- the end of a run

journal::run_status environment::impl::status(journal::run_id run) {
  const auto row = store_.instance(run);
  if (!row) throw error_exception(row.error());
  if (!*row) throw error_exception({errc::not_found, "there is no run " + run.to_string()});
  return (*row)->status;
}

run_outcome environment::impl::finish(const run_name& which) {
  for (std::uint64_t steps = 0;;) {
    if (is_explored()) {
      drain();
    } else {
      settle();
    }
    if (status(which.run) != journal::run_status::running) {
      auto ended = read_outcome(store_, which.run);
      if (!ended) throw error_exception(ended.error());
      return std::move(*ended);
    }
    refuse_if_stuck(which);
    refuse_unknown_activities();
    if (steps++ >= options_.most_steps) {
      give_up(which, "it has not finished after " + std::to_string(steps) + " steps");
    }
    if (is_explored()) {
      if (!make_move()) give_up(which, "nothing is left to happen");
    } else if (!options_.skips_time) {
      give_up(which, "nothing is left to happen before time passes");
    } else if (!skip_time()) {
      give_up(which, "nothing is left to happen");
    }
  }
}

void environment::impl::give_up(const run_name& which, const std::string& why) {
  std::string text = "workflow '" + which.workflow_id + "' cannot finish: " + why + "\n" +
                     run_report(bound(), store_, which.run).whereabouts();
  for (const auto& each : stuck_runs()) {
    text += "workflow '" + each.workflow_id + "' is stuck: " + each.reason + "\n";
  }
  throw unfinished(text);
}

std::vector<stuck_run> environment::impl::stuck_runs() {
  const auto found = std::make_shared<std::vector<stuck_run>>();
  engine_->stuck([found](theus::result<std::vector<stuck_run>> r) {
    if (r) *found = std::move(*r);
  });
  drain();
  return *found;
}

void environment::impl::refuse_if_stuck(const run_name& which) {
  if (reports_.size() != std::exchange(reports_seen_, reports_.size())) stuck_ = stuck_runs();
  for (const auto& each : stuck_) {
    if (each.run != which.run) continue;
    throw stuck("workflow '" + which.workflow_id + "' is stuck: " + each.reason + "\n" +
                run_report(bound(), store_, which.run).history());
  }
}

void environment::impl::refuse_unknown_activities() const {
  for (const auto& each : unknown_activities_) {
    if (outside_.knows(each)) continue;
    throw unfinished("a workflow calls activity '" + each + "', which is neither bound nor mocked");
  }
}

// ---- what has to hold

void environment::impl::see(const journal::unit& committed, std::uint64_t append) {
  for (const auto& entry : committed.entries()) {
    if (control_ && control_->hears_of_records)
      control_->hears_of_records(append, committed.run(), entry.value);
    for (const auto& e : journal::events_of(entry.value)) {
      if (const auto* done = std::get_if<journal::activity_completed>(&e)) {
        outside_.record_end(key_of(committed.run(), done->command));
      }
    }
    const auto* turn = std::get_if<journal::turn>(&entry.value.body);
    if (!turn) continue;
    for (const auto& c : turn->commands) {
      const auto* call = std::get_if<journal::schedule_activity>(&c);
      if (call && !outside_.knows(call->activity)) unknown_activities_.insert(call->activity);
    }
  }
}

void environment::impl::always(std::string what, std::function<bool()> holds) {
  invariants_.push_back({std::move(what), std::move(holds)});
  check_invariants();
}

void environment::impl::check_invariants() {
  // An activity's exception ends its attempt alone: nothing else is to be seen behind this.
  if (!violation_.empty()) throw std::logic_error(violation_);
  if (const auto& again = outside_.repeated(); !again.empty()) violated(again);
  for (const auto& each : invariants_) {
    if (!each.holds()) violated("does not always hold: " + each.what);
  }
}

void environment::impl::violated(const std::string& what) {
  if (violation_.empty()) violation_ = what;
  throw std::logic_error(what);
}

std::uint32_t environment::impl::choose(std::size_t among) {
  if (!is_explored() || among < 2) return 0;
  const auto chosen = control_->order->choose(among);
  departs_ = departs_ || chosen != 0;
  return chosen;
}

// Explored: what departs from the usual order is marked.
void environment::impl::note(const std::string& line) {
  const bool departs = std::exchange(departs_, false);
  if (control_ && !control_->writes_transcript) return;
  transcript_.push_back((!is_explored() ? "" : departs ? "* " : "  ") + line);
}

}  // namespace theus::testing
