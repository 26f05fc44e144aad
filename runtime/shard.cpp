#include "shard.hpp"

#include "engine_core.hpp"

namespace theus {
namespace {

error no_such_workflow(const std::string& workflow_id) {
  return {errc::not_found, "no run with workflow id '" + workflow_id + "'"};
}

}  // namespace

shard::shard(engine_core& core, std::uint32_t index)
    : core_(core),
      index_(index),
      seat_(core.where.seats.empty() ? nullptr : core.where.seats[index]),
      cache_(core.options.frame_cache_bytes / core.where.shards.size()),
      timers_(
          core.clock, core.where.shards[index],
          [&core, index](std::function<void()> f) {
            return core.guarded_on_shard(index, std::move(f));
          },
          [this](const journal::timer_row& row) { wake(row); }) {}

run_slot* shard::find(journal::run_id run) {
  const auto found = slots_.find(run);
  return found == slots_.end() ? nullptr : found->second.get();
}

bool shard::has_ended(journal::run_id run) const {
  const auto row = core_.journal.instance(run);
  return row && *row && (*row)->status != journal::run_status::running;
}

run_slot& shard::slot_of(journal::run_id run) {
  auto& place = slots_[run];
  if (!place) place = std::make_unique<run_slot>(run);
  return *place;
}

void shard::name(run_slot& s, const std::string& workflow_id) {
  if (s.workflow_id.empty()) s.workflow_id = workflow_id;
  // A start that was refused since may have had the name in between.
  by_workflow_id_.try_emplace(s.workflow_id, &s);
}

// The slot of the unfinished run with this workflow id, made if need be.
result<run_slot*> shard::running_slot(const std::string& workflow_id) {
  const auto known = by_workflow_id_.find(workflow_id);
  if (known != by_workflow_id_.end()) return known->second;
  const auto run = core_.journal.run_of(workflow_id);
  if (!run) return run.error();
  if (!*run) return no_such_workflow(workflow_id);
  const auto row = core_.journal.instance(**run);
  if (!row) return row.error();
  if (!*row) return no_such_workflow(workflow_id);
  if ((*row)->status != journal::run_status::running) {
    return error{errc::run_finished, "run " + (*run)->to_string() + " of workflow '" + workflow_id +
                                         "' has finished: " + journal::name((*row)->status)};
  }
  run_slot& s = slot_of(**run);
  if (!s.paused) s.paused = (*row)->is_paused;
  name(s, workflow_id);
  return &s;
}

// ---- other requests

void shard::deliver(const std::string& workflow_id, journal::event event, answer<void> done) {
  if (is_over()) return;
  if (auto why = core_.refusal()) return done(*why);
  const auto s = running_slot(workflow_id);
  if (!s) {
    const bool is_done = s.error().code == errc::run_finished &&
                         std::holds_alternative<journal::terminated>(event) &&
                         was_terminated(workflow_id);
    return done(is_done ? result<void>() : s.error());
  }
  (*s)->incoming.push(std::move(event), std::move(done));
  make_ready(**s);
}

void shard::deliver(journal::run_id run, journal::event event, answer<void> done) {
  if (is_over()) return;
  if (auto why = core_.refusal()) return done(*why);
  if (find(run) == nullptr) {
    const auto row = core_.journal.instance(run);
    if (!row) return done(row.error());
    if (!*row) return done(error{errc::not_found, "there is no run " + run.to_string()});
    if ((*row)->status != journal::run_status::running) {
      return done(error{errc::run_finished, "run " + run.to_string() + " has finished"});
    }
    name(slot_of(run), (*row)->workflow_id);
  }
  run_slot& s = slot_of(run);
  s.incoming.push(std::move(event), std::move(done));
  make_ready(s);
}

void shard::deliver_to_child(const std::string& workflow_id, const journal::message_id& parent,
                             journal::event event, answer<void> done) {
  if (is_over()) return;
  const auto run = core_.journal.run_of_request(workflow_id, journal::child_request_id(parent));
  if (!run) return done(run.error());
  const auto row = *run ? core_.journal.instance(**run) : std::optional<journal::instance_row>();
  if (!row) return done(row.error());
  if (!*row || (*row)->parent != parent) return done(no_such_workflow(workflow_id));
  deliver(**run, std::move(event), std::move(done));
}

void shard::wait(const std::string& workflow_id, answer<run_outcome> done) {
  if (is_over()) return;
  const auto s = running_slot(workflow_id);
  if (s) {
    (*s)->waiters.push_back(std::move(done));
    return;
  }
  if (s.error().code != errc::run_finished) return done(s.error());
  const auto run = core_.journal.run_of(workflow_id);
  if (!run) return done(run.error());
  if (!*run) return done(no_such_workflow(workflow_id));
  done(outcome_of(core_.journal, **run));
}

void shard::retry_now(const std::string& workflow_id, answer<void> done) {
  if (is_over()) return;
  const auto s = running_slot(workflow_id);
  if (!s) return done(s.error());
  if ((*s)->stuck) {
    (*s)->stuck->alarm.reset();
    (*s)->stuck->due = true;
  }
  done({});
  make_ready(**s);
}

std::vector<stuck_run> shard::stuck() const {
  std::vector<stuck_run> found;
  for (const auto& [run, s] : slots_) {
    if (!s->stuck) continue;
    found.push_back(
        {run, s->workflow_id, s->stuck->reason, s->stuck->failed_turns, s->stuck->next_try});
  }
  return found;
}

// ---- wake-ups

void shard::wake(journal::run_id run) {
  run_slot& s = slot_of(run);
  if (s.stuck) return;
  s.wake = true;
  make_ready(s);
}

void shard::wake(const journal::timer_row& row) {
  // While the journal takes nothing, what is due stays on disk: a sweep brings it back.
  if (is_over() || core_.in_trouble()) return;
  run_slot& s = slot_of(row.run);
  if (row.what == journal::timer_row::purpose::retry && s.body) {
    s.due_retries.push_back(row.command);
    make_ready(s);
  } else {
    wake(row.run);
  }
}

// First attempts without an outcome: either they are on their way here, or nobody runs them.
void shard::take(std::span<const journal::task_row> rows) {
  if (is_over()) return;
  for (const auto& row : rows) {
    const run_slot* s = find(row.run);
    if (s && (s->body || s->flight || s->stuck || s->running.size() >= row.count)) continue;
    wake(row.run);
  }
}

void shard::take(std::span<const journal::backlog_row> rows) {
  if (is_over()) return;
  for (const auto& row : rows) {
    const run_slot* s = find(row.run);
    if (s && (s->body || s->flight || s->stuck)) continue;
    wake(row.run);
  }
}

void shard::take(std::span<const journal::timer_row> rows) {
  if (is_over()) return;
  std::vector<journal::timer_row> wanted;
  for (const auto& row : rows) {
    const run_slot* s = find(row.run);
    if (!s || !s->stuck) wanted.push_back(row);
  }
  timers_.add(wanted);
}

}  // namespace theus
