#include "environment_impl.hpp"

#include "theus/journal/stores.hpp"
#include "theus/runtime/describe.hpp"

namespace theus::testing {
namespace {

// How many steps are allowed where nobody says. A paranoid engine repeats a whole run at each turn.
constexpr std::uint64_t steps_allowed = 10'000;
constexpr std::uint64_t steps_allowed_when_paranoid = 1'000;

// The engine's functions that one step takes, by far.
constexpr std::uint64_t functions_per_step = 1'000;

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
    : bound_(what.bound()),
      options_(std::move(options)),
      control_(control),
      entropy_(options_.seed),
      journal_(journal::make_memory_store()),
      store_(*journal_),
      outside_(
          bound_, clock_,
          control && !control->writes_transcript
              ? std::function<void(const std::string&)>()
              : [this](const std::string& line) { note(line); }) {
  if (is_explored()) outside_.keep_unwanted();
  clock_.set(options_.begins);
  if (control_) store_.die_at(control_->dies_at);
  store_.on_commit(
      [this](const journal::unit& committed, std::uint64_t append) { see(committed, append); });
  open();
  drain();
}

environment::impl::~impl() { close(); }

std::uint64_t environment::impl::most_steps() const {
  return options_.most_steps.value_or(is_paranoid() ? steps_allowed_when_paranoid : steps_allowed);
}

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
  if (store_.is_dead()) {
    kill("the process is killed at its append " + std::to_string(store_.appends()) +
         ", and another one opens the journal");
  }
  return true;
}

void environment::impl::drain() {
  std::uint64_t ran = 0;
  do {
    while (run_one()) {
      if (++ran <= functions_per_step * most_steps()) continue;
      throw unfinished("runs wake one another without end and without time passing");
    }
  } while (outside_.dismiss_unwanted());
  check_invariants();
}

// ---- requests

std::string environment::impl::next_request() { return "test-" + std::to_string(++requests_); }

run_name environment::impl::start(start_request what) {
  std::string said =
      "start " + what.workflow_type + " '" + what.workflow_id + "' " + brief(what.arguments);
  if (what.policy != id_policy::reject) said += std::string(", ") + name(what.policy);
  if (what.signal) said += ", signal " + what.signal->name + " " + brief(what.signal->value);
  const auto begun = request<start_reply>(
      said, [&](engine& e, const std::string& id, engine::callback<start_reply> done) {
        start_request asked = what;
        if (asked.request_id.empty()) asked.request_id = id;
        e.start(std::move(asked), std::move(done));
      });
  return {what.workflow_id, begun.run};
}

void environment::impl::signal(const std::string& workflow_id, const std::string& name,
                               journal::payload value) {
  request<void>("signal '" + workflow_id + "' " + name + " " + brief(value),
                [&](engine& e, const std::string& request, engine::callback<void> done) {
                  e.signal({workflow_id, name, value, request}, std::move(done));
                });
}

void environment::impl::settle(const std::string& token,
                               std::variant<journal::payload, journal::failure_info> outcome) {
  const auto* value = std::get_if<journal::payload>(&outcome);
  const auto how = value ? "resolve " + token + " " + brief(*value)
                         : "reject " + token + " " + std::get<1>(outcome).type;
  request<void>(how, [&](engine& e, const std::string&, engine::callback<void> done) {
    e.settle({token, outcome}, std::move(done));
  });
}

update_reply environment::impl::update(update_request what) {
  return request<update_reply>(
      "update '" + what.workflow_id + "' " + what.name + " " + brief(what.arguments),
      [&](engine& e, const std::string& id, engine::callback<update_reply> done) {
        what.update_id = id;
        e.update(what, std::move(done));
      });
}

void environment::impl::cancel(const std::string& workflow_id, const std::string& reason) {
  request<void>("cancel '" + workflow_id + "'",
                [&](engine& e, const std::string&, engine::callback<void> done) {
                  e.cancel(workflow_id, reason, std::move(done));
                });
}

void environment::impl::rule(const std::string& what, const std::string& workflow_id,
                             const std::function<void(engine&, engine::callback<void>)>& ask) {
  request<void>(
      what + " '" + workflow_id + "'",
      [&](engine& e, const std::string&, engine::callback<void> done) { ask(e, std::move(done)); });
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
      if (call && !outside_.does_something(call->activity))
        unknown_activities_.insert(call->activity);
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
