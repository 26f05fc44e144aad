#include <algorithm>

#include "theus/runtime/describe.hpp"
#include "theus/runtime/queries.hpp"
#include "theus/runtime/record_search.hpp"

#include "environment_impl.hpp"
#include "run_report.hpp"

// What happens next in an environment, until a run has ended or all is quiet: in the usual order,
// or as whoever explores it chooses.
namespace theus::testing {
namespace {

// Explored: between two steps of a scenario. A run that polls without end would otherwise keep the
// scenario from ever going on in the usual order.
constexpr std::uint64_t usual_moves = 100;

}  // namespace

void environment::impl::settle() {
  for (std::uint64_t made = 0;; ++made) {
    drain();
    if (made > most_steps()) {
      throw unfinished("activities have been called " + std::to_string(made) +
                       " times without time passing, and more are: is there a loop without end?" +
                       if_more_are_meant());
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

// Explored: what may happen next, as it usually goes first. `goes_on`: the scenario does something.
std::vector<environment::impl::move> environment::impl::moves(bool goes_on) const {
  std::vector<move> all;
  const auto steps = outside_.possible();
  for (const auto& each : steps) all.push_back({move::kind::step, each});
  if (goes_on) all.push_back({move::kind::scenario, {}});
  const bool is_idle = steps.empty() && !goes_on;
  if ((is_idle || control_->time_races) && until_something()) {
    all.push_back({move::kind::time, {}});
  }
  if (all.empty()) return all;
  if (kills_ < control_->kills) all.push_back({move::kind::kill, {}});
  if (failures_ < control_->failures) {
    for (const auto& each : steps) {
      if (each.is_wanted) all.push_back({move::kind::failure, each});
    }
  }
  return all;
}

void environment::impl::make(const move& next) {
  switch (next.what) {
    case move::kind::step:
      return outside_.make(next.step);
    case move::kind::scenario:
      return;
    case move::kind::time:
      skip_time();
      return;
    case move::kind::kill:
      return let_die();
    case move::kind::failure:
      ++failures_;
      return outside_.let_fail(next.step);
  }
}

// Explored: before the scenario goes on, as much of what else may happen as the order wants.
void environment::impl::interleave() {
  if (!is_explored()) return;
  for (std::uint64_t made = 0;; ++made) {
    drain();
    auto all = moves(true);
    if (made >= usual_moves) {
      const auto goes_on = std::ranges::find(all, move::kind::scenario, &move::what);
      std::rotate(all.begin(), goes_on, goes_on + 1);
    }
    const auto& next = all[choose(all.size())];
    if (next.what == move::kind::scenario) return;
    make(next);
  }
}

// Explored: while the scenario waits for a run's end. False: nothing can happen any more.
bool environment::impl::make_move() {
  const auto all = moves(false);
  if (all.empty() && outside_.running_for_real().empty()) return false;
  if (all.empty()) {
    settle();
  } else {
    make(all[choose(all.size())]);
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

std::optional<std::chrono::microseconds> environment::impl::until_next() const {
  auto until = clock_.until_next();
  if (const auto answer = outside_.next_answer()) {
    const auto left = *answer - clock_.now();
    until = until ? std::min(*until, left) : left;
  }
  // What the engine itself waits for is due in half of that, or later.
  return until && *until < for_ever / 4 ? until : std::nullopt;
}

std::optional<std::chrono::microseconds> environment::impl::until_something() const {
  const auto until = until_next();
  const auto left = options_.begins + options_.longest - clock_.now();
  return until && *until <= left ? until : std::nullopt;
}

bool environment::impl::skip_time() {
  const auto until = until_something();
  if (until) pass(*until);
  return until.has_value();
}

void environment::impl::pass(std::chrono::microseconds by) {
  clock_.advance(by);
  if (by > std::chrono::microseconds(0)) note("it is " + to_text(clock_.now()));
}

void environment::impl::advance(std::chrono::microseconds by) {
  run_until_idle();
  const auto to = clock_.now() + by;
  for (;;) {
    const auto until = until_next();
    if (!until || clock_.now() + *until > to) break;
    pass(*until);
    run_until_idle();
  }
  if (clock_.now() < to) clock_.advance(to - clock_.now());
  note("it is " + to_text(clock_.now()));
  run_until_idle();
}

// ---- the end of a run

run_outcome environment::impl::finish(const run_name& which) {
  run_until(which, [&] { return status(which.run) != journal::run_status::running; });
  auto ended = read_outcome(store_, which.run);
  if (!ended) throw error_exception(ended.error());
  return std::move(*ended);
}

update_reply environment::impl::finish(const run_name& which, const std::string& update_id) {
  std::optional<std::variant<journal::payload, journal::failure_info>> answer;
  run_until(which, [&] {
    answer = answer_of(which.run, update_id);
    return answer || status(which.run) != journal::run_status::running;
  });
  if (answer) return {which.run, update_id, std::move(answer)};
  throw error_exception({errc::run_finished, "workflow '" + which.workflow_id +
                                                 "' ended before update '" + update_id +
                                                 "' had completed"});
}

std::optional<std::variant<journal::payload, journal::failure_info>> environment::impl::answer_of(
    journal::run_id run, const std::string& update_id) {
  auto found = find_update(store_, run, update_id);
  if (!found) throw error_exception(found.error());
  return std::move(found->answer);
}

void environment::impl::run_until(const run_name& which, const std::function<bool()>& is_there) {
  for (std::uint64_t steps = 0;;) {
    if (is_explored()) {
      drain();
    } else {
      settle();
    }
    if (is_there()) return;
    refuse_if_stuck(which);
    refuse_unknown_activities();
    if (steps++ >= most_steps()) {
      give_up(which, "it has not finished after " + std::to_string(steps) + " steps" +
                         if_more_are_meant());
    }
    if (is_explored()) {
      if (!make_move()) give_up(which, what_is_left());
    } else if (!options_.skips_time) {
      give_up(which, "nothing is left to happen before time passes");
    } else if (!skip_time()) {
      give_up(which, what_is_left());
    }
  }
}

std::string environment::impl::what_is_left() const {
  const auto until = until_next();
  if (!until) return "nothing is left to happen";
  return "what happens next does so on " + to_text(clock_.now() + *until) + ", more than " +
         std::to_string(options_.longest.count()) +
         " h after the beginning (environment_options::longest)";
}

std::string environment::impl::if_more_are_meant() const {
  return std::string(" (environment_options::most_steps allows more") +
         (is_paranoid() ? "; without .paranoid, they take less time)" : ")");
}

void environment::impl::give_up(const run_name& which, const std::string& why) {
  std::string text = "workflow '" + which.workflow_id + "' cannot finish: " + why + "\n" +
                     run_report(bound(), store_, which.run).whereabouts();
  for (const auto& each : stuck_runs()) {
    told_.insert(each.run.to_string());
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
    told_.insert(each.run.to_string());
    throw stuck("workflow '" + which.workflow_id + "' is stuck: " + each.reason + "\n" +
                run_report(bound(), store_, which.run).history());
  }
}

void environment::impl::refuse_unknown_activities() {
  std::set<std::string> unknown;
  for (const auto& each : unknown_activities_) {
    if (!outside_.does_something(each)) unknown.insert(each);
  }
  if (const auto more = outside_.waits_for_mock(); !more.empty()) unknown.insert(more);
  for (const auto& each : unknown) {
    if (!told_.insert(each).second && is_over_) continue;
    throw unfinished("a workflow calls activity '" + each + "', which is neither bound nor mocked");
  }
}

// What mocks and invariants look at may be gone with the scenario: none of them runs any more.
void environment::impl::end_scenario() {
  is_over_ = true;
  invariants_.clear();
  refuse_unknown_activities();
  if (reports_.empty()) return;
  for (const auto& each : stuck_runs()) {
    if (told_.contains(each.run.to_string())) continue;
    throw stuck("workflow '" + each.workflow_id + "' is stuck, and the scenario has not seen it: " +
                each.reason + "\n" + run_report(bound(), store_, each.run).history());
  }
}

}  // namespace theus::testing
