#include <algorithm>
#include <exception>
#include <utility>

#include "theus/runtime/queries.hpp"
#include "theus/runtime/shard_seat.hpp"

#include "engine_core.hpp"
#include "query_answer.hpp"
#include "shard.hpp"

// Questions to runs. What is behind a run's last durable turn is at hand in O(1) while the run is
// in memory, because its Context shares what later turns do not change. Any other run is replayed
// beside its slot, which knows nothing of it: so nothing is woken, dispatched or recorded.
namespace theus {
namespace {

// A trim may take away records that are just being read.
constexpr int tries = 3;
// So many functions may have taken a thread from the shard; the next ones wait for them.
constexpr std::size_t most_open = 4;

result<seen_run> replayed(engine_core& core, const question& q) {
  for (int left = tries;; --left) {
    std::vector<std::string> damaged;
    auto seen = see_in_journal(core.journal, core.checkpoints.archive(), core.what, q.row,
                               core.options.machine_bounds, damaged);
    core.count.replays.fetch_add(1, std::memory_order_relaxed);
    for (const auto& each : damaged) core.report(each);
    if (seen || seen.error().code != errc::trimmed || left == 1) return seen;
  }
}

result<journal::payload> answer_to(engine_core& core, question& q) try {
  const auto query = find_query(core.what, q.row.workflow_type, q.request.name);
  if (!query) return query.error();
  if (!q.seen) {
    auto seen = replayed(core, q);
    if (!seen) return seen.error();
    q.seen = std::move(*seen);
  }
  auto made = answer_query(**query, *q.seen, q.request.arguments, core.what, core.options);
  for (const auto& line : made.noted) core.report(line);
  q.seen.reset();
  return std::move(made.answered);
} catch (const std::exception& e) {
  return error{errc::query_failed, "query '" + q.request.name + "': " + e.what()};
}

}  // namespace

void shard::query(query_request request, answer<journal::payload> done) {
  if (is_over()) return;
  const auto row = find_instance(core_.journal, request.id);
  if (!row) return done(row.error());
  // A run id does not say which workflow id it is of.
  const auto home = core_.shard_of(row->run.shard_key());
  core_.count.queries.fetch_add(1, std::memory_order_relaxed);
  question q{std::move(request), *row, {}, std::move(done)};
  if (home == index_) return ask(std::move(q));
  core_.post_to_shard(home, [q = std::move(q)](shard& s) mutable { s.ask(std::move(q)); });
}

void shard::ask(question q) {
  if (is_over()) return;
  run_slot* s = find(q.row.run);
  // What is in doubt is not waited for, nor is code that the shard has lost a thread in: the
  // journal says what is durable.
  const bool is_lost = s && s->away && s->long_away;
  if (s && !s->uncertain && !is_lost && (s->away || s->flight)) {
    s->asking.push_back(std::move(q));
    return;
  }
  if (s && s->body && !is_lost) q.seen = see(*s->body, q.row);
  questions_.push_back(std::move(q));
}

// Nothing of the run is under way at this moment: what it has in memory is durable.
void shard::take_questions(run_slot& s) {
  for (auto& q : std::exchange(s.asking, {})) {
    if (s.body) q.seen = see(*s.body, q.row);
    questions_.push_back(std::move(q));
  }
}

// One for each handler, so that turns come in between.
void shard::answer_next() {
  if (questions_.empty() || open_questions_.size() >= most_open) return;
  if (closing_ || is_over()) return;
  question q = std::move(questions_.front());
  questions_.pop_front();
  if (!questions_.empty()) core_.post_to_shard(index_, [](shard&) {});
  const auto open = open_questions_.insert(
      open_questions_.end(),
      {++questions_begun_, "query '" + q.request.name + "' of workflow '" + q.row.workflow_id + "'",
       nullptr});
  ++away_;
  const auto absence = seat_ ? seat_->leave() : 0;
  auto answered = answer_to(core_, q);
  if (seat_ && !seat_->come_back(absence)) {
    core_.post_to_shard(index_, [open, done = std::move(q.done),
                                 answered = std::move(answered)](shard& self) mutable {
      self.settle_question(open);
      done(std::move(answered));
    });
    throw seat_lost();
  }
  settle_question(open);
  q.done(std::move(answered));
}

void shard::settle_question(std::list<open_question>::iterator open) {
  open_questions_.erase(open);
  --away_;
}

// Another thread has the shard: who made it so is watched.
void shard::watch_questions(std::chrono::milliseconds most) {
  for (open_question& each : open_questions_) {
    if (each.long_away) continue;
    const auto say = [this, lost = each.number] {
      const auto still = std::ranges::find(open_questions_, lost, &open_question::number);
      if (still == open_questions_.end()) return;
      core_.report(still->shown +
                   " has been computing or blocking for more than a second; runs go on without "
                   "its thread");
    };
    each.long_away = core_.clock.set_delay(core_.where.shards[index_], most,
                                           core_.guarded_on_shard(index_, say));
  }
}

void shard::refuse_questions(const error& why) {
  for (auto& q : std::exchange(questions_, {})) q.done(why);
  for (const auto& [run, s] : slots_) {
    for (auto& q : std::exchange(s->asking, {})) q.done(why);
  }
}

}  // namespace theus
