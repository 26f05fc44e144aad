#include <algorithm>

#include "engine_core.hpp"
#include "retry.hpp"
#include "shard.hpp"

namespace theus {
namespace {

error run_has_finished(const run_slot& s) {
  return {errc::run_finished,
          "run " + s.id.to_string() + " of workflow '" + s.workflow_id + "' has finished"};
}

// The same request once more: as good as the first.
bool is_repetition(const journal::event& e, const journal::event& earlier) {
  if (e.index() != earlier.index()) return false;
  if (std::holds_alternative<journal::cancel_requested>(e)) return true;
  const auto* a = std::get_if<journal::signal_received>(&e);
  const auto* b = std::get_if<journal::signal_received>(&earlier);
  if (std::holds_alternative<journal::promise_settled>(e)) return e == earlier;
  if (const auto* u = std::get_if<journal::update_accepted>(&e)) {
    return u->update_id == std::get<journal::update_accepted>(earlier).update_id;
  }
  if (!a || !b) return false;
  return a->from ? a->from == b->from : !a->request_id.empty() && a->request_id == b->request_id;
}

// The run ended before this event, which therefore is in no record; nor is one it repeats.
bool came_too_late(const append_in_flight& flight, std::size_t index) {
  if (!flight.finishes_run || !flight.came_late[index]) return false;
  const auto& events = flight.taken.events;
  for (std::size_t i = 0; i < index; ++i) {
    if (!flight.came_late[i] && is_repetition(events[index], events[i])) return false;
  }
  return true;
}

journal::timer_row retry_row(journal::run_id run, const journal::command_id& command,
                             journal::wall_time due) {
  return {due, run, command, journal::timer_row::purpose::retry};
}

journal::timer_row sleep_row(journal::run_id run, const journal::command_id& command,
                             journal::wall_time due) {
  return {due, run, command, journal::timer_row::purpose::timer};
}

const journal::turn* turn_in(const journal::unit& unit) {
  return std::get_if<journal::turn>(&unit.entries().back().value.body);
}

}  // namespace

void shard::answered(std::vector<append_done> answers) {
  if (is_over()) return;
  for (auto& done : answers) {
    --flights_;
    if (done.answer.status == journal::append_status::committed) {
      committed(*done.slot, done.unit, done.answer.told_children);
    } else {
      refused(*done.slot, done);
    }
  }
}

// What was durable is well, but for a promise that somebody else settled first. While there is no
// body, nobody knows: the first in the journal counts.
result<void> shard::acknowledgement(const run_slot& s, const journal::event& e) {
  const auto* update = std::get_if<journal::update_accepted>(&e);
  if (update && s.body && !s.body->find_update(update->update_id)) {
    return error{errc::run_finished, "run " + s.id.to_string() + " of workflow '" + s.workflow_id +
                                         "' is ending: its function has returned, so it takes no "
                                         "more updates"};
  }
  const auto* settled = std::get_if<journal::promise_settled>(&e);
  return settled && s.body ? s.body->answer_to(*settled) : result<void>();
}

void shard::committed(run_slot& s, const journal::unit& unit, bool told_children) {
  append_in_flight flight = std::move(*s.flight);
  s.flight.reset();
  s.refused_appends = 0;
  s.head = unit.resulting_head();
  take_questions(s);
  const bool was_starting = std::exchange(s.starting, false);
  const std::string workflow_id = was_starting ? s.workflow_id : std::string();
  core_.count.records.fetch_add(unit.entries().size(), std::memory_order_relaxed);
  const journal::turn* turn = turn_in(unit);
  if (turn) {
    core_.count.turns.fetch_add(1, std::memory_order_relaxed);
    s.unconsumed.clear();
  }
  if (turn || s.body)
    unstick(s);  // it could be loaded, and nothing but attempts was to be recorded
  heed(s, unit);
  act(s, unit);
  count_replay(s, unit);
  for (const auto& line : flight.log) core_.report(s.workflow_id + ": " + line.text);
  // Its body went when the append was in doubt: what the turn left out has to be asked about again.
  std::vector<bool> is_open_question(flight.taken.events.size(), false);
  if (turn && !s.body && !flight.finishes_run) {
    is_open_question = flight.taken.left_out_of(turn->events);
  }
  for (std::size_t i = 0; i < flight.taken.answers.size(); ++i) {
    if (!flight.taken.answers[i]) continue;
    if (is_open_question[i]) {
      s.incoming.push(std::move(flight.taken.events[i]), std::move(flight.taken.answers[i]));
    } else if (came_too_late(flight, i)) {
      flight.taken.answers[i](run_has_finished(s));
    } else {
      flight.taken.answers[i](acknowledgement(s, flight.taken.events[i]));
    }
  }
  settle_updates(s);
  flight.trimmed({});
  const auto outcome = ending_in(s.id, unit.entries().back().value);
  if (told_children || (outcome && !turn)) send_messages_of(s.id);
  if (outcome) {
    retire(s, &*outcome);
  } else {
    make_ready(s);
  }
  if (was_starting) start_settled(workflow_id);
}

// What replay would take by now, and whether that is worth a checkpoint.
void shard::count_replay(run_slot& s, const journal::unit& unit) {
  replay_cost& cost = s.replay;
  for (const auto& entry : unit.entries()) {
    ++cost.records;
    cost.bytes += entry.bytes.size();
    const auto* turn = std::get_if<journal::turn>(&entry.value.body);
    cost.has_ends =
        cost.has_ends || (turn && std::ranges::any_of(turn->commands, [](const auto& c) {
                            return std::holds_alternative<journal::close_scope>(c);
                          }));
  }
  const auto& budget = core_.options;
  if (!s.body || cost.is_requested) return;
  if (cost.has_ends) {
    // What was measured has a fixed part in it, which more checkpoints would not make less.
    const bool takes_long = cost.records >= budget.checkpoint_records / 8 &&
                            cost.time() >= budget.checkpoint_replay_time;
    if (cost.records < budget.checkpoint_records && cost.bytes < budget.checkpoint_bytes &&
        !takes_long) {
      return;
    }
    cost.is_requested = true;
    core_.checkpoints.request(s.id, index_);
  } else if (cost.records >= std::max(budget.replay_budget_records, 2 * cost.reported)) {
    cost.reported = cost.records;
    core_.report("run " + s.id.to_string() + " of workflow '" + s.workflow_id +
                 "': replay applies " + std::to_string(cost.records) +
                 " records, since it has no re-entry point; ctx.phase and ctx.loop bound that");
  }
}

void shard::checkpoint_taken(journal::run_id run, journal::sequence at,
                             std::chrono::nanoseconds per_record) {
  run_slot* s = is_over() ? nullptr : find(run);
  if (!s || !s->body) return;
  // After a failure the next one is tried when as much has come again.
  const bool done = at != journal::before_first;
  const auto since = done ? journal::number(s->head.at) -
                                std::min(journal::number(at), journal::number(s->head.at))
                          : 0;
  // Whether something ended in what came meanwhile is not known: then it did.
  s->replay = {since, 0, !done || since > 0, false, s->replay.reported, per_record};
}

void shard::trim(journal::run_id run, const journal::anchor& anchor, answer<void> done) {
  if (is_over() || closing_) return;
  run_slot& s = slot_of(run);
  if (s.stuck) {  // its records stay (rule 17)
    return done(error{errc::mismatch, "run " + run.to_string() + " is stuck: its records stay"});
  }
  refuse_trim(s, {errc::bad_input, "run " + run.to_string() + " is being trimmed already"});
  s.trim = std::make_unique<wanted_trim>(anchor, std::move(done));
  if (!s.body && !s.flight && !s.away && !s.uncertain && has_ended(run)) {
    read_head(s);
    if (s.head.at != journal::before_first) return append_anchor(s);
  }
  wake(run);
}

void shard::append_anchor(run_slot& s) {
  const auto wanted = std::exchange(s.trim, nullptr);
  journal::record r;
  r.raw_time = core_.clock.now();
  r.body = std::move(wanted->anchor);
  auto unit = journal::unit::make(s.id, core_.owner(), s.head, std::move(r), core_.options.bounds);
  if (unit) {
    append_in_flight flight;
    flight.trimmed = std::move(wanted->done);
    return submit(s, std::move(*unit), std::move(flight));
  }
  core_.report("trimming run " + s.id.to_string() + ": " + unit.error().message);
  wanted->done(unit.error());
  make_ready(s);
}

void shard::refused(run_slot& s, append_done& done) {
  using journal::append_status;
  // An anchor that does not fit any more: nothing was appended, and the run is as it was.
  if (done.answer.status == append_status::conflict && done.answer.why &&
      std::holds_alternative<journal::anchor>(done.unit.entries().front().value.body)) {
    core_.report("trimming run " + s.id.to_string() + ": " + done.answer.why->message);
    s.flight->trimmed(*done.answer.why);
    s.flight.reset();
    return make_ready(s);
  }
  s.flight->trimmed(done.answer.why.value_or(
      error{errc::stopped, "whether run " + s.id.to_string() + " was trimmed is not known"}));
  drop_body(s);
  if (done.answer.status == append_status::fenced) return;  // the core halts
  take_questions(s);
  if (done.answer.status == append_status::conflict && s.starting) return start_refused(s, done);
  s.uncertain = true;
  s.doubtful = std::move(done.unit);
  const auto& why = done.answer.why;
  s.refusal = why && why->code != errc::disk_full ? why : std::nullopt;
  if (!core_.in_trouble()) look_up(s);
}

// Another run took the workflow id. Whatever came for this one meanwhile was meant for that one.
void shard::start_refused(run_slot& s, const append_done& done) {
  const std::string workflow_id = s.workflow_id;
  inbox orphaned = std::move(s.flight->taken);
  orphaned.answers.front()(
      error{errc::workflow_exists,
            "workflow id '" + workflow_id + "' is held by " +
                (done.answer.holder ? "running run " + done.answer.holder->to_string()
                                    : std::string("another run"))});
  inbox later_ones = std::exchange(s.incoming, {});
  later_ones.put_back(std::move(orphaned));
  auto waiters = std::move(s.waiters);
  erase(s);
  for (std::size_t i = 1; i < later_ones.events.size(); ++i) {
    if (!is_consumable(later_ones.events[i]) && !is_ruling(later_ones.events[i])) continue;
    core_.deliver(workflow_id, std::move(later_ones.events[i]), std::move(later_ones.answers[i]));
  }
  for (auto& each : waiters) wait(workflow_id, std::move(each));
  start_settled(workflow_id);
}

void shard::disk_recovered() {
  if (is_over()) return;
  std::vector<journal::run_id> doubted;
  for (const auto& [run, s] : slots_) {
    if (s->uncertain && s->doubtful) doubted.push_back(run);
  }
  for (const auto& run : doubted) {
    run_slot* s = find(run);
    if (s && s->doubtful) look_up(*s);
  }
}

// Did the append of unknown outcome become durable? Its last record's hash says so (rule 4).
void shard::look_up(run_slot& s) {
  const auto& last = s.doubtful->entries().back();
  const auto found = core_.journal.read(s.id, last.value.at, 1);
  if (!found) {
    core_.report("run " + s.id.to_string() + ": " + found.error().message);
    s.look_again =
        core_.clock.set_delay(core_.where.shards[index_], core_.options.stuck_first_backoff,
                              core_.guarded_on_shard(index_, [this, run = s.id] {
                                run_slot* again = is_over() ? nullptr : find(run);
                                if (again && again->uncertain) look_up(*again);
                              }));
    return;
  }
  s.uncertain = false;
  const journal::unit unit = *std::exchange(s.doubtful, std::nullopt);
  if (!found->empty() && found->front().hash == last.hash) {
    s.wake = true;  // to be loaded, and its activities dispatched
    committed(s, unit, true);
  } else if (s.refusal) {
    redo_later(s);
  } else {
    redo(s);
  }
}

void shard::redo(run_slot& s) {
  s.incoming.put_back(std::move(s.flight->taken));
  s.flight.reset();
  s.wake = true;
  if (s.stuck) read_head(s);
  make_ready(s);
}

// ---- effects: only ever of what is durable (rule 9)

void shard::act(run_slot& s, const journal::unit& unit) {
  for (const auto& entry : unit.entries()) {
    std::visit([&](const auto& body) { act(s, body); }, entry.value.body);
  }
  if (s.body && s.resumed && !s.body->is_finished()) dispatch_pending(s);
}

void shard::act(run_slot& s, const journal::turn& turn) {
  struct visitor {
    using ending = journal::child_ended::ending;

    shard& self;
    run_slot& s;
    journal::wall_time now;
    journal::wall_time horizon;

    void operator()(const journal::schedule_activity& c) const {
      const activity_leaf* leaf = s.body ? s.body->find_activity(c.id) : nullptr;
      if (leaf) self.dispatch(s, *leaf, now);  // else it was withdrawn in the same turn
    }
    void operator()(const journal::start_timer& c) const {
      if (c.deadline <= horizon) self.timers_.add(sleep_row(s.id, c.id, c.deadline));
    }
    void operator()(const journal::withdraw& c) const {
      if (c.what == journal::withdraw::target::activity) {
        self.stop_attempt(s, c.id);
        if (c.deadline) self.timers_.erase(retry_row(s.id, c.id, *c.deadline));
      } else if (c.what == journal::withdraw::target::child) {
        self.core_.relay.send(
            {s.id, journal::anchor::child_cancel{
                       c.id, journal::child_workflow_id(s.id, c.id, c.workflow_id)}});
      } else if (c.deadline) {
        self.timers_.erase(sleep_row(s.id, c.id, *c.deadline));
      }
    }
    void operator()(journal::start_child c) const {
      c.workflow_id = journal::child_workflow_id(s.id, c.id, c.workflow_id);
      self.core_.relay.send({s.id, std::move(c)});
    }
    void operator()(const journal::send_signal& c) const { self.core_.relay.send({s.id, c}); }
    void operator()(const journal::await_signal&) const {}
    void operator()(const journal::complete_run& c) const {
      self.tell_parent(s, {{}, {}, {}, ending::completed, c.result});
    }
    void operator()(const journal::fail_run& c) const {
      self.tell_parent(s,
                       {{}, {}, {}, c.cancelled ? ending::cancelled : ending::failed, c.failure});
    }
    void operator()(const journal::create_promise&) const {}
    void operator()(const journal::complete_update&) const {}
    void operator()(const journal::open_scope&) const {}
    void operator()(const journal::close_scope&) const {}
    void operator()(const journal::version_marker&) const {}
  };
  const auto now = core_.clock.now();
  const visitor follow{*this, s, now, later(now, core_.options.timer_horizon)};
  for (const auto& command : turn.commands) std::visit(follow, command);
  for (const auto& event : turn.events) {
    if (const auto* fired = std::get_if<journal::timer_fired>(&event)) {
      core_.count.timers_fired.fetch_add(1, std::memory_order_relaxed);
      timers_.erase(sleep_row(s.id, fired->command, fired->deadline));
    } else if (const auto* done = std::get_if<journal::activity_completed>(&event)) {
      if (done->scheduled_for) timers_.erase(retry_row(s.id, done->command, *done->scheduled_for));
    }
  }
}

// As its row says (journal/row_writer.cpp); where there is no body, a sweep finds that.
void shard::tell_parent(const run_slot& s, journal::child_ended how) {
  if (!s.body || !s.body->parent()) return;
  how.command = s.body->parent()->command;
  how.workflow_id = s.workflow_id;
  how.run = s.id;
  core_.relay.send({s.id, journal::child_report{s.body->parent()->sender, std::move(how)}});
}

// It stands for records whose effects are long under way.
void shard::act(run_slot&, const journal::anchor&) {}

void shard::act(run_slot& s, const journal::intake& intake) {
  const auto horizon = later(core_.clock.now(), core_.options.timer_horizon);
  for (const auto& event : intake.events) {
    if (const auto* begun = std::get_if<journal::attempt_started>(&event)) {
      const auto found = s.running.find(begun->command);
      if (found != s.running.end()) let_go_.push_back(found->second.task);
    } else if (const auto* failed = std::get_if<journal::attempt_failed>(&event)) {
      if (failed->scheduled_for) {
        timers_.erase(retry_row(s.id, failed->command, *failed->scheduled_for));
      }
      if (failed->next_attempt <= horizon) {
        timers_.add(retry_row(s.id, failed->command, failed->next_attempt));
      }
    }
  }
}

// ---- letting go

void shard::drop_body(run_slot& s) {
  cache_.take_out(s);
  s.unconsumed.clear();
  s.due_retries.clear();
  s.resumed = false;
  if (!s.body) return;
  s.body.reset();
  core_.count.frames.fetch_sub(1, std::memory_order_relaxed);
}

// The run has finished; `outcome` is null when that was read from the journal just now.
void shard::retire(run_slot& s, const run_outcome* outcome) {
  drop_body(s);
  while (!s.running.empty()) stop_attempt(s, journal::command_id(s.running.begin()->first));
  inbox late = std::exchange(s.incoming, {});
  auto waiters = std::move(s.waiters);
  const error finished = run_has_finished(s);
  settle_updates_of_ended(s);
  refuse_trim(s, finished);
  const journal::run_id run = s.id;
  erase(s);
  const bool is_ruled = std::ranges::any_of(late.events, is_ruling);
  if (waiters.empty() && !is_ruled) return tell(late, finished);
  const auto how = outcome ? result<run_outcome>(*outcome) : outcome_of(core_.journal, run);
  const bool was_terminated = how && how->status == journal::run_status::terminated;
  for (std::size_t i = 0; i < late.events.size(); ++i) {
    if (!late.answers[i]) continue;
    const bool is_same = std::holds_alternative<journal::terminated>(late.events[i]);
    late.answers[i](was_terminated && is_same ? result<void>() : finished);
  }
  for (auto& done : waiters) done(how);
}

void shard::erase(run_slot& s) {
  unstick(s);
  drop_body(s);
  take_questions(s);
  const auto named = by_workflow_id_.find(s.workflow_id);
  if (named != by_workflow_id_.end() && named->second == &s) by_workflow_id_.erase(named);
  slots_.erase(s.id);
}

// Once nothing is in flight any more; what is in doubt because of the disk stays in doubt.
void shard::try_close() {
  if (!closing_ || closed_ || away_ != 0) return;
  if (flights_ != 0 && !halted_ && !core_.in_trouble()) return;
  closed_ = true;
  timers_.clear();
  for (auto& [run, s] : slots_) {
    drop_body(*s);
    for (auto& [id, attempt] : s->running) attempt.task->beats.end(true);
  }
  // Unanswered callers hear of the stop as what they wait for is destroyed.
  const auto slots = std::exchange(slots_, {});
  const auto questions = std::exchange(questions_, {});
  by_workflow_id_.clear();
  const auto starting = std::exchange(starting_, {});
  core_.shard_closed();
}

void shard::halt(const error& why) {
  if (is_over()) return;
  halted_ = true;
  timers_.clear();
  ready_.clear();
  made_.clear();
  let_go_.clear();
  auto starting = std::exchange(starting_, {});
  by_workflow_id_.clear();
  refuse_questions(why);
  for (const auto& [run, s] : slots_) {
    if (!s->away) drop_body(*s);
    for (auto& [id, attempt] : s->running) {
      attempt.task->beats.end(false);
      attempt.task->stop.request_stop();
    }
    if (s->flight) s->incoming.put_back(std::move(s->flight->taken));
    tell(s->incoming, why);
    for (auto& done : s->waiters) done(why);
    for (auto& each : s->update_waiters) each.done(why);
  }
  for (auto& [workflow_id, waiting] : starting) {
    for (auto& each : waiting) each.done(why);
  }
  std::erase_if(slots_, [](const auto& each) { return !each.second->away; });
}

}  // namespace theus
