#include "shard_leave.hpp"

namespace theus {
namespace {

// So many turns are handed to the writer at once, though more runs are ready: it need not wait.
constexpr std::size_t turns_handed_on = 64;
constexpr std::uint32_t handlers_let_in = 64;
constexpr std::chrono::seconds longest_turn{1};

}  // namespace

void shard::make_ready(run_slot& s) {
  if (!s.ready_hook::is_linked()) ready_.push_back(s);
}

void shard::run_ready(bool more_to_come) {
  if (more_to_come && ++let_in_first_ < handlers_let_in) return;
  let_in_first_ = 0;
  do {
    while (!ready_.empty()) {
      run_slot& s = ready_.front();
      ready_.pop_front();
      go_on(s);
      if (made_.size() >= turns_handed_on) hand_on();
    }
  } while (hand_on());
  answer_next();
  try_close();
}

// True: something came back at once, and runs may be ready again.
bool shard::hand_on() {
  if (!let_go_.empty()) core_.dispatcher.submit(std::exchange(let_go_, {}));
  if (made_.empty()) return false;
  if (made_.size() == 1 && flights_ == 1 && coming.load(std::memory_order_relaxed) == 0) {
    if (auto done = core_.writer.append_here(made_.front())) {
      made_.clear();
      answered(std::move(*done));
      return true;
    }
  }
  core_.writer.submit(made_);
  made_.clear();
  return false;
}

void shard::came_back(run_slot& s) {
  s.away = false;
  --away_;
}

void shard::taken_over() {
  watch_questions(longest_turn);
  for (const auto& [run, s] : slots_) {
    if (!s->away || s->long_away) continue;
    s->long_away = core_.clock.set_delay(
        core_.where.shards[index_], longest_turn,
        core_.guarded_on_shard(index_, [this, lost = run] { report_absence(lost); }));
  }
}

void shard::report_absence(journal::run_id run) {
  run_slot* s = find(run);
  if (!s || !s->away) return;
  for (auto& q : std::exchange(s->asking, {})) questions_.push_back(std::move(q));
  core_.report("workflow '" + s->workflow_id + "' run " + run.to_string() +
               " has been computing or blocking for more than a second in one turn or replay; "
               "other runs go on without its thread. What blocks belongs into an activity");
}

void shard::tell(inbox& those, const error& why) {
  for (auto& done : those.answers) {
    if (done) done(why);
  }
}

}  // namespace theus
